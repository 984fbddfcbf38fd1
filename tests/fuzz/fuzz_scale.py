"""A hundred times the users, and hardly any longer for what one caller asks."""

from __future__ import annotations

import time
from statistics import quantiles

from fuzzing.asking import Asked, ask
from fuzzing.checking import check_answer
from fuzzing.tally import figure, tried

from prorata.fakes.control import Panels

FEW, MANY = 1_000, 100_000
ROOT = b"authinfo=root:prorata&out=json&"
#: How much longer it may take for a hundred times as many.
RATIO = 2
TIMES = 200


def panel_of(number):
    """Return the application of a panel with so many users."""
    panels = Panels("ispmanager")
    for at in range(number):
        panels.ispmanager.add_user(f"u{at}")
    return panels.apps["/ispmgr"]


def milliseconds(apps, forms):
    """Return how long each application takes for the forms, taking turns: the lower quartile.

    What else the machine does makes some calls slower, and none faster.
    """
    took = {number: [] for number in apps}
    for number, app in apps.items():
        for at in range(10):
            ask(app, Asked("/ispmgr", b"", ROOT + forms(number, at)))
    for at in range(TIMES):
        for number, app in apps.items():
            asked = Asked("/ispmgr", b"", ROOT + forms(number, at))
            started = time.perf_counter()
            answer = ask(app, asked)
            took[number].append((time.perf_counter() - started) * 1000)
            assert "" == check_answer(asked, answer)
            tried("ispmanager: with 1,000 and with 100,000 users")
    return {number: quantiles(each)[0] for number, each in took.items()}


def test_a_page_and_an_edit_with_many_users():
    """A page of 100 rows, one of ten all over the list, and one edit: at most twice as long."""
    apps = {number: panel_of(number) for number in (FEW, MANY)}
    calls = {
        "a page of 100 users": lambda number, at: (
            b"func=user&p_cnt=100&p_num=%d" % (1 + at * 7 % 10 * (number // 1000))
        ),
        "one edit": lambda number, at: b"func=user.edit&sok=ok&elid=u%d&comment=c%d" % (at * 4, at),
        "one form": lambda number, at: b"func=user.edit&elid=u%d" % (at * 4),
    }
    for about, forms in calls.items():
        took = milliseconds(apps, forms)
        ratio = took[MANY] / took[FEW]
        figure(
            f"users, {about}",
            f"{took[FEW]:.2f} ms of 1,000, {took[MANY]:.2f} ms of 100,000: {ratio:.2f} times",
        )
        assert ratio <= RATIO, about
