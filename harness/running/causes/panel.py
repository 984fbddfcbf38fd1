"""Which rule sets what is on the panel, and what is shown of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from prorata.reference.panels import limits

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from prorata.harness.running.causes.scene import Scene
    from prorata.harness.running.places import Path

__all__ = ["entered", "made", "panel", "shown"]

_P: Final = "provision.ispmanager."


def panel(path: Path, scene: Scene) -> str:
    """Return the rule of what a user has on the panel."""
    _, label, name, *rest = path
    found = _ON_PANEL.get(name, f"{_P}create")
    return found if isinstance(found, str) else found(label, rest[0] if rest else "", scene)


def _exists(label: str, _: str, scene: Scene) -> str:
    """Return the rule by which there is a user or none: what made it, or took it away."""
    ours, was = scene.ours(label), scene.was(label)
    if ours is not None and ours.status == "deleted":
        return f"{_P}delete"
    if was is None or was.status in _NOT_MADE or (ours is not None and ours.status in _NOT_MADE):
        return made(label, scene)
    gone = ours is not None and ours.status == "suspended" and was.status != "suspended"
    return f"{_P}{'suspend' if gone else 'delete'}"


def _suspended(label: str, _: str, scene: Scene) -> str:
    """Return the rule of a suspension: one that lacks, that stays, or that nothing asked for."""
    ours, was = scene.ours(label), scene.was(label)
    if was is None or was.status in _NOT_MADE:
        return made(label, scene)
    had = (moment.seen.services.get(label) for moment in scene.before)
    stood = any(each is not None and each.status == "suspended" for each in had)
    ran = ours is not None and ours.status != "suspended"
    return f"{_P}{'resume' if ran and stood else 'suspend'}"


def _preset(label: str, limit: str, scene: Scene) -> str:
    """Return the rule of a preset, or of its limit: that of a change, once there was one.

    Another preset that comes later than its user comes by a change as well.
    """
    ours, was = scene.ours(label), scene.was(label)
    had = (moment.seen.services.get(label) for moment in scene.before)
    other = any(each is not None and ours and each.tariff != ours.tariff for each in had)
    later = not limit and was is not None and was.status not in _NOT_MADE
    other = other or (later and scene.verb == "change_tariff")
    return f"{_P}change-preset" if other and not _lacks_preset(label, scene) else made(label, scene)


def made(label: str, scene: Scene) -> str:
    """Return the rule by which a user is made, or its preset or address before it."""
    if scene.scenario.given.ipmanager is not None:
        return "provision.ipmanager"
    if _fills(scene):
        return f"{_P}capacity"
    return f"{_P}{'presets' if _lacks_preset(label, scene) else 'create'}"


def _fills(scene: Scene) -> bool:
    """Tell whether the server is full with the users that were there and those that are made."""
    given = scene.scenario.given.ispmanager
    server = None if given is None else given.connection
    if given is None or server is None or server.maximum_accounts is None:
        return False
    services = scene.moment.seen.services.values()
    made = sum(each is not None and each.status in {"active", "suspended"} for each in services)
    return made + len(given.users) >= server.maximum_accounts


def _lacks_preset(label: str, scene: Scene) -> bool:
    """Tell whether the panel was not given the preset that a service is to have."""
    given, ours = scene.scenario.given.ispmanager, scene.ours(label)
    if given is None or "presets" not in given.model_fields_set or ours is None:
        return False
    row = scene.scenario.catalogue().get(ours.tariff or "", {})
    return row.get("template", ours.tariff) not in given.presets


def _password(_label: str, _: str, scene: Scene) -> str:
    """Return the rule of a password on the panel, which a client's own for the billing is not."""
    return "hostbill.client.password" if scene.verb == "reset_password" else f"{_P}password"


def _limit(label: str, name: str, scene: Scene) -> str:
    """Return the rule of a limit: a resource, an override of the product, or the preset's."""
    ours = scene.ours(label)
    row = scene.scenario.catalogue().get(ours.tariff or "", {}) if ours else {}
    sold = {*_sold(row), *(ours.resources if ours else ())}
    bought = {limits.RESOURCES[each].name for each in sold if each in limits.RESOURCES}
    over = {limits.OVERRIDES[each] for each in row.get("overrides", {}) if each in limits.OVERRIDES}
    if name in over and name not in bought:
        return f"{_P}overrides"
    return f"{_P}resources" if name in bought else _preset(label, name, scene)


def _sold(row: Mapping[str, Mapping[str, object]]) -> tuple[str, ...]:
    return tuple(row.get("resources", {}))


def _has(label: str, kind: str, scene: Scene) -> str:
    """Return the rule of what a user has: addresses are bought, the rest is made with it or in it.

    A domain is managed by a rule of its own.
    """
    if kind == "addresses":
        return f"{_P}resources"
    if scene.verb in {"create_on_panel", "delete_on_panel"}:
        return f"{_P}{'domain' if getattr(scene.act, 'what', '') == 'domain' else 'manage'}"
    ours = scene.ours(label)
    return f"{_P}{'delete' if ours is not None and ours.status == 'deleted' else 'create'}"


def _address(_label: str, _: str, scene: Scene) -> str:
    """Return the rule of the address of a user: who gives it, or what points to it."""
    given = scene.scenario.given.ipmanager is not None
    return "provision.ipmanager" if given else "billmanager.name.free-zone"


def entered(path: Path, _scene: Scene) -> str:
    """Return the rule of a link into the panel, or of the way back."""
    return f"{_P}{'return' if path[1:] == ('returns',) else 'login'}"


def shown(_path: Path, scene: Scene) -> str:
    """Return the rule of what an act shows."""
    return _SHOWN.get(scene.verb, f"{_P}manage")


#: What a service is whose user is not on the panel yet.
_NOT_MADE: Final = frozenset({"ordered", "pending", "processing"})
_ON_PANEL: Final[Mapping[str, str | Callable[[str, str, Scene], str]]] = {
    "exists": _exists,
    "suspended": _suspended,
    "preset": _preset,
    "limits": _limit,
    "has": _has,
    "password": _password,
    "backup": f"{_P}overrides",
    "address": _address,
    "name": "billmanager.name.username",
}
_SHOWN: Final = {
    "test_connection": f"{_P}connection",
    "import_presets": f"{_P}presets",
    "test_seller": "resell.connection",
    "import_tariffs": "resell.import",
    "show_licence": "resell.licence.separate",
    "show_log": "resell.operation",
}
