"""What clients and staff do in HostBill: one model for each verb."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING, Annotated, Final, Self, TypeAlias

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from prorata.harness.scenario.acts import (
    ANYWHERE,
    Act,
    ImportTariffs,
    OnInvoice,
    OnLicence,
    OnService,
    Ordering,
    Paying,
    Someone,
    TestSeller,
)
from prorata.harness.scenario.declared import Declared, model_of
from prorata.harness.scenario.expect import together
from prorata.harness.scenario.instants import Instant
from prorata.harness.scenario.words import Amount, Cycle, Measured, Name, YesNo, word
from prorata.reference.vocabulary.product import CANCELLED, PRODUCT
from prorata.reference.vocabulary.product_order import DOMAIN_OPTION

__all__ = ["HOSTBILL"]

if TYPE_CHECKING:
    _Product: TypeAlias = Declared
else:
    _Product = model_of(PRODUCT)


class OrderProduct(Ordering):
    """A client orders a product; `label` names the service in the scenario.

    The addon `ip` that is ordered with `site` is called `site ip`, and so is a sub-product; the
    part `panel` of a bundle that is ordered as `pack` is `pack panel`.
    """

    product: Name
    cycle: Cycle
    hostname: Name | None = None
    domain_option: Annotated[str, word(DOMAIN_OPTION.what, *DOMAIN_OPTION.words)] | None = None
    answers: dict[Name, Name] = Field(default_factory=dict)
    consent: YesNo = False
    ip: Name | None = None
    licence_name: Name | None = None
    addons: dict[Name, Cycle] = Field(default_factory=dict)
    sub_products: dict[Name, Cycle] = Field(default_factory=dict)

    def labels(self, parts: Sequence[str]) -> tuple[str, ...]:
        """Return the labels of the services that it makes; `parts` are those of a bundle."""
        return together(self.label, parts, (*self.addons, *self.sub_products))

    def chosen(self, label: str) -> tuple[str | None, ...]:
        """Return what the client chose in the names of the service with this label."""
        return (self.client, self.product, self.hostname) if label == self.label else ()


class ProductsFor(Act):
    """The products are listed for a client, or for staff."""

    client: Name
    by: Someone | None = None


class PayInvoice(OnInvoice, Paying):
    """A client pays the oldest unpaid invoice of the service with this label, or its newest.

    Where no amount is named, it is paid whole.
    """

    amount: Amount | None = None


class CancelInvoice(OnInvoice):
    """Staff cancel the oldest unpaid invoice of the service with this label, or its newest."""

    by: Someone | None = None


class ByClient(OnService):
    """Something that clients do with a service, or staff for them."""

    by: Someone | None = None


class ResetPassword(ByClient):
    """A client gets another password for the billing."""

    password: Name


class Accept(OnService):
    """Staff accept an order that waits."""

    by: Someone | None = None


class ShowLog(OnService):
    """The log of a service is shown to its client, or to staff."""

    by: Someone | None = None


class AnswerForm(OnService):
    """Fields of the form of a service's order are answered anew, by a client or staff."""

    answers: dict[Name, str]
    by: Someone | None = None


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
    by: Someone | None = None


class ReportUsage(OnService):
    """Usage of a metered service is reported: now, or as of an instant before."""

    variable: Name
    amount: Measured
    at: Instant | None = None


class Transfer(OnService):
    """A service passes to another client."""

    to: Name
    by: Someone | None = None


class ImportProducts(Act):
    """Staff import products from a JSON text, which has the fields of each by its name."""

    json_text: Name = Field(alias="json")
    by: Someone | None = None


class ImportForm(Act):
    """Staff import the form of a product from a JSON or a YAML text: each field by its name."""

    product: Name
    json_text: Name | None = Field(default=None, alias="json")
    yaml_text: Name | None = Field(default=None, alias="yaml")
    by: Someone | None = None

    also = MappingProxyType({"oneOf": [{"required": ["json"]}, {"required": ["yaml"]}]})

    @model_validator(mode="after")
    def _one_text(self) -> Self:
        if (self.json_text is None) == (self.yaml_text is None):
            raise PydanticCustomError("one_text", "give json or yaml, one of them")
        return self


class DeleteOrder(OnService):
    """Staff delete the order of a service, with all its data and its account or without."""

    data: YesNo = False
    by: Someone | None = None


class SetProduct(Act, _Product):
    """Staff give fields of a product new values."""

    product: Name
    by: Someone | None = None


#: The acts of HostBill by their verbs.
HOSTBILL: Final[Mapping[str, type[Act]]] = {
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
    "show_licence": OnLicence,
    "show_log": ShowLog,
    "start_operation": OnService,
    "import_tariffs": ImportTariffs,
    "test_seller": TestSeller,
    **ANYWHERE,
}
