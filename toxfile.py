"""What tox.ini cannot say: the Python that runs tox has all tests, and their coverage is measured.

Measuring doubles their time, and each further Python would find nearly the same again. The sweeps,
over many scenarios and through processes of their own, run no line that the others miss, so that
they are not measured.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from tox.plugin import impl

if TYPE_CHECKING:
    from tox.config.sets import EnvConfigSet
    from tox.session.state import State

_OWN = f"py3{sys.version_info.minor}"


@impl
def tox_add_env_config(env_conf: EnvConfigSet, state: State) -> None:
    """Give each environment the keys `tester`, `tests` and `sweeps`: what is run by what.

    Where tox runs on a Python that has no environment here, each of the others is given all tests.
    """
    elsewhere = _OWN in state.conf.core["env_list"].envs and env_conf.name != _OWN
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
    env_conf.add_config(
        keys="tests",
        of_type=str,
        default=lambda _conf, _name: (
            " ".join(env_conf["everywhere"]) if elsewhere else "-m 'not sweep'"
        ),
        desc="the tests that are run, where the command line names none",
    )
    named = elsewhere or bool(state.conf.pos_args(None))
    env_conf.add_config(
        keys="sweeps",
        of_type=str,
        default=lambda _conf, _name: (
            "" if named else f"{env_conf['env_bin_dir']}/pytest -n 3 -p no:cacheprovider -m sweep"
        ),
        desc="what runs the tests that are not measured",
    )
