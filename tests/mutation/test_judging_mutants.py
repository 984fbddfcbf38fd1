"""A mutant is put where it belongs, and a child tells what became of it."""

from __future__ import annotations

import gc
import os
import sys
from importlib import import_module
from textwrap import dedent

import pytest

from mutation import tables
from mutation.children import Outcome, in_a_child
from mutation.importing import load_wrongly
from mutation.judging import TooLongError, cleared, limited
from mutation.making import mutants_of
from mutation.modules import modules_of
from mutation.swapping import LoadedFunctions, NotLoadedError
from prorata.reference.periods import midnight
from prorata.reference.readings import parameters_of

pytestmark = pytest.mark.sweep

SMALL = """
from __future__ import annotations

RATES = {"month": 31, "year": 365}


def late(day, due):
    return day > due


HANDLERS = {"late": late, "days": lambda days: days + 1}


def waits(day):
    while day < 3:
        day += 1
    return day


class Service:
    days: int = 30

    def left(self, day):
        return self.days - day


def charged():
    return RATES["month"]
"""


@pytest.fixture
def small(tmp_path, monkeypatch):
    """Make a package of one module, and return the module as a tree."""
    folder = tmp_path / "smallrules"
    folder.mkdir()
    (folder / "__init__.py").write_text("", encoding="utf-8")
    (folder / "rules.py").write_text(dedent(SMALL), encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    yield next(each for each in modules_of("smallrules") if each.name == "smallrules.rules")
    for name in ("smallrules.rules", "smallrules"):
        sys.modules.pop(name, None)


def _mutant(module, after):

    return next(each for each in mutants_of(module) if each.after == after)


def _swapped(module, after):
    """Load the right module, and put a mistake into what is loaded."""
    loaded = import_module(module.name)
    LoadedFunctions.below("smallrules").swap(module, _mutant(module, after))
    return loaded


def test_a_function_stays_the_one_that_tables_have(small):
    """Only its code is changed: whoever has the function has the mistake."""
    right = import_module(small.name)
    before = right.HANDLERS["late"]
    loaded = _swapped(small, "day >= due")

    assert loaded.late is before is loaded.HANDLERS["late"]
    assert before(3, 3)


def test_a_lambda_in_a_table_is_changed_in_place(small):
    """A function without a name is found by where it stands."""
    assert 29 == _swapped(small, "days - 1").HANDLERS["days"](30)


def test_a_method_is_changed_for_every_object(small):
    """An object that was made before has the mistake as well."""
    service = import_module(small.name).Service()
    _swapped(small, "self.days + day")

    assert 31 == service.left(1)


def test_a_function_that_is_not_loaded_is_not_changed(small):
    """Nothing is judged whose mistake was put nowhere."""
    with pytest.raises(NotLoadedError):
        LoadedFunctions().swap(small, _mutant(small, "day >= due"))


@pytest.mark.parametrize(
    ("after", "seen"),
    [("32", 32), ("{'month': 365, 'year': 31}", 365)],
)
def test_a_table_is_wrong_for_whoever_loads_it(small, after, seen):
    """What happens when a module is loaded happens wrongly, in a process that had not loaded it."""

    def work(_say):
        load_wrongly(small, _mutant(small, after))
        return Outcome("survived", str(import_module(small.name).charged()))

    assert str(seen) == in_a_child(work).by
    assert 31 == import_module(small.name).charged()


@pytest.mark.parametrize(
    ("after", "seen"),
    [("32", 32), ("{'month': 365, 'year': 31}", 365)],
)
def test_a_table_that_is_loaded_is_filled_anew(small, after, seen):
    """Whoever took it has the mistake, and the table is the same one."""
    loaded = import_module(small.name)
    taken = loaded.RATES
    tables.put(small, _mutant(small, after))

    assert seen == loaded.charged()
    assert taken is loaded.RATES


def test_a_table_with_a_function_in_it_is_not_made_again(small):
    """Others may know the function that there is."""
    rates, handlers = (
        next(m for m in mutants_of(small) if m.function == name and m.loading)
        for name in ("RATES", "HANDLERS")
    )

    assert tables.is_table(small, rates)
    assert not tables.is_table(small, handlers)


def test_a_module_that_is_loaded_cannot_be_loaded_wrongly(small):
    """Then the mistake would be nowhere."""
    import_module(small.name)
    with pytest.raises(RuntimeError, match="loaded already"):
        load_wrongly(small, _mutant(small, "32"))


def _scenarios(small, after):
    """Return the work of judging a mutant by three checks, as scenarios are."""
    loaded = import_module(small.name)
    checks = {
        "late": lambda: loaded.late(4, 3),
        "not late": lambda: not loaded.late(2, 3),
        "waits": lambda: loaded.waits(1) == 3,
    }

    def work(say):
        _swapped(small, after)
        for name, check in checks.items():
            say(name)
            try:
                with limited(0.05):
                    if not check():
                        return Outcome("differs", name)
            except TooLongError:
                return Outcome("lasts", name)
        return Outcome("survived")

    return work


@pytest.mark.parametrize(
    ("after", "expected"),
    [
        ("day <= due", ("differs", "late")),
        ("day >= due", ("survived", "")),
        ("day -= 1", ("lasts", "waits")),
        ("self.days + day", ("survived", "")),
    ],
)
def test_a_mutant_is_caught_survives_or_lasts_too_long(small, after, expected):
    """The first scenario that shows another thing catches it; what never ends is ended."""
    assert expected == in_a_child(_scenarios(small, after))
    assert not import_module(small.name).late(3, 3)


def test_a_child_that_ends_is_caught_by_what_it_was_about():
    """A mistake that ends the process is told with the scenario that it ended over."""

    def work(say):
        say("first")
        say("second")
        os._exit(3)

    assert ("stops", "second") == in_a_child(work)


def test_a_fault_of_judging_itself_catches_nothing():
    """What breaks outside of a scenario is told as a fault of ours."""

    def work(_say):
        raise LookupError("no such scenario")

    assert ("broken", "LookupError('no such scenario')") == in_a_child(work)


def test_what_is_kept_of_former_calls_is_forgotten():
    """A function that remembers its answers gives no right ones with a mistake in it."""
    parameters_of(midnight)
    gc.unfreeze()
    cleared()
    gc.freeze()

    assert 0 == parameters_of.cache_info().currsize
