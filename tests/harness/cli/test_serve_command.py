"""`prorata serve` as a process: what it prints, its ports, its end."""

from __future__ import annotations

import json
import re
import signal
import socket
import ssl
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from free_ports import free_ports

from prorata.fakes.ispmanager.accounts import LOGIN
from prorata.harness.cli import serve_
from prorata.harness.cli.seeds import load_seed
from prorata.harness.scenario import ScenarioErrors

if TYPE_CHECKING:
    from collections.abc import Iterator

MAIN = [sys.executable, "-c", "from prorata.harness.cli import main; main()"]
HEAVY = {"httpx._client", "lxml", "pydantic", "rich", "trustme", "yaml"}


class Server:
    """A process that serves panels."""

    def __init__(self, *words: str) -> None:
        self.process = subprocess.Popen(
            [*MAIN, "serve", *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )

    def lines(self, count: int) -> list[str]:
        """Return its first lines."""
        assert self.process.stdout is not None
        return [self.process.stdout.readline().rstrip("\n") for _ in range(count)]

    def ready(self) -> dict[str, Any]:
        """Return what it says with --json."""
        found: dict[str, Any] = json.loads(self.lines(1)[0])
        return found

    def interrupt(self, number: int = signal.SIGINT) -> tuple[int, str, str]:
        """Press Ctrl-C, or send another signal; return its exit code and what else it wrote."""
        self.process.send_signal(number)
        out, err = self.process.communicate(timeout=20)
        return self.process.returncode, out, err


@pytest.fixture(name="serve")
def _serve() -> Iterator[Any]:
    """Return what starts servers; they end with the test."""
    started: list[Server] = []

    def start(*words: str) -> Server:
        started.append(Server(*words))
        return started[-1]

    yield start
    for server in started:
        server.process.kill()
        server.process.communicate(timeout=20)


def asked(url: str) -> Any:
    """Get a JSON document."""
    return httpx.get(url, trust_env=False).json()


def test_both_panels(serve: Any) -> None:
    """Where each answers, whom it lets in, and where time stands; Ctrl-C ends it with 130."""
    server = serve("all", "--listen", "127.0.0.1:0", "--clock", "2025-01-01")
    ispmanager, billmanager, control = server.lines(3)
    assert re.fullmatch(r"ispmanager   http://127\.0\.0\.1:\d+/ispmgr +root : prorata", ispmanager)
    assert re.fullmatch(
        r"BILLmanager  http://127\.0\.0\.1:\d+/billmgr +admin : prorata", billmanager
    )
    assert re.fullmatch(
        r"control      /_prorata/ on either +time stands at 2025-01-01 00:00 UTC", control
    )
    assert ispmanager.index(" : ") - len("root") == billmanager.index(" : ") - len("admin")
    assert (
        asked(ispmanager.split()[1].replace("ispmgr", "_prorata/clock"))["now"][:10] == "2025-01-01"
    )
    assert server.interrupt() == (130, "", "interrupted\n")


def test_it_may_be_told_to_end(serve: Any) -> None:
    """As `docker stop` does: 143, as a shell expects."""
    server = serve("all", "--listen", ":0", "--json")
    server.ready()
    assert server.interrupt(signal.SIGTERM) == (143, "", "terminated\n")


def test_json_when_ready(serve: Any) -> None:
    """One line with the addresses, which answer at once."""
    ready = serve("ispmanager", "--listen", ":0", "--json", "--clock", "2025-03-01T09:30Z").ready()
    panel = ready["panels"]["ispmanager"]
    assert (panel["login"], panel["password"]) == ("root", "prorata")
    assert ready["now"] == "2025-03-01T09:30:00+00:00"
    assert asked(f"{ready['control']}clock")["now"] == ready["now"]
    found = asked(f"{panel['url']}?func=whoami&authinfo=root:prorata&out=json")
    assert found["doc"]["user"]["$name"] == "root"


def test_the_second_port_follows(serve: Any) -> None:
    """Of two panels the second has the next port."""
    port = free_ports(2)
    ready = serve("all", "--listen", f"127.0.0.1:{port}", "--json").ready()
    assert [f"http://127.0.0.1:{port}/ispmgr", f"http://127.0.0.1:{port + 1}/billmgr"] == [
        panel["url"] for panel in ready["panels"].values()
    ]


def test_ipv6(serve: Any) -> None:
    """An address in brackets is one of IPv6."""
    url = serve("ispmanager", "--listen", "[::1]:0", "--json").ready()["panels"]["ispmanager"][
        "url"
    ]
    assert url.startswith("http://[::1]:")
    assert asked(f"{url}?func=whoami&authinfo=root:prorata&out=json")["doc"]["user"]


def test_defaults() -> None:
    """The ports are those of the real panels."""
    assert [1500, 1501] == serve_._ports(("ispmanager", "billmanager"), None)
    assert [1501] == serve_._ports(("billmanager",), None)


def test_a_port_that_is_taken(call: Any) -> None:
    """One clear line, exit code 2."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        said = call("serve", "ispmanager", "--listen", f"127.0.0.1:{port}")
    assert said.code == 2
    assert said.err.startswith(f"cannot listen on 127.0.0.1:{port}: address already in use; ")
    assert said.err.count("\n") == 1


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["--listen", "0.0.0.0:0"], "0.0.0.0 is reachable from other machines"),
        (["--listen", "127.0.0.1:70000"], "127.0.0.1:70000 is not HOST:PORT"),
        (["--listen", "127.0.0.1:"], "127.0.0.1: is not HOST:PORT"),
        (["--listen", "192.0.2.1"], "192.0.2.1 is reachable from other machines"),
        (["--listen", "[2001:db8::1]"], "2001:db8::1 is reachable from other machines"),
        (["--seed", "system.yaml"], 'system.yaml:1:1: unknown key "system" in the seed'),
        (
            ["--listen", "somewhere.invalid:0", "--allow-remote"],
            "cannot listen on somewhere.invalid",
        ),
        (["--clock", "soon"], "--clock: 'soon' is no instant; write 2025-03-01"),
        (["--seed", "none.yaml"], "none.yaml: No such file or directory\n"),
        (["--seed", "empty.yaml"], "empty.yaml:1:1: the file is empty"),
        (["--seed", "wrong.yaml"], 'wrong.yaml:1:14: unknown key "limit" in '),
        (["--seed", "limits.yaml"], 'limits.yaml:1:28: ispmanager has no limit "limit_moon"'),
        (["--faults", "none.yaml"], "none.yaml: No such file"),
        (["--faults", "wrong.yaml"], "wrong.yaml:1:1: unknown key 'ispmanager'"),
        (["--state", "no/folder.db"], "no/folder.db: unable to open"),
        (["--state", "wrong.yaml"], "wrong.yaml: this is no state of panels"),
        (["--state", "empty.yaml"], "empty.yaml: it is empty: this is no state of panels"),
        (["--state", "."], ".: it is a folder; name a file"),
        (["--state-sync"], "--state-sync is for --state"),
        (["--tls-ca", "ca.pem"], "--tls-ca is for --tls"),
        (["--tls", "--tls-listen", ":0"], "--tls or --tls-listen: "),
        (["--tls-listen", "localhost"], "--tls-listen takes a port of its own"),
        (["--tls-listen", "0.0.0.0:0"], "0.0.0.0 is reachable from other machines"),
        (["--tls", "--tls-ca", "no/ca.pem"], "no/ca.pem: No such file"),
    ],
)
def test_mistakes(call: Any, words: list[str], expected: str) -> None:
    """Each is told in one clear line, exit code 2."""
    Path("empty.yaml").write_text("", "utf-8")
    Path("system.yaml").write_text("system: billmanager\n", "utf-8")
    Path("wrong.yaml").write_text("ispmanager: {limit: 1}\n", "utf-8")
    Path("limits.yaml").write_text("ispmanager: {presets: {a: {limit_moon: 1}}}\n", "utf-8")
    if "--listen" not in words:
        words = ["--listen", "127.0.0.1:0", *words]
    said = call("serve", "ispmanager", *words)
    assert said.code == 2
    assert expected in said.err


def test_no_port_for_the_second_panel(call: Any) -> None:
    """After 65535 there is none."""
    said = call("serve", "all", "--listen", "127.0.0.1:65535")
    assert (said.code, said.err) == (2, "there is no port 65536 for the second panel\n")


def test_remote_is_warned_of(serve: Any) -> None:
    """Whoever means it gets it, with a warning."""
    server = serve("ispmanager", "--listen", "0.0.0.0:0", "--allow-remote", "--json")
    assert server.ready()["panels"]["ispmanager"]["url"].startswith("http://0.0.0.0:")
    assert server.interrupt()[2].startswith("warning: everybody who reaches 0.0.0.0 can use")


def test_tls(serve: Any) -> None:
    """HTTPS, which trusts whoever has the authority; the control of it as well."""
    pytest.importorskip("trustme")
    ready = serve("ispmanager", "--listen", ":0", "--tls", "--tls-ca", "ca.pem", "--json").ready()
    assert ready["panels"]["ispmanager"]["url"].startswith("https://127.0.0.1:")
    told = subprocess.run(
        [*MAIN, "panel", "--url", ready["control"], "--ca", "ca.pem", "clock"],
        capture_output=True, check=True, text=True, timeout=20,
    )  # fmt: skip
    assert told.stdout == "2025-01-01 00:00 UTC\n"


def test_tls_beside_plain(serve: Any) -> None:
    """Both are told, both show the same panels, the second panel has the port after it."""
    pytest.importorskip("trustme")
    words = ("all", "--listen", ":0", "--tls-listen", ":0", "--tls-ca", "ca.pem")
    panels = serve(*words, "--json").ready()["panels"]
    trust = ssl.create_default_context(cafile="ca.pem")
    for panel in panels.values():
        moved = httpx.post(
            f"{panel['tls_url'].rpartition('/')[0]}/_prorata/advance",
            json={"days": 1},
            verify=trust,
            trust_env=False,
        )
        told = httpx.get(f"{panel['url'].rpartition('/')[0]}/_prorata/clock", trust_env=False)
        assert moved.json()["now"] == told.json()["now"]
    lines = serve(*words).lines(5)
    schemes = [re.search(r"https?(?=://)", line) for line in lines]
    assert ["http", "https", "http", "https", None] == [found and found[0] for found in schemes]


def test_a_token_for_control(serve: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Control is asked with it, by an option or a variable; the panels are asked as ever."""
    ready = serve("ispmanager", "--listen", ":0", "--json", "--token", "a-token").ready()
    words = [*MAIN, "panel", "--url", ready["control"]]

    def code(*more: str) -> int:
        said = subprocess.run([*words, *more, "clock"], capture_output=True, check=False)
        return said.returncode

    assert [1, 1, 0] == [code(), code("--token", "another"), code("--token", "a-token")]
    monkeypatch.setenv("PRORATA_TOKEN", "a-token")
    assert 0 == code()
    url = ready["panels"]["ispmanager"]["url"]
    assert 200 == httpx.get(f"{url}?func=user", trust_env=False).status_code
    other = serve("ispmanager", "--listen", ":0", "--json").ready()["control"]
    assert 401 == httpx.get(f"{other}clock", trust_env=False).status_code


def test_more_hosts(serve: Any) -> None:
    """A panel answers to the names that it is given, each with an option of its own."""
    words = ("--allow-host", "panel.example", "--allow-host", "[2001:db8::1]:1500")
    ready = serve("ispmanager", "--listen", ":0", "--json", *words).ready()
    url = f"{ready['control']}clock"
    statuses = [
        httpx.get(url, headers={"Host": host}, trust_env=False).status_code
        for host in ("panel.example:1500", "[2001:db8::1]", "evil.example")
    ]
    assert [200, 200, 403] == statuses


def test_seed_state_and_faults(serve: Any) -> None:
    """A server begins with a seed and faults, and goes on where the last one ended."""
    Path("seed.yaml").write_text("ispmanager:\n  users: {olga: {fullname: Olga}}\n", "utf-8")
    Path("faults.yaml").write_text(
        "faults: [{kind: status, status: 429, func: sysinfo}]\n", "utf-8"
    )
    words = [
        "ispmanager",
        "--listen",
        ":0",
        "--json",
        "--seed",
        "seed.yaml",
        "--state",
        "panels.db",
    ]
    first = serve(*words, "--faults", "faults.yaml")
    control = first.ready()["control"]
    httpx.post(f"{control}advance", json={"days": 3}, trust_env=False)
    first.interrupt()
    ready = serve(*words, "--clock", "2025-01-01", "--faults", "faults.yaml").ready()
    assert ready["now"] == "2025-01-04T00:00:00+00:00"
    assert list(asked(f"{ready['control']}dump")["panels"]["ispmanager"]["users"]) == [
        "www-root",
        "olga",
    ]
    assert asked(f"{ready['control']}faults")["faults"][0]["status"] == 429


def test_another_beginning(call: Any, serve: Any) -> None:
    """A state has its own beginning: another one is refused, not passed over."""
    Path("seed.yaml").write_text("ispmanager: {users: {olga: {}}}\n", "utf-8")
    Path("faults.yaml").write_text("faults: [{kind: status, func: sysinfo}]\n", "utf-8")
    words = ["ispmanager", "--listen", ":0", "--json", "--state", "panels.db"]
    first = serve(*words)
    first.ready()
    first.interrupt()
    said = call("serve", *words, "--seed", "seed.yaml")
    assert (said.code, said.err) == (
        2, "panels.db has its own beginning; leave out --seed\n",
    )  # fmt: skip
    said = call("serve", *words, "--clock", "2020-01-01", "--faults", "faults.yaml")
    assert (said.code, said.err) == (
        2, "panels.db has its own beginning; leave out --clock and --faults\n",
    )  # fmt: skip


def test_two_servers_on_one_file(call: Any, serve: Any) -> None:
    """The second one is told so, and the first one loses nothing by it."""
    words = ["ispmanager", "--listen", ":0", "--json", "--state", "panels.db"]
    first = serve(*words)
    control = first.ready()["control"]
    for _ in range(2):
        httpx.post(f"{control}advance", json={"days": 1}, trust_env=False)
        said = call("serve", *words)
        told = "panels.db: in use by another server; end that one, or name another file\n"
        assert (said.code, said.err) == (2, told)
    first.process.kill()
    first.process.wait(20)
    assert serve(*words).ready()["now"] == "2025-01-03T00:00:00+00:00"


def test_a_full_file(serve: Any) -> None:
    """What cannot be kept is told on stderr at once, and by every answer until a restart."""
    resource = pytest.importorskip("resource")
    words = ["ispmanager", "--listen", ":0", "--json", "--state", "panels.db", "--state-sync"]
    server = serve(*words)
    control = server.ready()["control"]
    kept = httpx.post(f"{control}advance", json={"days": 3}, trust_env=False)
    free = resource.RLIM_INFINITY
    resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE, (0, free))
    lost = httpx.post(f"{control}advance", json={"days": 4}, trust_env=False)
    told = server.process.stderr.readline()
    assert told.startswith("panels.db: a change could not be written down: ")
    assert (lost.status_code, lost.json()["error"]["message"] + "\n") == (503, told)
    panel = subprocess.run(
        [*MAIN, "panel", "--url", control, "clock"], capture_output=True, text=True, check=False
    )
    assert (panel.returncode, panel.stderr) == (1, told.replace("\n", "; expected a restart\n"))
    # Whatever watches the process may write at its end.
    resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE, (free, free))
    assert server.interrupt(signal.SIGTERM) == (143, "", "terminated\n")
    assert serve(*words).ready()["now"] == kept.json()["now"]


