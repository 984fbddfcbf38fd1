"""What was bought from a billing: licences as their seller has them, and what buyers called."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from prorata.harness.running.places.common import NOTHING, text, yes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from prorata.harness.running.places.common import Path, Wanted, Writer
    from prorata.harness.running.seen import Seen, Sold
    from prorata.harness.scenario import Expect
    from prorata.harness.scenario.expect import ExpectedLicence

__all__ = ["everything", "seen", "wanted"]

_LICENCES: Final = "licences"
_CALLS: Final = "calls"
_FIELDS: Final[Mapping[str, Callable[[Sold, Writer], str]]] = {
    "status": lambda sold, _writer: sold.status,
    "tariff": lambda sold, _writer: sold.tariff,
    "expires": lambda sold, writer: writer.instant(sold.expires),
    "ip": lambda sold, _writer: text(sold.ip),
    "name": lambda sold, _writer: text(sold.name),
    "key": lambda sold, _writer: yes(bool(sold.key)),
    "bought": lambda sold, _writer: str(sold.bought),
}
_NONE_BOUGHT: Final = "0"


def wanted(expect: Expect, writer: Writer) -> dict[Path, str]:
    """Return what a file expects to have been bought, and called."""
    texts: dict[Path, str] = {}
    for label, licence in expect.licences.items():
        texts |= {(_LICENCES, label, name): said for name, said in _of(licence, writer).items()}
    for func, calls in expect.calls.items():
        if calls.times is not None:
            texts[_CALLS, func] = str(calls.times)
        texts |= {(_CALLS, func, name): said for name, said in calls.with_.items()}
    return texts


def _of(licence: ExpectedLicence, writer: Writer) -> dict[str, str]:
    """Return what is expected of a licence: there is one, unless the file says otherwise."""
    write: Mapping[str, Callable[..., str]] = {
        "expires": writer.instant,
        "key": yes,
        "bought": str,
    }
    told = {name: getattr(licence, name) for name in licence.model_fields_set}
    ended = licence.status == "deleted"
    counted = {} if ended else {"bought": "1"}
    return counted | {name: write.get(name, text)(value) for name, value in told.items()}


def everything(ours: Seen, others: Seen, _writer: Writer) -> Iterator[Path]:
    """Yield every place of what was bought in two."""
    for label in {**ours.licences, **others.licences}:
        if ours.licences.get(label) != others.licences.get(label):
            yield from ((_LICENCES, label, name) for name in _FIELDS if name != "key")


def seen(wanted: Wanted, shown: Seen, writer: Writer) -> dict[Path, str]:
    """Return what was bought and called where something is wanted."""
    texts: dict[Path, str] = {}
    for place in wanted.texts:
        if place[0] == _LICENCES:
            sold = shown.licences.get(place[1])
            nothing = _NONE_BOUGHT if place[2] == "bought" else NOTHING
            texts[place] = _FIELDS[place[2]](sold, writer) if sold else nothing
        elif place[0] == _CALLS:
            texts[place] = _called(shown, *place[1:])
    return texts


def _called(shown: Seen, func: str, name: str = "") -> str:
    """Write how often a function was called; of a parameter what it was, each value once."""
    calls = shown.calls.get(func, ())
    if not name:
        return str(len(calls))
    return ", ".join(dict.fromkeys(call.get(name, NOTHING) for call in calls)) or NOTHING
