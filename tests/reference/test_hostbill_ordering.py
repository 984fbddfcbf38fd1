"""What an order of HostBill tells beside product and cycle: names, forms, ways to a domain."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prorata.reference.engine.hostbill.catalogue import Product
from prorata.reference.engine.hostbill.invoices import ENDED
from prorata.reference.engine.hostbill.ordering import holding
from prorata.reference.engine.rows import CatalogueError
from prorata.reference.hostbill.hostname import filled, required, validation
from prorata.reference.hostbill.limit_per_customer import limit_per_customer
from prorata.reference.hostbill.order import FormField, agreement, asked, domain, forms
from prorata.reference.hostbill.product import preconditions
from prorata.reference.hostbill.show import ShownProduct, StaffPage, show
from prorata.reference.hostbill.upgrade import out_of_stock
from prorata.reference.hostbill.username import numbered, pattern
from prorata.reference.refusal import Refusal

CHECKS = ("DNS name", "domain name", "FQDN")


@pytest.mark.parametrize(
    ("typed", "checks", "kept"),
    [
        ("www.example.com", 3, "www.example.com"),
        ("example.com", 2, "example.com"),
        ("example", 1, "example"),
        ("WWW.Example.Com.", 3, "www.example.com"),
        ("a_b.example.com", 1, "a_b.example.com"),
        ("-a.example.com", 1, "-a.example.com"),
        ("a-.example.com", 1, "a-.example.com"),
        ("a-b.example.com", 3, "a-b.example.com"),
        ("192.0.2.1", 1, "192.0.2.1"),
        ("1.2.example", 3, "1.2.example"),
        ("ЖЯ.ФИ", 2, "жя.фи"),
        ("www.bücher.example", 3, "www.bücher.example"),
        ("xn--e1afmkfd.xn--p1ai", 2, "xn--e1afmkfd.xn--p1ai"),
        # A label of 57 such letters goes over the wire with 63 characters.
        (f"{'ж' * 57}.com", 2, f"{'ж' * 57}.com"),
        (f"{'ж' * 58}.com", 0, ""),
        (f"{'a' * 63}.com", 2, f"{'a' * 63}.com"),
        (f"{'a' * 64}.com", 0, ""),
        (f"{'a.' * 126}b", 3, f"{'a.' * 126}b"),  # 2 × 126 + 1 = 253
        (f"{'a.' * 126}b.", 3, f"{'a.' * 126}b"),
        (f"{'a.' * 126}bc", 0, ""),
        (".", 0, ""),
        ("..", 0, ""),
        ("a..b", 0, ""),
        (".example.com", 0, ""),
        ("a b.example.com", 0, ""),
        ("a/b.example.com", 0, ""),
        ("例\u3002com", 2, "例.com"),  # a full stop of ideographs
    ],
)
def test_what_each_check_takes(typed, checks, kept):
    """The first so many of the three checks take a name, and keep it alike."""
    found = [validation(hostname=typed, check=check) for check in CHECKS]
    assert [kept] * checks == found[:checks]
    assert ["hostbill.hostname.validation"] * (3 - checks) == [each.rule for each in found[checks:]]
    assert typed == validation(hostname=typed, check="none")


@pytest.mark.parametrize("check", CHECKS)
def test_no_host_name_is_not_checked(check):
    """Whether there has to be one is another rule's."""
    assert "" == validation(hostname="", check=check)


@given(st.text(max_size=70), st.sampled_from(CHECKS))
def test_what_is_kept_is_kept_again(typed, check):
    """A name that a check took is taken as it is kept."""
    kept = validation(hostname=typed, check=check)
    assert isinstance(kept, Refusal) or kept == validation(hostname=kept, check=check)


def test_a_required_host_name():
    """It is needed by the product, or by an account that is made by itself."""
    assert required(hostname="a.example", wanted=True, automatic=True) is None
    assert required(hostname="", wanted=False, automatic=False) is None
    assert "hostbill.hostname.required" == required(hostname="", wanted=True, automatic=False).rule
    assert "by itself" in required(hostname="", wanted=False, automatic=True).reason


def test_patterns():
    """Words in braces are filled in; one that is taken goes on with a number."""
    words = {"client": "anna", "client number": "7", "service": "510"}
    assert "anna7.510" == pattern(pattern="{client}{client number}.{service}", words=words)
    assert "x.example.com" == filled(pattern="x.example.com", words=words)
    assert "anna1" == numbered(name="anna", number=1)


