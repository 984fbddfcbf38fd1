"""PHP: its versions, and the modes that a user's permissions leave."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prorata.fakes.mgr5.errors import over_limit
from prorata.fakes.mgr5.functions import CallContext, Function
from prorata.fakes.mgr5.params import Param
from prorata.fakes.mgr5.traffic import USER
from prorata.fakes.mgr5.tree import Node, fields

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from prorata.fakes.ispmanager.host import IspmanagerHost

__all__ = ["FUNCTIONS", "PHP", "allowed_modes", "check_permissions", "php_of", "version_of"]

#: The modes by key, each with its title and the word by which a version says that it has it.
_MODES: Mapping[str, tuple[str, str]] = {
    "php_mode_mod": ("PHP Apache", "apache"),
    "php_mode_cgi": ("PHP CGI", "cgi"),
    "php_mode_fcgi_apache": ("PHP FastCGI (Apache)", "cgi"),
    "php_mode_fcgi_nginxfpm": ("PHP FastCGI (Nginx + PHP-FPM)", "fpm"),
    "php_mode_lsapi": ("PHP LSAPI", "lsapi"),
}
_VERSIONS: Mapping[str, str] = {
    "native": "8.3 (native)",
    "isp-php82": "8.2 (alt)",
    "isp-php74": "7.4 (alt)",
}
_VERSION_OF = {
    "php_mode_mod": "php_apache_version",
    "php_mode_cgi": "php_cgi_version",
    "php_mode_fcgi_apache": "php_cgi_version",
    "php_mode_fcgi_nginxfpm": "php_fpm_version",
    "php_mode_lsapi": "php_lsapi_version",
}
_SERVED = ("php_apache_version", "php_cgi_version", "php_fpm_version", "php_lsapi_version")
# What a site may have only where the user's permissions do not say off.
_PERMITTED = {"php": "php_enable", "secure": "limit_ssl", "cgi": "limit_cgi", "ssi": "limit_ssi"}

PHP: tuple[Param, ...] = (
    Param("php", "switch"),
    Param("php_mode", "choice", choices=tuple((key, title) for key, (title, _) in _MODES.items())),
    *(Param(name, "choice", choices=tuple(_VERSIONS.items())) for name in _SERVED),
)


def allowed_modes(limits: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """Return the modes, key and title, that a user may choose: those that no permission forbids."""
    if limits.get("php_enable") == "off":
        return ()
    return tuple(
        (key, title) for key, (title, _) in _MODES.items() if limits.get(f"limit_{key}") != "off"
    )


def check_permissions(limits: Mapping[str, str], args: Mapping[str, str]) -> None:
    """Raise the `limit` error of the first thing asked for that the user's permissions forbid."""
    for name, permission in _PERMITTED.items():
        if args.get(name) == "on" and limits.get(permission) == "off":
            raise over_limit(permission, "off")
    mode = args.get("php_mode")
    if mode and mode not in dict(allowed_modes(limits)):
        raise over_limit(f"limit_{mode}", "off")


def php_of(limits: Mapping[str, str], args: Mapping[str, str]) -> dict[str, str]:
    """Return the PHP of a new site: as asked for, else as the user's limits say.

    Without any mode that is allowed a site has no PHP.
    """
    allowed = dict(allowed_modes(limits))
    usual = limits.get("limit_php_mode", "")
    first = usual if usual in allowed else next(iter(allowed), "")
    versions = {name: args.get(name) or limits.get(f"limit_{name}") or "native" for name in _SERVED}
    return {
        "php": args.get("php", "on") if allowed else "off",
        "php_mode": args.get("php_mode") or first,
        **versions,
    }


def version_of(about: Mapping[str, str]) -> dict[str, str]:
    """Return what a list shows of a site's PHP."""
    mode = about["php_mode"]
    title = _MODES[mode][0] if mode else ""
    version = about[_VERSION_OF[mode]] if mode else ""
    name = _VERSIONS.get(version, version)
    handler = f"{title} {name}" if about["php"] == "on" else "Handler not used"
    return {"php": about["php"], "php_mode": mode, "php_version": name, "handler": handler}


def _phpversions(_context: CallContext[IspmanagerHost]) -> Sequence[Node]:
    return [Node("elem", children=fields(_version_row(*one))) for one in _VERSIONS.items()]


def _version_row(key: str, name: str) -> Mapping[str, str]:
    native = "on" if key == "native" else "off"
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
