"""The names that acts and expectations use: clients, tariffs, and the labels of services."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from prorata.harness.scenario.expect import WORDS, is_label, labels_of
from prorata.harness.scenario.imported import imported
from prorata.harness.scenario.nodes import mapping
from prorata.harness.scenario.problems import nearest
from prorata.reference.vocabulary.product import PRODUCT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from prorata.harness.scenario.draft import Draft, DraftStep
    from prorata.harness.scenario.nodes import PlainData
    from prorata.harness.scenario.places import TreePath

__all__ = ["check_names"]

#: The fields of a product that name other products.
_NAMING: Final = tuple(field.name for field in PRODUCT.fields if field.names == "products")


def check_names(draft: Draft) -> None:
    """Check each name; a label exists from its order on, unless the order is refused."""
    names = _Names(draft)
    for step in draft.steps:
        if step.verb:
            names.check_act(step, step.verb)
        names.make(step)
        names.check_expect(step)


class _Names:
    """The names of the scenario, with the labels made so far and the numbers of their steps."""

    def __init__(self, draft: Draft) -> None:
        given = mapping(draft.plain.get("given"))
        self.draft = draft
        self.products = mapping(given.get("products"))
        self.made: dict[str, int] = dict.fromkeys(draft.borrowed, 0)
        self.refused: dict[str, int] = {}
        self.sold = "tariff" if draft.system == "billmanager" else "product"
        self.known = {
            "client": mapping(given.get("clients")),
            self.sold: mapping(given.get(f"{self.sold}s")),
        }

    def check_act(self, step: DraftStep, verb: str) -> None:
        """Check the names that an act uses."""
        act = mapping(step.plain.get(verb))
        path = (*step.path, verb)
        for what in self.known:
            self._check_known((*path, what), what, act.get(what))
        if verb == "import_products":
            self.products = {**imported(act.get("json")), **self.products}
            self.known[self.sold] = self.products
        for key in _NAMING if verb == "set_tariff" and self.sold == "product" else ():
            named = act.get(key)
            for index, one in enumerate(named if isinstance(named, list) else ()):
                self._check_known((*path, key, index), self.sold, one)
        if verb == "transfer":
            self._check_known((*path, "to"), "client", act.get("to"))
        key = "invoice" if verb in {"pay", "cancel_invoice"} else "service"
        self._check_label((*path, key), act.get(key))
        for beside in ("addons", "sub_products"):
            for name in mapping(act.get(beside)):
                self._check_key((*path, beside, name), self.sold, name)

    def make(self, step: DraftStep) -> None:
        """Remember the label of an order."""
        for label in labels_of(step.plain.get("order"), self.products):
            self._make(step, label)

    def _make(self, step: DraftStep, label: str) -> None:
        path, number = (*step.path, "order", "as"), int(step.path[1]) + 1
        if label in WORDS:
            self.draft.report(path, f'"{label}" is a word of expectations; choose another label')
        elif self.made.get(label):
            first = self.made[label]
            self.draft.report(path, f'label "{label}" is given twice; step {first} has it already')
        elif "refused" in mapping(step.plain.get("expect")):
            self.refused[label] = number
        else:
            self.made[label] = number

    def check_expect(self, step: DraftStep) -> None:
        """Check the labels, tariffs and clients of an expectation."""
        path = (*step.path, "expect")
        expect = mapping(step.plain.get("expect"))
        for key, value in expect.items():
            if not is_label(key, self.draft.labels):
                continue
            if key not in self.made:
                self.draft.report_key((*path, key), self._unmade(key))
            self._check_known((*path, key, "tariff"), self.sold, mapping(value).get("tariff"))
            self._check_known((*path, key, "client"), "client", mapping(value).get("client"))
        for word in ("balance", "accounts", "credit_notes"):
            for client in mapping(expect.get(word)):
                self._check_key((*path, word, client), "client", client)
        tasks = expect.get("tasks")
        for index, task in enumerate(tasks if isinstance(tasks, list) else ()):
            self._check_label((*path, "tasks", index), task)
        invoices = expect.get("invoices")
        for index, one in enumerate(invoices if isinstance(invoices, list) else ()):
            owned = (*path, "invoices", index, "client")
            self._check_known(owned, "client", mapping(one).get("client"))
        for used, label in _uses(path, expect):
            self._check_label(used, label)

    def _check_known(self, path: TreePath, what: str, said: PlainData | None) -> None:
        if isinstance(said, str) and said and said not in self.known[what]:
            near = nearest(said, self.known[what])
            self.draft.report(path, f'unknown {what} "{said}"{near}')

    def _check_key(self, path: TreePath, what: str, said: str) -> None:
        if said not in self.known[what]:
            near = nearest(said, self.known[what])
            self.draft.report_key(path, f'unknown {what} "{said}"{near}')

    def _check_label(self, path: TreePath, label: PlainData | None) -> None:
        if isinstance(label, str) and label and label not in self.made:
            self.draft.report(path, self._unmade(label))

    def _unmade(self, label: str) -> str:
        if label in self.refused:
            step = self.refused[label]
            return f'there is no service "{label}": its order in step {step} is refused'
        if label in self.draft.labels:
            return f'no service is called "{label}" yet; its order comes later'
        return f'no service is called "{label}"{nearest(label, self.made)}'


_USES = (("charged", "service"), ("invoices", "of"), ("ispmanager", "user"), ("entered", "user"))


def _uses(
    path: TreePath, expect: dict[str, PlainData]
) -> Iterator[tuple[TreePath, PlainData | None]]:
    """Find where lines, invoices, licences and users of the panel name a label."""
    for label in mapping(expect.get("licences")):
        yield (*path, "licences", label), label
    for word, key in _USES:
        value = expect.get(word)
        if isinstance(value, dict):
            yield (*path, word, key), value.get(key)
        elif isinstance(value, list):
            for index, item in enumerate(value):
                yield (*path, word, index, key), mapping(item).get(key)
