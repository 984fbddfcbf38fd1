"""What a log tells, by its models: unknown keys are let pass, what a view needs is checked."""

# Annotations are evaluated as the classes are made, as those of the protocol are.

from typing import Annotated, Any, Final, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from prorata.harness.running.verdict import Mismatch, Verdict
from prorata.harness.scenario.grades import REQUIRED, Grade

__all__ = [
    "Derived",
    "Header",
    "RecordTold",
    "SeenEvent",
    "StepTold",
    "ToldCall",
    "ToldFooter",
    "ToldVerdict",
]

Words = Annotated[tuple[str, ...], Field(strict=False)]


class _Told(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore", populate_by_name=True)


class ToldImplementation(_Told):
    """Who was judged, and how it was named on the command line."""

    name: str
    version: str = ""
    spec: str = ""


class ToldSuite(_Told):
    """By which scenarios: the version, and a hash of all bundled files."""

    version: str = ""
    hash: str = ""


class Header(_Told):
    """The first line of a log."""

    event: Literal["header"]
    implementation: ToldImplementation
    suite: ToldSuite = ToldSuite()
    readings: dict[str, str] = Field(default_factory=dict)
    panels: str = ""
    again: Words = ()


class ToldFooter(_Told):
    """The last line of a log."""

    event: Literal["footer"]
    passed: int
    failed: int
    errors: int
    skipped: int
    seconds: float = 0.0
    complaints: Words = ()
    ended: Words = ()


class StepTold(_Told):
    """A step of a scenario: its act, and what was answered where that is no plain yes."""

    at: AwareDatetime
    act: str = ""
    verb: str = ""
    service: str = ""
    line: int = 0
    refused: str = ""
    not_played: bool = Field(default=False, alias="not played")


class SeenEvent(_Told):
    """Something that was seen: a line, a service that changed, an invoice, a notice."""

    at: AwareDatetime
    what: str
    billing: str = ""
    service: str = ""
    client: str = ""
    kind: str = ""
    amount: str = ""
    covers: tuple[AwareDatetime, AwareDatetime] | None = None
    included: bool = False
    status: str = ""
    tariff: str = ""
    expires: AwareDatetime | None = None
    invoice: int = 0
    number: str = ""
    total: str = ""
    due: AwareDatetime | None = None
    to: str = ""


class Derived(_Told):
    """How the reference comes to an amount or a date; `alike` is how often that came."""

    at: AwareDatetime
    what: str
    service: str = ""
    result: str = ""
    rule: str = ""
    steps: Words = ()
    alike: int = 1


class ToldCall(_Told):
    """A call that a panel answered."""

    at: AwareDatetime
    func: str = ""
    params: dict[str, str] = Field(default_factory=dict)
    error: str = ""
    fault: str = ""
    seller: str = ""


class RecordTold(_Told):
    """What a report needs of a scenario beside its verdict."""

    title: str = ""
    currency: str = ""
    source: dict[str, str] = Field(default_factory=dict)
    readings: dict[str, str] = Field(default_factory=dict)
    file: str = ""
    text: str = ""
    steps: list[StepTold] = Field(default_factory=list)
    got: list[SeenEvent] = Field(default_factory=list)
    expected: list[SeenEvent] = Field(default_factory=list)
    derived: list[Derived] = Field(default_factory=list)
    calls: list[ToldCall] = Field(default_factory=list)


class _ToldMismatch(_Told):
    rule: str = ""
    at: str = ""
    act: str = ""
    path: Annotated[tuple[str, ...], Field(min_length=1)]
    expected: str = ""
    got: str = ""
    place: str = ""
    by: str = ""
    derivation: Words = ()
    reference: str = ""
    grade: Grade = REQUIRED

    def mismatch(self) -> Mismatch:
        return Mismatch(**dict(self))


class ToldVerdict(_Told):
    """What a log says of one scenario."""

    event: Literal["scenario"]
    scenario: str
    rules: Annotated[tuple[str, ...], Field(min_length=1)]
    verdict: Literal["pass", "fail", "error", "skipped"]
    seconds: float = 0.0
    mismatches: tuple[_ToldMismatch, ...] = ()
    first: _ToldMismatch | None = None
    advice: tuple[_ToldMismatch, ...] = ()
    not_told: Words = ()
    unreconciled: Words = ()
    fault: str = ""
    why: str = ""
    reason: str = ""
    at: str = ""
    act: str = ""
    place: str = ""
    stderr: Words = ()
    traceback: Words = ()
    known: str = ""
    agrees: str = ""
    file: str = ""
    record: RecordTold = RecordTold()

    def as_verdict(self) -> Verdict:
        """Return the verdict, as it was when the run gave it, without its record."""
        told: dict[str, Any] = {name: getattr(self, name) for name in _ALIKE}
        first = self.first.mismatch() if self.first else None
        own, advice = (
            tuple(each.mismatch() for each in found) for found in (self.mismatches, self.advice)
        )
        return Verdict(**told, first=first, mismatches=own, advice=advice)


_ALIKE: Final = tuple(
    name
    for name in ToldVerdict.model_fields
    if name not in {"advice", "event", "first", "mismatches", "record"}
)
