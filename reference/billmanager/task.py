"""Tasks of staff."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["Task", "department"]


class Task(NamedTuple):
    """A task about a service, of the department of the module that has to do it."""

    department: str | None
    service: int


def department(*, tasks: Iterable[Task], department: str) -> tuple[Task, ...]:
    """Return the tasks that a department sees: those of its modules, and no others.

    ``billmanager.task.department`` (billmanager-hosting).
    """
    return tuple(task for task in tasks if task.department == department)
