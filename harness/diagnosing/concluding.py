"""What follows from what a billing showed: conclusions with their evidence, and what is open."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

from prorata.harness.diagnosing.conventions import CONVENTIONS
from prorata.harness.diagnosing.hypothesis import BY_DEFAULT, Hypothesis
from prorata.harness.report.console import place_text
from prorata.harness.running.wording import act_text
from prorata.reference.readings import DEFAULTS, READINGS
from prorata.reference.vocabulary.words import SYSTEMS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from prorata.harness.diagnosing.diagnosis import Questioning
    from prorata.harness.diagnosing.evidence import Testimony
    from prorata.harness.running.comparing import Parted

__all__ = ["SEVERAL", "Conclusion", "Diagnosis", "LeftOpen", "Proof", "concluded", "difference"]

#: Why something is open.
_MOOT: Final = "makes no difference"
SEVERAL: Final = "agrees with several"
_NONE: Final = "agrees with none"
_REFUSED: Final = "refused"
_SYSTEMS: Final = {f"does not support {system}" for system in SYSTEMS}
_UNTOLD: Final = "no probe tells them apart by what the billing tells"
#: So many readings are named beside which another makes no difference.
_BESIDE: Final = 3


class Proof(NamedTuple):
    """A probe that tells: when, after which act and where, what was showed and what others show.

    `others` has by value, or ``without`` a convention, what the reference shows under that.
    """

    scenario: str
    at: str
    act: str
    place: str
    showed: str
    others: Mapping[str, str]


class Conclusion(NamedTuple):
    """What a billing follows: a value of a reading, or a convention by its name.

    It is not `sure` where something else explains as much.
    """

    name: str
    value: str
    default: str
    proofs: tuple[Proof, ...]
    sure: bool = True


class LeftOpen(NamedTuple):
    """A reading of which nothing was concluded, why, and which values it may still have."""

    name: str
    why: str
    reason: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """What was found out; `odd` is what no reading and no convention explains, by scenario."""

    readings: tuple[Conclusion, ...]
    conventions: tuple[Conclusion, ...]
    open: tuple[LeftOpen, ...]
    odd: Mapping[str, Proof]
    asked: int
    probes: int

    @property
    def block(self) -> dict[str, str]:
        """The readings to declare: those that are not at their defaults."""
        return {each.name: each.value for each in self.readings if each.value != each.default}


def concluded(questioning: Questioning, asked: int, probes: int) -> Diagnosis:
    """Conclude from a questioning that is over; `asked` of so many `probes` were asked."""
    doubtful = set(_doubtful(questioning))
    best, evidence = questioning.evidence.best, questioning.evidence
    findings, left = [], []
    for name, reading in READINGS.items():
        value = best.value(name)
        others = {each: best.but(name, each) for each in reading.values if each != value}
        about = sorted(evidence.asked, key=lambda each: name not in each.telling.probe.tells)
        proofs = _proofs(best, others, about)
        single = evidence.candidates[name] == (value,)
        if single and best.but(name, DEFAULTS[name]) not in doubtful:
            findings.append(Conclusion(name, value, reading.default, proofs))
        else:
            left.append(_open(questioning, name, doubtful))
    return Diagnosis(
        tuple(findings),
        tuple(_conventions(questioning, doubtful)),
        tuple(left),
        {each.telling.probe.scenario.id: _odd(best, each) for each in evidence.odd},
        asked,
        probes,
    )


def _conventions(questioning: Questioning, doubtful: Iterable[Hypothesis]) -> Iterator[Conclusion]:
    """Yield the conventions of what explains, those of each where several explanations are left."""
    evidence = questioning.evidence
    best = evidence.best
    instead = (best.by(name) for name in CONVENTIONS)
    as_simple = [each for each in instead if len(each.conventions) == len(best.conventions)]
    explaining = dict.fromkeys((*evidence.explaining, *filter(evidence.consistent, as_simple)))
    for name, known in CONVENTIONS.items():
        having = [each for each in explaining if name in each.conventions]
        if not having or best.without(name) in doubtful:
            continue
        proofs = _proofs(having[0], {"without": having[0].without(name)}, evidence.asked)
        sure = all(name in each.conventions for each in explaining)
        yield Conclusion(name, known.about, "", proofs, sure)


def _doubtful(questioning: Questioning) -> Iterator[Hypothesis]:
    """Yield what is simpler by something that a probe which nothing explains is about."""
    best, evidence = questioning.evidence.best, questioning.evidence
    for other in best.simpler():
        if any(each.telling.differs(best, other, each.run) for each in evidence.odd):
            yield other


def _open(questioning: Questioning, name: str, doubtful: Iterable[Hypothesis]) -> LeftOpen:
    """Say why a reading is open."""
    evidence, values = questioning.evidence, questioning.evidence.candidates[name]
    best = evidence.best
    odd = [each for each in evidence.odd if name in each.telling.probe.tells]
    if odd or best.but(name, DEFAULTS[name]) in doubtful:
        told = _odd(best, (odd or evidence.odd)[0])
        scenario = (odd or evidence.odd)[0].telling.probe.scenario.id
        why = _REFUSED if told.showed.startswith(_REFUSED) else _NONE
        return LeftOpen(name, why, f"first difference: {difference(scenario, told)}", values)
    if best != BY_DEFAULT and _matters(questioning, name, BY_DEFAULT):
        beside = str(best) if len(best.others) <= _BESIDE else "all else that it follows"
        return LeftOpen(name, _MOOT, f"beside {beside}", values)
    # Another system's probes are the least of what it lacks.
    lacking = sorted(questioning.lacking.get(name, []), key=lambda each: each.reason in _SYSTEMS)
    if lacking and len(values) == len(READINGS[name].values):
        return LeftOpen(name, lacking[0].why, lacking[0].reason, values)
    what = f"what tells them apart is {lacking[0].why}: {lacking[0].reason}" if lacking else _UNTOLD
    return LeftOpen(name, SEVERAL, what, values)


def _matters(questioning: Questioning, name: str, beside: Hypothesis) -> bool:
    """Tell whether any probe tells a reading's values apart, all else being as said."""
    asked = (each.telling for each in questioning.evidence.asked)
    left = (each for each in questioning.left.values() if name in each.probe.tells)
    others = [beside.but(name, each) for each in READINGS[name].values]
    return any(
        telling.differs(others[0], each) is not None
        for telling in (*asked, *left)
        for each in others[1:]
    )


