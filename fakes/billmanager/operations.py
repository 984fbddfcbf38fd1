"""Running operations, and the tasks that their failures make for staff."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prorata.fakes.billmanager.acts import itemtype_of
from prorata.fakes.billmanager.codes import status_code
from prorata.fakes.mgr5.errors import missed
from prorata.fakes.mgr5.functions import CallContext, Function, saved
from prorata.fakes.mgr5.params import ELID, ELIDS, Param
from prorata.fakes.mgr5.traffic import ADMIN
from prorata.fakes.mgr5.tree import Node, fields

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from prorata.fakes.billmanager.host import BillmanagerHost
    from prorata.reference.engine.state import Operation

__all__ = ["FUNCTIONS"]

#: What the engine's actions are called as operations.
_NAMES: Mapping[str, str] = {
    "create": "open",
    "delete": "close",
    "change_preset": "changepricelist",
    "resources": "setparam",
    "password": "changepassword",
}
#: The statuses of an operation; no document has their words.
_RUNNING, _FAILED, _MANUAL = "running", "error", "manual"


def _running(panel: BillmanagerHost) -> list[Operation]:
    """Return what runs, in the order of its beginning."""
    operations, running = panel.billing.book.operations, panel.billing.book.running
    numbers = sorted(number for waiting in running.values() for number in waiting)
    return [operations[number] for number in numbers]


def _found(context: CallContext[BillmanagerHost], elid: str) -> Operation:
    found = next((each for each in _running(context.panel) if str(each.number) == elid), None)
    if found is None:
        raise missed("runningoperation", elid)
    return found


def _list(context: CallContext[BillmanagerHost]) -> Sequence[Node]:
    panel = context.panel
    return [Node("elem", "", {}, fields(_row(panel, each))) for each in _running(panel)]


def _status(operation: Operation) -> str:
    if operation.manual:
        return _MANUAL
    return _FAILED if operation.error else _RUNNING


def _row(panel: BillmanagerHost, operation: Operation) -> dict[str, str]:
    book = panel.billing.book
    service = book.services[operation.service]
    module = book.catalogue[service.tariff].module
    name = _NAMES.get(operation.action, operation.action)
    item = panel.state.items.get(service.number)
    created = item.created.astimezone(book.zone) if item else None
    return {
        "id": str(operation.number),
        "desc": f"{name} {service.user}",
        "intname": name,
        "item": str(service.number),
        "itemtype": itemtype_of(panel, service),
        "client": service.client,
        "cdate": f"{created:%Y-%m-%d %H:%M:%S}" if created else "",
        "trycount": str(operation.tries),
        "processingmodule": module or panel.state.things["processing"][1]["name"],
        "task": str(operation.number) if _has_task(operation) else "",
        "status": _status(operation),
    }


def _has_task(operation: Operation) -> bool:
    return operation.error is not None or operation.manual


def _start(context: CallContext[BillmanagerHost]) -> Sequence[Node]:
    operations = [_found(context, elid) for elid in context.ids]
    for each in operations:
        context.panel.billing.start_operation(each.number)
    return [Node("ok")]


def _delete(context: CallContext[BillmanagerHost]) -> Sequence[Node]:
    operations = [_found(context, elid) for elid in context.ids]
    for each in operations:
        context.panel.billing.drop_operation(each.number)
    return [Node("ok")]


def _manual(context: CallContext[BillmanagerHost]) -> Sequence[Node]:
    operations = [_found(context, elid) for elid in context.ids]
    for each in operations:
        context.panel.billing.operations.hold(each.number)
    return [Node("ok")]


def _form(context: CallContext[BillmanagerHost]) -> Mapping[str, str]:
    operation = _found(context, context.args.get("elid", ""))
    row = _row(context.panel, operation)
    return {"elid": row["id"], **row, "errorxml": operation.error or ""}


def _save(context: CallContext[BillmanagerHost]) -> Sequence[Node]:
    """Note the error that a module reports of its operation."""
    operation = _found(context, context.args["elid"])
    if "errorxml" in context.args:
        operation.error = context.args["errorxml"]
    return saved(context.args["elid"])


def _errors(context: CallContext[BillmanagerHost]) -> Sequence[Node]:
    """Return the last error only: the engine keeps no others."""
    operation = _found(context, context.args["elid"])
    if operation.error is None:
        return []
    told = {"id": "1", "trycount": str(operation.tries), "error": operation.error}
    return [Node("elem", "", {}, fields(told))]


def _tasks(context: CallContext[BillmanagerHost]) -> Sequence[Node]:
    panel = context.panel
    failed = [each for each in _running(panel) if _has_task(each)]
    return [Node("elem", "", {}, fields(_task(panel, each))) for each in failed]


def _task(panel: BillmanagerHost, operation: Operation) -> dict[str, str]:
    """Return the task of an operation, which has its number."""
    row = _row(panel, operation)
    service = panel.billing.book.services[operation.service]
    module = panel.billing.book.settings.modules.get(row["processingmodule"])
    return {
        "id": row["id"],
        "type": row["intname"],
        "name": f"{row['desc']}: {operation.error or 'waits for staff'}",
        "department": (module.department if module else None) or _department(panel),
        "item": row["item"],
        "itemstatus": status_code(service),
        "pricelist": service.tariff,
        "client": row["client"],
        "performer": "",
        "runningoperation": row["id"],
        "opendate": row["cdate"],
        "status": row["status"],
    }


def _department(panel: BillmanagerHost) -> str:
    return panel.state.things["department"][1]["name"]


def _task_form(context: CallContext[BillmanagerHost]) -> Mapping[str, str]:
    operation = _found(context, context.args.get("elid", ""))
    row = _task(context.panel, operation)
    return {"elid": row.pop("id"), **row}


def _task_save(context: CallContext[BillmanagerHost]) -> Sequence[Node]:
    return saved(str(_found(context, context.args["elid"]).number))


def _type(context: CallContext[BillmanagerHost]) -> Sequence[Node]:
    """Return the type of the tasks of an operation's name: a module asks for it to make one."""
    return [Node("task_type", context.args["operation"])]


