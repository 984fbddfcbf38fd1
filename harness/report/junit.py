"""JUnit XML, as CI servers show it: a case a scenario, the first difference as its message.

A case's class is the family of its rule (GitLab's suite, Jenkins' package and class), its name the
scenario's id. GitLab shows the text of a failure and no message, Jenkins and the viewers of GitHub
show both, so the first difference stands in both. What is known to fail is skipped with its reason,
as a red case would be a new one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from prorata.harness.report.blocks import family, shown_first
from prorata.harness.report.clean import clean
from prorata.harness.report.sentences import advice, details, headline
from prorata.harness.scenario.variants import parted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from prorata.harness.report.reading import RunLog
    from prorata.harness.running.verdict import Verdict

__all__ = ["junit"]

_OWN = "prorata"


def junit(runs: Sequence[RunLog]) -> str:
    """Return the runs as JUnit XML, a suite each."""
    root = Element("testsuites", name=_OWN)
    for run in runs:
        suite = SubElement(root, "testsuite", name=clean(run.name))
        _properties(suite, {f"reading {name}": value for name, value in _readings(run)})
        for verdict in run.results.verdicts:
            _case(suite, verdict, run)
        _beside(suite, run)
        suite.attrib |= _counts(suite) | {"time": f"{run.footer.seconds:.3f}"}
    root.attrib |= _counts(root)
    indent(root)
    return f'<?xml version="1.0" encoding="utf-8"?>\n{tostring(root, encoding="unicode")}\n'


def _readings(run: RunLog) -> list[tuple[str, str]]:
    return sorted(run.header.readings.items())


def _counts(element: Element) -> dict[str, str]:
    tags = {"tests": "testcase", "failures": "failure", "errors": "error", "skipped": "skipped"}
    return {name: str(sum(1 for _ in element.iter(tag))) for name, tag in tags.items()}


def _properties(element: Element, told: dict[str, str]) -> None:
    if told:
        below = SubElement(element, "properties")
        for name, value in told.items():
            SubElement(below, "property", name=clean(name), value=clean(value))


def _case(suite: Element, verdict: Verdict, run: RunLog) -> None:
    told = {
        "name": clean(verdict.scenario), "classname": clean(family(verdict)),
        "time": f"{verdict.seconds:.3f}", "file": clean(_file(verdict)),
    }  # fmt: skip
    case = SubElement(suite, "testcase", told | _line(verdict))
    rules = {f"rule {nth}" if nth > 1 else "rule": r for nth, r in enumerate(verdict.rules, 1)}
    readings = {f"reading {name}": value for name, value in _readings(run)}
    _properties(case, {**rules, **readings})
    if verdict.verdict == "skipped":
        SubElement(case, "skipped", message=headline(verdict))
    elif verdict.verdict != "pass":
        _bad(case, verdict, run)
    elif verdict.advice:
        SubElement(case, "system-out").text = "\n".join(advice(verdict))


def _bad(case: Element, verdict: Verdict, run: RunLog) -> None:
    text = "\n".join(details(verdict, run.header.again))
    if verdict.known:
        message = clean(f"known: {verdict.known}; {headline(verdict)}")
        SubElement(case, "skipped", message=message).text = text
        return
    tag, kind = (
        ("error", verdict.fault) if verdict.verdict == "error" else ("failure", verdict.rule)
    )
    SubElement(case, tag, message=headline(verdict), type=clean(kind)).text = text


def _file(verdict: Verdict) -> str:
    """Return the file of a scenario, without what names its row and branch."""
    file = parted(verdict.target)[0]
    return file if verdict.file else f"{file}.yaml"


def _line(verdict: Verdict) -> dict[str, str]:
    """Return the line of what failed: a place is ``FILE:LINE`` or ``FILE:LINE:COLUMN``."""
    mismatch = shown_first(verdict)
    words = (mismatch.place if mismatch else verdict.place).split(":")
    line = next((word for word in words[1:] if word.isdecimal()), "")
    return {"line": line} if line else {}


def _beside(suite: Element, run: RunLog) -> None:
    """Tell what turns a run red beside its scenarios: a stale list, or an end before the end."""
    for complaint in run.footer.complaints:
        case = SubElement(suite, "testcase", name=clean(complaint), classname="known failures")
        SubElement(case, "failure", message=clean(complaint), type="known failures")
    if run.footer.ended:
        case = SubElement(suite, "testcase", name="the run came to its end", classname=_OWN)
        message = clean("; ".join(run.footer.ended))
        SubElement(case, "error", message=message, type="ended")
