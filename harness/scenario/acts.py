"""What clients and staff do: one model for each verb of BILLmanager, and those of any system."""

from abc import abstractmethod
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Annotated, Any, Final, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from prorata.harness.scenario.given import Tariff
from prorata.harness.scenario.model import Part, json_value, keys
from prorata.harness.scenario.words import (
    Amount,
    Name,
    Natural,
    Period,
    PeriodOrNo,
    PeriodOrTrial,
    Quantity,
    Whole,
    YesNo,
    word,
)
from prorata.reference.ondemand import OnDemand

__all__ = ["ACTS", "Act", "By", "OnInvoice", "OnService", "Order", "Ordering", "Paying", "Someone"]

#: What can become of an event on its way.
EVENT_FAULTS: Final = ("lost", "repeated", "late", "out of order")
Someone = Annotated[str, word("someone who does this", "client", "staff")]


class Act(Part):
    """An act; a label in it stands for a service that an earlier order made."""

    def message(self, own: Callable[[str], str]) -> dict[str, Any]:
        """Return the parameters of the protocol; `own` tells the implementation's id of a label.

        A label of the scenario never leaves: `service` is replaced, `label` is left out. Raises
        what `own` raises.
        """
        words: dict[str, Any] = json_value(self)
        names = keys(type(self))
        sent = {key: value for key, value in words.items() if names[key] != "label"}
        if "service" in sent:
            sent["service"] = own(sent["service"])
        return sent


class Ordering(Act):
    """An order; `label` names the service in the scenario."""

    label: Name = Field(alias="as")
    client: Name

    @abstractmethod
    def labels(self, parts: Sequence[str]) -> tuple[str, ...]:
        """Return the labels of the services that it makes; `parts` are those of a bundle."""

    @abstractmethod
    def chosen(self, label: str) -> tuple[str | None, ...]:
        """Return what the client chose in the names of the service with this label."""


class Order(Ordering):
    """A client orders a service at a tariff; `label` names the service in the scenario.

    Where several are ordered at once, the second of `site` is called `site 2`.
    """

    tariff: Name
    period: PeriodOrTrial
    quantity: Quantity = 1
    resources: dict[Name, Whole] = Field(default_factory=dict)
    domain: Name | None = None
    auto_renewal: YesNo = False
    consent: YesNo = False
    ip: Name | None = None
    licence_name: Name | None = None
    control_panel: Name | None = None
    by: Someone | None = None

    def labels(self, parts: Sequence[str]) -> tuple[str, ...]:  # noqa: ARG002  a tariff has none
        """Return the labels of the services that it makes."""
        return (self.label, *(f"{self.label} {nth}" for nth in range(2, self.quantity + 1)))

    def chosen(self, label: str) -> tuple[str | None, ...]:
        """Return what the client chose in the names of the service with this label."""
        return (self.client, self.domain) if label in self.labels(()) else ()


class Paying(Act):
    """A payment; two with the same `payment` are one, told twice."""

    payment: Name | None = None


class Pay(Paying):
    """A client pays an amount to the balance."""

    client: Name
    amount: Amount


class OpenPayment(Pay):
    """A client begins a payment, which is active until the amount is paid."""


class RecoverPassword(Act):
    """A client asks for another password."""

    client: Name


class SendActivation(Act):
    """A client is sent the activation of their user or payer."""

    client: Name
    of: Annotated[str, word("what is activated", "user", "payer")]


class TariffsFor(Act):
    """The tariffs are listed for a client, or for staff who look at that client's list."""

    client: Name
    by: Someone | None = None
    language: Name | None = None
    labels: tuple[Name, ...] = ()


class TasksFor(Act):
    """The tasks of a department are listed."""

    department: Name


class SetCurrency(Act):
    """Staff change the provider's currency."""

    currency: Name
    by: Someone | None = None


class OnService(Act):
    """Something that is done to one service."""

    service: Name


class OnInvoice(Act):
    """Something that is done to an invoice of the service with this label.

    That is its oldest unpaid invoice, its newest where none is unpaid.
    """

    label: Name = Field(alias="invoice")


class Renew(OnService):
    """A service is renewed for a period."""

    period: Period


class ChangeTariff(OnService):
    """A service goes to another tariff."""

    tariff: Name
    period: Period | None = None


class OrderResource(OnService):
    """A service gets more of a resource."""

    resource: Name
    amount: Natural


class SetResource(OnService):
    """A service gets an amount of a resource, more or less than it has."""

    resource: Name
    amount: Whole


class CancelResource(OnService):
    """A service gives back what was ordered of a resource."""

    resource: Name


class By(OnService):
    """A service is suspended, resumed or deleted by someone."""

    by: Someone


