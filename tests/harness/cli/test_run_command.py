"""`prorata run`, as a user calls it."""

from __future__ import annotations

import json
import shlex
import sys
from datetime import date
from pathlib import Path
from typing import Any

import pytest

import prorata.fakes
from prorata.harness.cli import run_, run_options
from prorata.harness.report import console
from prorata.harness.running import sitting
from prorata.harness.running.log import suite_hash
from prorata.harness.version import version

FEE = "documented/late-fee-half-of-five-days"


def events(path: str) -> list[dict[str, Any]]:
    """Read a log or a trace."""
    return [json.loads(line) for line in Path(path).read_text(encoding="utf-8").splitlines()]


def test_a_run_that_conforms_is_two_lines_and_exit_0(call: Any) -> None:
    """What was run on what, and how many conform."""
    said = call("run", FEE)
    first, last = said.out.splitlines()
    assert f"reference {version()} (protocol 1) · 1 scenario · panels in process" == first
    assert last.startswith("1 conforms   ")
    assert (said.code, said.err) == (0, "")


def test_a_failure_shows_all_that_helps(call: Any, wrong: Path) -> None:
    """Rule, step, both amounts side by side, the derivation and how to run it again."""
    said = call("run", wrong)
    assert said.code == 1
    lines = said.out.splitlines()
    assert lines[2].startswith("✗ my fee's ")
    assert lines[2].endswith(" rule billmanager.renew.late-fee.percent")
    assert lines[3] == "    at 2025-09-05 12:00, renew site for 1 month"
    # The file is wrong: the reference shows 0.25 itself.
    where = "(my fee's.yaml:14:17; the reference shows 0.25 here)"
    assert lines[4] == f"      late fee     expected 0.20   got 0.25   {where}"
    # The reference's own way to 0.25: 3.10 / 31 = 0.10 a day, five days, half of it.
    told = "\n".join(lines[5:-4])
    assert "3.10" in told
    assert "50" in told
    assert "posted as 0.25" in told
    assert lines[-4].startswith("    again:  prorata run ")
    assert lines[-2] == "renew 0 of 1"
    assert lines[-1].startswith("0 conform · 1 does not   ")


@pytest.mark.parametrize(
    "options",
    [
        [],
        ["--reading", "overdue_days=inclusive", "--reading", "rounding=half_up"],
        ["--panels", "socket", "--timeout", "7.5"],
    ],
)
def test_the_command_that_repeats_a_failure_really_does(
    call: Any,
    wrong: Path,
    options: list[str],
) -> None:
    """With its readings, panels and time limit; a file of one's own by its path, quoted."""
    first = call("run", wrong, *options)
    assert first.code == 1
    again = next(line for line in first.out.splitlines() if line.startswith("    again:"))
    words = shlex.split(again.removeprefix("    again:"))
    assert ["prorata", "run", str(wrong), *sorted(options)] == [*words[:3], *sorted(words[3:])]
    second = call(*words[1:])
    assert failures(first.out) == failures(second.out)
    assert second.code == 1


def failures(out: str) -> list[str]:
    """Return what stands between the heading and the counts."""
    return out.splitlines()[1:-1]


def test_a_repeating_command_names_the_implementation(call: Any, polite: Any) -> None:
    """Quoted, so that a shell gives it back as one word."""
    spec = polite("broken")
    said = call("run", FEE, "-i", spec)
    again = next(line for line in said.out.splitlines() if line.startswith("    again:"))
    assert shlex.split(again)[1:] == ["prorata", "run", FEE, "-i", spec]


@pytest.mark.parametrize(
    ("vice", "fault", "reason"),
    [
        ("crash", "implementation", "clock (seq 3): no answer: the process exited with code 3"),
        ("hang", "implementation", "clock (seq 3): no answer within 0.5 s; it was killed"),
        ("garbage", "adapter", "clock (seq 3): not JSON: "),
        ("endless", "adapter", "clock (seq 3): the answer is longer than 8 MiB: "),
        ("broken", "implementation", "answered clock with an error: KeyError: 'anna'"),
    ],
)
def test_a_billing_that_breaks_is_at_fault_and_the_run_goes_on(
    call: Any,
    polite: Any,
    vice: str,
    fault: str,
    reason: str,
) -> None:
    """Every scenario is tried with a fresh process, whose numbers begin anew."""
    words = ("run", FEE, "documented/renewed-*", "-i", polite(vice), "--timeout", "0.5")
    said = call(*words, "--log", "run.jsonl")
    assert said.code == 1
    header, *verdicts, footer = events("run.jsonl")
    assert header["scenarios"] == len(verdicts) == footer["errors"] == 2
    for verdict in verdicts:
        assert (verdict["verdict"], verdict["fault"]) == ("error", fault)
        assert verdict["reason"].startswith(reason)
    lines = said.out.splitlines()
    # Both break in the same way, and are told once, by the first of them.
    assert lines[2] == f"! {'2 scenarios':<60} the fault of the {fault}"
    act = "order site by anna at start for 1 month"
    assert lines[3] == f"    first: {FEE}, at 2025-08-01 09:00, {act}   {FEE}.yaml:13"
    assert lines[4].startswith(f"      {reason}")
    assert f"    also: {verdicts[1]['scenario']}" in lines
    assert (verdicts[0]["at"], verdicts[0]["act"]) == ("2025-08-01 09:00", act)
    assert verdicts[0]["place"] == f"{FEE}.yaml:13"
    if vice == "crash":
        assert verdicts[0]["stderr"][-1] == "out of memory"
        assert "      stderr  out of memory" in lines


