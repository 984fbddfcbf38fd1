"""Where a right billing is made wrong: a rule that says something else, or a panel call left out.

The reference is asked through these seams while it answers; between its answers it is right, so
that the judge's own run of it is too.
"""

from __future__ import annotations

from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from typing import Any
from unittest.mock import patch

from prorata.harness.implementations.reference import Reference
from prorata.harness.protocol import Open
from prorata.reference.panels import IspmanagerClient
from prorata.reference.rules import Rulings


@dataclass(frozen=True)
class Wrong:
    """One mistake, and the rules that a person would name for it.

    `rules` has another answer for the function of a rule, from the right one and its arguments;
    `panel` what is done instead of a method of the panel's client; `due` what a handler of a due
    moment does instead, from the right one. `seen_in` names scenarios in which it shows.
    """

    name: str
    broken: tuple[str, ...]
    rules: dict[Any, Any] = field(default_factory=dict)
    panel: dict[str, Any] = field(default_factory=dict)
    due: dict[str, Any] = field(default_factory=dict)
    seen_in: tuple[str, ...] = ()


class WrongBilling:
    """The reference with one mistake, as an implementation of somebody else's."""

    def __init__(self, wrong, transport):
        self.name = wrong.name
        self._wrong = wrong
        self._transport = transport
        self.restart()

    def restart(self):
        self._inner = Reference(version="", transport=self._transport)
        self.declared = self._inner.declared

    def ask(self, request):
        with self._mistaken():
            answer = self._inner.ask(request)
        if isinstance(request, Open) and self._wrong.due:
            book = self._inner.billing.rulebook
            others = {what: how(book.due[what]) for what, how in self._wrong.due.items()}
            due = {**book.due, **others}
            self._inner.billing.rulebook = replace(book, due=due, at_once={})
        return answer

    def abandon(self):
        return ()

    def close(self):
        self._inner.close()

    @contextmanager
    def _mistaken(self):
        right = Rulings.__call__
        others = self._wrong.rules

        def ask(rulings, rule, /, **arguments):
            other = others.get(rule)
            if other is None:
                return right(rulings, rule, **arguments)
            return other(lambda **told: right(rulings, rule, **told), arguments)

        with ExitStack() as stack:
            stack.enter_context(patch.object(Rulings, "__call__", ask))
            for method, instead in self._wrong.panel.items():
                stack.enter_context(patch.object(IspmanagerClient, method, instead))
            yield
