"""BILLmanager's rulebook: which handler decides on which act and due moment."""

from __future__ import annotations

from typing import Final

from prorata.reference.engine.billmanager.account import open_payment, pay, set_auto_renewal, wait
from prorata.reference.engine.billmanager.at_once import renewals
from prorata.reference.engine.billmanager.change import change_tariff, switch_at_expiry
from prorata.reference.engine.billmanager.currency import set_currency
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
from prorata.reference.engine.billmanager.order import charge_day, order
from prorata.reference.engine.billmanager.panel import PANEL_ACTS
from prorata.reference.engine.billmanager.permitted import permitted
from prorata.reference.engine.billmanager.renew import renew, renew_or_expire, retry
from prorata.reference.engine.billmanager.resources import (
    cancel_resource,
    order_resource,
    set_resource,
)
from prorata.reference.engine.billmanager.tariffs import set_tariff
from prorata.reference.engine.catalogue import Tariff
from prorata.reference.engine.rulebook import Rulebook

__all__ = ["BILLMANAGER"]

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
            **PANEL_ACTS,
        }
    ),
    due={
        "renewal": renew_or_expire,
        "renewal: again": retry,
        "renewal: day": charge_day,
        "expiry": expire,
        "expiry: tariff": switch_at_expiry,
        "suspension": suspend_unpaid,
        "deletion": delete_unpaid,
    },
    charges_balance=True,
    activated=tell_active,
    at_once={"renewal": renewals},
)
