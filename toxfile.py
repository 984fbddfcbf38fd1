"""What tox.ini cannot say: who installs, and that the newest Python has all tests, measured.

Each further Python would find nearly the same again, and so would the sweeps, of what is tested on
every one. From 3.12 on an interpreter tells itself which lines it runs, which takes a tenth of the
time that tracing takes.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from tox.plugin import impl

if TYPE_CHECKING:
    from tox.config.sets import EnvConfigSet
    from tox.session.state import State


@impl
def tox_add_env_config(env_conf: EnvConfigSet, state: State) -> None:
    """Give each environment the keys `installer`, `tester` and `tests`: what is run by what.

    Where tox finds no Python that has an environment here, each of them is given all that is
    measured.
    """
    environments = tuple(state.conf.core["env_list"].envs)
    measured = _newest(environments)
    elsewhere = measured is not None and env_conf.name != measured
    env_conf.add_config(
        keys="installer",
        of_type=str,
        default=_installer(),
        desc="what installs packages",
    )
    env_conf.add_config(
        keys="everywhere",
        of_type=list[str],
        default=[],
        desc="the tests of every Python",
    )
    env_conf.add_config(
        keys="tester",
        of_type=str,
        default="python" if elsewhere else "coverage run",
        desc="what runs the tests",
    )

    def tests() -> str:
        everywhere = env_conf["everywhere"]
        if env_conf.name == "sweeps":
            own = f"py3{sys.version_info.minor}"
            had = everywhere if own in environments and own != measured else []
            return " ".join(["-m sweep", *(f"--deselect {each}" for each in had)])
        return " ".join(everywhere) if elsewhere else "-m 'not sweep'"

    env_conf.add_config(
        keys="tests",
        of_type=str,
        default=lambda _conf, _name: tests(),
        desc="the tests that are run, where the command line names none",
    )


@cache
def _installer() -> str:
    """Return the command of uv where it stands beside tox, for it takes a third of pip's time.

    Neither makes bytecode: most of what is installed is never imported.
    """
    uv = shutil.which("uv", path=str(Path(sys.executable).parent))
    return shlex.join([uv, "pip", "install"]) if uv else "python -I -m pip install --no-compile"


@cache
def _newest(environments: tuple[str, ...]) -> str | None:
    """Return the environment of the newest Python that is here: the one of tox, or on the path."""
    minors = {int(minor): name for name in environments if (minor := _minor(name))}
    return next((minors[each] for each in sorted(minors, reverse=True) if _is_here(each)), None)


def _minor(environment: str) -> str:
    found = re.fullmatch(r"py3(\d+)", environment)
    return found[1] if found else ""


def _is_here(minor: int) -> bool:
    """Tell whether a Python starts: what a version manager puts on the path may not."""
    if sys.version_info.minor == minor:
        return True
    folders = os.environ.get("PATH", "").split(os.pathsep)
    programs = (shutil.which(f"python3.{minor}", path=folder) for folder in folders if folder)
    return any(
        program and not subprocess.run([program, "-c", ""], capture_output=True).returncode  # noqa: PLW1510, S603
        for program in programs
    )
