"""What tox.ini cannot say: coverage is measured on one Python, the one that runs tox.

Measuring doubles the time of the tests, and each further Python would find the same again.
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
    """Give each environment the key `tester`: what its tests are run by."""
    elsewhere = _OWN in state.conf.core["env_list"].envs and env_conf.name != _OWN
    env_conf.add_config(
        keys="tester",
        of_type=str,
        default="python" if elsewhere else "coverage run",
        desc="what runs the tests",
    )
