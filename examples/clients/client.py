"""Orders, prolongs, suspends, and meets a failing panel: BILLmanager and ispmanager over HTTP."""

import json
import os
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

BILLMANAGER = os.environ.get("BILLMANAGER", "http://127.0.0.1:1501/billmgr")
ISPMANAGER = os.environ.get("ISPMANAGER", "http://127.0.0.1:1500/ispmgr")
CONTROL = ISPMANAGER.removesuffix("/ispmgr") + "/_prorata/"
STATUS = {"1": "ordered", "2": "active", "3": "suspended", "4": "deleted", "5": "processing"}


class PanelError(Exception):
    """The panel said no."""


def call(url, func, **params):
    """Call a function of a panel; return its document."""
    form = urlencode({"func": func, "out": "json", **params}).encode()
    with urlopen(url, form, timeout=10) as answer:
        doc = json.load(answer)["doc"]
    if "error" in doc:  # the status of HTTP is 200 all the same
        raise PanelError(doc["error"]["$type"] + ": " + doc["error"]["msg"]["$"])
    return doc


def control(function, **fields):
    """Move time, break something, look at the journal: what no real panel has."""
    if function == "journal":
        request = Request(CONTROL + function + "?" + urlencode(fields))
    else:
        says = {"Content-Type": "application/json"}
        request = Request(CONTROL + function, json.dumps(fields).encode(), says)
    with urlopen(request, timeout=10) as answer:
        return json.load(answer)


def row(doc, field, value):
    """Return one row of a list, as plain texts; what is empty has no `$`, and no rows no `elem`."""
    found = next(each for each in doc.get("elem", []) if each[field]["$"] == value)
    return {name: cell.get("$", "") for name, cell in found.items()}


def sign_in():
    """Return what to add to the calls of Anna, a client of the shop."""
    return {"auth": call(BILLMANAGER, "auth", username="anna", password="prorata")["auth"]["$id"]}


def tell(service):
    """Print how a service stands."""
    print(f"{service['domain']}: {STATUS[service['status']]}, until {service['expiredate']}")


control("reset")

# Anna finds the tariff's number and orders.
anna = sign_in()
tariffs = call(BILLMANAGER, "vhost.order.pricelist", period=1, **anna)["list"][0]
number = row(tariffs, "desc", "small")["pricelist"]
order = {"pricelist": number, "datacenter": 1, "order_period": 1, "domain": "example.com"}
done = call(BILLMANAGER, "v2.vhost.order.param", **order, skipbasket="on", sok="ok", **anna)
service = done["id"]["$"]
tell(row(call(BILLMANAGER, "vhost", **anna), "id", service))

# A month goes by, and nobody pays for the next one. The session is over, too.
print(control("advance", months=1)["said"])
anna = sign_in()
tell(row(call(BILLMANAGER, "vhost", **anna), "id", service))

# Anna prolongs.
renewed = call(BILLMANAGER, "service.prolong", elid=service, period=1, sok="ok", **anna)
print("prolonged until", renewed["doc"]["newexpiredate"]["$"])
tell(row(call(BILLMANAGER, "vhost", **anna), "id", service))

# The order is a user of ispmanager. Root adds another, and suspends it.
root = {"authinfo": "root:prorata"}
boris = {"name": "boris", "passwd": "a-secret", "preset": "starter"}
call(ISPMANAGER, "user.add.finish", **boris, sok="ok", **root)
call(ISPMANAGER, "user.suspend", elid="boris", **root)
for user in call(ISPMANAGER, "user", **root)["elem"]:
    print(f"user {user['name']['$']}: active {user['active']['$']}")

# The panel is out of order, once.
control("faults", faults=[{"kind": "status", "status": 503, "func": "user.resume", "times": 1}])
for attempt in (1, 2):
    try:
        call(ISPMANAGER, "user.resume", elid="boris", **root)
        print(f"user.resume, attempt {attempt}: ok")
        break
    except HTTPError as error:
        print(f"user.resume, attempt {attempt}: HTTP {error.code}")

# What the panels have seen.
for each in control("journal", func="user.resume")["calls"]:
    print(each["at"], each["func"], each["params"]["elid"], each["status"])
