"""Acts of a scenario as calls of BILLmanager's API, one entry for each.

Each names the functions that it calls; what of them no document of the vendor has is in `ability`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from prorata.harness.implementations.billing import Unsupported
from prorata.harness.implementations.billmanager import buying, changing, looking
from prorata.harness.implementations.billmanager.ability import NOT_SAID
from prorata.harness.implementations.billmanager.through_link import Guest

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from prorata.harness.implementations.billmanager.scene import PanelScene
    from prorata.harness.protocol import Done

__all__ = ["ACTS", "Deed", "perform"]


class Deed(NamedTuple):
    """How an act is done: the functions that are called, and what does it.

    `lacks` names what they cannot say.
    """

    functions: tuple[str, ...]
    do: Callable[[PanelScene, dict[str, Any]], Done]
    lacks: str = ""


def perform(scene: PanelScene, act: str, params: Mapping[str, Any]) -> Done:
    """Do an act; raise `Refused` or `Unsupported`."""
    if act not in ACTS:
        raise Unsupported(f"{act}: {NOT_SAID.get(act, 'the API has no function for it')}")
    return ACTS[act].do(scene, dict(params))


_CODES: Final = "periods without a number on the wire"
_SAME: Final = "an amount that there is already"
_FAILED: Final = "a call that fails on the panel for hosting"

ACTS: Final[Mapping[str, Deed]] = {
    "order": Deed(
        ("vhost.order.param",), buying.order, f"{_CODES}; orders that wait for their payment"
    ),
    "pay": Deed(("payment.add", "payment.setpaid"), buying.pay),
    "open_payment": Deed(("payment.add",), buying.open_payment),
    "renew": Deed(("service.prolong",), buying.renew, _CODES),
    "change_tariff": Deed(("service.changepricelist",), buying.change_tariff, _CODES),
    "order_resource": Deed(
        ("vhost.edit",),
        changing.resource(lambda has, params: has + int(params["amount"])),
        _SAME,
    ),
    "set_resource": Deed(
        ("vhost.edit",), changing.resource(lambda _has, params: int(params["amount"])), _SAME
    ),
    "cancel_resource": Deed(
        ("vhost.edit",),
        changing.resource(lambda _has, _params: None),
        _SAME,
    ),
    "set_auto_renewal": Deed(("vhost.edit",), changing.auto_renewal, _CODES),
    "suspend": Deed(("vhost.suspend",), changing.on_service("suspend")),
    "resume": Deed(("vhost.resume",), changing.on_service("resume")),
    "delete": Deed(("vhost.delete",), changing.on_service("delete")),
    "set_tariff": Deed(
        ("pricelist.edit",),
        changing.set_tariff,
        "prices and addons that are taken away; clients who try",
    ),
    "set_currency": Deed(("provider.edit currency",), changing.set_currency, "clients who try"),
    "recover_password": Deed(("recovery",), changing.recover_password),
    "set_password": Deed(
        ("service.changepassword",), changing.set_password, "a password that is made up"
    ),
    "open_panel": Deed(("gotoserver",), looking.open_panel),
    "create_on_panel": Deed(("gotoserver",), looking.on_panel(Guest.create), _FAILED),
    "delete_on_panel": Deed(("gotoserver",), looking.on_panel(Guest.delete), _FAILED),
    "show_on_panel": Deed(
        ("gotoserver", "service.stat name, value", "vhost.edit"), looking.show, _FAILED
    ),
    "tasks_for": Deed(("task",), looking.tasks),
    "tariffs_for": Deed(
        ("v2.vhost.order.pricelist",), looking.tariffs, "languages and labels; notes for staff"
    ),
}