class SetPassword(OnService):
    """The user of a service gets another password on the panel."""

    password: Name | None = None
    by: Someone | None = None


class OpenPanel(OnService):
    """Someone goes to the panel as the user of a service."""

    by: Someone | None = None


_KINDS = ("domain", "database", "mailbox", "ftp user")


class ThingOnPanel(OnService):
    """Something of a service is created or deleted on the panel by someone."""

    what: Annotated[str, word("something on the panel", *_KINDS)]
    name: Name
    by: Someone | None = None


class ShowOnPanel(OnService):
    """The billing shows what a service has on the panel."""

    what: Annotated[str, word("something on the panel", *_KINDS, "usage", "login details")]
    by: Someone | None = None


class PanelItself(Act):
    """Something happens to the panel itself.

    It goes down or up, the nth call from now fails with its effect or without, or is answered too
    late, or the user of a service has taken up disk and bandwidth (in MiB). `func` counts the
    calls of one function alone. The next `event` of a billing that others buy from is lost, told
    twice, so many `minutes` late, or after the one that follows it; the licence of a `service`
    is moved there to another `ip`, and keys to come are ready after so many looks (`key`).
    """

    state: Annotated[str, word("a state of the panel", "down", "up")] | None = None
    fail: Natural | None = None
    effect: YesNo = False
    slow: Natural | None = None
    func: Name | None = None
    event: Annotated[str, word("a fault of events", *EVENT_FAULTS)] | None = None
    minutes: Natural | None = None
    service: Name | None = None
    ip: Name | None = None
    key: Whole | None = None
    disk: Whole = 0
    bandwidth: Whole = 0

    also = MappingProxyType({"dependencies": {"ip": ["service"]}})

    @model_validator(mode="after")
    def _moves_something(self) -> Self:
        if self.ip is not None and self.service is None:
            raise PydanticCustomError("moves_what", "say of which service the licence is moved")
        return self


class SetAutoRenewal(OnService):
    """A service is to be renewed for a period by itself, or no longer."""

    period: PeriodOrNo


class SetTariff(Act, Tariff):
    """Staff give fields of a tariff new values."""

    tariff: Name
    by: Someone | None = None


class SetLicence(OnService):
    """A licence that is bought from a seller gets another address or name."""

    ip: Name | None = None
    licence_name: Name | None = None
    by: Someone | None = None


class SetControlPanel(OnService):
    """A server gets the control panel of this value of its enumeration, or none."""

    value: Name
    by: Someone | None = None


class OnLicence(OnService):
    """Something that is done with a licence that is bought from a seller."""

    by: Someone | None = None


class ImportTariffs(Act):
    """The tariffs of the seller of a module are listed; `number` is one that is to be there."""

    module: Name
    number: Name | None = None


class TestSeller(Act):
    """The connection of a module to its seller is tested."""

    module: Name


class Wait(Act):
    """Nobody does anything."""


#: The acts of every system by their verbs.
ANYWHERE: Final[Mapping[str, type[Act]]] = {
    "suspend": By,
    "resume": By,
    "delete": By,
    "wait": Wait,
    "panel": PanelItself,
    "set_password": SetPassword,
    "open_panel": OpenPanel,
    "create_on_panel": ThingOnPanel,
    "delete_on_panel": ThingOnPanel,
    "show_on_panel": ShowOnPanel,
    "test_connection": Wait,
    "import_presets": Wait,
    "restart": Wait,
}

#: Those of BILLmanager.
BILLMANAGER: Final[Mapping[str, type[Act]]] = {
    "order": Order,
    "pay": Pay,
    "renew": Renew,
    "change_tariff": ChangeTariff,
    "order_resource": OrderResource,
    "cancel_resource": CancelResource,
    "set_auto_renewal": SetAutoRenewal,
    "set_tariff": SetTariff,
    "set_resource": SetResource,
    "set_currency": SetCurrency,
    "open_payment": OpenPayment,
    "recover_password": RecoverPassword,
    "send_activation": SendActivation,
    "tariffs_for": TariffsFor,
    "tasks_for": TasksFor,
    "set_licence": SetLicence,
    "set_control_panel": SetControlPanel,
    "new_key": OnLicence,
    "show_licence": OnLicence,
    "start_operation": OnService,
    "import_tariffs": ImportTariffs,
    "test_seller": TestSeller,
    **ANYWHERE,
}

#: The acts of each system by their verbs.
ACTS: Final[Mapping[str, Mapping[str, type[Act]]]] = OnDemand(
    {
        "billmanager": (__name__, "BILLMANAGER"),
        "hostbill": ("prorata.harness.scenario.hostbill_acts", "HOSTBILL"),
    }
)
