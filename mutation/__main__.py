"""Judge the mutants of the reference: ``python -m mutation [GLOB …]``."""

from __future__ import annotations

import sys

from mutation.command import main

if __name__ == "__main__":
    sys.exit(main())
