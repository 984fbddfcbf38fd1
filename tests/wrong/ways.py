"""Ways to be wrong: what is put in the place of a rule, a handler, a panel call or what is told."""

from __future__ import annotations

from dataclasses import replace

from prorata.reference.engine.ports import Grants
from prorata.reference.money import Money

# Rules


def told(**others):
    """Ask the rule with other arguments: each from those that it was asked with."""

    def ask(right, arguments):
        return right(**{**arguments, **{key: how(arguments) for key, how in others.items()}})

    return ask


def changed(how):
    """Change the right answer, where there is one and it is no refusal."""

    def ask(right, arguments):
        answer = right(**arguments)
        return answer if answer is None or hasattr(answer, "reason") else how(answer)

    return ask


def answers(value):
    """Answer always the same."""
    return lambda _right, _arguments: value


# Handlers of acts


def nothing(_right):
    """Do nothing."""
    return lambda *_arguments, **_named: None


def then(do):
    """Do something more where an act is done."""

    def instead(right):
        def handle(turn, **parameters):
            refusal = right(turn, **parameters)
            if refusal is None:
                do(turn, **parameters)
            return refusal

        return handle

    return instead


def given(change):
    """Do an act with other parameters."""
    return lambda right: lambda turn, **parameters: right(turn, **change(parameters))


def ordering(**fields):
    """Order a service of BILLmanager otherwise."""
    return given(lambda p: {**p, **fields} if "tariff" in p else p)


def without_lines(*kinds):
    """Post no lines of some kinds."""

    def drop(turn, **_):
        turn.entries[:] = [each for each in turn.entries if each.kind not in kinds]

    return then(drop)


def service_of(turn, service, **_):
    """Return the service that an act is about."""
    return turn.book.services[int(service)]


def lift_all(turn, **parameters):
    """Lift the suspensions of all kinds."""
    service = service_of(turn, **parameters)
    turn.set(service, suspended_by=frozenset(), status="active")
    if service.status == "suspended":
        turn.panel("resume", service)


def leave_suspended(turn, **parameters):
    """Take back what resumes a service."""
    service = service_of(turn, **parameters)
    turn.set(service, suspended_by=service.suspended_by, status=service.status)
    turn.tasks[:] = [task for task in turn.tasks if task.action != "resume"]


def give_back_one(turn, **parameters):
    """Give one unit of the currency back."""
    one = Money.of("-1", turn.book.currency)
    turn._enter(
        "period", one, service_of(turn, **parameters), None, "billmanager.delete.client", {}
    )


def receive_twice(turn, **_):
    """Take a payment twice."""
    for client, amount in turn.received.items():
        turn.received[client] = amount + amount


def only_received(right):
    """Take a payment, and start nothing."""

    def handle(turn, *, client="", amount="0", **rest):
        if rest:
            return right(turn, **rest)
        turn.receive(client, Money.of(amount, turn.book.currency))
        return None

    return handle


def last_first(right):
    """Look at services from the last to the first."""

    def handle(turn, **parameters):
        services = turn.book.services
        turn.book.services = dict(reversed(services.items()))
        refusal = right(turn, **parameters)
        turn.book.services = services
        return refusal

    return handle


# Handlers of what is due


def twice(right):
    """Do what is due twice."""

    def handle(turn, service):
        right(turn, service)
        right(turn, service)

    return handle


def as_if(**fields):
    """Do what is due as if the service were another one: fields, from the service."""

    def instead(right):
        def handle(turn, service):
            before = {name: getattr(service, name) for name in fields}
            for name, value in fields.items():
                setattr(service, name, value(service))
            right(turn, service)
            for name, value in before.items():
                setattr(service, name, value)

        return handle

    return instead


def once_more(billing, to):
    """Post what was renewed at an instant again when it is asked a second time."""
    asked, billing.asked = getattr(billing, "asked", None), to
    if asked != to:
        return
    for number in billing.book.services:
        lines = [line for line in billing.ledger if line.at == to and line.service == number]
        renewed = any(
            made.what == "renewed" and made.at == to and made.service == number
            for made in billing.decisions
        )
        if renewed and [line.kind for line in lines] == ["period"]:
            (line,) = lines
            row = line.client, number, line.covers, line.rule, line.arguments
            billing.ledger.append(to, line.kind, line.amount, *row)
            billing.book.clients[line.client].balance -= line.amount


# Lines


def no_tax_behind(kind_before):
    """Enter no tax behind a kind of line."""

    def instead(right):
        def enter(turn, kind, amount, *row):
            if kind == "tax" and turn.entries and turn.entries[-1].kind == kind_before:
                return
            right(turn, kind, amount, *row)

        return enter

    return instead


def entered(how):
    """Enter another amount for a line, or None for no line: from the turn, kind and amount."""

    def instead(right):
        def enter(turn, kind, amount, *row):
            other = how(turn, kind, amount)
            if other is not None:
                right(turn, kind, other, *row)

        return enter

    return instead


# What is told


def telling(part, change):
    """Tell a part of what there is otherwise."""

    def tell(body):
        found = getattr(body, part)
        return body if found is None else body.model_copy(update={part: change(found)})

    return tell


def each_service(change):
    """Tell of each service otherwise."""
    return telling("services", lambda found: {own: change(each) for own, each in found.items()})


def each_line(change):
    """Tell each line otherwise."""
    return telling("ledger", lambda found: [change(each) for each in found])


def called(status, other):
    """Call a status another one."""

    def call(service):
        return service.model_copy(update={"status": other}) if service.status == status else service

    return each_service(call)


# The panel


def account(**fields):
    """Make a user otherwise."""
    return lambda right: lambda panel, wanted: right(panel, replace(wanted, **fields))


NO_GRANTS = Grants()
