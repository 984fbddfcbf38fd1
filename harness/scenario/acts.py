"""What clients and staff do: one model for each verb of each system."""

from collections.abc import Callable, Mapping
from typing import Annotated, Any, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from prorata.harness.scenario.given import Product, Tariff
from prorata.harness.scenario.instants import Instant
from prorata.harness.scenario.model import Part, json_value, keys
from prorata.harness.scenario.words import (
    Amount,
    Cycle,
    Measured,
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
from prorata.reference.vocabulary.product import CANCELLED
from prorata.reference.vocabulary.product_order import DOMAIN_OPTION

__all__ = ["ACTS", "Act"]

_By = Annotated[str, word("someone who does this", "client", "staff")]


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


class Order(Act):
    """A client orders a service at a tariff; `label` names the service in the scenario.

    Where several are ordered at once, the second of `site` is called `site 2`.
    """

    label: Name = Field(alias="as")
    client: Name
    tariff: Name
    period: PeriodOrTrial
    quantity: Quantity = 1
    resources: dict[Name, Whole] = Field(default_factory=dict)
    domain: Name | None = None
    auto_renewal: YesNo = False
    consent: YesNo = False
    by: _By | None = None


class OrderProduct(Act):
    """A client orders a product; `label` names the service in the scenario.

    The addon `ip` that is ordered with `site` is called `site ip`, and so is a sub-product; the
    part `panel` of a bundle that is ordered as `pack` is `pack panel`.
    """

    label: Name = Field(alias="as")
    client: Name
    product: Name
    cycle: Cycle
    hostname: Name | None = None
    domain_option: Annotated[str, word(DOMAIN_OPTION.what, *DOMAIN_OPTION.words)] | None = None
    answers: dict[Name, Name] = Field(default_factory=dict)
    consent: YesNo = False
    addons: dict[Name, Cycle] = Field(default_factory=dict)
    sub_products: dict[Name, Cycle] = Field(default_factory=dict)


class Pay(Act):
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
    by: _By | None = None
    language: Name | None = None
    labels: tuple[Name, ...] = ()


class ProductsFor(Act):
    """The products are listed for a client, or for staff."""

    client: Name
    by: _By | None = None


class TasksFor(Act):
    """The tasks of a department are listed."""

    department: Name


class SetCurrency(Act):
    """Staff change the provider's currency."""

    currency: Name
    by: _By | None = None


class PayInvoice(Act):
    """A client pays the oldest unpaid invoice of the service with this label, or its newest.

    Where no amount is named, it is paid whole.
    """

    label: Name = Field(alias="invoice")
    amount: Amount | None = None


class CancelInvoice(Act):
    """Staff cancel the oldest unpaid invoice of the service with this label, or its newest."""

    label: Name = Field(alias="invoice")
    by: _By | None = None


class OnService(Act):
    """Something that is done to one service: a plain renewal in HostBill."""

    service: Name


class ByClient(OnService):
    """Something that clients do with a service, or staff for them."""

    by: _By | None = None


class ResetPassword(ByClient):
    """A client gets another password for the billing."""

    password: Name


class Accept(OnService):
    """Staff accept an order that waits."""

    by: _By | None = None


class AnswerForm(OnService):
    """Fields of the form of a service's order are answered anew, by a client or staff."""

    answers: dict[Name, str]
    by: _By | None = None


class Renew(OnService):
    """A service is renewed for a period."""

    period: Period


class ChangeTariff(OnService):
    """A service goes to another tariff."""

    tariff: Name
    period: Period | None = None


class ChangeProduct(ByClient):
    """A service goes to another product, or with its own to another cycle."""

    product: Name
    cycle: Cycle | None = None


class ChangeCycle(ByClient):
    """A service goes to another cycle of its product."""

    cycle: Cycle


class Cancel(OnService):
    """A service is cancelled, immediately or at the end of its period."""

    when: Annotated[str, word("a way to cancel", *CANCELLED.words)]
    by: _By | None = None


class ReportUsage(OnService):
    """Usage of a metered service is reported: now, or as of an instant before."""

    variable: Name
    amount: Measured
    at: Instant | None = None


class Transfer(OnService):
    """A service passes to another client."""

    to: Name
    by: _By | None = None


class ImportProducts(Act):
    """Staff import products from a JSON text, which has the fields of each by its name."""

    json_text: Name = Field(alias="json")
    by: _By | None = None


class ImportForm(Act):
    """Staff import the form of a product from a JSON or a YAML text: each field by its name."""

    product: Name
    json_text: Name | None = Field(default=None, alias="json")
    yaml_text: Name | None = Field(default=None, alias="yaml")
    by: _By | None = None

    @model_validator(mode="after")
    def _one_text(self) -> Self:
        if (self.json_text is None) == (self.yaml_text is None):
            raise PydanticCustomError("one_text", "give json or yaml, one of them")
        return self


class DeleteOrder(OnService):
    """Staff delete the order of a service, with all its data and its account or without."""

    data: YesNo = False
    by: _By | None = None


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

    by: _By


class SetPassword(OnService):
    """The user of a service gets another password on the panel."""

    password: Name | None = None
    by: _By | None = None


class OpenPanel(OnService):
    """Someone goes to the panel as the user of a service."""

    by: _By | None = None


_KINDS = ("domain", "database", "mailbox", "ftp user")


class ThingOnPanel(OnService):
    """Something of a service is created or deleted on the panel by someone."""

    what: Annotated[str, word("something on the panel", *_KINDS)]
    name: Name
    by: _By | None = None


class ShowOnPanel(OnService):
    """The billing shows what a service has on the panel."""

    what: Annotated[str, word("something on the panel", *_KINDS, "usage", "login details")]
    by: _By | None = None


class PanelItself(Act):
    """Something happens to the panel itself.

    It goes down or up, the nth call from now fails with its effect or without, or is answered too
    late, or the user of a service has taken up disk and bandwidth (in MiB).
    """

    state: Annotated[str, word("a state of the panel", "down", "up")] | None = None
    fail: Natural | None = None
    effect: YesNo = False
    slow: Natural | None = None
    service: Name | None = None
    disk: Whole = 0
    bandwidth: Whole = 0


class SetAutoRenewal(OnService):
    """A service is to be renewed for a period by itself, or no longer."""

    period: PeriodOrNo


class SetTariff(Act, Tariff):
    """Staff give fields of a tariff new values."""

    tariff: Name
    by: _By | None = None


class SetProduct(Act, Product):
    """Staff give fields of a product new values."""

    product: Name
    by: _By | None = None


class Wait(Act):
    """Nobody does anything."""


_ANYWHERE: dict[str, type[Act]] = {
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
}

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
        "set_resource": SetResource,
        "set_currency": SetCurrency,
        "open_payment": OpenPayment,
        "recover_password": RecoverPassword,
        "send_activation": SendActivation,
        "tariffs_for": TariffsFor,
        "tasks_for": TasksFor,
        **_ANYWHERE,
    },
    "hostbill": {
        "order": OrderProduct,
        "pay": PayInvoice,
        "change_tariff": ChangeProduct,
        "change_period": ChangeCycle,
        "renew": ByClient,
        "functions_for": OnService,
        "reset_password": ResetPassword,
        "cancel": Cancel,
        "report_usage": ReportUsage,
        "accept": Accept,
        "cancel_invoice": CancelInvoice,
        "answer_form": AnswerForm,
        "tariffs_for": ProductsFor,
        "transfer": Transfer,
        "delete_order": DeleteOrder,
        "import_form": ImportForm,
        "import_products": ImportProducts,
        "set_tariff": SetProduct,
        **_ANYWHERE,
    },
}
