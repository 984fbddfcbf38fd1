"""HostBill's rulebook: which handler decides on which act."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from prorata.reference.engine.hostbill.anew import planned_anew
from prorata.reference.engine.hostbill.at_once import generations
from prorata.reference.engine.hostbill.belonging import belonging
from prorata.reference.engine.hostbill.cancel import at_the_end, cancel, plan_end
from prorata.reference.engine.hostbill.catalogue import Product
from prorata.reference.engine.hostbill.cycle_change import change_either, change_period
from prorata.reference.engine.hostbill.cycles import (
    by_hand,
    generate,
    missed,
    next_planned,
    renew,
)
from prorata.reference.engine.hostbill.deletion import delete_order
from prorata.reference.engine.hostbill.downgrades import pay_owed
from prorata.reference.engine.hostbill.functions import functions_for, reset_password, switched
from prorata.reference.engine.hostbill.importing import import_form, import_products
from prorata.reference.engine.hostbill.listing import answer_form, import_presets, tariffs_for
from prorata.reference.engine.hostbill.logs import show_log
from prorata.reference.engine.hostbill.metered import report_usage, so_far
from prorata.reference.engine.hostbill.notices import (
    remind,
    tell_created,
    tell_expiry,
    tell_failed,
    tell_upgraded,
)
from prorata.reference.engine.hostbill.order import (
    accept,
    auto_cancelled,
    create_by_cron,
    order,
)
from prorata.reference.engine.hostbill.overdue import (
    add_late_fee,
    begin_addons,
    not_renewed,
    resume_by_staff,
    suspend_by_staff,
    suspend_unpaid,
    terminate_by_staff,
    terminate_unpaid,
    unpaid_yet,
)
from prorata.reference.engine.hostbill.ownership import pay_old_owner, transfer
from prorata.reference.engine.hostbill.payments import cancel_invoice, pay
from prorata.reference.engine.hostbill.products import set_product
from prorata.reference.engine.hostbill.resold import seen_at_seller
from prorata.reference.engine.hostbill.statuses import CALLED, status_of
from prorata.reference.engine.hostbill.unmade import give_back_unmade
from prorata.reference.engine.provisioning import panel_acts
from prorata.reference.engine.resell.acts import (
    import_tariffs,
    show_licence,
    start_operation,
    test_seller,
)
from prorata.reference.engine.rights import permitted
from prorata.reference.engine.rulebook import Rulebook
from prorata.reference.hostbill.client_functions import CLIENTS, active_only, staff_only
from prorata.reference.hostbill.order import goes_along
from prorata.reference.hostbill.username import numbered
from prorata.reference.resell.licence import on_panel

if TYPE_CHECKING:
    from prorata.reference.engine.state import Service
    from prorata.reference.engine.turn import Turn
    from prorata.reference.refusal import Refusal

__all__ = ["HOSTBILL"]


def wait(_turn: Turn, /) -> Refusal | None:
    """Do nothing."""
    return None


def _active(turn: Turn, service: Service) -> Refusal | None:
    return (
        turn.rule(goes_along, is_addon=not service.has_account)
        or turn.rule(active_only, has=status_of(service))
        or turn.rule(on_panel, is_there=service.resold is None)
    )


def _details(turn: Turn, /, *, service: str, by: str = "client") -> Refusal | None:
    """Answer the name, the key and the address of a licence, to the client of an active one."""
    refusal = turn.rule(active_only, has=status_of(turn.book.services[int(service)]))
    return refusal or show_licence(turn, service=service, by=by)


HOSTBILL: Final = Rulebook(
    system="hostbill",
    sold=Product.of,
    acts={
        "order": order,
        "pay": pay,
        "cancel": cancel,
        "tariffs_for": tariffs_for,
        "report_usage": report_usage,
        "wait": wait,
        **permitted(
            {
                **switched(
                    {
                        **panel_acts(_active),
                        "answer_form": answer_form,
                        "change_tariff": change_either,
                        "change_period": change_period,
                        "renew": renew,
                        "reset_password": reset_password,
                        "show_licence": _details,
                        "show_log": show_log,
                        "transfer": transfer,
                    }
                ),
                "functions_for": functions_for,
                "import_presets": import_presets,
                "import_tariffs": import_tariffs,
                "test_seller": test_seller,
                "start_operation": start_operation,
                "accept": accept,
                "cancel_invoice": cancel_invoice,
                "delete_order": delete_order,
                "import_form": import_form,
                "import_products": import_products,
                "set_tariff": set_product,
                "suspend": suspend_by_staff,
                "resume": resume_by_staff,
                "delete": terminate_by_staff,
            },
            staff_only,
            CLIENTS,
        ),
    },
    due={
        "cancellation: order": auto_cancelled,
        "cancellation: request": at_the_end,
        "change: to be cancelled": plan_end,
        "change: carried out": planned_anew,
        "change: owed": pay_owed,
        "change: passed on": pay_old_owner,
        "invoice": generate,
        "invoice: missed": missed,
        "invoice: by hand": by_hand,
        "invoice: next": next_planned,
        "late fee": add_late_fee,
        "suspension": suspend_unpaid,
        "deletion": terminate_unpaid,
        "deletion: not renewed": not_renewed,
        "notification: reminder": remind,
        "notification: expiry": tell_expiry,
        "operation: create": create_by_cron,
    },
    charges_balance=False,
    told_apart=numbered,
    activated=(begin_addons, tell_created, unpaid_yet),
    performed={
        ("change_preset", "done"): tell_upgraded,
        ("change_preset", "failed"): tell_failed,
        ("delete", "done"): give_back_unmade,
    },
    belonging=belonging,
    at_once={"invoice": generations},
    called=CALLED,
    usage=so_far,
    seen_at_seller=seen_at_seller,
)
