"""A Dask scheduler and its workers: reached, compared with this machine, and given work in turn.

Dask is imported only here and where a function runs on one of its workers.
"""

from __future__ import annotations

import logging
import warnings
from contextlib import suppress
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, Final, TypeVar

from prorata.fakes.extras import how_to_install
from prorata.harness.running.crew import CrewError
from prorata.harness.workers.remote import about

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from distributed import Client, Future

__all__ = ["Dask", "WorkersLostError"]

Work = TypeVar("Work")
Done = TypeVar("Done")

#: Seconds within which a scheduler answers.
_ANSWERS: Final = 5
#: Whose messages Dask sends to stderr, which is ours.
_LOGGERS: Final = ("distributed", "distributed.client", "bokeh", "tornado", "tornado.application")


class WorkersLostError(Exception):
    """A task over which one Dask worker after the other ended."""


class Dask:
    """The workers of a scheduler, all of which have what this machine has; raises `CrewError`."""

    def __init__(self, address: str) -> None:
        if find_spec("distributed") is None:
            raise CrewError(f"--dask needs the extra dask: {how_to_install('dask')}")
        self._client = _connected(address)
        self._pending: Mapping[Future[Any], Any] = {}
        try:
            self._check(address)
        except BaseException:
            self.close()
            raise

    def everywhere(self, function: Callable[..., Any], *arguments: Any) -> Mapping[str, Any]:
        """Call a function on every worker; return what it returns, or raised, by their addresses.

        Raises `CrewError` where the scheduler has gone.
        """
        try:
            found: Mapping[str, Any] = self._client.run(function, *arguments, on_error="return")
        except OSError as error:
            raise CrewError(f"the Dask scheduler has gone: {error}") from None
        return found

    def done(
        self,
        function: Callable[[Work], Done],
        works: Iterable[Work],
        more: Callable[[], Iterable[Work]] = tuple,
    ) -> Iterator[tuple[Work, Done | WorkersLostError]]:
        """Do each work on some worker; yield it with its result as that arrives.

        What has arrived is kept here, and never done again. `more` tells after each what else is
        to be done. Raises what the function raises, and `CrewError` where the scheduler has gone.
        """
        from distributed import KilledWorker, as_completed

        pending: dict[Future[Any], Work] = {}
        self._pending = pending

        def submit(works: Iterable[Work]) -> list[Future[Any]]:
            new = {self._client.submit(function, each, pure=False): each for each in works}
            pending.update(new)
            return [*new]

        arriving = as_completed(
            submit(works), loop=self._client.loop, with_results=True, raise_errors=False
        )
        while pending:
            future, result = next(arriving)
            work = pending.pop(future)
            if future.status == "error":
                result = future.exception()
                if not isinstance(result, KilledWorker):
                    raise result
                result = WorkersLostError()
            elif future.status != "finished":
                raise CrewError("the Dask scheduler has gone")
            yield work, result
            arriving.update(submit(more()))

    def cancel(self) -> None:
        """Let the workers begin nothing any more."""
        with suppress(OSError):
            self._client.cancel(list(self._pending))
        self._pending = {}

    def close(self) -> None:
        """Leave the scheduler; what it still has of us is not done any more."""
        self._client.close()

    def _check(self, address: str) -> None:
        """Compare versions: `CrewError` where a worker has not what is here."""
        here = about()
        found = self.everywhere(about)
        if not found:
            raise CrewError(f"{address}: the Dask scheduler has no workers")
        for worker, there in found.items():
            if isinstance(there, BaseException):
                raise CrewError(f"{worker} cannot use prorata: {there}")
            for what, own in here.items():
                if there.get(what) != own:
                    raise CrewError(f"{worker} has {what} {there.get(what)}, here is {own}")


def _connected(address: str) -> Client:
    with warnings.catch_warnings():
        # Versions are compared by us, and told in one line.
        warnings.simplefilter("ignore")
        from distributed import Client

        for name in _LOGGERS:
            logger = logging.getLogger(name)
            logger.handlers[:] = [logging.NullHandler()]
            logger.propagate = False
        try:
            return Client(address, timeout=_ANSWERS, set_as_default=False)
        except (OSError, ValueError) as error:
            said = str(error).partition("\n")[0]
            raise CrewError(f"{address}: no Dask scheduler answers: {said}") from None
