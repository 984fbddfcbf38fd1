"""Names that the plugin has: all that it must know where nothing of it is used."""

from __future__ import annotations

from typing import Final

__all__ = ["CONFORMS", "ENDING", "MARKS", "RULE", "SCENARIO"]

#: What the name of a file ends in that is collected.
ENDING: Final = ".scenario.yaml"
#: The mark of a test that says which rule it is about.
RULE: Final = "prorata_rule"
#: The mark that `conforms` makes.
CONFORMS: Final = "prorata_conforms"
#: The fixture of the scenario of `conforms`: where the plugin is not, pytest misses it, and nothing
#: passes.
SCENARIO: Final = "_prorata_scenario"

MARKS: Final = (
    "prorata(which='all', clock='2025-01-01', seed={}): which panels there are, and with what",
    f"{RULE}(rule, ...): what a test is about; -m billmanager.renew then selects it, as scenarios",
    f"{CONFORMS}(...): made by prorata.harness.pytest.conforms",
)
