"""The site wizard of ispmanager 6: a web domain whose fields begin with `site_`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prorata.fakes.ispmanager.things import form, save
from prorata.fakes.ispmanager.webdomains import SITES
from prorata.fakes.mgr5.functions import CallContext, Function
from prorata.fakes.mgr5.params import ELID, Param
from prorata.fakes.mgr5.traffic import USER

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from prorata.fakes.ispmanager.host import IspmanagerHost
    from prorata.fakes.mgr5.tree import Node

__all__ = ["FUNCTIONS"]

_PREFIX = "site_"
#: Fields that clients also send without the prefix, and what each of them is.
_PLAIN = {"php": "php", "ssl": "secure", "email": "email"}
_WIZARD = tuple(param._replace(name=f"{_PREFIX}{param.name}") for param in SITES.params)
_PARAMS = (
    ELID,
    *_WIZARD,
    Param("php", "switch"),
    Param("ssl", "switch"),
    Param("email", longest=255),
    # Where the site's data come from; nothing of it is kept.
    Param("lp_db_source"),
)


def _save(context: CallContext[IspmanagerHost]) -> Sequence[Node]:
    args = context.args
    plain = {of: args[name] for name, of in _PLAIN.items() if name in args}
    wizard = {
        name.removeprefix(_PREFIX): text for name, text in args.items() if name.startswith(_PREFIX)
    }
    elid = {"elid": args["elid"]} if "elid" in args else {}
    # Whoever names a certificate wants the site to be reached over it.
    secure = {"secure": "on"} if wizard.get("ssl_cert") else {}
    context.args = {**elid, **secure, **plain, **wizard}
    return save(SITES, context)


def _form(context: CallContext[IspmanagerHost]) -> Mapping[str, str]:
    known = form(SITES, context)
    return {name if name == "elid" else f"{_PREFIX}{name}": text for name, text in known.items()}


FUNCTIONS: tuple[Function[IspmanagerHost], ...] = (
    Function(
        "site.edit",
        "form",
        "A site, page by page",
        _save,
        _PARAMS,
        _form,
        level=USER,
        element=_form,
    ),
)