def test_unsupported_is_skipped_and_nothing_judged_is_exit_2(call: Any) -> None:
    """What every scenario needs is lacking; --strict leaves the code."""
    Path("lacking.py").write_text(
        "class Lacking:\n"
        "    def __init__(self, context): pass\n"
        "    def observe(self):\n"
        "        return {'services': {}, 'ledger': [], 'balances': {}, 'invoices': {}}\n",
        encoding="utf-8",
    )
    said = call("run", FEE, "documented/renewed-*", "-i", "python:lacking:Lacking")
    assert said.code == 2
    assert "0 conform · 2 skipped: unsupported (" in said.out
    assert call("run", FEE, "-i", "python:lacking:Lacking", "--strict").code == 2


def test_strict_fails_what_is_skipped(call: Any) -> None:
    """One conforms, one pins another reading: green, but not under --strict."""
    pinned = "edge/part-of-a-cent-is-dropped"
    words = ("run", FEE, pinned, "--reading", "rounding=half_up")
    said = call(*words)
    assert said.code == 0
    assert "1 conforms · 1 skipped: reading (declares rounding: half_up)" in said.out
    assert call(*words, "--strict").code == 1
    Path("prorata.toml").write_text("strict = true", encoding="utf-8")
    assert call(*words).code == 1
    assert call(*words, "--no-strict").code == 0


def test_a_log_names_everything_that_was_run(call: Any) -> None:
    """Header: versions, the suite's hash, implementation and readings; footer: counts."""
    assert call("run", FEE, "--log", "run.jsonl", "--reading", "rounding=down").code == 0
    header, verdict, footer = events("run.jsonl")
    assert header["suite"] == {"version": version(), "hash": suite_hash()}
    assert header["implementation"]["spec"] == "reference"
    assert header["readings"] == {"rounding": "down"}
    assert (verdict["scenario"], verdict["verdict"]) == (FEE, "pass")
    assert set(footer) == {"event", "passed", "failed", "errors", "skipped", "seconds"}
    assert (footer["event"], footer["passed"]) == ("footer", 1)


@pytest.mark.parametrize("panels", ["inprocess", "socket"])
def test_a_run_repeats_byte_by_byte_but_for_seconds(call: Any, wrong: Path, panels: str) -> None:
    """Logs and traces of two runs differ in durations alone."""
    for number in (1, 2):
        words = ("--log", f"{number}.log", "--trace", f"{number}.trace", "--panels", panels)
        assert call("run", "documented/late*", wrong, *words).code == 1
    first, second = (
        [{**event, "seconds": 0} for event in events(f"{number}.log")] for number in (1, 2)
    )
    assert json.dumps(first) == json.dumps(second)
    if panels == "inprocess":  # the port of a socket is in the messages
        assert Path("1.trace").read_bytes() == Path("2.trace").read_bytes()


def test_a_trace_has_messages_and_panel_calls(call: Any) -> None:
    """Each at its simulated instant."""
    assert call("run", FEE, "--trace", "trace.jsonl").code == 0
    traced = events("trace.jsonl")
    assert {"2025-08-01T09:00:00+00:00", "2025-09-01T00:00:00+00:00"} <= {
        each["at"] for each in traced
    }
    assert any(each.get("panel", {}).get("func") == "user.suspend" for each in traced)
    assert sum(">" in each for each in traced) == sum("<" in each for each in traced)


def test_log_or_trace_may_go_to_stdout_alone(call: Any) -> None:
    """Then nothing else is written there."""
    said = call("run", FEE, "--log", "-")
    assert [json.loads(line)["event"] for line in said.out.splitlines()] == [
        "header",
        "scenario",
        "footer",
    ]
    said = call("run", FEE, "--trace", "-")
    assert all(json.loads(line)["scenario"] == FEE for line in said.out.splitlines())


def test_json_is_all_that_is_printed(call: Any, wrong: Path) -> None:
    """The results as one object."""
    said = call("run", wrong, "--json")
    found = json.loads(said.out)
    assert said.code == 1
    assert found["implementation"] == "reference"
    assert found["verdicts"][0]["verdict"] == "fail"
    assert found["verdicts"][0]["mismatches"][0]["got"] == "0.25"


