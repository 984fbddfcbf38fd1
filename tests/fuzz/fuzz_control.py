"""Control, asked for what may stand anywhere in a seed, a rule of faults, or an instant."""

from __future__ import annotations

import json

from fuzzing.asking import Asked, ask, new_set
from fuzzing.budget import for_a_share
from fuzzing.checking import check_control
from fuzzing.tally import tried
from hypothesis import strategies as st

NAMES = [
    "small", "anna", "prices", "1 month", "late_renewal_fee", "percent", "resources", "disk",
    "included", "daily", "price", "balance", "password", "id", "itemtype", "addon_ids", "about",
    "template", "name", "presets", "users", "addresses", "preset", "domain", "suspended",
    "client", "service", "setup_fee", "period", "trial", "calendar", "group", "kind", "nth",
    "probability", "seconds", "to", "years",
]  # fmt: skip
TEXTS = [
    "1 month",
    "3.10",
    "anna",
    "small",
    "on",
    "yes",
    "USD",
    "2025-03-01",
    "9999-12-31",
    "percent",
]
TOPS = [
    "ispmanager",
    "tariffs",
    "clients",
    "currency",
    "timezone",
    "first_ids",
    "settings",
    "groups",
]
leaves = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.sampled_from(TEXTS)
)
keys = st.sampled_from(NAMES) | st.text(max_size=3)
values = st.recursive(
    leaves,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=4),
    max_leaves=8,
)
documents = st.dictionaries(
    st.sampled_from(TOPS) | keys, st.dictionaries(keys, values, max_size=3) | values, max_size=3
)


def test_any_documents():
    """Whatever a document holds, control does it or says what is wrong with it."""
    app = new_set().apps["/_prorata"]
    bodies = {
        "reset": lambda value: {"seed": value},
        "faults": lambda value: {"faults": [value]},
        "clock": lambda value: {"to": next(iter(value), None)},
        "advance": lambda value: value,
        "usage": lambda value: {"name": "anna", **value},
    }

    def said(name, value):
        tried("control: any documents")
        body = json.dumps(bodies[name](value)).encode()
        asked = Asked(f"/_prorata/{name}", b"", body)
        check_control(asked, ask(app, asked))

    for_a_share(0.05, said, name=st.sampled_from(sorted(bodies)), value=documents)
