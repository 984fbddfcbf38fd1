"""What a test puts on a panel itself, without a call: checked as the panel's own forms would."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from prorata.fakes.ispmanager.domains import Parts, check_free, make_domains
from prorata.fakes.ispmanager.limits import preset_limits
from prorata.fakes.ispmanager.state import CUSTOM, Belongings, IspmanagerState, Usage, User
from prorata.fakes.mgr5.errors import Mgr5Error

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from prorata.fakes.ispmanager.book import Register

__all__ = ["add_domain", "belongings", "new_account", "new_usage"]


def new_account(
    state: IspmanagerState,
    name: str,
    *,
    created: datetime,
    password: str,
    preset: str | None,
    limits: Mapping[str, str],
) -> User:
    """Return a user or reseller; raise ValueError for a preset or a limit that there is not."""
    if preset is not None and preset not in state.presets:
        raise ValueError(f"{name!r}: there is no preset {preset!r}")
    filled = state.presets[preset] if preset is not None else {}
    own = preset_limits(name, limits)
    return User(
        name=name,
        preset=preset or CUSTOM,
        active=True,
        limits={**filled, **own},
        created=created,
        password=password,
    )


def add_domain(state: IspmanagerState, user: User, domain: str) -> None:
    """Make a user's domain, as far as there is room for its parts; raise ValueError if taken.

    A domain that the user has already stays as it is.
    """
    if domain in state.zones and state.zones[domain].owner == user.name:
        return
    try:
        check_free(state, domain)
    except Mgr5Error as error:
        raise ValueError(f"user {user.name!r}: the domain {domain!r} is taken") from error
    limits = user.limits
    parts = Parts(
        site=limits.get("limit_webdomains") != "0",
        zone=limits.get("limit_domains") != "0",
        mail=limits.get("limit_emaildomains") != "0",
    )
    make_domains(state, domain, user.name, parts)


def new_usage(disk: int, traffic: int, per_day: Mapping[str, int], now: datetime) -> Usage:
    """Return a usage that grows from now on; raise ValueError for a rate of anything else."""
    unknown = sorted(per_day.keys() - {"disk", "traffic"})
    if unknown:
        raise ValueError(f"usage has no {unknown[0]!r}, but disk and traffic")
    return Usage(disk, traffic, per_day.get("disk", 0), per_day.get("traffic", 0), now)


def belongings(state: IspmanagerState, name: str) -> Belongings | None:
    """Return what a user has, as it stands now; None where there is no such user."""
    user = state.users.get(name)
    if user is None:
        return None
    kinds: Mapping[str, Register[Any]] = {
        "sites": state.sites,
        "zones": state.zones,
        "mail domains": state.mail_domains,
        "databases": state.databases,
        "mailboxes": state.mailboxes,
        "ftp users": state.ftp_users,
        "addresses": state.addresses,
    }
    has = {kind: tuple(things.listed(name)) for kind, things in kinds.items()}
    points = tuple(state.zones[zone].address for zone in state.zones.listed(name))
    return Belongings(user, has, points)
