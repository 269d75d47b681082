"""Nonsense as it reaches a public site: values, cookies, headers and paths that no form of ours sends."""

import ast
import re
from collections.abc import Iterator

from django.core import signing

from lingju.places import here
from tests.house.source import own_code

VALUES = (
    "",
    " ",
    "\0",
    "中\0文",
    "-1",
    "0",
    "9" * 400,
    "9223372036854775808",
    "²",
    "٣",
    "NaN",
    "inf",
    "-inf",
    "1e400",
    "1e-400",
    "0x10",
    "1_000",
    "2026-13-45",
    "99999-01-01",
    "0001-01-01",
    "😀" * 60,
    "\u202e右到左\u2066",
    "\ufeff\u200b",
    "<script>alert(1)</script>",
    "' OR 1=1 --",
    "{{ 7 * 7 }}{% raise %}%s%(x)s",
    "../../../etc/passwd",
    "//evil.example/",
    "a\r\nSet-Cookie: x=1",
    "x" * 9000,
    "113.05,36.05",
    "nan,nan",
    "area-",
    "area-99999999999999999999999",
    "station-²",
)

COOKIES = (
    "",
    "x",
    "a:b:c",
    "c_1",
    "....",
    "elder.xx.dark.more",
    "elder.<b>.\u202e".encode().decode("latin-1"),  # as a browser would send it
    "\0",
    "x" * 4000,
    "%00",
    '"unclosed',
)
# What only somebody with the key could sign; an old version of ours may have.
SIGNED_PLACES = (
    *("", "c", "c_", "c_abc", "c_²", "c_-1", f"c_{'9' * 60}", "c_1_2"),
    *("p", "p_", "p_1", "p_nan_nan", "p_inf_-inf", "p_1e400_2", "p_0_0", "p_200_100", "p_1_2_3", "q_1_2"),
)

LANGUAGES = ("", "*", ",,,;q=", "x" * 9000, "zh-Hans-CN;q=abc", "en;q=2,zh", "\u4e2d", "../../en", "EN_us")
HOSTS = (
    "evil.example",
    "a b",
    "::::",
    "testserver.evil.example",
    "",
    "127.0.0.1@evil.example",
    "中文.example",
)
PATHS = (
    "/%00/",
    "/s/%00/",
    "/s/%FF%FE/",
    f"/s/{'a' * 5000}/",
    "/privacy/%00/",
    "/privacy/..%2f..%2fsecrets/",
    "/privacy/%ED%A0%80/",
    "/desk/stations/99999999999999999999999999/",
    "/desk/imports/..%2f..%2f/",
    "/desk/imports/%00/",
    "/desk/export/nothing/",
    "/..%2f..%2fetc/passwd",
    "/static/../settings.py",
    "/%",
    "/" + "a/" * 500,
    "/api/",
    "/api/nothing",
)


def signed_places() -> list[str]:
    """Return cookies of a place that are rightly signed and make no sense."""
    return [signing.Signer(salt=here.SALT).sign(said) for said in SIGNED_PLACES]


def asked_of_addresses() -> list[str]:
    """Return every name that the code reads from an address's question, found in the source itself."""
    return sorted(name for source in own_code() for name in _names(source.tree) if name.isidentifier())


def _names(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        found = re.match(
            r"request\.GET(?:\.get(?:list)?)?[\[(]'(\w+)'|'(\w+)' in request\.GET", words_of(node)
        )
        if found:
            yield found[1] or found[2]


def words_of(node: ast.AST) -> str:
    """Return an expression as it is written."""
    return ast.unparse(node) if isinstance(node, ast.Call | ast.Subscript | ast.Compare) else ""


def fields_of(page: str) -> list[str]:
    """Return the names of everything a page's forms send."""
    return sorted(set(re.findall(r"<(?:input|select|textarea|button)[^>]*?\sname=\"(\w+)\"", page)))
