"""Which rule sets what is told beside money: notices, tasks, lists of tariffs."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from prorata.harness.protocol import Done, Result
from prorata.harness.running.places.told import NUMBER
from prorata.harness.scenario.acts import TariffsFor
from prorata.reference.hostbill.reminders import EXPIRY, OVERDUE, UNPAID
from prorata.reference.resell.ispmanager5 import NUMBERS_OF_5

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from prorata.harness.running.causes.scene import Scene
    from prorata.harness.running.places import Path
    from prorata.harness.running.seen import Seen

__all__ = ["accounts", "credit_notes", "functions", "notices", "tariffs", "tasks"]


def notices(path: Path, scene: Scene) -> str:
    """Return the rule of what clients are told, or of who tells it."""
    if scene.system == "hostbill":
        return _sent(scene)
    ours, theirs = _notices(scene.moment.seen), _notices(scene.theirs)
    if any(kind.startswith(NUMBER) for kind, _, _ in ours - theirs):
        return "resell.notice"
    return f"billmanager.notify.{'sender' if path[1:] == ('from',) else 'activation'}"


def _sent(scene: Scene) -> str:
    """Return the rule of a notice that only one of the two sent, or at another time."""
    ours, theirs = _notices(scene.moment.seen), _notices(scene.theirs)
    (kind, _, _), *_ = (*(ours - theirs), *(theirs - ours), ("", "", None))
    rows = scene.scenario.catalogue().values()
    timed = {UNPAID, OVERDUE, EXPIRY, *(each for row in rows for each in _timed(row))}
    return f"hostbill.{'reminders' if kind in timed else 'messages'}"


def _notices(seen: Seen) -> Counter[tuple[Any, ...]]:
    return Counter((each.kind, each.to, each.at) for each in seen.notifications or ())


def _timed(row: Mapping[str, Any]) -> Iterator[str]:
    """Yield the templates of what a product has sent on a day."""
    for name in ("reminders", "expiry_notices"):
        yield from (own["template"] for own in row.get(name, {}).get("own", ()))
    yield from filter(None, [row.get("messages", {}).get("expiry")])


def tasks(_path: Path, _scene: Scene) -> str:
    """Return the rule of tasks."""
    return "billmanager.task.department"


def functions(_path: Path, _scene: Scene) -> str:
    """Return the rule of what a client is offered for a service."""
    return "hostbill.client-functions"


def credit_notes(_path: Path, _scene: Scene) -> str:
    """Return the rule of credit notes."""
    return "hostbill.downgrade.credit-note"


def accounts(_path: Path, scene: Scene) -> str:
    """Return the rule of accounts in several currencies."""
    paying = scene.verb in {"pay", "open_payment"}
    return "billmanager.pay" if paying else "billmanager.currency.change"


def tariffs(path: Path, scene: Scene) -> str:
    """Return the rule of a list of tariffs: of its order, of who is in it, of what it shows."""
    if scene.system == "hostbill":
        return "hostbill.show" if len(path) > 1 else _offered(scene)
    labels = scene.act.labels if isinstance(scene.act, TariffsFor) else ()
    if len(path) > 1 or labels:
        return "billmanager.show"
    ours, theirs = _listed(scene.moment.seen), _listed(scene.theirs)
    other = next(iter(ours ^ theirs), None)
    return "billmanager.sort" if other is None else _sold(other, scene)


def _listed(seen: Seen) -> set[str]:
    body = seen.answer.body if isinstance(seen.answer, Result) else None
    listed = body.tariffs if isinstance(body, Done) else None
    return {each.tariff for each in listed or ()}


def _offered(scene: Scene) -> str:
    """Return the rule by which a product is offered to a client or not."""
    ours, theirs = _listed(scene.moment.seen), _listed(scene.theirs)
    other = next(iter(ours ^ theirs), "") if theirs else ""
    product = scene.scenario.given.products.get(other)
    if product is not None and product.stock is not None:
        return "hostbill.upgrade.out-of-stock"
    limited = product is not None and product.limit_per_customer is not None
    return "hostbill.limit-per-customer" if limited else "hostbill.product.preconditions"


def _sold(name: str, scene: Scene) -> str:
    """Return the rule that says whether a tariff is sold."""
    tariff = scene.scenario.given.tariffs.get(name)
    if tariff is None or tariff.enabled is False:
        return "billmanager.tariff.enabled"
    if tariff.number in NUMBERS_OF_5:
        return "resell.ispmanager5.end-of-sale"
    return f"billmanager.order.{'tariff-end' if tariff.tariff_end else 'groups'}"
