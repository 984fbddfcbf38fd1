"""One page of HTML that needs nothing beside it: no network and no script."""

from __future__ import annotations

from prorata.harness.report.page.page import page

__all__ = ["page"]