def test_many_connections(serve: Any) -> None:
    """More than a thousand callers are held at once, whatever the soft limit was."""
    resource = pytest.importorskip("resource")
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = 3000
    if hard != resource.RLIM_INFINITY and hard < wanted:
        pytest.skip("this system allows no process so many open files")
    resource.setrlimit(resource.RLIMIT_NOFILE, (256, hard))
    try:
        ready = serve("ispmanager", "--listen", ":0", "--json").ready()
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, wanted), hard))
    url = ready["panels"]["ispmanager"]["url"]
    address = "127.0.0.1", int(url.split(":")[2].split("/")[0])
    request = b"GET /ispmgr?func=user HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
    try:
        with ExitStack() as stack:
            callers = [
                stack.enter_context(socket.create_connection(address, 20)) for _ in range(1200)
            ]
            for caller in callers:
                caller.sendall(request)
            assert all(caller.recv(12) == b"HTTP/1.1 200" for caller in callers)
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


class _Limits:
    """A system's limits that are as it says."""

    RLIMIT_NOFILE, RLIM_INFINITY = 7, -1

    def __init__(self, soft: int, hard: int, error: type[Exception] | None = None) -> None:
        self.now = soft, hard
        self.error = error

    def getrlimit(self, _what: int) -> tuple[int, int]:
        """Return the soft and the hard limit."""
        return self.now

    def setrlimit(self, _what: int, limits: tuple[int, int]) -> None:
        """Set both, or fail."""
        if self.error is not None:
            raise self.error
        self.now = limits


