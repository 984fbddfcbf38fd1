"""BILLmanager's rulebook: which handler decides on which act and due moment."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from prorata.reference.billmanager import tax
from prorata.reference.billmanager.lifecycle import status
from prorata.reference.billmanager.name import told_apart
from prorata.reference.billmanager.rights import CLIENTS, rights
from prorata.reference.engine.billmanager.account import open_payment, pay, set_auto_renewal, wait
from prorata.reference.engine.billmanager.at_once import renewals
from prorata.reference.engine.billmanager.catalogue import Tariff
from prorata.reference.engine.billmanager.change import change_tariff, switch_at_expiry
from prorata.reference.engine.billmanager.control_panel import set_control_panel
from prorata.reference.engine.billmanager.currency import set_currency
from prorata.reference.engine.billmanager.daily import charge_day
from prorata.reference.engine.billmanager.life import (
    delete,
    delete_unpaid,
    expire,
    resume,
    suspend,
    suspend_unpaid,
)
from prorata.reference.engine.billmanager.lists import tariffs_for, tasks_for
from prorata.reference.engine.billmanager.notices import (
    recover_password,
    send_activation,
    tell_active,
)
from prorata.reference.engine.billmanager.order import order
from prorata.reference.engine.billmanager.renew import (
    catch_up,
    renew,
    renew_or_expire,
    retry,
    runs_until,
)
from prorata.reference.engine.billmanager.resold import licence_gone, seen_at_seller
from prorata.reference.engine.billmanager.resources import (
    cancel_resource,
    order_resource,
    set_resource,
)
from prorata.reference.engine.billmanager.tariffs import set_tariff
from prorata.reference.engine.provisioning import panel_acts
from prorata.reference.engine.resell.acts import (
    import_tariffs,
    new_key,
    set_licence,
    show_licence,
    start_operation,
    test_seller,
)
from prorata.reference.engine.rights import permitted
from prorata.reference.engine.rulebook import Rulebook
from prorata.reference.resell.licence import on_panel

if TYPE_CHECKING:
    from prorata.reference.engine.state import Service
    from prorata.reference.engine.turn import Turn
    from prorata.reference.refusal import Refusal

__all__ = ["BILLMANAGER"]


def _active(turn: Turn, service: Service) -> Refusal | None:
    is_there = service.resold is None and not service.is_server
    return turn.rule(on_panel, is_there=is_there) or turn.rule(
        status, has=service.status, needs=("active",)
    )


BILLMANAGER: Final = Rulebook(
    system="billmanager",
    sold=Tariff.of,
    acts=permitted(
        {
            "order": order,
            "pay": pay,
            "renew": renew,
            "change_tariff": change_tariff,
            "order_resource": order_resource,
            "cancel_resource": cancel_resource,
            "suspend": suspend,
            "resume": resume,
            "delete": delete,
            "set_auto_renewal": set_auto_renewal,
            "wait": wait,
            "set_resource": set_resource,
            "open_payment": open_payment,
            "recover_password": recover_password,
            "send_activation": send_activation,
            "tariffs_for": tariffs_for,
            "tasks_for": tasks_for,
            "set_tariff": set_tariff,
            "set_currency": set_currency,
            "set_licence": set_licence,
            "set_control_panel": set_control_panel,
            "new_key": new_key,
            "show_licence": show_licence,
            "start_operation": start_operation,
            "import_tariffs": import_tariffs,
            "test_seller": test_seller,
            **panel_acts(_active),
        },
        rights,
        CLIENTS,
    ),
    due={
        "renewal": renew_or_expire,
        "renewal: again": retry,
        "renewal: day": charge_day,
        "expiry": expire,
        "change: tariff": switch_at_expiry,
        "suspension": suspend_unpaid,
        "deletion": delete_unpaid,
    },
    charges_balance=True,
    told_apart=told_apart,
    taxes={True: tax.included, False: tax.on_top},
    activated=(tell_active, catch_up),
    runs_until=runs_until,
    at_once={"renewal": renewals},
    performed={("delete", "done"): licence_gone},
    seen_at_seller=seen_at_seller,
)
