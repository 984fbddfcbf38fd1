"""PHP: its versions, and the modes that a user's permissions leave."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prorata.fakes.ispmanager.owned import limit_in_seed, switch
from prorata.fakes.mgr5.errors import bad_value, over_limit
from prorata.fakes.mgr5.functions import CallContext, Function
from prorata.fakes.mgr5.params import Param
from prorata.fakes.mgr5.traffic import USER
from prorata.fakes.mgr5.tree import Node, fields

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from prorata.fakes.ispmanager.host import IspmanagerHost
    from prorata.fakes.ispmanager.state import IspmanagerState

__all__ = ["FUNCTIONS", "PHP", "SERVED", "allowed_modes", "check_php", "php_of", "version_of"]

#: The modes by key, each with its title and the word by which a version says that it has it.
_MODES: Mapping[str, tuple[str, str]] = {
    "php_mode_mod": ("PHP Apache", "apache"),
    "php_mode_cgi": ("PHP CGI", "cgi"),
    "php_mode_fcgi_apache": ("PHP FastCGI (Apache)", "cgi"),
    "php_mode_fcgi_nginxfpm": ("PHP FastCGI (Nginx + PHP-FPM)", "fpm"),
    "php_mode_lsapi": ("PHP LSAPI", "lsapi"),
}
_VERSION_OF = {
    "php_mode_mod": "php_apache_version",
    "php_mode_cgi": "php_cgi_version",
    "php_mode_fcgi_apache": "php_cgi_version",
    "php_mode_fcgi_nginxfpm": "php_fpm_version",
    "php_mode_lsapi": "php_lsapi_version",
}
SERVED = ("php_apache_version", "php_cgi_version", "php_fpm_version", "php_lsapi_version")
# What a site may have only where the user's permissions do not say off.
_PERMITTED = {"php": "php_enable", "secure": "limit_ssl", "cgi": "limit_cgi", "ssi": "limit_ssi"}

PHP: tuple[Param, ...] = (
    Param("php", "switch"),
    Param("php_mode", "choice", choices=tuple((key, title) for key, (title, _) in _MODES.items())),
    # The versions that there are, a panel knows.
    *(Param(name, "choice") for name in SERVED),
)


def allowed_modes(limits: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """Return the modes, key and title, that a user may choose: those that no permission forbids."""
    if limits.get("php_enable") == "off":
        return ()
    return tuple(
        (key, title) for key, (title, _) in _MODES.items() if limits.get(f"limit_{key}") != "off"
    )


def check_php(state: IspmanagerState, owner: str, args: Mapping[str, str]) -> None:
    """Raise for the first thing asked for that the owner's permissions forbid, or there is not."""
    limits = state.users[owner].limits
    for name, permission in _PERMITTED.items():
        if args.get(name) == "on" and limits.get(permission) == "off":
            raise over_limit(permission, "off", seed=limit_in_seed(owner, permission))
    mode = args.get("php_mode")
    if mode and mode not in dict(allowed_modes(limits)):
        raise over_limit(f"limit_{mode}", "off", seed=limit_in_seed(owner, f"limit_{mode}"))
    for name in SERVED:
        if name in args and args[name] not in state.php:
            why = f"Expected one of {', '.join(state.php)}"
            raise bad_value(name, args[name], why, seed="ispmanager.php_versions")


def php_of(
    state: IspmanagerState, limits: Mapping[str, str], args: Mapping[str, str]
) -> dict[str, str]:
    """Return the PHP of a new site: as asked for, else as the user's limits say.

    Without any mode that is allowed a site has no PHP.
    """
    allowed = dict(allowed_modes(limits))
    usual = limits.get("limit_php_mode", "")
    first = usual if usual in allowed else next(iter(allowed), "")
    native = next(iter(state.php))
    versions = {name: args.get(name) or limits.get(f"limit_{name}") or native for name in SERVED}
    return {
        "php": args.get("php", "on") if allowed else "off",
        "php_mode": args.get("php_mode") or first,
        **versions,
    }


def version_of(state: IspmanagerState, about: Mapping[str, str]) -> dict[str, str]:
    """Return what a list shows of a site's PHP."""
    mode = about["php_mode"]
    title = _MODES[mode][0] if mode else ""
    version = about[_VERSION_OF[mode]] if mode else ""
    name = state.php.get(version, version)
    handler = f"{title} {name}" if about["php"] == "on" else "Handler not used"
    return {"php": about["php"], "php_mode": mode, "php_version": name, "handler": handler}


def _phpversions(context: CallContext[IspmanagerHost]) -> Sequence[Node]:
    known = context.panel.state.php
    first = next(iter(known))
    rows = (_version_row(key, known[key], switch(on=key == first)) for key in known)
    return [Node("elem", children=fields(row)) for row in rows]


def _version_row(key: str, name: str, native: str) -> Mapping[str, str]:
    served = {"apache": native, "cgi": "on", "fpm": "on"}
    return {"key": key, "name": name, "default_apache": native, **served}


FUNCTIONS: tuple[Function[IspmanagerHost], ...] = (
    Function(
        "phpversions",
        "list",
        "Versions of PHP",
        _phpversions,
        level=USER,
        key="key",
        columns=("key", "name", "default_apache", "apache", "cgi", "fpm"),
    ),
)
