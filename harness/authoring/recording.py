"""A scenario from what was called and what was charged in a real run."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from prorata.harness.authoring.called import NamesByNumber, RecordedAct, deeds
from prorata.harness.authoring.inferring import inferred, posted_at
from prorata.harness.authoring.told import ToldError
from prorata.harness.authoring.writing import WrittenStep, scenario_text, shown_instant
from prorata.reference.ledger import TO_CLIENT
from prorata.reference.money import POSTING_DIGITS, minor_digits
from prorata.reference.readings import choose
from prorata.reference.rules import ids

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
    from datetime import datetime
    from zoneinfo import ZoneInfo

    from prorata.harness.authoring.told import Called
    from prorata.harness.protocol import LedgerLine, Observation

__all__ = ["Run", "recorded"]


class Run(NamedTuple):
    """What is known of a run: its calls, its ledger, and what its billing was given.

    `given` are tariffs and clients in the words of a scenario, or its catalogue; {} where nothing
    is known. `of` is what it is called in the file.
    """

    of: str
    calls: Sequence[Called]
    told: Observation
    given: Mapping[str, Any]
    #: The names of tariffs by the numbers that calls have.
    numbers: Mapping[str, str]
    system: str
    currency: str
    zone: ZoneInfo
    title: str = ""


@dataclass(slots=True)
class _Moment:
    """A step in the making: an act or none, the lines posted, the users of the panel changed."""

    at: datetime
    deed: RecordedAct | None = None
    lines: list[LedgerLine] = field(default_factory=list)
    panel: dict[str, bool] = field(default_factory=dict)
    said: list[str] = field(default_factory=list)


_RULES: Final = {"billmanager": "billmanager.order.price", "hostbill": "hostbill.cycle"}


def recorded(run: Run) -> str:
    """Return the text of a scenario; raise `ToldError` where nothing was done.

    What could not be known is said in its comments.
    """
    label = _labels(run)
    names = NamesByNumber(lambda number, code: _tariff(run, number, code), label)
    done, others = deeds(run.calls, names)
    done = _numbered(run, done, label)
    known = {each.service for each in done if each.verb == "order" and not each.refused}
    guessed = inferred(run.told, run.system, label, known)
    ordered = known | {each.service for each in guessed}
    strangers = (run.told.services or {}).keys() - ordered
    run = _without(run, strangers)
    lost = [each for each in done if each.service not in {"", *ordered}]
    for each in lost:
        others[f"{each.verb} of the service {each.service}"] = 1
    moments = _moments(run, [*guessed, *(each for each in done if each not in lost)], label)
    if not any(each.deed for each in moments):
        raise ToldError(f"{run.of}: nothing was ordered in it, and no ledger has a service")
    steps = [_written(run, each, label) for each in moments]
    steps[-1] = _in_the_end(run, steps[-1], label)
    head = {
        "title": run.title or f"What was recorded from {run.of}",
        "rules": _rules(run),
        "source": "ours",
        **_readings(run),
        "given": {
            "system": run.system,
            "currency": run.currency,
            "timezone": run.zone.key,
            **_given(run, moments),
        },
    }
    return scenario_text(head, steps, "\n".join(_unknown(run, others, guessed, strangers)))


def _labels(run: Run) -> Callable[[str], str]:
    """Return what calls a service by its number: ``site`` where there is only one."""
    told = [each.service for each in run.told.ledger or () if each.service]
    numbers = dict.fromkeys([*(run.told.services or {}), *told])
    several = len(numbers) > 1
    return lambda number: f"service {number or 'unknown'}" if several else "site"


def _numbered(
    run: Run, done: Sequence[RecordedAct], label: Callable[[str], str]
) -> list[RecordedAct]:
    """Give an order whose answer tells no number that of the service first charged then.

    One that was refused made nothing: its label is one of its own.
    """
    first: dict[str, LedgerLine] = {}
    for line in run.told.ledger or ():
        first.setdefault(line.service or "", line)
    taken = {each.service for each in done}
    found = []
    for nth, each in enumerate(done, 1):
        number = each.service
        if each.verb != "order" or (number and not each.refused):
            found.append(each)
            continue
        fitting = (n for n, line in first.items() if posted_at(line) == each.at)
        number = "" if each.refused else next((n for n in fitting if n not in taken), "")
        taken.add(number)
        name = label(number) if number else f"order {nth}"
        tariff = {"tariff": _tariff(run, number, "")} if number and not run.numbers else {}
        found.append(each._replace(service=number, words={**each.words, "as": name, **tariff}))
    return found


def _tariff(run: Run, number: str, code: str) -> str:
    """Return the name of a tariff: of a service, or by its number in the catalogue."""
    service = (run.told.services or {}).get(number)
    return run.numbers.get(code) or (service and service.tariff) or f"tariff {code}".strip()


def _moments(run: Run, done: Iterable[RecordedAct], label: Callable[[str], str]) -> list[_Moment]:
    found = [_Moment(each.at, each, said=list(each.said)) for each in done]
    for line in run.told.ledger or ():
        _post(found, line)
    for at, user, suspended in _suspensions(run, label):
        there = [each for each in found if each.at == at]
        if not there:
            there = [_Moment(at)]
            found += there
        there[-1].panel[user] = suspended
    return sorted(found, key=lambda each: each.at)


def _post(found: list[_Moment], line: LedgerLine) -> None:
    """Put a line where it was posted: with an act on its service at that instant, or alone."""
    at = posted_at(line)
    if at is None:
        if not found:
            raise ToldError("a line of the ledger has neither at nor covers, and nothing was done")
        found[-1].lines.append(line)
        found[-1].said.append(f"when the {line.kind} of {line.amount} was posted is not told")
        return
    there = [each for each in found if each.at == at and _is_for(each, line)]
    if not there:
        there = [_Moment(at)]
        found += there
    # Of several acts at one instant each has its own period.
    free = (each for each in there if line.kind not in {other.kind for other in each.lines})
    moment = next(free, there[-1])
    moment.lines.append(line)
    if line.at is None:
        moment.said.append(f"when the {line.kind} of {line.amount} was posted is not told")


def _is_for(moment: _Moment, line: LedgerLine) -> bool:
    deed = moment.deed
    return deed is None or (not deed.refused and line.service in {None, "", deed.service})


def _suspensions(run: Run, label: Callable[[str], str]) -> Iterable[tuple[datetime, str, bool]]:
    """Yield when a user of ispmanager was suspended or resumed, by the label of the service."""
    users = {each.user: number for number, each in (run.told.services or {}).items() if each.user}
    for call in run.calls:
        name = call.params.get("elid", "")
        verb = call.func.removeprefix("user.")
        done = call.panel == "ispmanager" and verb in {"suspend", "resume"} and not call.error
        if done and name in users:
            yield call.at, label(users[name]), verb == "suspend"


def _written(run: Run, moment: _Moment, label: Callable[[str], str]) -> WrittenStep:
    deed = moment.deed
    several = len({each.service for each in run.told.ledger or ()}) > 1
    expect: dict[str, Any] = {"charged": [_line(run, e, label, several) for e in moment.lines]}
    users = [{"user": name, "suspended": state} for name, state in moment.panel.items()]
    if users:
        expect["ispmanager"] = users[0] if len(users) == 1 else users
    said = dict.fromkeys(moment.said)
    if deed is not None and deed.refused:
        said[f"it was refused ({deed.refused}); under which rule is not told"] = None
    at = shown_instant(moment.at.astimezone(run.zone))
    return WrittenStep(at, deed and (deed.verb, deed.words), expect, tuple(said))


def _line(run: Run, line: LedgerLine, label: Callable[[str], str], several: bool) -> dict[str, Any]:  # noqa: FBT001  a fact of the run
    row: dict[str, Any] = {"kind": line.kind, "amount": Decimal(line.amount)}
    if line.covers:
        row["covers"] = " .. ".join(shown_instant(e.astimezone(run.zone)) for e in line.covers)
    if several and line.service:
        row["service"] = label(line.service)
    return {**row, "included": True} if line.included else row


def _in_the_end(run: Run, step: WrittenStep, label: Callable[[str], str]) -> WrittenStep:
    """Return the last step with what services and balances were in the end."""
    ended: dict[str, Any] = {}
    for number, service in (run.told.services or {}).items():
        expires = service.expires and shown_instant(service.expires.astimezone(run.zone))
        alive = {"expires": expires} if expires and service.status != "deleted" else {}
        ended[label(number)] = {"status": service.status, **alive}
    balances = {name: Decimal(amount) for name, amount in (run.told.balances or {}).items()}
    posted = {name: each for name, each in balances.items() if _is_posted(each, run.currency)}
    money = {"balance": posted} if posted and run.system == "billmanager" else {}
    said = tuple(
        f"the balance of {name} is {each}, of which no digit is rounded"
        for name, each in balances.items()
        if name not in posted
    )
    return step._replace(expect={**ended, **step.expect, **money}, said=(*step.said, *said))


def _is_posted(amount: Decimal, currency: str) -> bool:
    """Tell whether an amount has no more digits than its currency."""
    return _digits(amount) <= _minor(currency)


def _digits(amount: Decimal) -> int:
    exponent = amount.as_tuple().exponent
    return -exponent if isinstance(exponent, int) else 0


def _minor(currency: str) -> int:
    """Return the digits of a currency; `ToldError` for none that is known."""
    try:
        return minor_digits(currency)
    except KeyError:
        raise ToldError(f"{currency} is not a currency that is known") from None


def _readings(run: Run) -> dict[str, dict[str, str]]:
    """Return the reading by which lines have the digits that they have, where it is not ours."""
    minor, by_default = _minor(run.currency), POSTING_DIGITS[choose()["posting_digits"]]
    more = any(
        _digits(Decimal(line.amount)) > by_default(line.kind, minor)
        for line in run.told.ledger or ()
    )
    return {"readings": {"posting_digits": "four_decimals"}} if more else {}


def _rules(run: Run) -> list[str]:
    told = {line.rule for line in run.told.ledger or () if line.rule}
    known = sorted(rule for rule in told & ids() if rule.startswith(run.system))
    return known or [_RULES[run.system]]


def _given(run: Run, moments: Sequence[_Moment]) -> dict[str, Any]:
    """Return what is given: what is known of it, or as far as orders and lines tell it."""
    sold = "tariffs" if run.system == "billmanager" else "products"
    known = {key: value for key, value in run.given.items() if key != "clients"}
    tariffs = {} if known else {sold: _sold(run, moments, sold.removesuffix("s"))}
    clients: dict[str, Any] = dict(run.given.get("clients", {}))
    for name, balance in _balances(run, moments).items():
        own = {"balance": balance} if run.system == "billmanager" else {}
        clients[name] = {**clients.get(name, {}), **own}
    return {**known, **tariffs, "clients": clients}


def _sold(run: Run, moments: Sequence[_Moment], word: str) -> dict[str, Any]:
    """Return tariffs with the prices that were paid: the first of each for each period."""
    found: dict[str, dict[str, Any]] = defaultdict(lambda: {"prices": {}})
    tariffs: dict[str, str] = {}
    for each in moments:
        words = dict(each.deed.words) if each.deed else {}
        label = words.get("as") or words.get("service", "")
        tariffs[label] = words.get(word) or tariffs.get(label, "")
        length = words.get("period") or words.get("cycle")
        if not length or not tariffs[label]:
            continue
        row = found[tariffs[label]]
        if length == "trial":
            row["trial"] = {"days": _trial_days(run, each)}
            continue
        amounts = {line.kind: Decimal(line.amount) for line in reversed(each.lines)}
        row["prices"].setdefault(length, amounts.get("period", Decimal("0.00")))
        if "setup" in amounts:
            row.setdefault("setup_fee", amounts["setup"])
    return dict(found)


def _trial_days(run: Run, moment: _Moment) -> int:
    """Return how long a trial ran: until the first time that was charged, or until it expires."""
    number = moment.deed.service if moment.deed else ""
    charged = (e.covers[0] for e in run.told.ledger or () if e.service == number and e.covers)
    service = (run.told.services or {}).get(number)
    ends = min(charged, default=service and service.expires)
    first, last = (at and at.astimezone(run.zone).date() for at in (moment.at, ends))
    return (last - first).days if first and last else 1


def _balances(run: Run, moments: Sequence[_Moment]) -> dict[str, Decimal]:
    """Return what each client had at the start, unless it is given.

    Where it is told what is left, that with all that was taken and paid; else the least by which
    everything could be paid when it was.
    """
    told = {name: Decimal(amount) for name, amount in (run.told.balances or {}).items()}
    owners = {number: each.client for number, each in (run.told.services or {}).items()}
    spent: dict[str, Decimal] = dict.fromkeys(told, Decimal(0))
    most: dict[str, Decimal] = {}
    timed: list[LedgerLine] = []

    def spend(lines: Iterable[LedgerLine]) -> None:
        for line in lines:
            owner = line.client or owners.get(line.service or "", next(iter(spent), ""))
            if owner and not line.included:
                amount = Decimal(line.amount)
                spent[owner] = spent.get(owner, Decimal(0)) + (
                    -amount if line.kind in TO_CLIENT else amount
                )
                most[owner] = max(most.get(owner, Decimal(0)), spent[owner])

    for each in moments:
        words = each.deed.words if each.deed else {}
        if each.deed and "client" in words:
            spent.setdefault(words["client"], Decimal(0))
            owners.setdefault(each.deed.service, words["client"])
            if each.deed.verb == "pay" and not each.deed.refused:
                spent[words["client"]] -= words["amount"]
        spend(each.lines)
        timed += each.lines
    spend(line for line in run.told.ledger or () if not any(line is one for one in timed))
    if told:
        return {name: told.get(name, Decimal(0)) + amount for name, amount in spent.items()}
    given = run.given.get("clients", {})
    return {
        name: most.get(name, Decimal(0)) for name in spent if "balance" not in given.get(name, {})
    }


def _without(run: Run, services: Collection[str]) -> Run:
    """Return what is known of a run without services of which nobody knows when they began."""
    told = run.told
    kept = {n: each for n, each in (told.services or {}).items() if n not in services}
    lines = [line for line in told.ledger or () if line.service not in services]
    return run._replace(told=told.model_copy(update={"services": kept, "ledger": lines}))


def _unknown(
    run: Run, others: Mapping[str, int], guessed: Sequence[RecordedAct], strangers: Iterable[str]
) -> Iterable[str]:
    """Yield what could not be known, a line for each."""
    yield f"Recorded from {run.of}."
    if not run.given:
        yield "Prices are those that were paid; what tariffs say beside them is not told."
    if guessed:
        yield "No journal tells all acts: orders and renewals are those that the ledger suggests."
    given = any("balance" in each for each in run.given.get("clients", {}).values())
    if not run.told.balances and not given and run.system == "billmanager":
        yield "Balances are not told: at the start clients have what was charged."
    for number in sorted(strangers):
        yield f"Not recorded: the service {number}; when it was ordered is not told."
    for func, count in others.items():
        yield f"Not recorded: {func}{f', {count} times' if count > 1 else ''}."
