"""What is told of a real run: the journal of panels, and the ledger of a billing."""

from __future__ import annotations

import csv
import io
import json
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from pydantic import ValidationError

from prorata.fakes.bounded import read_bounded
from prorata.harness.protocol import LedgerLine, Observation
from prorata.harness.protocol.problems import problems_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

__all__ = ["Called", "ToldError", "read_journal", "read_ledger"]


class ToldError(ValueError):
    """A file that tells nothing of a run; the sentence says where and why."""


class Called(NamedTuple):
    """A call of a panel's function; `error` is what it was refused with, "" where it was not."""

    at: datetime
    panel: str
    func: str
    params: Mapping[str, str]
    who: str
    error: str
    answer: str


def read_journal(path: Path) -> list[Called]:
    """Read a journal: JSON lines, as `prorata panel journal` prints, or control's ``{"calls"}``.

    Calls that never came to the panel, which a fault or HTTP refused, are left out. Raises
    `ToldError`, and `OSError` where the file cannot be read.
    """
    text = _text(path)
    data = _whole(text)
    rows = data.get("calls") if isinstance(data, dict) and "calls" in data else data
    if rows is None or isinstance(rows, dict):
        rows = [_json(line, str(path), n) for n, line in enumerate(text.splitlines(), 1) if line]
    if not isinstance(rows, list):
        raise ToldError(f"{path}: expected calls, as `prorata panel journal` prints them")
    return [_called(row, f"{path}: call {n}") for n, row in enumerate(rows, 1) if _came(row)]


def _came(row: object) -> bool:
    return not isinstance(row, dict) or row.get("status", 200) == 200  # noqa: PLR2004  HTTP's own


def _called(row: object, where: str) -> Called:
    told = row if isinstance(row, dict) else {}
    params = told.get("params")
    if not isinstance(told.get("func"), str) or not isinstance(params, dict):
        raise ToldError(f"{where}: expected a call with at, panel, func and params")
    return Called(
        _instant(told.get("at"), where),
        str(told.get("panel", "")),
        told["func"],
        {str(key): str(value) for key, value in params.items()},
        str(told.get("who") or ""),
        str(told.get("error") or ""),
        str(told.get("answer") or ""),
    )


def _instant(value: object, where: str) -> datetime:
    try:
        found = datetime.fromisoformat(str(value))
    except ValueError:
        found = None
    if found is None or found.utcoffset() is None:
        raise ToldError(f"{where}: at is an instant with its offset, not {value}")
    return found


def read_ledger(path: Path) -> Observation:
    """Read a ledger: what `observe` answers or its lines alone, as JSON; or lines as CSV.

    The columns of CSV are the fields of a line; `covers` has both ends with `` .. `` between. Lines
    without a time zone are in none. Raises `ToldError`, and `OSError`.
    """
    text = _text(path)
    lines: list[int] = []
    if text.lstrip()[:1] in {"{", "["}:
        data = _json(text, str(path))
    else:
        data, lines = _csv(text, str(path))
    if isinstance(data, list):
        data = {"ledger": data}
    if isinstance(data, dict):
        data = data.get("result", data)
        _with_ids(data)
    try:
        told = Observation.model_validate(data)
    except ValidationError as error:
        first = problems_of(error)[0]
        where = _where(str(path), first.field, lines)
        raise ToldError(f"{where} {first.said}".replace("  ", " ")) from None
    if told.ledger is None:
        raise ToldError(f"{path}: there is no ledger in it")
    return told


def _with_ids(data: Mapping[str, Any]) -> None:
    """Make texts of the numbers of services, which the dump of a panel has as numbers."""
    lines = data.get("ledger")
    for line in lines if isinstance(lines, list) else ():
        if isinstance(line, dict) and type(line.get("service")) is int:
            line["service"] = str(line["service"])


def _where(name: str, field: str, lines: Sequence[int]) -> str:
    """Return where a field of an observation stands: of a CSV on which line, in which column."""
    parts = field.split(".")
    if not lines or parts[:1] != ["ledger"] or len(parts) < _A_FIELD or not parts[1].isdigit():
        return f"{name}: {field}"
    return f"{name}:{lines[int(parts[1])]}: {parts[2]}"


_A_FIELD: Final = 3  # the ledger, a line, a field of it
_COLUMNS: Final = frozenset(LedgerLine.model_fields)


def _csv(text: str, name: str) -> tuple[list[dict[str, Any]], list[int]]:
    """Return the lines of a ledger, and on which line of the file each ends."""
    reader = csv.DictReader(io.StringIO(text))
    columns = reader.fieldnames or ()
    if not {"kind", "amount"} <= set(columns):
        raise ToldError(f"{name}: expected JSON, or CSV with the columns kind and amount at least")
    unknown = sorted(set(columns) - _COLUMNS)
    if unknown:
        known = ", ".join(sorted(_COLUMNS))
        raise ToldError(f"{name}: unknown column {unknown[0]}; there are {known}")
    rows, lines = list[dict[str, Any]](), list[int]()
    for row in reader:
        if None in row:
            said = "more fields than columns; amounts are written 3.10, and a comma within a field"
            raise ToldError(f"{name}:{reader.line_num}: {said} wants quotes around it")
        rows.append(_row(row))
        lines.append(reader.line_num)
    return rows, lines


def _row(row: Mapping[str, str]) -> dict[str, Any]:
    found: dict[str, Any] = {key: value for key, value in row.items() if value}
    if "covers" in found:
        found["covers"] = found["covers"].split(" .. ")
    if "included" in found:
        found["included"] = found["included"] in {"yes", "true", "1"}
    return found


def _text(path: Path) -> str:
    try:
        return read_bounded(path).decode("utf-8-sig")
    except UnicodeDecodeError:
        raise ToldError(f"{path}: expected text in UTF-8") from None


def _whole(text: str) -> Any:
    """Return the JSON of a text; None where it is not one value, as lines of JSON are not."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _json(text: str, name: str, first: int = 1) -> Any:
    """Return the JSON of a text that begins on line `first` of a file; raise `ToldError`."""
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        place = f"{name}:{first + error.lineno - 1}:{error.colno}"
        raise ToldError(f"{place}: expected JSON: {error.msg[:1].lower()}{error.msg[1:]}") from None
    except (ValueError, RecursionError):
        raise ToldError(f"{name}:{first}: expected JSON") from None
