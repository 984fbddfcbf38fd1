"""The plugin is run as a test suite of somebody else's."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

pytest_plugins = ["pytester"]

#: A billing of somebody's own, as small as it can be.
BILLING = """
import httpx

class MyBilling:
    def __init__(self, panel, login, now):
        self.panel, self.login, self.now = panel, login, now

    def call(self, func, **params):
        data = {"func": func, "authinfo": self.login, "out": "json", "sok": "ok", **params}
        doc = httpx.post(self.panel, data=data, trust_env=False).json()["doc"]
        assert "error" not in doc, doc["error"]

    def order(self, tariff, period):
        self.call("user.add.finish", name="site", passwd="pw", preset=tariff)
        return "site"

    def upgrade(self, name, tariff):
        self.call("user.edit", elid=name, preset=tariff)
"""

PRESETS = '{"ispmanager": {"presets": {"small": {}, "large": {"limit_quota": "8192"}}}}'


@pytest.fixture
def suite(pytester, monkeypatch):
    """Run a test file, beside a billing, with the plugin and nothing else that is installed."""
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    pytester.makepyfile(my_billing=BILLING)

    def run(source, *arguments):
        pytester.makepyfile(test_it=source)
        given = ("-p", "prorata.harness.pytest_plugin", "-W", "error", "--strict-markers")
        return pytester.runpytest_inprocess(*given, *arguments)

    return run


def test_a_users_own_test(suite):
    """A billing is pointed at the panel, time is moved, and the panel is asked what happened."""
    ran = suite(f"""
        import pytest
        from my_billing import MyBilling

        @pytest.mark.prorata(clock="2025-08-01", seed={PRESETS})
        def test_upgrade_in_the_middle_of_a_month(ispmanager, clock):
            billing = MyBilling(panel=ispmanager.url, login=ispmanager.login, now=clock.now)
            site = billing.order("small", period="1 month")
            clock.advance(days=15)
            assert "2025-08-16T00:00:00+00:00" == billing.now().isoformat()
            billing.upgrade(site, "large")
            assert ispmanager.users["site"].preset == "large"
            ispmanager.assert_called("user.edit", elid="site", preset="large")
    """)
    ran.assert_outcomes(passed=1)


def test_each_test_has_its_own_panels(suite):
    """What one test does is not there in the next, on the same port."""
    ran = suite(f"""
        import pytest
        from my_billing import MyBilling

        pytestmark = pytest.mark.prorata(seed={PRESETS})
        ports = set()

        @pytest.mark.parametrize("number", [1, 2])
        def test_order(ispmanager, clock, number):
            ports.add(ispmanager.url)
            assert ["www-root"] == list(ispmanager.users) and not list(ispmanager.calls)
            assert "2025-01-01T00:00:00+00:00" == clock.now().isoformat()
            MyBilling(ispmanager.url, ispmanager.login, clock.now).order("small", "1 month")
            clock.advance(days=1)

        def test_one_port():
            assert 1 == len(ports)
    """)
    ran.assert_outcomes(passed=3)


def test_both_panels(suite):
    """Each panel has a port, a login and its control; faults and the set are there as well."""
    ran = suite("""
        import httpx

        def test_both(panels, ispmanager, billmanager, clock):
            assert panels.clock is clock
            assert ("root:prorata", "root", "prorata") == (
                ispmanager.login, ispmanager.username, ispmanager.password)
            for panel in (ispmanager, billmanager):
                params = {"func": "whoami", "out": "json", "authinfo": panel.login}
                answer = httpx.get(panel.url, params=params, trust_env=False)
                assert 200 == answer.status_code and "error" not in answer.json()["doc"]
                control = panel.url.rpartition("/")[0] + "/_prorata/clock"
                assert 200 == httpx.get(control, trust_env=False).status_code
            panels.faults.add("status", status=502)
            assert 502 == httpx.get(ispmanager.url, trust_env=False).status_code
    """)
    ran.assert_outcomes(passed=1)


def test_panels_under_respx(suite):
    """Code with an address of its own is answered in process."""
    ran = suite("""
        import httpx, respx
        from prorata.fakes.mounting import mount

        def test_mounted(panels, ispmanager):
            with respx.mock() as router:
                mount(router, panels, base_url="https://panel.example.com:1500")
                url = "https://panel.example.com:1500/ispmgr"
                data = {"func": "whoami", "authinfo": "root:prorata"}
                assert 200 == httpx.post(url, data=data).status_code
            ispmanager.assert_called("whoami")
    """)
    ran.assert_outcomes(passed=1)


@pytest.mark.parametrize(
    ("mark", "expected"),
    [
        ("clokc='2025-01-01'", 'the mark prorata: unknown "clokc"; did you mean "clock"?'),
        ("colour='red'", 'the mark prorata: unknown "colour"; there are which, clock, seed'),
        ("'ispmanager'", "the mark prorata: say what 'ispmanager' is: which, clock, seed"),
        ("clock='soon'", "the mark prorata: clock: 'soon' is no instant"),
        ("clock=2025", "the mark prorata: clock is an instant, such as '2025-08-01', not 2025"),
        ("clock=__import__('datetime').datetime(2025, 1, 1)", "the mark prorata: 2025-01-01"),
        ("seed={'ispmanger': {}}", "the mark prorata: "),
        ("seed=5", "the mark prorata: "),
        ("which='ispmanger'", 'there is no panel "ispmanger"; did you mean "ispmanager"?'),
        ("which=[]", "the mark prorata: which: there is no panel"),
        ("which='billmanager'", "the mark prorata asks for billmanager only"),
    ],
)
def test_marks_that_are_none(suite, mark, expected):
    """A mark that cannot be used is an error of the test, in a sentence."""
    ran = suite(f"""
        import pytest

        @pytest.mark.prorata({mark})
        def test_it(ispmanager):
            pass
    """)
    ran.assert_outcomes(errors=1)
    assert expected in ran.stdout.str()


def test_what_the_fixtures_have(suite):
    """A name that a panel has not is told with the nearest, and `dir` has all that there are."""
    ran = suite("""
        import pytest

        def wrong(do):
            with pytest.raises((AttributeError, TypeError, ValueError, LookupError)) as caught:
                do()
            return type(caught.value).__name__, caught.value.args[0]

        def test_panels(ispmanager, billmanager, panels):
            assert ("AttributeError", 'the fixture ispmanager has no attribute "usres"; '
                    'did you mean "users"?') == wrong(lambda: ispmanager.usres)
            assert ("AttributeError", 'the fixture billmanager has no attribute "sevices"; '
                    'did you mean "services"?') == wrong(lambda: billmanager.sevices)
            assert ("AttributeError", 'a set of panels has no attribute "snapsht"; '
                    'did you mean "snapshot"?') == wrong(lambda: panels.snapsht)
            assert {"url", "login", "users", "assert_called"} <= set(dir(ispmanager))
            assert {"url", "login", "balance", "services"} <= set(dir(billmanager))
            assert "users" not in dir(billmanager)
            assert wrong(lambda: setattr(ispmanager, "user", {}))[0] == "AttributeError"

        def test_clock(clock, panels):
            assert ("TypeError", 'time is not counted in "dayz"; did you mean "days"?') == wrong(
                lambda: clock.advance(dayz=1))
            assert ("TypeError", 'time is not counted in "moons"; did you mean "months"?') == wrong(
                lambda: clock.advance(moons=1))
            assert "there are years, months, weeks, " in wrong(lambda: clock.advance(x=1))[1]
            assert ("TypeError", "days is a whole number, not 1.5") == wrong(
                lambda: clock.advance(days=1.5))
            assert ("TypeError", "days is a whole number, not True") == wrong(
                lambda: clock.advance(days=True))
            assert ("ValueError", "time goes forward only: days cannot be -1") == wrong(
                lambda: clock.advance(days=-1))
            assert "an instant is a datetime, such as " in wrong(
                lambda: clock.advance_to("2025-03-01"))[1]
            assert ("AttributeError", 'the clock has no attribute "advanc"; '
                    'did you mean "advance"?') == wrong(lambda: clock.advanc)
            assert 'did you mean "days"?' in wrong(lambda: panels.advance(dayz=1))[1]
            assert "2025-01-01" == clock.now().date().isoformat()
            clock.advance(years=1, weeks=1, hours=1)
            assert "2026-01-08T01:00:00" == clock.now().isoformat()[:19]

        def test_arguments(ispmanager, billmanager, panels):
            never = 'there is no function "user.edti"; did you mean "user.edit"?'
            for check in (ispmanager.assert_called, ispmanager.assert_never,
                          ispmanager.assert_order):
                assert ("ValueError", never) == wrong(lambda: check("user.edti"))
            assert 'did you mean "vhost.edit"' in wrong(
                lambda: billmanager.assert_never("vhost.edti"))[1]
            ispmanager.assert_never("user.filter")
            assert ("LookupError", 'there is no client "anna"') == wrong(
                lambda: billmanager.balance("anna"))
            assert "did you mean 'status'?" in wrong(lambda: panels.faults.add("statsu"))[1]
    """)
    ran.assert_outcomes(passed=3)


def test_what_a_panel_itself_lacks_is_its_own_error(suite):
    """An error inside of what was asked for is not taken for a misspelt name."""
    ran = suite("""
        import pytest

        def test_it(ispmanager, panels):
            panels.ispmanager.state = None
            with pytest.raises(AttributeError, match="'NoneType' object has no attribute 'users'"):
                ispmanager.users
    """)
    ran.assert_outcomes(passed=1)


def test_a_suite_of_its_own_fixtures(suite):
    """Whoever has a fixture of one of these names keeps it."""
    ran = suite("""
        import pytest

        @pytest.fixture
        def clock():
            return "mine"

        def test_it(clock):
            assert "mine" == clock
    """)
    ran.assert_outcomes(passed=1)


def test_the_fixtures_are_listed(suite):
    """Each fixture, and the mark, says what it is."""
    said = suite("", "--fixtures").stdout.str()
    for name in ("panels", "clock", "ispmanager", "billmanager"):
        assert f"\n{name} -- " in said
    assert "_prorata_ports" not in said
    assert "@pytest.mark.prorata(which='all'" in suite("", "--markers").stdout.str()


def test_the_plugin_is_light():
    """A suite that does not use it loads nothing of it but itself."""
    code = (
        "import sys, pytest; before = set(sys.modules); import prorata.harness.pytest_plugin;"
        "print(*sorted(set(sys.modules) - before))"
    )
    shown = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    loaded = {name for name in shown.stdout.split() if not name.startswith("_")}
    own = {f"prorata.harness.pytest{name}" for name in ("", "_plugin", ".hooks", ".names")}
    assert {"prorata", "prorata.harness", *own} == loaded - {"prorata.fakes", "prorata.fakes.lazy"}


def test_a_suite_that_does_not_use_it_loads_nothing_more(tmp_path):
    """What pytest asks of it at a start, when it collects and runs, needs no more of it."""
    (tmp_path / "test_mine.py").write_text("def test_mine(): ...\n", encoding="utf-8")
    code = (
        "import sys, pytest; pytest.main(['-q', '-p', 'prorata.harness.pytest_plugin']);"
        "print(*sorted(name for name in sys.modules if name.startswith('prorata.')))"
    )
    shown = subprocess.run(
        [sys.executable, "-c", code], check=True, capture_output=True, text=True, cwd=tmp_path,
        env={**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
    ).stdout.splitlines()  # fmt: skip
    own = {f"prorata.harness.pytest{name}" for name in ("", "_plugin", ".hooks", ".names")}
    own |= {"prorata.harness", "prorata.harness.pytest.options"}
    assert "1 passed" in shown[-2]
    assert own >= set(shown[-1].split()) - {"prorata.fakes", "prorata.fakes.lazy"}
