"""Operations at a seller, the tasks that are linked to them, and what was never made."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from prorata.reference.derivation import Note, silent
from prorata.reference.readings import table

if TYPE_CHECKING:
    from collections.abc import Callable
    from fractions import Fraction

__all__ = ["FAILED_OPERATION_TASK", "operation", "unmade"]

#: Whether an operation that has failed still has its task.
FAILED_OPERATION_TASK: Final = table(
    "failed_operation_task", {"task_stays": lambda: True, "no_task": lambda: False}
)


def operation(*, failed: bool, failed_operation_task: Callable[[], bool]) -> bool:
    """Tell whether an operation at a seller has a task, which names its service.

    ``resell.operation`` (billmanager-reselling): one is linked to it while it runs; of one that has
    failed the task shows the error, or there is none.
    """
    return failed_operation_task() if failed else True


def unmade(*, paid: Fraction, note: Note = silent) -> Fraction:
    """Return what the deletion of a service costs that was never made: less than nothing.

    ``resell.operation.unmade`` (ours): what was paid for it comes back, whole.
    """
    back = -paid
    note("never made", "−paid", back, why="what was paid comes back", paid=paid)
    return back
