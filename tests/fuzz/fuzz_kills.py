"""A server with a file is killed at any moment: what it acknowledged is there afterwards."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from random import Random

from fuzzing.budget import SEED, examples
from fuzzing.killing import Orders, Sets, Users
from fuzzing.tally import figure

KILLS = examples(100)
#: A file is made anew after so many kills: it should be killed in all of its ages.
A_FILE = 20
LONGEST = 0.6
PANELS = {
    "ispmanager": {"presets": {"small": {}}},
    "tariffs": {"small": {"prices": {"1 month": "0.01"}}},
    "clients": {"anna": {"balance": "1000000.00"}},
}
#: Serves from a file; before, it tells all that it holds. `changes` is when it packs that.
PROGRAM = """
import json, sys
from prorata.fakes.control import serve, store
file, seed, store._CHANGES = sys.argv[1], json.loads(sys.argv[2]), int(sys.argv[3])
with serve(seed=seed, state=file) as panels:
    held = {name: each.dump()["panels"] for name, each in panels.sets.items()}
    for name, each in panels.sets.items():
        held[name]["seconds"] = int((each.now - panels.start).total_seconds())
        held[name]["snapshots"] = {
            of: list(taken.states["ispmanager"].users) for of, taken in each.taken.items()
        }
    print(json.dumps({"held": held, "urls": panels.urls}), flush=True)
    sys.stdin.read()
"""


class Killed:
    """A file, its three writers, and the server that is killed."""

    def __init__(self, file, number):
        random = Random(f"{SEED}/{number}")
        self.random = random
        self.writers = [
            kind(Random(f"{SEED}/{number}/{kind.__name__}")) for kind in (Users, Orders, Sets)
        ]
        self.command = [sys.executable, "-c", PROGRAM, str(file), json.dumps(PANELS)]
        # Some pack so often that they are mostly killed at that.
        self.command.append(random.choice(["500", "100", "10", "1"]))

    def round(self, early=0.1):
        """Start a server, check what it has, write to it, and kill it; or kill it as it starts."""
        with subprocess.Popen(
            self.command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        ) as process:
            try:
                if self.random.random() < early:
                    time.sleep(self.random.random() * LONGEST)
                else:
                    self.write(process)
            finally:
                process.kill()
                said = process.stderr.read().decode()
        assert "" == said, said

    def write(self, process):
        """Check what is there, and write until the server is killed."""
        line = process.stdout.readline()
        assert line, process.stderr.read().decode()
        ready = json.loads(line)
        for writer in self.writers:
            writer.check(ready["held"])
        base = {**ready["urls"], "control": ready["urls"]["ispmanager"].removesuffix("/ispmgr")}
        with ThreadPoolExecutor(len(self.writers)) as pool:
            done = [pool.submit(writer.write, base) for writer in self.writers]
            time.sleep(self.random.random() * LONGEST)
            process.kill()
            for each in done:
                each.result()


def test_kills(tmp_path):
    """At no moment does a kill lose what was acknowledged, in both panels, forks and control."""
    acknowledged = 0
    for number in range(-(-KILLS // A_FILE)):
        killed = Killed(tmp_path / f"{number}.db", number)
        for _ in range(min(A_FILE, KILLS - number * A_FILE)):
            killed.round()
        killed.round(early=0)
        acknowledged += sum(writer.acknowledged for writer in killed.writers)
    told = f"{KILLS:,} while three wrote: {acknowledged:,} acknowledged changes, 0 of them lost"
    figure("kills of a server with a file", told)