@pytest.mark.parametrize(
    "row",
    [{"hostname_pattern": "{hostname}.example.com"}, {"username_pattern": "{user}"}],
)
def test_a_word_that_no_pattern_knows(row):
    """It is an error of the product, with its name."""
    (field,) = row
    with pytest.raises(CatalogueError, match=rf"small: {field} knows no \{{"):
        Product.of("small", row)


def test_limits():
    """One more is sold up to the limit, of the client and of the stock."""
    assert limit_per_customer(product="a", has=1, limit=2) is None
    assert limit_per_customer(product="a", has=99, limit=None) is None
    assert "2 of at most 2" in limit_per_customer(product="a", has=2, limit=2).reason
    assert out_of_stock(product="a", taken=1, stock=2) is None
    assert out_of_stock(product="a", taken=3, stock=2, allowed=True) is None
    assert "hostbill.upgrade.out-of-stock" == out_of_stock(product="a", taken=0, stock=0).rule


@pytest.mark.parametrize(
    ("answer", "field", "why"),
    [
        ("", FormField(), None),
        ("", FormField(required=True), "must be answered"),
        ("", FormField("number"), None),
        ("12", FormField("number"), None),
        ("-1.50", FormField("number"), None),
        ("1e3", FormField("number"), "a number"),
        ("Acme", FormField(), None),
        ("red", FormField("choice", ("red", "blue")), None),
        ("", FormField("choice", ("red", "blue")), None),
        ("green", FormField("choice", ("red", "blue")), "one of red, blue"),
    ],
)
def test_answers(answer, field, why):
    """An answer is of the kind of its field; only what is required must be answered."""
    refusal = forms(name="x", answer=answer, field=field)
    assert (refusal is None) == (why is None)
    assert refusal is None or why in refusal.reason


def test_answers_to_what_is_not_asked():
    """They are refused with the name of the field."""
    assert asked(answers=("a",), form=("a", "b")) is None
    assert "colour" in asked(answers=("a", "colour"), form=("a", "b")).reason


@pytest.mark.parametrize(
    ("option", "name", "kept"),
    [
        ("register", "New.Example.", "new.example"),
        ("register", "old.example", "registered here already"),
        ("transfer", "OLD.example", "registered here already"),
        ("registered here", "old.example", "old.example"),
        ("registered here", "www.old.example", "www.old.example"),
        ("registered here", "bold.example", "not registered here"),
        ("registered here", "other.example", "not registered here"),
        ("subdomain", "Anna", "anna.free.example"),
        ("subdomain", "ben", "taken"),
        ("subdomain", "a.b", "one label"),
        ("subdomain", "-a", "letters and digits"),
        ("own", "Any.Thing", "no way"),
        ("register", "", "takes its name"),
        ("register", "single", "fewer than 2 labels"),
    ],
)
def test_ways_to_a_domain(option, name, kept):
    """Each way takes some names, and keeps them as domains."""
    found = domain(
        option=option,
        name=name,
        offered=("register", "transfer", "registered here"),
        subdomains_of="free.example",
        here=("old.example", "other.example"),
        own=("old.example",),
        taken=("ben.free.example",),
    )
    assert kept in found.reason if isinstance(found, Refusal) else kept == found


def test_what_a_client_owns_is_kept_as_it_was_typed():
    """It is for the check of host names to change it."""
    assert "Any.Thing" == domain(option="own", name="Any.Thing", offered=("own",))
    assert "there are: own" in domain(option="subdomain", name="a", offered=("own",)).reason


def test_consent():
    """It is needed where there is a document."""
    assert agreement(document=None, consent=False) is None
    assert agreement(document="Terms", consent=True) is None
    assert "Terms" in agreement(document="Terms", consent=False).reason


def test_preconditions():
    """A page where there are pages, a template where templates are known."""
    page = {"product": "small", "order_page": "hosting"}
    assert preconditions(**page, order_pages=()) is None
    assert preconditions(**page, order_pages=("hosting",), template="small") is None
    assert "no order page" in preconditions(**page, order_pages=("other",)).reason
    known = {"order_pages": (), "template": "small"}
    assert preconditions(**page, **known, templates=("small",)) is None
    assert "no template small" in preconditions(**page, **known, templates=()).reason


