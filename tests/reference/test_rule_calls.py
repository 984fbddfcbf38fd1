"""Calls that ask a rule name the arguments that it has, and all that it needs."""

from __future__ import annotations

import ast
from importlib import import_module
from inspect import Parameter, signature
from pathlib import Path
from textwrap import dedent
from types import SimpleNamespace

import pytest

import prorata.fakes
import prorata.harness
import prorata.reference
from prorata.reference.billmanager import order
from prorata.reference.billmanager.rights import rights
from prorata.reference.engine import RULEBOOKS
from prorata.reference.readings import DEFAULTS, bind
from prorata.reference.rules import Rulings, rules

#: Where the function stands among the arguments of a call, by the last name of what is called.
ASKING = {"rule": 0, "rulings": 0, "post": 1, "decide": 1, "PurchaseLine": 2}
#: Where a variable has the function: which functions that can be.
VARIABLES = {
    "rights": [rights],
    "self.rulebook.told_apart": [book.told_apart for book in RULEBOOKS.values()],
    "on_line": [tax for book in RULEBOOKS.values() for tax in book.taxes.values()],
}
PACKAGES = (prorata.reference, prorata.fakes, prorata.harness)


def modules():
    """Yield the source and the name of each module of ours."""
    for package in PACKAGES:
        (folder,) = map(Path, package.__path__)
        for file in sorted(folder.rglob("*.py")):
            inside = file.relative_to(folder).with_suffix("").parts
            name = ".".join([package.__name__, *inside]).removesuffix(".__init__")
            yield file.read_text(), name


def asking(tree):
    """Yield each call that asks a rule, with the function of ours that it stands in."""
    classes = [node for node in tree.body if isinstance(node, ast.ClassDef)]
    for where in [*tree.body, *(node for each in classes for node in each.body)]:
        if not isinstance(where, ast.FunctionDef):
            continue
        for call in ast.walk(where):
            if isinstance(call, ast.Call):
                name = getattr(call.func, "attr", getattr(call.func, "id", ""))
                if name in ASKING and len(call.args) > ASKING[name]:
                    yield where, call, call.args[ASKING[name]]


def functions(asked, where, scope):
    """Return the functions that an expression can be; None where only the running code knows."""
    text = ast.unparse(asked)
    if text.partition(".")[0] in own_names(where):
        return VARIABLES.get(text)
    return [eval(text, dict(scope))]  # noqa: S307  a name of a module of ours


def own_names(where):
    """Return the names of a function's parameters and variables, and of functions in it."""
    inside = list(ast.walk(where))
    names = {node.id for node in inside
             if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}  # fmt: skip
    return names | {node.arg for node in inside if isinstance(node, ast.arg)}


def given(call, where):
    """Return the arguments that a call names, and whether these are all of them."""
    dicts = {
        node.targets[0].id: node.value
        for node in ast.walk(where)
        if isinstance(node, ast.Assign)
        and isinstance(node.targets[0], ast.Name)
        and isinstance(node.value, ast.Dict)
    }
    values = [keyword.value for keyword in call.keywords if keyword.arg is None]
    if getattr(call.func, "id", "") == "PurchaseLine":
        values = [call.args[3]]
    told = [value if isinstance(value, ast.Dict) else dicts.get(ast.unparse(value))
            for value in values]  # fmt: skip
    keys = [key for each in told if each for key in each.keys]
    names = {keyword.arg for keyword in call.keywords if keyword.arg}
    names |= {key.value for key in keys if isinstance(key, ast.Constant)}
    return names, all(told) and all(isinstance(key, ast.Constant) for key in keys)


def takes(function):
    """Return the arguments that a rule takes, and those that it needs, without what is put in."""
    parameters = {
        name: parameter
        for name, parameter in signature(function).parameters.items()
        if name != "note" and name not in bind(function, Rulings(DEFAULTS, 2).meaning, 2)
    }
    needed = {name for name, each in parameters.items() if each.default is Parameter.empty}
    return set(parameters), needed


def problems(source, scope_of):
    """Yield what is wrong with the calls of a source that ask rules."""
    for where, call, asked in asking(ast.parse(source)):
        said = ast.unparse(call)
        texts = [node.value for node in ast.walk(call) if isinstance(node, ast.Constant)]
        if named := [text for text in texts if isinstance(text, str) and text in rules()]:
            yield f"{said} writes the id {named[0]}"
            continue
        found = functions(asked, where, scope_of())
        names, whole = given(call, where)
        if found is None and names:
            yield f"{said} names arguments of nobody knows what"
        for function in found or ():
            takes_, needs = takes(function)
            for name in sorted(names - takes_):
                yield f"{said} names {name}, which {function.__name__} has not"
            for name in sorted(needs - names) if whole else ():
                yield f"{said} does not name {name}, which {function.__name__} needs"


def test_calls_name_what_their_rules_take():
    """Each call names arguments that the rule has, and all that it needs."""
    assert [] == [
        f"{name}: {problem}"
        for source, name in modules()
        for problem in problems(source, lambda name=name: vars(import_module(name)))
    ]


def test_the_calls_are_found():
    """The rulebooks of both systems ask rules in what is looked at here."""
    names = {name for source, name in modules() if any(asking(ast.parse(source)))}
    assert {"prorata.reference.engine.hostbill", "prorata.reference.engine.turn"} < names
    assert {"daily", "order", "renew"} < {name.rpartition(".")[2] for name in names}


SCOPE = {"rules": SimpleNamespace(runs=order.minimum_runs, trial=order.trial)}


@pytest.mark.parametrize(
    ("call", "said"),
    [
        ("turn.rule(rules.runs, today=1, starts=2, minimum=3)", []),
        ("turn.rule(rules.runs, today=1, start=2, minimum=3)",
         ["names start, which minimum_runs has not",
          "does not name starts, which minimum_runs needs"]),
        ("turn.decide('expires', rules.trial, service, starts=1)",
         ["does not name days, which trial needs"]),
        ("turn.decide('expires', rules.trial, service, starts=1, days=2)", []),
        ("turn.rule(rules.trial, **dates, day=2)", ["names day, which trial has not"]),
        ("turn.post('setup', rules.trial, service, **known, days=3)",
         ["names start, which trial has not", "does not name starts, which trial needs"]),
        ("self.rulings(rules.trial, **{'starts': 1, **dates}, days=2)", []),
        ("billing.rulings('billmanager.order.trial', starts=1, days=2)",
         ["writes the id billmanager.order.trial"]),
        ("turn.rule(chosen, **dates)", []),
        ("turn.rule(chosen, starts=1)", ["names arguments of nobody knows what"]),
        ("PurchaseLine(item, kind, rules.trial, {'starts': 1, 'day': 2})",
         ["names day, which trial has not", "does not name days, which trial needs"]),
    ],
)  # fmt: skip
def test_a_misspelt_argument_is_found(call, said):
    """An argument that the rule has not, one that is missing, an id as text: each is told."""
    source = dedent(
        f"""
        def handler(turn, service, dates, chosen):
            known = {{"start": 1}}
            return {call}
        """
    )
    found = list(problems(source, lambda: SCOPE))
    assert len(said) == len(found)
    assert all(one.endswith(end) for one, end in zip(found, said, strict=True)), found