@pytest.mark.parametrize(
    ("limits", "expected"),
    [
        (_Limits(1024, 4096), (4096, 4096)),
        (_Limits(1024, 1_000_000), (65536, 1_000_000)),
        (_Limits(256, -1), (65536, -1)),
        (_Limits(-1, -1), (-1, -1)),
        (_Limits(100_000, 1_000_000), (100_000, 1_000_000)),
        (_Limits(256, -1, ValueError), (256, -1)),
        (_Limits(256, -1, OSError), (256, -1)),
    ],
)
def test_open_files(
    limits: _Limits, expected: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The soft limit is raised as far as the hard one, never lowered; a refusal is no mistake."""
    monkeypatch.setitem(sys.modules, "resource", limits)
    serve_._allow_many_connections()
    assert expected == limits.now


def test_no_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    """A system without such limits serves all the same."""
    monkeypatch.setitem(sys.modules, "resource", None)
    serve_._allow_many_connections()


def test_a_folder_is_no_seed(call: Any) -> None:
    """One clear line, for reset as well."""
    Path("folder").mkdir()
    said = call("panel", "reset", "--seed", "folder")
    assert (said.code, said.err) == (2, "folder: Is a directory\n")


def test_what_a_panel_cannot_have_at_its_place() -> None:
    """Logins, presets, limits, editions, readings: each with line, column and what is near."""
    Path("seed.yaml").write_text(
        "tariffs: {start: {prices: {1 month: 3.10}}}\n"
        "readings:\n"
        "  rouding: down\n"
        "  rounding: dwn\n",
        "utf-8",
    )
    assert told_of("seed.yaml") == [
        '3:3: unknown reading "rouding"; did you mean "rounding"?',
        '4:13: "dwn" is not a value of the reading rounding; did you mean "down"?',
    ]
    Path("seed.yaml").write_text("clients: {anna: {passwrd: x}}\n", "utf-8")
    assert told_of("seed.yaml") == [
        '1:18: unknown key "passwrd" in client "anna"; did you mean "password"?'
    ]
    Path("seed.yaml").write_text(
        "ispmanager:\n"
        "  edition: bussiness\n"
        "  presets:\n"
        "    starter: {limit_nix: 1, limit_quot: 2, limit_quota: much}\n"
        "  users:\n"
        "    b:c: {}\n"
        "    olga: {preset: startr}\n"
        "    pavel: {owner: rita}\n",
        "utf-8",
    )
    first, *rest = told_of("seed.yaml")
    assert first == '2:12: no edition "bussiness"; did you mean "business"?'
    assert rest[0].startswith('4:15: ispmanager has no limit "limit_nix"')
    assert rest[1:] == [
        '4:29: ispmanager has no limit "limit_quot"; did you mean "limit_quota"?',
        '4:57: "much" will not do; expected a whole number from 0 to 2147483647',
        f'6:5: "b:c" is no login; expected {LOGIN.hint}',
        '7:20: there is no preset "startr"; did you mean "starter"?',
        '8:20: there is no reseller "rita"; expected none: there are none',
    ]


def test_what_parts_of_a_seed_make_of_each_other() -> None:
    """A domain of two users is told where the second user stands."""
    Path("seed.yaml").write_text(
        "ispmanager:\n"
        "  users:\n"
        "    olga: {domain: example.com}\n"
        "    pavel: {domain: example.com}\n",
        "utf-8",
    )
    (told,) = told_of("seed.yaml")
    assert told.startswith("4:5: user 'pavel': the domain 'example.com' is taken")


def told_of(file: str) -> list[str]:
    """Return the problems of a seed, without the file's name and their number."""
    with pytest.raises(ScenarioErrors) as errors:
        load_seed(Path(file))
    return [line.removeprefix(f"{file}:") for line in str(errors.value).splitlines()][:-1]


def test_starts_with_what_it_needs() -> None:
    """An ispmanager answers without HTTP clients, XML, models, styles, YAML and databases."""
    script = """
import sys
from prorata.fakes.control import serve
from urllib.request import urlopen
import prorata.harness.cli.serve_
with serve("ispmanager") as panels:
    urlopen(panels.urls["ispmanager"] + "?func=user&authinfo=root:prorata").read()
    print(*sys.modules)
"""
    told = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, check=True, text=True, timeout=20
    )
    assert HEAVY & set(told.stdout.split()) == set()
    unused = ("prorata.harness.scenario", "prorata.fakes.control.store", "prorata.reference.engine")
    assert not any(name.startswith(unused) for name in told.stdout.split())


