"""Workers on a Dask cluster: the one that judges scenarios judges mutants as well."""

from __future__ import annotations

import io
import pickle
import zipfile
from itertools import islice
from pathlib import Path
from secrets import token_hex
from typing import TYPE_CHECKING, Final

from mutation import reaching
from mutation.elsewhere import about
from mutation.passing import WANTED
from prorata.harness.running.crew import CrewError
from prorata.harness.workers.dask import Dask, WorkersLostError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from mutation.children import Outcome
    from mutation.mutants import Mutant
    from mutation.reaching import Sent
    from mutation.work import Task

__all__ = ["Cluster"]

#: How many tasks go out at once: what caught the last ones is asked first of the next.
_AHEAD: Final = 64


class Cluster:
    """The workers of a Dask scheduler; raises `CrewError` where they cannot be used."""

    def __init__(self, cache: Path, address: str) -> None:
        import cloudpickle

        cloudpickle.register_pickle_by_value(reaching)
        self._dask = Dask(address)
        self._run = token_hex(8)
        here = about()
        for worker, there in self._dask.everywhere(
            reaching.begin, self._run, _packed(cache)
        ).items():
            if there != here:
                why = there if isinstance(there, BaseException) else "it has another reference"
                self._dask.close()
                raise CrewError(f"{worker}: {why}")

    def judged(
        self, mutants: Iterator[Mutant], task: Callable[[Mutant], Task]
    ) -> Iterator[tuple[Mutant, Outcome]]:
        """Yield mutants with their outcomes as these arrive."""
        at: dict[Sent, Mutant] = {}

        def more(number: int = 1) -> list[Sent]:
            sent = {self._sent(task(each)): each for each in islice(mutants, number)}
            at.update(sent)
            return [*sent]

        judged = reaching.judged

        def whole(sent: Sent) -> bytes:
            # A function in a function travels with all that it needs, as its module cannot be
            # imported where it is read.
            return judged(sent)

        for sent, told in self._dask.done(whole, more(_AHEAD), more):
            if isinstance(told, WorkersLostError):
                raise CrewError("one worker after the other ended over a mutant")
            yield at.pop(sent), pickle.loads(told)

    def _sent(self, task: Task) -> Sent:
        return self._run, pickle.dumps(task)

    def close(self) -> None:
        """End what the run has on the workers."""
        try:
            self._dask.everywhere(reaching.end, self._run)
        finally:
            self._dask.close()


def _packed(cache: Path) -> bytes:
    """Return this package, and what was recorded, as one archive."""
    package, packed = Path(__file__).parent, io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in sorted(package.iterdir()):
            if file.is_file():
                archive.write(file, f"{package.name}/{file.name}")
        archive.write(cache / WANTED, f"cache/{WANTED}")
    return packed.getvalue()