def _proofs(
    best: Hypothesis, others: Mapping[str, Hypothesis], asked: Iterable[Testimony]
) -> tuple[Proof, ...]:
    """Return what rules each of the others out: of as few probes as tell them from the best."""
    found: dict[str, tuple[Testimony, dict[str, Parted]]] = {}
    for value, other in others.items():
        for each in (*(one for one, _ in found.values()), *asked):
            where = _apart(best, other, each)
            if where is not None:
                found.setdefault(each.telling.probe.scenario.id, (each, {}))[1][value] = where
                break
    return tuple(_proof(*each) for each in found.values())


def _apart(best: Hypothesis, other: Hypothesis, asked: Testimony) -> Parted | None:
    """Return where a billing parts from another hypothesis than the best, if a probe tells them."""
    if asked.telling.differs(best, other, asked.run) is None:
        return None
    return asked.telling.apart(other, asked.run)


def _proof(asked: Testimony, apart: Mapping[str, Parted]) -> Proof:
    first = next(iter(apart.values()))
    place = first.differences[0].path
    others = {}
    for value, where in apart.items():
        own = next((e for e in where.differences if e.path == place), where.differences[0])
        before = "" if own.path == place else f"{place_text(own.path)} "
        others[value] = f"{before}{own.wanted}"
    return _told(asked, first, others)


def _odd(best: Hypothesis, asked: Testimony) -> Proof:
    """Return where a billing first parts from what the best explanation shows."""
    where = asked.telling.apart(best, asked.run)
    if where is None:
        scenario, far = asked.telling.probe.scenario, len(asked.run.stages)
        step = scenario.steps[min(far, len(scenario.steps) - 1)]
        at = f"{step.at:%Y-%m-%d %H:%M}"
        return Proof(scenario.id, at, act_text(step), "the run", "ends at another step", {})
    return _told(asked, where, {str(best) or "the defaults": where.differences[0].wanted})


def _told(asked: Testimony, where: Parted, others: Mapping[str, str]) -> Proof:
    scenario, step = asked.telling.probe.scenario, where.scene.step
    at = where.scene.theirs.at.astimezone(scenario.given.timezone)
    found = where.differences[0]
    return Proof(
        scenario.id, f"{at:%Y-%m-%d %H:%M}", act_text(step) if step else "",
        place_text(found.path), found.seen, others,
    )  # fmt: skip


def difference(scenario: str, proof: Proof) -> str:
    """Say where a billing parts from all that is known."""
    act = f", {proof.act}" if proof.act else ""
    wanted = "".join(f"expected {each}, got " for each in proof.others.values())
    return f"{scenario}, at {proof.at}{act}: {proof.place} {wanted}{proof.showed}"
