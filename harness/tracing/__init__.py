"""What the five documents say a system does, statement by statement, and what shows it."""

from __future__ import annotations

from prorata.harness.tracing.documents import SourceDocument, documents
from prorata.harness.tracing.finding import UnfoundError, found
from prorata.harness.tracing.statements import Statement, statements

__all__ = ["SourceDocument", "Statement", "UnfoundError", "documents", "found", "statements"]