def test_a_seed_in_the_words_of_scenarios() -> None:
    """What a seed file says is what a set takes; numbers keep their digits."""
    Path("seed.yaml").write_text(
        "currency: EUR\n"
        "timezone: Europe/Berlin\n"
        "tariffs: {start: {prices: {1 month: 3.10}}}\n"
        "groups: {vip: {suspend: yes}}\n"
        "clients: {anna: {balance: 100.00, group: vip, password: mine}}\n"
        "readings: {rounding: down}\n"
        "ispmanager: {resellers: {rita: {}}, users: {olga: {owner: rita, suspended: yes}}}\n",
        "utf-8",
    )
    assert load_seed(Path("seed.yaml")) == {
        "currency": "EUR",
        "timezone": "Europe/Berlin",
        "tariffs": {"start": {"prices": {"1 month": "3.10"}}},
        "groups": {"vip": {"suspend": True}},
        "clients": {"anna": {"balance": "100.00", "group": "vip", "password": "mine"}},
        "readings": {"rounding": "down"},
        "ispmanager": {
            "resellers": {"rita": {}},
            "users": {"olga": {"owner": "rita", "suspended": True}},
        },
    }


_BILLING = """\
tariffs:
  kvm: {id: 700, itemtype: vds, prices: {1 month: 4.95}, about: {description: fast},
        resources: {memory: {prices: {1 month: 1.00}}}, addon_ids: {memory: 701}}
  metal: {itemtype: dedic, prices: {1 month: 49.50}}
clients:
  anna: {realname: Anna Anders, email: a@example.org, phone: "+1",
         payments: [{amount: 20.00}, {amount: 5.00, status: new}]}
billmanager: {password: own, keeps_unpaid_orders: yes, tickets: [{client: anna, name: Help}]}
"""


