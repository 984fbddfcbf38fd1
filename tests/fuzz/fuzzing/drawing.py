"""Calls drawn from what functions declare: good values, values at bounds, and others."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fuzzing.asking import SECRET, Asked, request_of
from hypothesis import strategies as st

if TYPE_CHECKING:
    from collections.abc import Mapping

    from prorata.fakes.mgr5.functions import Function
    from prorata.fakes.mgr5.params import Param

__all__ = ["bodies", "calls", "value_of"]

#: Few names, so that calls hit what calls before them have made.
_NAMES = [
    "anna", "bob", "carl", "small", "large", "days", "root", "admin", "#custom", "a.example.com",
    "box@a.example.com", "main->MySQL", "www", "192.0.2.7", "2001:db8::7",
    "a.example.com. A  1.2.3.4",
    "1", "2", "3", "7", "-100", "1 month", "m", "on", "off", "ok", "*", "anna, bob", "anna, anna",
]  # fmt: skip
_ODD = [
    "", " ", "\x00", "\r\n", "\ud800", "\ufffe", "%", "&", "=", "<!DOCTYPE x>", "]]>", "__value__",
    "__object__", "../..", "'", '"', "${x}", "{{x}}", "1e9", "NaN", "-1", "0", "9" * 400, "٣", "½",
    "2025-02-30", "0000-00-00", "9999-12-31", "a" * 5000, "0x10", "1_000", "+1", "-0", "١٢",
]  # fmt: skip
_OUT = ["xml", "json", "sjson", "JSONdata", "text", "devel", "xjson", "bjson", "", "html"]
_COMMON = [
    "elid", "plid", "sok", "su", "lang", "p_num", "p_cnt", "p_col", "p_order", "filter", "elname",
    "clicked_button", "name", "owner", "func", "out", "auth", "x", "sfrom", "snext", "sback",
]  # fmt: skip
_odd = st.sampled_from(_ODD) | st.text(max_size=40)
_names = st.sampled_from(_NAMES)


def value_of(param: Param) -> st.SearchStrategy[str]:
    """Return values for a parameter, most of them good ones."""
    if param.secret:
        return st.sampled_from([SECRET, SECRET * 20, f"{SECRET}&<é", f"{SECRET}\ud800"])
    good = _GOOD.get(param.type, _text)(param)
    return st.one_of(good, good, _names, _odd)


def _text(param: Param) -> st.SearchStrategy[str]:
    least = st.text("abcdefgh.-@ é<&", max_size=12)
    edges = [
        param.default or "a",
        "a" * min(param.longest, 4096),
        "a" * min(param.longest + 1, 4097),
    ]
    several = [least, _names, st.sampled_from(edges)]
    if param.pattern:
        several.append(st.from_regex(param.pattern, fullmatch=True))
    return st.one_of(several)


def _integer(param: Param) -> st.SearchStrategy[str]:
    edges = [param.least - 1, param.least, param.most, param.most + 1]
    within = st.integers(param.least, min(param.most, param.least + 20))
    return st.one_of(within, st.sampled_from(edges)).map(str)


def _amount(param: Param) -> st.SearchStrategy[str]:
    edges = [
        str(param.least),
        str(param.most),
        "0.00",
        "0.001",
        "12.50",
        "1.",
        ".5",
        "1e2",
        "-0.01",
    ]
    whole = st.decimals(0, 1000, places=2, allow_nan=False).map(str)
    return st.one_of(whole, st.sampled_from(edges))


def _day(_param: Param) -> st.SearchStrategy[str]:
    return st.dates().map(str)


def _choice(param: Param) -> st.SearchStrategy[str]:
    keys = [each if isinstance(each, str) else each[0] for each in param.choices]
    return st.sampled_from(keys) if keys else _names


def _switch(_param: Param) -> st.SearchStrategy[str]:
    return st.sampled_from(["on", "off"])


_GOOD: Mapping[str, Any] = {
    "amount": _amount,
    "choice": _choice,
    "date": _day,
    "integer": _integer,
    "switch": _switch,
}


@st.composite
def calls(draw: Any, path: str, functions: Mapping[str, Function[Any]], login: str) -> Asked:
    """Return calls of declared functions, by several callers and in every format."""
    function = draw(st.sampled_from(_table(functions)))
    params = {"func": function.name}
    for param in function.params:
        if param.required or draw(st.booleans()):
            params[param.name] = draw(value_of(param))
    if draw(st.booleans()):
        params["sok"] = "ok"
    if not draw(st.integers(0, 3)):
        params |= draw(st.dictionaries(st.sampled_from(_COMMON), _names | _odd, max_size=3))
    if draw(st.integers(0, 4)):
        params["out"] = draw(st.sampled_from(_OUT))
    params |= draw(st.sampled_from(_callers(login)))
    return request_of(path, params, draw(st.sampled_from(["form", "form", "query", "json"])))


def _table(functions: Mapping[str, Function[Any]]) -> list[Function[Any]]:
    return [functions[name] for name in sorted(functions)]


def _callers(login: str) -> list[dict[str, str]]:
    master = {"authinfo": f"{login}:prorata"}
    return [
        master, master, master, master,
        {"authinfo": f"anna:{SECRET}"},
        {"authinfo": "bob:prorata"},
        {**master, "su": "anna"},
        {"authinfo": f"{login}:{SECRET}"},
        {"auth": SECRET},
        {},
    ]  # fmt: skip


def _part(text: str) -> bytes:
    """Return a multipart form of one field, whose name is its value."""
    head = f'--b\r\nContent-Disposition: form-data; name="{text}"'
    return f"{head}\r\n\r\n{text}\r\n--b--".encode("utf-8", "surrogatepass")


#: Bodies that are meant to hurt whoever reads them.
bodies = st.one_of(
    st.binary(max_size=200),
    st.binary(max_size=60).map(lambda raw: b"{" + raw),
    st.binary(max_size=60).map(lambda raw: b'<?xml version="1.0"?>' + raw),
    st.builds(
        lambda opens, depth: b'{"func":' + opens * depth,
        st.sampled_from([b"[", b'{"a":', b"[[{"]),
        st.sampled_from([1, 15, 16, 17, 100, 990, 1000, 100_000]),
    ),
    st.integers(1, 6000).map(lambda digits: b'{"func":' + b"9" * digits + b"}"),
    st.sampled_from([9_999, 10_000, 10_001, 100_000]).map(lambda many: b"&".join([b"a=1"] * many)),
    st.sampled_from([b'{"func":NaN}', b'{"func":1e999}', b'{"func":"\\ud800"}', b'{"\\ud800":1}']),
    st.text(max_size=80).map(_part),
    st.sampled_from([
        b'<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><l>&b;</l>',
        b'<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a SYSTEM "file:///etc/passwd">]><l>&a;</l>',
        b"func=user&elid=%ff%fe", b"%", b"&&&&", b"====", b"func=user;out=json", b"\xef\xbb\xbf{}",
        b"func=user&out=json&out=xml", b"func[]=user", b"func=user%00", b"func=" + b"a." * 30_000,
    ]),
)  # fmt: skip
