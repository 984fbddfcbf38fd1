"""What happened, in the words of a heading."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prorata.harness.running.wording import act_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from prorata.harness.explaining.sides import Resale
    from prorata.harness.explaining.watching import Happened
    from prorata.harness.scenario import TimelineStep
    from prorata.reference.engine.decisions import Decision
    from prorata.reference.engine.state import Service

__all__ = ["act_title", "bought_title", "due_title", "other_title"]

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


def other_title(step: TimelineStep) -> str:
    """Say what another billing does in a step: ``seller: suspend panel by staff``, if one does."""
    done = {
        name: each.act for name, each in step.others.items() if each.act and each.act[0] != "wait"
    }
    return ", ".join(f"{name}: {act_text(step.others[name])}" for name in done)


def bought_title(purchase: Resale) -> str:
    """Say what a seller charges: ``seller charges for panel``."""
    verb = "charges" if purchase.cost.amount >= 0 else "gives back"
    return f"{purchase.seller} {verb} for {purchase.service}"


def due_title(happened: Happened, number: int, name: str) -> str:
    """Say what fell due for a service: ``renewal of site by itself``; nothing where nothing did."""
    made = [each for each in happened.decisions if each.service == number]
    before, after = happened.before.services.get(number), happened.after.services[number]
    found = [noun for told in _TOLD for noun in told(made, before or after, after)]
    found = found or [(kind, "") for kind in _posted(happened, number)]
    if not found:
        return _asked(happened, number, name)
    titles = [
        f"{noun}{'' if index else f' of {name}'} {tail}" for index, (noun, tail) in enumerate(found)
    ]
    return ", ".join(title.strip() for title in titles)


def _asked(happened: Happened, number: int, name: str) -> str:
    """Say what became of what a panel or a seller was asked for; nothing where nothing did."""
    asked = [each for each in happened.operations if each.service == number]
    before = happened.before.operations
    if asked and all(each.number in before for each in asked):
        same = all(each.tries == before[each.number].tries for each in asked)
        if same and happened.after.services[number].resold is not None:
            return f"the seller has done what was asked for {name}"
    whom = "panel" if happened.after.services[number].resold is None else "seller"
    return f"the {whom} is asked again for {name}" if asked else ""


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
