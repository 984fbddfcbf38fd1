"""Facts about the panel itself: what a user has there, and where a link leads."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prorata.harness.protocol import Done, Result
from prorata.harness.running.texts import NOTHING, Facts, yes

if TYPE_CHECKING:
    from prorata.fakes.ispmanager.state import Belongings
    from prorata.harness.running.play import Seen
    from prorata.harness.scenario import Expect
    from prorata.harness.scenario.expect import ExpectedUser

__all__ = ["seen", "wanted"]


def wanted(expect: Expect) -> Facts:
    """Return what the file expects of the panel beside the plain facts of its users."""
    facts: Facts = {}
    for index, user in enumerate(expect.ispmanager):
        facts |= {("ispmanager", str(index), *place): text for place, text in _of(user).items()}
    if expect.entered is not None:
        facts["entered", "user"] = expect.entered.user
        for key in ("again", "returns"):
            if key in expect.entered.model_fields_set:
                facts["entered", key] = yes(getattr(expect.entered, key))
    for name, text in (expect.shown or {}).items():
        facts["shown", name] = text
    return facts


def _of(user: ExpectedUser) -> Facts:
    facts: Facts = {
        (name,): getattr(user, name)
        for name in ("password", "address")
        if getattr(user, name) is not None
    }
    if user.backup is not None:
        facts["backup",] = yes(user.backup)
    facts |= {("limits", limit): value for limit, value in (user.limits or {}).items()}
    return facts | {("has", kind): _names(names) for kind, names in (user.has or {}).items()}


def seen(expect: Expect, shown: Seen) -> Facts:
    """Return what was seen at the same places."""
    facts: Facts = {}
    for index, user in enumerate(expect.ispmanager):
        service = shown.services.get(user.user)
        has = shown.belongings.get((service.user if service else None) or "")
        facts |= {
            place: _at(has, place[2], place[-1])
            for place in wanted(expect)
            if place[:2] == ("ispmanager", str(index))
        }
    if expect.entered is not None:
        facts |= _entered(expect, shown)
    body = shown.answer.body if isinstance(shown.answer, Result) else None
    told = (body.shown or {}) if isinstance(body, Done) else {}
    for name in expect.shown or ():
        facts["shown", name] = told.get(name, NOTHING)
    return facts


def _at(has: Belongings | None, what: str, name: str) -> str:
    if has is None:
        return NOTHING
    if what == "limits":
        return has.user.limits.get(name, NOTHING)
    if what == "address":
        return ", ".join(sorted(set(has.domain_addresses))) or NOTHING
    if what == "has":
        return _names(has.has.get(name, ()))
    return yes(has.user.backup) if what == "backup" else has.user.password


def _entered(expect: Expect, shown: Seen) -> Facts:
    visit = shown.visit
    users = {
        service.user: label for label, service in shown.services.items() if service is not None
    }
    facts: Facts = {("entered", "user"): users.get(visit.user if visit else None, NOTHING)}
    asked = expect.entered.model_fields_set if expect.entered else frozenset()
    if "again" in asked:
        facts["entered", "again"] = yes(visit.again) if visit else NOTHING
    if "returns" in asked:
        facts["entered", "returns"] = yes(bool(visit.back)) if visit else NOTHING
    return facts


def _names(names: tuple[str, ...]) -> str:
    return ", ".join(sorted(names)) or NOTHING
