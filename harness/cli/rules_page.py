"""The page of what the reference does, made from its registry, its tables and its vocabulary."""

from __future__ import annotations

import re
from datetime import timedelta
from inspect import signature
from typing import TYPE_CHECKING, Any, Final

from prorata.harness.cli.meanings import MEANINGS
from prorata.harness.scenario.given import Given, GivenClient
from prorata.reference.billmanager.name import LONGEST
from prorata.reference.engine.billmanager import BILLMANAGER
from prorata.reference.engine.billmanager.catalogue import Tariff
from prorata.reference.engine.hostbill import HOSTBILL
from prorata.reference.engine.hostbill.catalogue import Product
from prorata.reference.engine.operations import LOGINS, REFUSED_AGAIN, TRIES, UNANSWERED_AGAIN
from prorata.reference.engine.rulebook import PHASES
from prorata.reference.hostbill.hostname import LONGEST_LABEL, LONGEST_NAME
from prorata.reference.readings import READINGS
from prorata.reference.rules import function_of, rules
from prorata.reference.ruling import standing_beside
from prorata.reference.vocabulary.product_order import ORDERING, PATTERNS
from prorata.reference.vocabulary.tariff import TARIFF

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from prorata.reference.engine.rulebook import Rulebook
    from prorata.reference.rules import Rule

__all__ = ["page"]

_BOOKS: Final = (BILLMANAGER, HOSTBILL)
_TITLES: Final = {
    "billmanager": "BILLmanager",
    "hostbill": "HostBill",
    "provision": "The panel",
    "resell": "Reselling",
}
_PAGE: Final = """\
# What the reference does

The reference is the billing that comes with prorata: `prorata run` plays it, and what a scenario
wants of another billing is what it shows. This page is made from its tables by `prorata rules
--markdown`. To see it at work, with every question, answer and call to the panel:

    prorata run worked/daily --trace trace.jsonl
    prorata explain worked/daily

## Defaults

[Fields](fields.md) has every field of a tariff, a product and the whole billing, with what it can
say and its default. What else a scenario may leave out of its `given`:

{given}

[Readings](readings.md) has the questions that the documents leave open. Unless a scenario or a
declaration says otherwise:

{readings}

## Names on the panel

{names}

A user's name has at most {longest} characters. One that is taken gets a number behind it, from 1
to {logins}. Where the domain is somebody's already, the user is made without it. A preset that the
panel lacks is {presets}.

A host name that a product of HostBill checks is kept in small letters, without the dot at its end;
letters other than Latin count as they go over the wire. A `DNS name` has labels of letters, digits,
hyphens and underscores, of at most {label} characters each, and {name} in all. A `domain name` has
two labels or more, without underscores, that neither begin nor end with a hyphen, the last not of
digits alone; an `FQDN` is a domain name of three labels or more. A name that is registered,
transferred or a subdomain is a domain name, whatever the product checks.

## An order that is not paid

{unpaid}

## Lines

A charge is one line, posted with the digits that the reading `posting_digits` says and followed by
its tax where there is one. An amount below zero is posted as a `refund`, the tax on it as a `tax
refund`. What comes to nothing is no line; `prorata explain` says why there is none. A balance
changes with each line that BILLmanager posts.

## Metered usage

A report counts for the month of its date, and where that is invoiced, for the first that is not.
Each variable has a line for each month, of all that was reported, in the order of the dates. It is
on the invoice of a base fee that is generated when the month is over, else on one of its own; an
unpaid invoice of the service holds it up as it does a base fee. A change of the product begins new
counters; what was reported before is charged as the old product says. A service that ends is asked
for what it used; paid at its end and cancelled at once, only where cancellations are by the part. A
metered service goes on by itself, is not renewed by hand, and keeps its cycle.

## A panel that fails

What billing decided is asked of the panel in the order in which it was decided, service by service;
lines, dates and balances do not wait for it. A new service is `processing` until its user is made.

{panel}

## A seller that fails

What is bought from a seller is asked of it in the same order, and is open until the seller's event.
What it refuses is not tried again by itself, but when staff start it; the money stays where it is,
and no suspension or resumption waits for it. A change that it refused is tried again after a
renewal or a resumption. What it did not answer is tried again as a panel's, after a look at what is
there. A service that ends gives up what was open for it; where its licence was never made, what was
paid for it comes back.

## What each act does

{acts}

## What falls due

Of things due at one instant: {phases};
then in the order in which the services were ordered. An operation is what is asked of a panel
again. Time in one jump or in many small steps gives the same lines, dates and users.

{due}

## Which rule refuses what

A refusal names its rule, and nothing is changed.

{refusals}

## All rules

From which document each comes, and which readings it asks for.
{registry}"""