def test_what_is_shown():
    """Code, tags and connection are for staff."""
    page = StaffPage("SH-1", ("a", "b"), "server-1")
    assert ShownProduct("small") == show(product="small", page=page, by="client")
    assert ShownProduct("small", "SH-1", ("a", "b"), "server-1") == show(
        product="small", page=page, by="staff"
    )
    assert ShownProduct("small") == show(product="small", page=StaffPage(), by="staff")


ACTS = st.one_of(
    st.tuples(st.just("order"), st.sampled_from(["small", "large"]), st.integers(0, 1)),
    st.tuples(
        st.sampled_from(["small", "large", "pay", "immediately", "delete", "cancel_invoice"]),
        st.integers(0, 20),
        st.just(0),
    ),
)


@given(st.lists(ACTS, max_size=25))
def test_no_more_are_held_than_there_are(house, acts):
    """Whatever is ordered, changed, paid and ended: the stock and the limits are kept."""
    row = {"prices": {"monthly": "1"}, "stock": 3, "limit_per_customer": 2}
    dear = {"prices": {"monthly": "2"}, "stock": 2, "upgrades": ["small"]}
    shop = house(
        {"small": {**row, "upgrades": ["large"]}, "large": dear},
        at="2025-06-01",
        system="hostbill",
        clients={"anna": "0", "ben": "0"},
    )
    for verb, which, client in acts:
        do(shop, verb, which, ("anna", "ben")[client])
        for name, product in shop.book.catalogue.items():
            held = [(each.client, each.number) for each in holding(shop.billing.turn(), product)]
            assert len(held) <= product.stock, (name, held)
            limit = product.limit_per_customer or len(held)
            assert all(sum(owner == each for owner, _ in held) <= limit for each in ("anna", "ben"))
            own = [s for s in shop.book.services.values() if s.tariff == name]
            assert {s.number for s in own if s.status not in ENDED} <= {n for _, n in held}


def do(shop, verb, which, client):
    """Do an act, on what the number tells of what there is."""
    act = shop.billing.act
    if verb == "order":
        name = f"{client}.example.com"
        act("order", client=client, product=which, cycle="monthly", hostname=name)
        return
    is_invoice = verb in {"pay", "cancel_invoice"}
    many = sorted(shop.book.invoices if is_invoice else shop.book.services)
    if not many:
        return
    own = str(many[which % len(many)])
    if is_invoice:
        act(verb, invoice=own)
    elif verb == "immediately":
        act("cancel", service=own, when=verb)
    elif verb == "delete":
        act(verb, service=own)
    else:
        act("change_tariff", service=own, product=verb)


def test_a_name_that_nobody_can_send(house):
    """A host name that has no form over the wire is refused by the panel's rule, not a fault."""
    shop = house(
        {"small": {"prices": {"monthly": "1"}, "username_pattern": "{hostname}"}},
        at="2025-06-01",
        system="hostbill",
        clients={"anna": "0"},
    )
    hostname = f"{'ж' * 64}.com"
    refusal = shop.refused(
        "order", client="anna", product="small", cycle="monthly", hostname=hostname
    )
    assert "provision.ispmanager.create" == refusal.rule


def test_an_account_made_by_hand_has_a_name_that_a_panel_takes(house):
    """Also without a host name, the user's name is one."""
    row = {"prices": {"monthly": "1"}, "create_account": "by hand", "username_pattern": "{product}"}
    shop = house(
        {"small one": row, "small": row},
        at="2025-06-01",
        system="hostbill",
        clients={"anna": "0"},
    )
    refusal = shop.refused("order", client="anna", product="small one", cycle="monthly")
    assert "provision.ispmanager.create" == refusal.rule
    shop.do("order", client="anna", product="small", cycle="monthly")
    assert ("small", "") == (shop.service().user, shop.service().domain)


def test_an_empty_answer_is_none(house):
    """It is not kept, and takes away what was answered before."""
    shop = house(
        {"small": {"prices": {"free": "0"}, "form": {"a": {}, "b": {}}}},
        at="2025-06-01",
        system="hostbill",
        clients={"anna": "0"},
    )
    said = {"a": "1", "b": ""}
    shop.do(
        "order", client="anna", product="small", cycle="free", hostname="a.example", answers=said
    )
    assert (("a", "1"),) == shop.service().wishes.answers
    shop.do("answer_form", service="1", answers={"a": "", "b": "2"})
    assert (("b", "2"),) == shop.service().wishes.answers
