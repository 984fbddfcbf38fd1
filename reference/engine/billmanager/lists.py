"""What is listed: tariffs for a client or staff, tasks for a department."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from prorata.reference.billmanager.show import show
from prorata.reference.billmanager.sort import sort
from prorata.reference.billmanager.task import Task
from prorata.reference.billmanager.task import department as department_of
from prorata.reference.engine.billmanager.goods import still_sold
from prorata.reference.engine.billmanager.groups import in_group
from prorata.reference.resell.operation import operation

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from prorata.reference.engine.billmanager.catalogue import Tariff
    from prorata.reference.engine.state import Service
    from prorata.reference.engine.turn import Turn
    from prorata.reference.refusal import Refusal

__all__ = ["tariffs_for", "tasks_for"]


def tariffs_for(
    turn: Turn,
    /,
    *,
    client: str,
    by: str = "client",
    language: str | None = None,
    labels: Sequence[str] = (),
) -> Refusal | None:
    """List the tariffs that a client can order; staff see all of them, with what is for staff."""
    catalogue: dict[str, Tariff] = dict(turn.book.catalogue)
    listed = {
        name: tariff
        for name, tariff in catalogue.items()
        if by == "staff" or _offered(turn, tariff, client)
    }
    order = turn.rule(sort, tariffs=tuple((name, tariff.sort) for name, tariff in listed.items()))
    shown = (
        turn.rule(
            show,
            tariff=name,
            page=listed[name].page,
            by=by,
            language=language,
            labels=tuple(labels),
        )
        for name in order
    )
    turn.answer["tariffs"] = [asdict(each) for each in shown if each is not None]
    return None


def _offered(turn: Turn, tariff: Tariff, client: str) -> bool:
    refusal = still_sold(turn, tariff) or in_group(turn, turn.book.clients[client], tariff)
    return tariff.enabled and refusal is None


def tasks_for(turn: Turn, /, *, department: str) -> Refusal | None:
    """List the services that a department has tasks about: those whose operation has failed.

    An operation at a seller has a task while it runs.
    """
    seen = turn.rule(department_of, tasks=tuple(_tasks(turn)), department=department)
    turn.answer["tasks"] = [str(task.service) for task in seen]
    return None


def _tasks(turn: Turn) -> Iterator[Task]:
    book = turn.book
    for number, service in book.services.items():
        if _has_task(turn, service, book.running.get(number, ())):
            own = service.resold.module if service.resold else turn.tariff(service).module
            module = book.settings.modules.get(own) if own else None
            yield Task(module.department if module else None, number)


def _has_task(turn: Turn, service: Service, running: Sequence[int]) -> bool:
    """Tell whether staff have to see to a service, or to what runs for it."""
    failed = bool(running) and turn.book.operations[running[0]].error is not None
    if service.resold is None:
        return failed
    if service.resold.odd:
        return True
    return bool(running) and turn.rule(operation, failed=failed)
