"""Which rule sets what stands at a place: by the lines, dates and acts of the reference's run.

Names are loaded when they are first used: where nothing differs, no rule is looked for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from prorata.fakes.lazy import lazily

if TYPE_CHECKING:
    from prorata.harness.running.causes.by_place import rule_at
    from prorata.harness.running.causes.scene import Scene

__all__ = ["Scene", "rule_at"]

__getattr__ = lazily(__name__, {"Scene": "scene", "rule_at": "by_place"})
