"""What of a seed decides that something is refused: who writes a client can change it there.

A tariff's field, a right of a group, a client's balance: each by its path in the seed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

    from prorata.reference.engine.state import Book

__all__ = ["NOTHING", "NOT_ENOUGH", "RULES", "Subject", "in_a_seed"]

#: The type and object of the error for too little money on the account.
NOT_ENOUGH: Final = ("not_enough_money", "")


class Subject(NamedTuple):
    """What a refused call was about, as far as it is known: names, empty for none.

    `own` is the tariff that a service has, `tariff` the one that is asked for, maybe another.
    """

    tariff: str = ""
    own: str = ""
    client: str = ""
    group: str = ""

    @classmethod
    def of(cls, book: Book, parameters: Mapping[str, Any]) -> Subject:
        """Return what an act with these parameters is about."""
        service = book.services.get(int(parameters.get("service", 0)))
        own = service.tariff if service else ""
        name = parameters.get("client") or (service.client if service else "")
        client = book.clients.get(name)
        group = (client.group if client else None) or ""
        return cls(parameters.get("tariff") or own, own, name, group)


#: By rule, the fields of the tariff that is asked for, of the service's own, and other paths.
_ASKED: Final[Mapping[str, tuple[str, ...]]] = {
    "billmanager.tariff.enabled": ("enabled",),
    "billmanager.order.price": ("prices", "renewal_prices", "disabled_periods"),
    "billmanager.order.tariff-end": ("tariff_end",),
    "billmanager.order.minimum-period": ("minimum_period",),
    "billmanager.order.service-limit": ("service_limit",),
    "billmanager.order.quantity": ("maximum_quantity",),
    "billmanager.order.resources": ("resources",),
    "billmanager.order.groups": ("groups",),
    "billmanager.order.quick": ("quick_order",),
    "billmanager.order.agreement": ("agreement",),
    "billmanager.order.trial": ("trial",),
    "billmanager.charge.calendar": ("calendar",),
    "billmanager.charge.daily": ("daily",),
    "billmanager.name.username": ("username_template",),
}
_OWN: Final[Mapping[str, tuple[str, ...]]] = {
    "billmanager.change.forbidden": ("tariff_change",),
    "billmanager.change.free": ("tariff_change",),
    "billmanager.change.period": ("tariff_change",),
    "billmanager.charge.daily.suspension": ("daily.clients_may_suspend",),
    "billmanager.renew.from-suspension": ("late_renewal_fee",),
}
_RIGHTS: Final[Mapping[str, str]] = {
    "billmanager.suspend.client": "suspend",
    "billmanager.delete.client": "delete",
    "billmanager.order.service-limit": "ignore_limit",
}
_PATHS: Final[Mapping[str, str]] = {
    "billmanager.pay": "currency",
    "billmanager.currency.change": "currency",
}
#: The rules that no seed changes: staff do it, the client renews, or the service has ended.
NOTHING: Final = frozenset(
    {
        "billmanager.lifecycle.status",
        "billmanager.rights",
        "billmanager.suspend.non-payment",
        "billmanager.suspend.staff",
    }
)
RULES: Final = frozenset({*_ASKED, *_OWN, *_RIGHTS, *_PATHS, *NOTHING})
"""Every rule of which it is known what decides it."""

#: Of refusals by no rule, by error type and object: a path in which `{tariff}` and the like stand.
_BY_OBJECT: Final[Mapping[tuple[str, str], str]] = {
    ("missed", "pricelist"): "tariffs.NAME.id",
    ("missed", "addon"): "tariffs.{tariff}.addon_ids",
    ("missed", "account"): "clients",
    ("missed", "clientgroup"): "groups",
    ("value", "period"): "tariffs.{tariff}.prices",
    ("value", "autoprolong"): "tariffs.{tariff}.prices",
    ("value", "payment_currency"): "currency",
}


def in_a_seed(rule: str, error: tuple[str, str], subject: Subject) -> str:
    """Return the paths that decide about a refusal by a rule, or of an error's type and object.

    Where no seed decides there are none.

    >>> in_a_seed("billmanager.delete.client", ("access", "service"), Subject(client="anna"))
    'groups.NAME.delete, clients.anna.group'
    """
    known = {name: value or "NAME" for name, value in subject._asdict().items()}
    if error == NOT_ENOUGH:
        paths = [f"clients.{known['client']}.balance"]
    elif rule.startswith("provision."):
        paths = ["ispmanager"]
    elif rule:
        paths = [*_of_tariffs(rule, known), *_of_groups(rule, known), *_path(_PATHS, rule)]
    else:
        paths = [path.format(**known) for path in _path(_BY_OBJECT, error)]
    return ", ".join(paths)


def _of_tariffs(rule: str, known: Mapping[str, str]) -> list[str]:
    if rule.startswith("billmanager.change.") and known["tariff"] == known["own"]:
        return []  # nothing is changed to itself
    asked = [f"tariffs.{known['tariff']}.{field}" for field in _ASKED.get(rule, ())]
    return asked + [f"tariffs.{known['own']}.{field}" for field in _OWN.get(rule, ())]


def _of_groups(rule: str, known: Mapping[str, str]) -> list[str]:
    """Return the right of the client's group; who is in none can be put into one."""
    if rule not in _RIGHTS:
        return []
    joined = [f"clients.{known['client']}.group"] if known["group"] == "NAME" else []
    return [f"groups.{known['group']}.{_RIGHTS[rule]}", *joined]


def _path(table: Mapping[Any, str], key: object) -> list[str]:
    return [table[key]] if key in table else []