def test_a_seed_says_more_of_billmanager(serve: Any) -> None:
    """Servers, payments, tickets, switches, and the password, which is shown."""
    Path("seed.yaml").write_text(_BILLING, "utf-8")
    server = serve("billmanager", "--listen", "127.0.0.1:0", "--seed", "seed.yaml")
    _, url, login, _, password = server.lines(2)[0].split()
    assert (login, password) == ("admin", "own")

    def numbers(func: str) -> list[str]:
        rows = asked(f"{url}?func={func}&authinfo=admin:own&out=json")["doc"]["elem"]
        return [row["id"]["$"] for row in rows]

    assert numbers("pricelist") == ["700", "1"]
    assert numbers("payment") == ["1", "2"]
    assert numbers("ticket") == ["1"]
    found = load_seed(Path("seed.yaml"))
    assert found["billmanager"]["keeps_unpaid_orders"] is True
    assert found["clients"]["anna"]["payments"][1] == {"amount": "5.00", "status": "new"}


def test_a_seed_without_tariffs_knows_the_group_of_the_licences() -> None:
    """Clients can be told to be resellers; what is nearly that is a mistake, as anywhere."""
    Path("seed.yaml").write_text("clients: {anna: {group: resellers}, ben: {group: reseler}}\n")
    assert told_of("seed.yaml") == ['1:50: unknown group "reseler"; did you mean "resellers"?']
    Path("seed.yaml").write_text(
        "tariffs: {a: {prices: {1 month: 1.00}}}\nclients: {anna: {group: resellers}}\n"
    )
    assert told_of("seed.yaml") == ['2:25: unknown group "resellers"; there are none here']


def test_every_problem_of_a_seed_at_its_place() -> None:
    """In the order of the file, in the words of scenarios."""
    Path("seed.yaml").write_text(
        "ispmanagr: {}\n"
        "tariffs:\n"
        "  start:\n"
        '    prices: {1 month: "3,10"}\n'
        "    late_fees: {percent: 50}\n"
        "  nothing: {}\n"
        "ispmanager: {users: {a: {presett: x}}}\n",
        "utf-8",
    )
    with pytest.raises(ScenarioErrors) as errors:
        load_seed(Path("seed.yaml"))
    told = [line.removeprefix("seed.yaml:") for line in str(errors.value).splitlines()]
    user = "a of users of ispmanager of the seed"
    assert told == [
        '1:1: unknown key "ispmanagr" in the seed; did you mean "ispmanager"?',
        '4:23: "3,10" is not an amount; write digits such as 3.10',
        '5:5: unknown key "late_fees" in tariff "start"; did you mean "late_renewal_fee"?',
        f'7:26: unknown key "presett" in {user}; did you mean "preset"?',
        "4 problems in 1 file",
    ]