_COLUMNS = (
    "id", "desc", "intname", "item", "itemtype", "client", "cdate", "trycount", "processingmodule",
    "task", "status",
)  # fmt: skip
_TASK = (
    "id", "type", "name", "department", "item", "itemstatus", "pricelist", "client", "performer",
    "runningoperation", "opendate", "status",
)  # fmt: skip
_ONE = ELID._replace(required=True)


def _on_all(
    name: str, summary: str, run: Callable[[CallContext[BillmanagerHost]], Sequence[Node]]
) -> Function[BillmanagerHost]:
    return Function(name, "group", summary, run, (ELIDS,), level=ADMIN)


FUNCTIONS: tuple[Function[BillmanagerHost], ...] = (
    Function(
        "runningoperation", "list", "Running operations", _list, level=ADMIN, key="id",
        columns=_COLUMNS,
    ),
    Function(
        "runningoperation.edit", "form", "A running operation", _save,
        (_ONE, Param("errorxml", longest=65535)), _form, level=ADMIN,
    ),
    Function(
        "runningoperation.errorhistory", "list", "What went wrong", _errors, (_ONE,), level=ADMIN,
        key="id", columns=("id", "trycount", "error"),
    ),
    _on_all("runningoperation.start", "Try operations again", _start),
    _on_all("runningoperation.delete", "Forget operations", _delete),
    _on_all("runningoperation.setmanual", "Leave operations to staff", _manual),
    _on_all("runningoperation.taskcreate", "Make tasks of operations", _manual),
    Function("task", "list", "Tasks", _tasks, level=ADMIN, key="id", columns=_TASK),
    Function("task.edit", "form", "A task", _task_save, (
        _ONE, Param("item", longest=15), Param("runningoperation", longest=15),
        Param("type", longest=64),
    ), _task_form, level=ADMIN),
    Function("task.gettype", "report", "The type of a task", _type,
             (Param("operation", required=True, longest=64),), level=ADMIN),
    _on_all("task.start", "Do the tasks' operations again", _start),
    _on_all("task.delete", "Forget the tasks' operations", _delete),
)  # fmt: skip