def page() -> str:
    """Return the page, in Markdown."""
    return _PAGE.format(
        given=_table(("in `given`", "default"), _given()),
        readings=_table(("reading", "default", "means"), _readings()),
        names=_table(("what", "default", "made of", "rule"), _names()),
        longest=LONGEST,
        logins=LOGINS - 1,
        presets=", ".join(_presets()),
        label=LONGEST_LABEL,
        name=LONGEST_NAME,
        unpaid="\n".join(_unpaid()),
        panel=_table(("what the panel does", "what is done then"), _panel()),
        acts=_table(("act", *(_TITLES[book.system] for book in _BOOKS)), _acts()),
        phases=", ".join(PHASES),
        due=_table(("due", "what is done"), _due()),
        refusals=_table(("rule", "what it does"), _refusals()),
        registry="".join(_registry()),
    )


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [head, ("---",) * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _given() -> Iterator[tuple[str, str]]:
    for name in ("currency", "timezone"):
        yield f"`{name}`", f"`{Given.model_fields[name].default}`"
    yield "the `balance` of a client", f"`{GivenClient.model_fields['balance'].default}`"
    yield "`first_ids`", "`1`, of each kind"
    yield "the `presets` of `ispmanager`", "an empty one for each template that is sold"


def _readings() -> Iterator[tuple[str, str, str]]:
    for name, reading in READINGS.items():
        meaning = MEANINGS[name].values[reading.default]
        yield f"`{name}`", f"`{reading.default}`", meaning.sentence


def _names() -> Iterator[tuple[str, str, str, str]]:
    said = {field.name: field for field in TARIFF.fields}
    made_of = "`@ID@` its number, `@USERNAME@` and `@ACCOUNT_ID@` the client's, `@DOMAIN@`"
    user = f"`{said['username_template'].default}`"
    yield "the user", user, made_of, "`billmanager.name.username`"
    made_of = "where the order names none: `@USERNAME@`, `@ID@` the service's number, `@TYPE@`"
    domain = f"`{said['domain_template'].default}`"
    yield "the domain", domain, made_of, "`billmanager.name.domain`"
    made_of = f"its `template`: {_lower(said['template'].sentence)}"
    yield "the preset", "the tariff's name", made_of, "`provision.ispmanager.create`"
    said = {field.name: field for field in ORDERING}
    for what, name, rule in _PATTERNS:
        default = said[name].default
        made_of = ", ".join(f"`{{{word}}}`" for word in PATTERNS[name])
        yield what, f"`{default}`" if default else "none", f"`{name}`: {made_of}", f"`{rule}`"


_PATTERNS: Final = (
    ("the user in HostBill", "username_pattern", "hostbill.username.pattern"),
    ("the host name in HostBill", "hostname_pattern", "hostbill.hostname.validation"),
)


def _presets() -> Iterator[str]:
    for system, sold in (("billmanager", Tariff), ("hostbill", Product)):
        done = "an error of its operation" if sold.strict else "made"
        yield f"{done} under {_TITLES[system]}"


def _unpaid() -> Iterator[str]:
    for book in _BOOKS:
        order, pay = (_sentence(book.acts[act]) for act in ("order", "pay"))
        yield f"- {_TITLES[book.system]}, `order`: {_lower(order)} `pay`: {_lower(pay)}"


def _panel() -> Iterator[tuple[str, str]]:
    again, *minutes = (
        str(span // timedelta(minutes=1)) for span in (REFUSED_AGAIN, *UNANSWERED_AGAIN)
    )
    yield "refuses", f"asked again after {again} minutes, {TRIES} times in all, then left to staff"
    unanswered = (
        f"asked again after {', '.join(minutes)} minutes, then every {minutes[-1]}, for ever"
    )
    yield "does not answer, or so that it cannot be read", unanswered
    looked = "where a user was to be made or deleted, it is looked at whether that is done"
    yield "may have done it, and the answer was lost", looked
    yield "has somebody else's user of that name", "left alone; the new user gets another name"


def _acts() -> Iterator[tuple[str, ...]]:
    for act in dict.fromkeys(act for book in _BOOKS for act in book.acts):
        if act != "wait":
            yield f"`{act}`", *(_act(book, act) for book in _BOOKS)


def _act(book: Rulebook, act: str) -> str:
    return _sentence(book.acts[act]) if act in book.acts else "*not built*"


def _due() -> Iterator[tuple[str, str]]:
    for book in _BOOKS:
        for what, handler in book.due.items():
            yield what, _sentence(handler)


def _refusals() -> Iterator[tuple[str, str]]:
    for rule in rules().values():
        refusing = list(_refusing(rule))
        if refusing:
            yield f"`{rule.id}`", " ".join(map(_sentence, refusing))


def _refusing(rule: Rule) -> Iterator[Callable[..., Any]]:
    """Yield the functions of a rule that may refuse."""
    if rule.built:
        for function in (function_of(rule.id), *standing_beside(rule.id)):
            if "Refusal" in str(signature(function).return_annotation):
                yield function


def _registry() -> Iterator[str]:
    for system, title in _TITLES.items():
        own = (rule for rule in rules().values() if rule.id.split(".")[0] == system)
        table = _table(("rule", "says", "from", "readings"), map(_row, own))
        yield f"\n### {title}\n\n{table}\n"


def _row(rule: Rule) -> tuple[str, ...]:
    sentence = rule.sentence if rule.built else f"{rule.sentence} *Not built.*"
    readings = ", ".join(f"`{name}`" for name in rule.readings)
    return f"`{rule.id}`", sentence, ", ".join(rule.documents), readings


_SOURCE: Final = re.compile(r"\s*\((?:billmanager|hostbill|vendor)[a-z0-9, -]*\)|:? ``[a-z.-]+``")


def _sentence(function: Callable[..., Any]) -> str:
    """Return what a function does: the first sentence of its docstring, without rule and source."""
    first = " ".join((function.__doc__ or "").strip().split("\n\n")[0].split())
    return _SOURCE.sub("", first).replace("``", "`").rstrip(".") + "."


def _lower(sentence: str) -> str:
    return sentence[0].lower() + sentence[1:]
