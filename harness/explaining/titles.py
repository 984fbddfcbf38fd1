"""What happened, in the words of a heading."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prorata.harness.running.wording import act_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from prorata.harness.explaining.watching import Happened
    from prorata.harness.scenario import TimelineStep
    from prorata.reference.engine.decisions import Decision
    from prorata.reference.engine.state import Service

__all__ = ["act_title", "due_title"]

_DAY = "billmanager.charge.daily"


def act_title(step: TimelineStep, happened: Happened | None, labels: Mapping[str, str]) -> str:
    """Say what a step does: ``change site from small to large``. `labels` are by service."""
    if step.act is None or step.act[0] != "change_tariff" or happened is None:
        return act_text(step)
    words = step.act[1].model_dump(exclude_none=True)
    own = next(number for number, label in labels.items() if label == words["service"])
    new, period = words.get("tariff") or words["product"], words.get("period")
    old = happened.before.services[int(own)].tariff
    return f"change {words['service']} from {old} to {new}{f' for {period}' if period else ''}"


def due_title(happened: Happened, number: int, name: str) -> str:
    """Say what fell due for a service: ``renewal of site by itself``; nothing where nothing did."""
    made = [each for each in happened.decisions if each.service == number]
    before, after = happened.before.services.get(number), happened.after.services[number]
    found = [noun for told in _TOLD for noun in told(made, before or after, after)]
    found = found or [(kind, "") for kind in _posted(happened, number)]
    if not found:
        asked = any(each.service == number for each in happened.operations)
        return f"the panel is asked again for {name}" if asked else ""
    titles = [
        f"{noun}{'' if index else f' of {name}'} {tail}" for index, (noun, tail) in enumerate(found)
    ]
    return ", ".join(title.strip() for title in titles)


def _posted(happened: Happened, number: int) -> dict[str, None]:
    """Return the kinds of the lines that were posted for a service, of taxes apart."""
    kinds = (line.kind for line in happened.lines if line.service == number)
    return dict.fromkeys(kind for kind in kinds if "tax" not in kind)


#: A noun of what happened, and what follows the service's name.
_Noun = tuple[str, str]


def _dated(made: list[Decision], _before: Service, _after: Service) -> Iterator[_Noun]:
    if any(each.what == "next due" for each in made):
        return  # it moves with the invoice
    for each in made:
        if each.what == "expires" and each.rule == _DAY:
            yield "a day", ""
            return
        if each.what == "expires":
            yield "renewal", "by itself"
            return


def _not_dated(made: list[Decision], _before: Service, _after: Service) -> Iterator[_Noun]:
    whats = {each.what for each in made}
    if "nothing: renewal" in whats:
        yield "no renewal", ""
    if "nothing: daily" in whats and "expires" not in whats:
        yield "no further day", ""


def _invoiced(made: list[Decision], _before: Service, _after: Service) -> Iterator[_Noun]:
    if any(each.what == "next due" for each in made):
        yield "invoice", ""


def _notified(made: list[Decision], _before: Service, _after: Service) -> Iterator[_Noun]:
    whats = dict.fromkeys(each.what for each in made)
    yield from ((what, "") for what in whats if what in {"reminder", "expiry notice"})


_ENDS = {"deleted": "deletion", "terminated": "termination", "cancelled": "cancellation"}
_STATUS = {
    "active": {"processing": "creation", "suspended": "resumption"},
    "suspended": {"active": "suspension"},
}


def _status(_made: list[Decision], before: Service, after: Service) -> Iterator[_Noun]:
    if before.status == after.status:
        return
    if after.status in _ENDS:
        yield _ENDS[after.status], "by itself"
    elif before.status in _STATUS.get(after.status, {}):
        yield _STATUS[after.status][before.status], ""


def _tariff(_made: list[Decision], before: Service, after: Service) -> Iterator[_Noun]:
    if before.tariff != after.tariff:
        yield "change", f"from {before.tariff} to {after.tariff}, for which it waited"


_TOLD: tuple[Callable[[list[Decision], Service, Service], Iterator[_Noun]], ...] = (
    _invoiced,
    _dated,
    _not_dated,
    _status,
    _tariff,
    _notified,
)
