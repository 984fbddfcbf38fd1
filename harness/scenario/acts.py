"""What clients and staff do: one model for each verb of each system."""

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import Field

from prorata.harness.scenario.given import Tariff
from prorata.harness.scenario.model import Part, json_value, keys
from prorata.harness.scenario.words import (
    Amount,
    Cycle,
    Name,
    Natural,
    Period,
    PeriodOrNo,
    Whole,
    YesNo,
    word,
)

__all__ = ["ACTS", "Act"]

_By = Annotated[str, word("someone who does this", "client", "staff")]


class Act(Part):
    """An act; a label in it stands for a service that an earlier order made."""

    def message(self, ids: Mapping[str, str]) -> dict[str, Any]:
        """Return the parameters of the protocol; `ids` has the implementation's id of each label.

        A label of the scenario never leaves: `service` is replaced, `label` is left out. Raises
        `KeyError` for a label without an id.
        """
        words: dict[str, Any] = json_value(self)
        names = keys(type(self))
        sent = {key: value for key, value in words.items() if names[key] != "label"}
        if "service" in sent:
            sent["service"] = ids[sent["service"]]
        return sent


class Order(Act):
    """A client orders a service at a tariff; `label` names the service in the scenario."""

    label: Name = Field(alias="as")
    client: Name
    tariff: Name
    period: Period
    quantity: Natural = 1
    resources: dict[Name, Whole] = Field(default_factory=dict)
    domain: Name | None = None
    auto_renewal: YesNo = False


class OrderProduct(Act):
    """A client orders a product; `label` names the service in the scenario."""

    label: Name = Field(alias="as")
    client: Name
    product: Name
    cycle: Cycle
    hostname: Name | None = None


class Pay(Act):
    """A client pays an amount to the balance."""

    client: Name
    amount: Amount


class PayInvoice(Act):
    """A client pays the oldest unpaid invoice of the service with this label."""

    label: Name = Field(alias="invoice")


class OnService(Act):
    """Something that is done to one service: a plain renewal in HostBill."""

    service: Name


class Renew(OnService):
    """A service is renewed for a period."""

    period: Period


class ChangeTariff(OnService):
    """A service goes to another tariff."""

    tariff: Name
    period: Period | None = None


class ChangeProduct(OnService):
    """A service goes to another product."""

    product: Name
    cycle: Cycle | None = None


class OrderResource(OnService):
    """A service gets more of a resource."""

    resource: Name
    amount: Natural


class CancelResource(OnService):
    """A service gives back what was ordered of a resource."""

    resource: Name


class By(OnService):
    """A service is suspended, resumed or deleted by someone."""

    by: _By


class SetAutoRenewal(OnService):
    """A service is to be renewed for a period by itself, or no longer."""

    period: PeriodOrNo


class SetTariff(Act, Tariff):
    """Staff give fields of a tariff new values."""

    tariff: Name


class Wait(Act):
    """Nobody does anything."""


_ANYWHERE: dict[str, type[Act]] = {"suspend": By, "resume": By, "delete": By, "wait": Wait}

#: The acts of each system by their verbs.
ACTS: Mapping[str, Mapping[str, type[Act]]] = {
    "billmanager": {
        "order": Order,
        "pay": Pay,
        "renew": Renew,
        "change_tariff": ChangeTariff,
        "order_resource": OrderResource,
        "cancel_resource": CancelResource,
        "set_auto_renewal": SetAutoRenewal,
        "set_tariff": SetTariff,
        **_ANYWHERE,
    },
    "hostbill": {
        "order": OrderProduct,
        "pay": PayInvoice,
        "change_tariff": ChangeProduct,
        "renew": OnService,
        **_ANYWHERE,
    },
}
