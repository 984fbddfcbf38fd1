"""A quick start: what this process is spared, half of the time of running one scenario."""

from __future__ import annotations

import atexit
import gc
import sys
from contextlib import contextmanager
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["kept", "start_quickly"]

_GARBAGE = 200_000  # objects made before garbage is looked for
_PLUGINS = "pydantic.plugin._loader"


def start_quickly() -> None:
    """Spare this process what no command needs; to be called before anything else is imported."""
    # What a command imports is there until its end: no use to look for garbage in it, least of
    # all while the interpreter exits.
    gc.set_threshold(_GARBAGE)
    atexit.register(gc.freeze)
    # httpx imports a command line of its own, with rich and pygments, and does without if it must.
    sys.modules.setdefault("httpx._main", None)  # type: ignore[arg-type]
    sys.modules.setdefault(_PLUGINS, _NoPlugins(_PLUGINS))


@contextmanager
def kept() -> Iterator[None]:
    """Make what stays until the end: it is not looked through for garbage, now or later."""
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


class _NoPlugins(ModuleType):
    """Tells pydantic that there are no plugins, instead of looking through all that is installed.

    Plugins watch models at work, and ours are for nobody to watch. Asked for anything else, it
    gives way to the module that it stands for.
    """

    @staticmethod
    def get_plugins() -> tuple[()]:
        """Return the plugins."""
        return ()

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        del sys.modules[_PLUGINS]
        return getattr(import_module(_PLUGINS), name)