def test_exit_first_stops_at_the_first_failure(call: Any, wrong: Path) -> None:
    """What is known does not stop it."""
    other = Path("other.yaml")
    other.write_text(wrong.read_text(encoding="utf-8"), encoding="utf-8")
    both = call("run", wrong, other)
    assert ("2 do not" in both.out, both.err) == (True, "")
    first = call("run", wrong, other, "-x")
    assert "1 does not" in first.out
    assert first.err == "stopped after 1 failure; 1 scenario not run\n"
    Path("known.toml").write_text(
        '[[known]]\nid = "my fee\'s"\nreason = "rounds down"\n', encoding="utf-8",
    )  # fmt: skip
    said = call("run", wrong, other, "-x", "--known-failures", "known.toml")
    assert "0 conform · 1 does not · 1 known" in said.out
    # Nothing was left to run: nothing was stopped.
    assert said.err == ""


def test_known_failures_keep_a_run_green_until_they_lie(
    call: Any, wrong: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Red after its day and when it passes; marked while it holds. The day is that of the run."""
    monkeypatch.setattr(run_options, "today", lambda: date(2026, 2, 28))
    Path("known.toml").write_text(
        '[[known]]\nid = "my fee\'s"\nreason = "rounds"\nexpires = 2026-03-01\n'
        f'[[known]]\nid = "{FEE}"\nreason = "old"\n',
        encoding="utf-8",
    )
    words = ("run", wrong, "--known-failures", "known.toml")
    said = call(*words)
    assert said.code == 0
    assert "~ my fee's" in said.out
    assert "    known: rounds" in said.out
    monkeypatch.setattr(run_options, "today", lambda: date(2026, 3, 1))
    assert call(*words, "--today", "2026-02-28").code == 0
    assert call(*words).code == 1
    said = call(*words, "--today", "2026-03-01")
    assert said.code == 1
    assert "✗ my fee's was known until 2026-03-01 (rounds)" in said.out
    said = call("run", FEE, "--known-failures", "known.toml")
    assert said.code == 1
    assert f"✗ {FEE} is a known failure (old) but passes: remove its entry" in said.out


def test_an_entry_of_several_is_red_where_a_whole_run_has_no_failure_of_it(
    call: Any, wrong: Path
) -> None:
    """What the settings select is a whole run, what the command line does a part of it."""
    Path("known.toml").write_text(
        '[[known]]\nid = "billmanager.renew.*"\nreason = "old"\n', encoding="utf-8"
    )
    Path("prorata.toml").write_text(
        f'known-failures = "known.toml"\nselection = ["{wrong}", "{FEE}"]\n', encoding="utf-8"
    )
    said = call("run")
    assert (said.code, "1 conforms · 1 known" in said.out) == (0, True)
    assert call("run", FEE).code == 0
    wrong.write_text(wrong.read_text("utf-8").replace("0.20", "0.25"), encoding="utf-8")
    said = call("run")
    assert said.code == 1
    told = "billmanager.renew.* is a known failure (old) but nothing of it fails: remove its entry"
    assert f"✗ {told}" in said.out
    assert call("run", FEE).code == 0


def test_an_entry_that_names_nothing_is_exit_2(call: Any) -> None:
    """Before anything is judged, each at its line."""
    Path("known.toml").write_text(
        f'[[known]]\nid = "{FEE}s"\nreason = "old"\n\n'
        '[[known]]\nid = "bilmanager.renew.*"\nreason = "old"\n',
        encoding="utf-8",
    )
    said = call("run", "worked/daily", "--known-failures", "known.toml")
    assert (said.code, said.out) == (2, "")
    first, second = said.err.splitlines()
    assert first == f'known.toml:1: nothing is called {FEE}s; did you mean "{FEE}"?'
    near = 'did you mean "billmanager.renew.*"?'
    assert second == f"known.toml:5: nothing is called bilmanager.renew.*; {near}"


def test_settings_are_found_above(call: Any, wrong: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Files and ids are relative to where they stand, and what is said of a file to here."""
    Path("mine").mkdir()
    wrong.rename("mine/fee.yaml")
    Path("known.toml").write_text('[[known]]\nid = "mine/fee"\nreason = "old"\n', encoding="utf-8")
    Path("prorata.toml").write_text(
        'selection = ["mine"]\nknown-failures = "known.toml"\nlog = "run.jsonl"\n',
        encoding="utf-8",
    )
    (Path("deep") / "er").mkdir(parents=True)
    monkeypatch.chdir("deep/er")
    said = call("run")
    assert said.code == 0
    assert "~ mine/fee " in said.out
    assert "../../mine/fee.yaml:14:" in said.out
    assert "again:  prorata run ../../mine/fee.yaml\n" in said.out
    assert events("../../run.jsonl")[1]["scenario"] == "mine/fee"
    assert "~ mine/fee " in call("run", "../../mine/fee.yaml").out


def test_an_implementation_of_the_settings_runs_where_they_stand(
    call: Any, polite: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And need not be named to run something again."""
    command = polite().removeprefix("stdio:")
    Path("billing.sh").write_text(f"exec {command}\n", encoding="utf-8")
    Path("prorata.toml").write_text('implementation = "stdio:sh billing.sh"\n', encoding="utf-8")
    Path("deep").mkdir()
    monkeypatch.chdir("deep")
    said = call("run", FEE)
    assert said.out.startswith("polite 1 ")
    assert f"again:  prorata run {FEE}\n" in said.out
    assert call("run", FEE, "-i", "stdio:sh billing.sh").code == 2


def test_panels_in_process_are_for_the_reference(call: Any, polite: Any) -> None:
    """Another implementation is refused them, with the way out."""
    said = call("run", FEE, "-i", polite(), "--panels", "inprocess")
    assert (said.code, said.out) == (2, "")
    assert said.err.startswith("only the reference reaches panels in process; stdio:")
    assert said.err.endswith("needs a socket: leave out --panels, or say --panels socket\n")


def test_failed_runs_what_failed_last_time_until_it_passes(call: Any, wrong: Path) -> None:
    """Own files by their path; what was not judged since is still remembered."""
    said = call("run", "--failed")
    assert (said.code, said.err) == (2, "nothing has run here yet with reference\n")
    other = Path("other.yaml")
    other.write_text(wrong.read_text(encoding="utf-8"), encoding="utf-8")
    assert "1 conforms · 2 do not" in call("run", wrong, other, FEE).out
    assert "0 conform · 2 do not" in call("run", "--failed").out
    assert "0 conform · 1 does not" in call("run", "--failed", "-x").out
    assert "0 conform · 1 does not" in call("run", "--failed", other).out
    said = call("run", "--failed", FEE)
    assert (said.code, said.err) == (2, "none of these failed last time with reference\n")
    for path in (wrong, other):
        path.write_text(path.read_text("utf-8").replace("0.20", "0.25"), encoding="utf-8")
    assert "2 conform " in call("run", "--failed").out
    said = call("run", "--failed")
    assert (said.code, said.err) == (0, "nothing failed here last time with reference\n")


def test_settings_are_what_the_command_line_does_not_say(call: Any, wrong: Path) -> None:
    """An option outweighs a setting."""
    Path("pyproject.toml").write_text(
        f'[tool.prorata]\nselection = ["{wrong}"]\nlog = "set.jsonl"\ntimeout = 3\n'
        'panels = "socket"\n[tool.prorata.readings]\nrounding = "half_up"\n',
        encoding="utf-8",
    )
    said = call("run")
    assert "panels on 127.0.0.1:" in said.out
    assert "--reading rounding=half_up --panels socket --timeout 3\n" in said.out
    assert events("set.jsonl")[0]["readings"] == {"rounding": "half_up"}
    call("run", FEE, "--log", "own.jsonl", "--panels", "inprocess", "--reading", "rounding=down")
    header, verdict, _ = events("own.jsonl")
    assert (header["panels"], header["readings"]) == ("inprocess", {"rounding": "down"})
    assert verdict["scenario"] == FEE


NOT_FOUND = (
    "cannot start the implementation: cannot start '/nowhere/billing': "
    "not found (the command, or the interpreter that its first line names)"
)
NO_FORM = (
    "cannot start the implementation: 'fancy' names no implementation; "
    "the forms are reference, stdio:COMMAND, http://…, python:package.module:factory, "
    "billmanager:URL"
)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["zzz"], "nothing is called zzz; a / means scenarios, a . means rules"),
        (["--today", "2026-02-30"], "--today: 2026-02-30 is not a date; 2026-03-01 is"),
        (["--reading", "rounding=up"],
         '"up" is not a value of the reading rounding; there are half_up, half_even, down'),
        (["--reading", "rounding=down", "-i", "stdio:true"],
         "--reading is for the reference; other implementations declare their own"),
        (["--known-failures", "none.toml"], "none.toml: No such file or directory"),
        (["--log", "nowhere/run.jsonl"], "nowhere/run.jsonl: No such file or directory"),
        (["--log", "."], ".: Is a directory"),
        (["--trace", "nowhere/t"], "nowhere/t: No such file or directory"),
        (["-i", "stdio:/nowhere/billing"],
         NOT_FOUND),
        (["-i", "stdio:./plain"],
         "cannot start the implementation: cannot start './plain': not executable"),
        (["-i", "fancy"],
         NO_FORM),
    ],
)  # fmt: skip
def test_a_mistake_is_one_clear_line_and_exit_2(call: Any, words: list[str], message: str) -> None:
    """Never a traceback."""
    Path("plain").write_text("no program", encoding="utf-8")
    said = call("run", *([FEE] if words[0].startswith("-") else []), *words)
    assert (said.code, said.err, said.out) == (2, message + "\n", "")


def test_an_implementation_of_another_version_cannot_be_judged(call: Any, polite: Any) -> None:
    """Protocol 1, or a reading that there is not: nothing is judged."""
    said = call("run", FEE, "-i", polite("other protocol"))
    assert said.code == 2
    assert said.err.endswith("speaks protocol 2, this suite speaks 0 and 1\n")
    said = call("run", FEE, "-i", polite("unknown reading"))
    assert said.code == 2
    assert said.err.endswith('did you mean "overdue_days"?\n')


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--timeout", "0"], "0 is not more than 0 and at most 86400 seconds"),
        (["--timeout", "nan"], "nan is not more than 0 and at most 86400 seconds"),
        (["--timeout", "inf"], "inf is not more than 0 and at most 86400 seconds"),
        (["--reading", "rounding"], "'rounding' is not NAME=VALUE"),
        (["--panels", "cloud"], "'cloud' is not one of"),
        (["--fast"], "No such option"),
    ],
)
def test_wrong_usage_is_exit_2(call: Any, words: list[str], message: str) -> None:
    """With how to call it rightly."""
    said = call("run", *words)
    assert said.code == 2
    assert message in said.err


def test_a_broken_scenario_is_exit_2_with_every_problem(call: Any) -> None:
    """File, line and column of each."""
    Path("broken.yaml").write_text("title: [", encoding="utf-8")
    Path("date.yaml").write_text(
        "title: x\nrules: [billmanager.renew.late-fee.percents]\nsource: ours\n"
        "given: {system: billmanager, tariffs: {a: {prices: {1 month: 1}}}, clients: {b: {}}}\n"
        "timeline:\n  - at: 2025-02-30\n    wait: {}\n    expect: {balance: {b: '0'}}\n",
        encoding="utf-8",
    )
    said = call("run", "broken.yaml", "--log", "run.jsonl")
    assert said.code == 2
    assert said.err.startswith("broken.yaml:2:1: ")
    assert not Path("run.jsonl").exists()
    said = call("run", "date.yaml")
    assert 'date.yaml:2:9: unknown rule "billmanager.renew.late-fee.percents"' in said.err
    assert "date.yaml:6:9: 2025-02-30 is not a date" in said.err
    assert said.err.endswith("2 problems in 1 file\n")


def test_settings_that_cannot_be_read_are_one_line(call: Any) -> None:
    """Exit code 2."""
    Path("prorata.toml").write_text("pannels = 'socket'", encoding="utf-8")
    said = call("run", FEE)
    message = 'prorata.toml: unknown setting pannels; did you mean "panels"?\n'
    assert (said.code, said.err) == (2, message)


def test_no_network_is_one_line(call: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where no port can be opened, panels answer nowhere."""

    def listen(*_: object) -> None:
        raise OSError(99, "Cannot assign requested address")

    monkeypatch.setattr(prorata.fakes, "listen", listen)
    said = call("run", FEE, "--panels", "socket")
    assert (said.code, said.err) == (2, "Cannot assign requested address\n")


def test_a_billing_that_cannot_start_again_ends_the_run_with_its_footer(
    call: Any,
    polite: Any,
) -> None:
    """Exit 1: something was judged, and is an error."""
    Path("once.sh").write_text(
        "#!/bin/sh\n[ -e started ] && exit 4\ntouch started\n"
        f"exec {polite('crash').removeprefix('stdio:')}\n",
        encoding="utf-8",
    )
    words = ("run", FEE, "documented/renewed-*", "-i", "stdio:sh once.sh", "--log", "run.jsonl")
    said = call(*words)
    assert said.code == 1
    assert said.err.startswith("cannot start the implementation again: ")
    assert said.err.endswith("the process exited with code 4; 1 scenario not run\n")
    assert [each["event"] for each in events("run.jsonl")] == ["header", "scenario", "footer"]
    assert events("run.jsonl")[-1]["ended"] == [said.err.rstrip()]


def test_an_improper_goodbye_is_told(call: Any, polite: Any) -> None:
    """It changes no verdict, and the run is not well all the same."""
    said = call("run", FEE, "-i", polite("exit 7"))
    assert said.code == 1
    assert said.err == "at the end: after stop it exited with code 7\n"


def test_an_interrupted_run_ends_with_its_footer(
    call: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Ctrl-C in the second scenario: 130, the first one counted."""
    judged, number = sitting.judged, []

    def interrupted(*arguments: Any) -> Any:
        number.append(1)
        if len(number) == 2:
            raise KeyboardInterrupt
        return judged(*arguments)

    monkeypatch.setattr(sitting, "judged", interrupted)
    said = call("run", "documented", "--log", "run.jsonl")
    assert (said.code, said.err) == (130, "interrupted; 16 scenarios not run\n")
    *_, footer = events("run.jsonl")
    assert (footer["event"], footer["passed"]) == ("footer", 1)
    assert said.out.splitlines()[-1].startswith("1 conforms")


def test_an_interrupt_before_the_run_is_130(call: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without any log."""

    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(run_, "_run", interrupted)
    said = call("run", FEE)
    assert said.code == 130
    assert said.err.strip() == "interrupted"


def test_a_reader_that_has_gone_ends_the_run_with_its_footer(
    call: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """As `| head` does: nothing is left to say, and what was judged is in the log."""

    def gone(_: object) -> None:
        raise BrokenPipeError(32, "Broken pipe")

    monkeypatch.setattr(console, "write_plain", gone)
    monkeypatch.setattr("os.dup2", lambda *_: None)
    said = call("run", FEE, "--log", "run.jsonl")
    assert (said.code, said.out, said.err) == (141, "", "")
    # Not even the heading was read.
    assert [each["event"] for each in events("run.jsonl")] == ["header", "footer"]


def test_half_a_character_is_written_as_its_escape(call: Any, wrong: Path) -> None:
    """A log stays UTF-8 and JSON whatever a file is called."""
    text = wrong.read_text(encoding="utf-8")
    Path("fee\udcff.yaml").write_text(text, encoding="utf-8")
    assert call("run", "fee\udcff.yaml", "--log", "run.jsonl").code == 1
    assert events("run.jsonl")[1]["file"] == "fee\udcff.yaml"


def test_a_run_without_stdout_still_judges(
    call: Any,
    wrong: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Where stdout was closed from the start there is none."""
    monkeypatch.setattr(sys, "stdout", None)
    assert call("run", wrong).code == 1
    assert call("run", FEE, "--log", "-").code == 0


#: Charges a setup fee that is not due, in the step that the file of `wrong` does not check.
GREEDY = """
class Billing:
    prorata = {"name": "greedy", "supports": {"acts": ["order", "renew"]}}

    def __init__(self, context):
        self.lines, self.balance = [], 100_00

    def charge(self, *lines):
        for kind, cents in lines:
            amount = f"{cents // 100}.{cents % 100:02}"
            self.lines.append({"kind": kind, "amount": amount, "service": "1", "client": "anna"})
            self.balance -= cents

    def order(self, **rest):
        self.charge(("period", 310), *self.SETUP)
        return "1"

    def renew(self, **rest):
        self.charge(("late fee", 25), ("period", 310))

    def advance(self, to):
        return None

    def observe(self):
        balances = {"anna": f"{self.balance // 100}.{self.balance % 100:02}"}
        services = {"1": {"client": "anna", "status": "active", "tariff": "start"}}
        told = {"services": services, "ledger": self.lines}
        return told | {"balances": balances, "invoices": {}}

    SETUP = [("setup", 100)]


class Modest(Billing):
    SETUP = []
"""


@pytest.fixture(name="greedy")
def _greedy(wrong: Path) -> Path:
    """Return a right file, beside a billing that is wrong where the file does not look."""
    Path("greedy.py").write_text(GREEDY, encoding="utf-8")
    file = Path("unchecked.yaml")
    file.write_text(wrong.read_text("utf-8").replace("0.20", "0.25"), encoding="utf-8")
    return file


def test_whole_fails_what_the_file_does_not_check(call: Any, greedy: Path) -> None:
    """At the first place at which the run parts from the reference's, under its rule."""
    words = ("run", greedy, "-i", "python:greedy:Billing")
    assert call(*words).code == 0
    said = call(*words, "--whole")
    assert said.code == 1
    lines = said.out.splitlines()
    assert lines[2] == f"✗ {'unchecked':<60} rule billmanager.order.price"
    assert lines[3] == "    at 2025-08-01 09:00, order site by anna at start for 1 month"
    note = "(not checked by the file)"
    assert lines[4] == f"      setup        expected nothing   got 1.00   {note}"
    assert "    again:  prorata run unchecked.yaml -i python:greedy:Billing --whole" in lines
    assert lines[-1].startswith("0 conform · 1 does not")


def test_whole_passes_what_is_right_and_told_in_part(call: Any, greedy: Path) -> None:
    """A billing that tells no dates, no users and no covers is not wrong in them."""
    said = call("run", greedy, "-i", "python:greedy:Modest", "--whole")
    assert (said.code, said.err) == (0, "")
    assert said.out.splitlines()[-1].startswith("1 conforms")


@pytest.mark.sweep
@pytest.mark.parametrize(
    "selection", ["documented", "edge/rights-on-the-panel", "provisioning/*", "hostbill.*"]
)
def test_whole_finds_nothing_in_the_reference(call: Any, selection: str) -> None:
    """It is what the others are held against."""
    said = call("run", selection, "--whole")
    assert (said.code, said.err) == (0, "")


def test_a_run_stops_after_so_many_failures(call: Any, wrong: Path) -> None:
    """And says so; what is left was not run."""
    files = [wrong]
    for name in ("b.yaml", "c.yaml", "d.yaml"):
        files.append(Path(name))
        files[-1].write_text(wrong.read_text(encoding="utf-8"), encoding="utf-8")
    said = call("run", *files, "--max-failures", "2", "--log", "run.jsonl", "--json")
    assert said.code == 1
    stopped = "stopped after 2 failures; 2 scenarios not run"
    assert said.err == f"{stopped}\n"
    found = json.loads(said.out)
    assert (len(found["verdicts"]), found["ended"]) == (2, [stopped])
    assert events("run.jsonl")[-1]["ended"] == [stopped]
    said = call("run", *files, "--max-failures", "5")
    assert ("4 do not" in said.out, said.err) == (True, "")
    assert call("run", FEE, "--max-failures", "0").code == 2


def test_quiet_prints_the_counts_alone(call: Any, wrong: Path) -> None:
    """On one line."""
    said = call("run", wrong, "-q")
    assert said.code == 1
    (counts,) = said.out.splitlines()
    assert counts.startswith("0 conform · 1 does not")


def test_failures_may_be_limited_by_the_settings(call: Any, wrong: Path) -> None:
    """As on the command line."""
    Path("b.yaml").write_text(wrong.read_text(encoding="utf-8"), encoding="utf-8")
    Path("prorata.toml").write_text("max-failures = 1\n", encoding="utf-8")
    assert "stopped after 1 failure; 1 scenario not run" in call("run", wrong, "b.yaml").err
    Path("prorata.toml").write_text("max-failures = 0\n", encoding="utf-8")
    assert "max-failures is 1 at least" in call("run", wrong).err


def test_verbose_names_every_scenario_and_every_reason(call: Any, wrong: Path) -> None:
    """Those that fail in the same way, and why others are skipped."""
    files = [wrong]
    for name in ("b.yaml", "c.yaml", "d.yaml", "e.yaml"):
        files.append(Path(name))
        files[-1].write_text(wrong.read_text(encoding="utf-8"), encoding="utf-8")
    pinned = "edge/part-of-a-cent-is-dropped"
    words = ("run", *files, pinned, "--reading", "rounding=half_up")
    short, long = call(*words).out, call(*words, "-v").out
    assert "    also: b, c, 2 more (-v)" in short
    assert [f"    also: {name}" for name in "bcde"] == [
        line for line in long.splitlines() if line.startswith("    also:")
    ]
    assert "1 skipped: reading (declares rounding: half_up)" in long.splitlines()[-2]


def test_a_start_that_fails_shows_the_traceback(call: Any) -> None:
    """From where it leaves our code, without control characters; exit code 2."""
    Path("bad.py").write_text(
        "def connect():\n    raise OSError('no \\x1b[31mdatabase')\n\nconnect()\n", encoding="utf-8"
    )
    said = call("run", FEE, "-i", "python:bad:Billing", traceback=True)
    lines = said.err.splitlines()
    cause = r"OSError: no \x1b[31mdatabase"
    spec = "cannot start the implementation: python:bad:Billing: cannot import bad"
    assert lines[0] == f"{spec}: {cause} (bad.py:2)"
    assert lines[1] == "  stderr  Traceback (most recent call last):"
    assert lines[2].startswith("  stderr    File ")
    assert lines[2].endswith('bad.py", line 4, in <module>')
    assert lines[-1] == f"  stderr  {cause}"
    assert said.code == 2


def test_an_error_shows_the_traceback_of_the_billing(call: Any) -> None:
    """Twenty lines of it, in the console, in the log and as JSON."""
    Path("deep.py").write_text(
        "class Billing:\n"
        "    def __init__(self, context): pass\n"
        "    def order(self, **rest): return self.dig(30)\n"
        "    def dig(self, depth): return self.dig(depth - 1) if depth else {}['anna']\n"
        "    def observe(self): return {}\n",
        encoding="utf-8",
    )
    words = ("run", FEE, "-i", "python:deep:Billing", "--log", "run.jsonl")
    said = call(*words, traceback=True)
    (error,) = (event for event in events("run.jsonl") if event["event"] == "scenario")
    assert error["reason"] == "answered act with an error: KeyError: 'anna' (deep.py:4)"
    assert error["act"] == "order site by anna at start for 1 month"
    assert len(error["stderr"]) <= 20
    assert error["stderr"][-1] == "KeyError: 'anna'"
    assert [f"      stderr  {line}" for line in error["stderr"]] == [
        line for line in said.out.splitlines() if "stderr" in line
    ]
    as_json = call(*words, "--json", traceback=True)
    assert json.loads(as_json.out)["verdicts"][0]["stderr"] == error["stderr"]


def test_what_comes_from_outside_has_no_control_characters(call: Any) -> None:
    """Names, versions, reasons and stderr of a billing, and names of files."""
    Path("rude.py").write_text(
        "import sys\n"
        "class Billing:\n"
        "    prorata = {'name': 'r\\x1b[2Jude' * 100, 'version': '1\\x07'}\n"
        "    def __init__(self, context): print('\\x1b]0;title\\x07', file=sys.stderr)\n"
        "    def order(self, **rest): raise RuntimeError('\\x1b[31mred' * 1000)\n"
        "    def observe(self): return {}\n",
        encoding="utf-8",
    )
    said = call("run", FEE, "-i", "python:rude:Billing", traceback=True)
    assert said.out.replace("\n", "").isprintable()
    assert max(map(len, said.out.splitlines())) < 1000
    said = call("run", "no\x1b[31m/file.yaml")
    assert (said.code, said.err.replace("\n", "").isprintable()) == (2, True)


@pytest.mark.parametrize("option", ["--log", "--trace"])
def test_two_runs_on_one_log(call: Any, option: str) -> None:
    """A file that another run writes is refused in one line and stays; its end frees it."""
    fcntl = pytest.importorskip("fcntl")
    file = Path("run.jsonl")
    with file.open("w") as other:
        other.write("half of a run")
        other.flush()
        fcntl.flock(other, fcntl.LOCK_EX)
        said = call("run", FEE, option, "run.jsonl")
        assert (said.code, said.out) == (2, "")
        told = "run.jsonl is being written by another run; wait for it, or name another file\n"
        assert said.err == told
        assert file.read_text() == "half of a run"
    assert call("run", FEE, option, "run.jsonl").code == 0
    assert "half of a run" not in file.read_text()


def test_a_log_that_is_no_file(call: Any) -> None:
    """What many may write, such as /dev/null, is nobody's alone."""
    with Path("/dev/null").open("w") as other:
        pytest.importorskip("fcntl").flock(other, 2)
        assert call("run", FEE, "--log", "/dev/null").code == 0


def test_a_log_on_a_full_disk(call: Any) -> None:
    """A log that takes no more ends the run, and it is told."""
    said = call("run", FEE, "--log", "/dev/full")
    assert (said.code, said.err) == (2, "/dev/full: No space left on device\n")


@pytest.mark.parametrize(
    ("grade", "words", "code", "told"),
    [
        ("should", (), 0, True),
        ("should", ("--strict",), 1, True),
        ("may", (), 0, False),
        ("may", ("--strict",), 0, False),
        ("may", ("-v",), 0, True),
    ],
)
def test_what_is_not_required_fails_a_strict_run_at_most(
    call: Any, wrong: Path, grade: str, words: tuple[str, ...], code: int, *, told: bool
) -> None:
    """What should be is told and counted, what may be where somebody asks; both are in the log."""
    text = wrong.read_text(encoding="utf-8").replace(
        "source: ours\n", f"source: ours\ngrade: {grade}\n"
    )
    wrong.write_text(text, encoding="utf-8")
    said = call("run", wrong, *words, "--log", "run.jsonl")
    assert code == said.code
    assert told == ("expected 0.20   got 0.25" in said.out)
    assert (grade == "should") == ("1 should do otherwise" in said.out)
    (scenario,) = [each for each in events("run.jsonl") if each["event"] == "scenario"]
    assert ("pass", grade) == (scenario["verdict"], scenario["advice"][0]["grade"])


def test_a_list_of_known_failures_is_written_where_that_is_asked_for(
    call: Any, wrong: Path
) -> None:
    """The run is told by the list as it was, the next one is green; without asking it stays."""
    words = ("run", wrong, "--known-failures", "known.toml")
    assert call(*words).err == "known.toml: No such file or directory\n"
    said = call(*words, "--update-known-failures")
    assert (said.code, said.err) == (1, "known.toml: 1 added, 0 changed, 0 removed\n")
    written = Path("known.toml").read_text(encoding="utf-8")
    assert 'places = ["charged late fee"]\n' in written
    assert call(*words).code == 0
    wrong.write_text(wrong.read_text("utf-8").replace("0.20", "0.25"), encoding="utf-8")
    assert call(*words).code == 1
    assert written == Path("known.toml").read_text(encoding="utf-8")
    said = call(*words, "--update-known-failures")
    assert said.err == "known.toml: 0 added, 0 changed, 1 removed\n"
    assert call(*words).code == 0


def test_a_list_that_is_to_be_written_has_a_name(call: Any) -> None:
    """Nothing is run before."""
    said = call("run", FEE, "--update-known-failures")
    assert (said.code, said.out) == (2, "")
    assert said.err == "--update-known-failures needs --known-failures FILE\n"


def test_a_run_that_was_stopped_writes_no_list(call: Any, wrong: Path) -> None:
    """What was not run is not known."""
    Path("other.yaml").write_text(wrong.read_text(encoding="utf-8"), encoding="utf-8")
    words = ("--known-failures", "known.toml", "--update-known-failures")
    said = call("run", wrong, "other.yaml", "-x", *words)
    assert said.err == "stopped after 1 failure; 1 scenario not run\n"
    assert not Path("known.toml").exists()
