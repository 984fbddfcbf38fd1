"""A worker's process: ``python -m prorata.harness.workers.child FD`` answers over a socket."""

from __future__ import annotations

import sys

from prorata.harness.cli.quick import start_quickly

__all__ = ["main"]


def main() -> None:
    """Serve the socket whose descriptor is on the command line."""
    start_quickly()
    # After that: nothing that is imported here is looked through for garbage.
    from prorata.harness.workers.serving import serve

    serve(int(sys.argv[1]))


if __name__ == "__main__":
    main()
