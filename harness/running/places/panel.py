"""The panel itself: what a user has there, and where a link leads."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from prorata.harness.protocol import Done, Result
from prorata.harness.running.places.common import NOT_TOLD, NOTHING, STRANGERS, names, text, yes
from prorata.harness.running.places.naming import renumbered, several_renumbered

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from prorata.fakes.ispmanager.state import Belongings
    from prorata.harness.running.places.common import Path, Wanted, Writer
    from prorata.harness.running.seen import Seen
    from prorata.harness.scenario import Expect
    from prorata.harness.scenario.expect import ExpectedUser

__all__ = ["everything", "seen", "wanted"]

_PANEL: Final = "ispmanager"
#: What of an answer to staff is said in a billing's own words: compared where a file says them.
_IN_WORDS: Final = (" error", "Notice")
#: What is seen of a user alone; of none there is nothing.
_OF_USER: Final[Mapping[str, Callable[[Belongings], str]]] = {
    "suspended": lambda has: yes(not has.user.active),
    "preset": lambda has: has.user.preset,
    "backup": lambda has: yes(has.user.backup),
    "password": lambda has: has.user.password,
    "address": lambda has: names(set(has.domain_addresses)),
    "level": lambda has: str(has.user.level),
}


def wanted(expect: Expect, _writer: Writer) -> dict[Path, str]:
    """Return what a file expects of the panel."""
    texts: dict[Path, str] = {}
    for user in expect.ispmanager:
        texts |= {(_PANEL, user.user, *place): found for place, found in _of(user).items()}
    if expect.entered is not None:
        texts["entered", "user"] = expect.entered.user
        for key in ("again", "returns"):
            if key in expect.entered.model_fields_set:
                texts["entered", key] = yes(getattr(expect.entered, key))
    for name, told in (expect.shown or {}).items():
        texts["shown", name] = told
    return texts


def _of(user: ExpectedUser) -> dict[Path, str]:
    write = {"exists": yes, "suspended": yes, "backup": yes}
    plain = ("exists", "suspended", "preset", "name", "password", "address", "backup")
    told = user.model_fields_set | {"exists"}
    texts: dict[Path, str] = {
        (name,): write.get(name, text)(getattr(user, name)) for name in plain if name in told
    }
    texts |= {("limits", limit): value for limit, value in (user.limits or {}).items()}
    return texts | {("has", kind): names(found) for kind, found in (user.has or {}).items()}


def everything(ours: Seen, others: Seen, writer: Writer) -> Iterator[Path]:
    """Yield every place of the panel that the reference fills, but of users who are the same.

    A password is one of them where an act has set it.
    """
    for label, service in ours.services.items():
        if service is None or not service.user or _alike(label, service.user, ours, others, writer):
            continue
        yield _PANEL, label, "exists"
        has = ours.belongings.get(service.user)
        if has is None:
            continue
        for name in ("suspended", "preset", "backup", "level"):
            yield _PANEL, label, name
        if writer.set_by_act(has.user.password):
            yield _PANEL, label, "password"
        yield from ((_PANEL, label, "limits", limit) for limit in has.user.limits)
        yield from ((_PANEL, label, "has", kind) for kind in has.has)
    if len(ours.strangers) < len(others.strangers):
        yield (STRANGERS,)
    if ours.visit is not None:
        yield from (("entered", key) for key in ("user", "again", "returns"))
    yield from (("shown", name) for name in _shown(ours) if not name.endswith(_IN_WORDS))


def _alike(label: str, user: str, ours: Seen, others: Seen, writer: Writer) -> bool:
    """Tell whether two show a service with the same user, who has the same on the panel."""
    other = others.services.get(label)
    if other is None or other.user != user:
        return False
    return _looks(ours.belongings.get(user), writer) == _looks(others.belongings.get(user), writer)


def _looks(has: Belongings | None, writer: Writer) -> tuple[object, ...]:
    """Return what `everything` looks at, of a user who has the same name in two."""
    if has is None:
        return ()
    user = has.user
    password = user.password if writer.set_by_act(user.password) else None
    return user.active, user.preset, user.backup, user.level, user.limits, has.has, password


def seen(wanted: Wanted, shown: Seen, writer: Writer) -> dict[Path, str]:
    """Return what was seen at the places of the panel that are wanted."""
    texts: dict[Path, str] = {}
    for place, hoped in wanted.texts.items():
        if place[0] == _PANEL:
            texts[place] = _at(shown, place[1:], hoped, writer)
        elif place[0] == "shown":
            texts[place] = _shown_at(shown, place[1], hoped, writer)
        elif place[0] == "entered":
            texts[place] = _entered(shown, place[1])
        elif place[0] == STRANGERS:
            texts[place] = names(shown.strangers)
    return texts


def _at(shown: Seen, path: Path, hoped: str, writer: Writer) -> str:
    label, *place = path
    service = shown.services.get(label)
    if service is not None and "user" not in service.model_fields_set:
        return NOT_TOLD
    login = (service.user if service else None) or ""
    has, name = shown.belongings.get(login), place[0]
    if name == "exists":
        return yes(has is not None)
    if has is None:
        return NOTHING
    if name in {"name", "has"}:
        found = (login,) if name == "name" else has.has.get(place[1], ())
        return names(several_renumbered(found, hoped, label, shown, writer.chosen(label)))
    return has.user.limits.get(place[1], NOTHING) if name == "limits" else _OF_USER[name](has)


def _shown(shown: Seen) -> Mapping[str, str]:
    body = shown.answer.body if isinstance(shown.answer, Result) else None
    return (body.shown or {}) if isinstance(body, Done) else {}


def _shown_at(shown: Seen, name: str, hoped: str, writer: Writer) -> str:
    """Return what the act showed; a user whose name has another number as the reference has it."""
    found = _shown(shown).get(name, NOTHING)
    label = _whose(found, shown) if name == "user" else NOTHING
    if label in shown.services:
        return renumbered(found, hoped, label, shown, writer.chosen(label))
    return found


def _entered(shown: Seen, key: str) -> str:
    visit = shown.visit
    if key == "user":
        return _whose(visit.user if visit else None, shown)
    if visit is None:
        return NOTHING
    return yes(visit.again) if key == "again" else yes(bool(visit.back))


def _whose(login: str | None, shown: Seen) -> str:
    """Return the label of the service that has a user."""
    services = [(label, each) for label, each in shown.services.items() if each is not None]
    if login and all("user" not in each.model_fields_set for _, each in services):
        return NOT_TOLD
    return next((label for label, each in services if login and each.user == login), NOTHING)
