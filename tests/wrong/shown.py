"""Billings that read, tell or ask the panel for something else, and are else the reference."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from broken import PERIODS, SUSPENSIONS, B, H, P
from seams import Wrong
from ways import NO_GRANTS, account, answers, called, each_line, each_service, nothing, telling

from prorata.reference import provision

DAY = timedelta(days=1)


def _a_day_more(line):
    if line.covers is None:
        return line
    starts, ends = line.covers
    return line.model_copy(update={"covers": (starts - DAY, ends)})


def _changed_later(found):
    changed_line = [line.model_copy(update={"amount": "77.00"}) for line in found[:1]]
    return [*changed_line, *found[1:]] if len(found) > 3 else found


def _one_more(found):
    return {name: f"{Decimal(held) + 1:f}" for name, held in found.items()}


SHOWN = [
    # What is told
    Wrong("a balance of one more", ("always: conservation",), told=telling("balances", _one_more)),
    Wrong("lines that change later", ("always: lines stay as they were posted",),
          told=telling("ledger", _changed_later)),
    Wrong("covers from the day before",
          (*PERIODS, B + "charge.daily", B + "charge.calendar", B + "order.tariff-end",
           H + "initial-period.adjust", H + "renew", H + "cycle.change", "always: no overlap"),
          told=each_line(_a_day_more)),
    Wrong("what is being made is called active",
          (B + "lifecycle.status", P + "create", "resell.operation"),
          told=called("processing", "active")),
    Wrong("the suspended are called active",
          (*SUSPENSIONS, B + "renew.weekend", B + "lifecycle.status"),
          told=called("suspended", "active")),
    Wrong("never tells of an automatic renewal", (B + "renew.auto",),
          told=each_service(lambda s: s.model_copy(update={"auto_renewal": False}))),
    # The panel
    Wrong("everyone has the server's address", ("provision.ipmanager",),
          code={"panels.ispmanager.ipmanager": nothing}),
    Wrong("keeps the addresses of what is deleted", ("provision.ipmanager",),
          code={"panels.ispmanager.give_back": nothing}),
    Wrong("suspends by deleting", (P + "suspend", P + "delete"),
          panel={"suspend": lambda _right: lambda panel, name: panel.delete(name)}),
    Wrong("makes every user alike", (P + "create",), panel={"create": account(preset="standard")}),
    Wrong("makes users without their domain", (P + "create", P + "domain"),
          panel={"create": account(domain=None)}),
    Wrong("makes users without what is granted", (P + "overrides", P + "resources"),
          panel={"create": account(grants=NO_GRANTS)}),
    Wrong("a changed preset without what is granted",
          (P + "overrides", P + "resources", P + "change-preset"),
          panel={"change_preset": lambda right: lambda *asked, grants=None: right(*asked[:3])}),
    Wrong("sets another password", (P + "password",),
          panel={"password": lambda right: lambda panel, name, said: right(panel, name, said[1:])}),
    Wrong("links for the administrator", (P + "login",),
          panel={"login": lambda right: lambda panel, _name, key: right(panel, "root", key)}),
    Wrong("links that lead nowhere back", (P + "return",),
          panel={"return_": lambda _right: lambda _panel, link, _address: link}),
    Wrong("never makes a domain", (P + "domain",), panel={"domain": nothing}),
    Wrong("never makes a database", (P + "manage",), panel={"manage": nothing}),
    Wrong("shows nothing that there is", (P + "manage",),
          panel={"listed": lambda _right: lambda *_: ()}),
    Wrong("shows no usage", (P + "manage",),
          panel={"usage": lambda _right: lambda *_: {"disk": 0, "bandwidth": 0}}),
    Wrong("any number of accounts", (P + "capacity",), rules={provision.room: answers(None)},
          panel={"capacity": nothing}),
    Wrong("imports no presets", (P + "presets",),
          panel={"presets": lambda _right: lambda _panel: ()}),
    Wrong("connects whatever the password", (P + "connection",),
          panel={"connection": lambda _right: lambda _panel: {"login": "root", "level": "30"}}),
    Wrong("never makes a preset", (P + "presets",), panel={"make_preset": nothing}),
]  # fmt: skip
