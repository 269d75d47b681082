"""What the standard itself says: its keywords for validating and its examples, from tests/vendor/hsds."""

import datetime as dt
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import orjson
from jsonschema import Draft202012Validator, FormatChecker
from jsonschema.protocols import Validator

FOLDER = Path(__file__).parents[3] / "tests" / "vendor" / "hsds"
EXAMPLES = FOLDER / "examples"
VERSIONS = ("3.0", "3.1")
FORMATS = FormatChecker(formats=("uuid", "email"))


@FORMATS.checks("uri", raises=ValueError)
def is_uri(value: object) -> bool:
    """Say whether a text is an absolute address; the library's own grammar takes seconds to build."""
    return not isinstance(value, str) or bool(urlsplit(value).scheme)


@FORMATS.checks("date-time", raises=ValueError)
def is_moment(value: object) -> bool:
    """Say whether a text is a moment with its zone."""
    return not isinstance(value, str) or dt.datetime.fromisoformat(value).tzinfo is not None


@cache
def keywords(version: str) -> dict[str, Any]:
    """Return the keywords of a version: every kind under $defs."""
    found: dict[str, Any] = orjson.loads((FOLDER / f"keywords-{version}.json").read_bytes())
    return found


@cache
def validator(kind: str, version: str) -> Validator:
    """Return what validates a thing of a kind, formats included."""
    schema = {**keywords(version), "$ref": f"#/$defs/{kind}"}
    return Draft202012Validator(schema, format_checker=FORMATS)


def faults(kind: str, version: str, thing: Any) -> list[str]:
    """Return what the standard's schema finds wrong."""
    return [f"{one.json_path}: {one.message}" for one in validator(kind, version).iter_errors(thing)]


def unknown(kind: str, version: str, thing: dict[str, Any], path: str = "") -> list[str]:
    """Return the fields that this version of the standard does not know, however deep."""
    known = keywords(version)["$defs"][kind]["properties"]
    found = [f"{path}.{name}" for name in thing if name not in known]
    for name, value in thing.items():
        said = known.get(name, {})
        inner = str(said.get("$ref") or said.get("items", {}).get("$ref") or "").rpartition("/")[2]
        things = value if isinstance(value, list) else [value]
        found += [
            fault
            for at, one in enumerate(things)
            if inner
            for fault in unknown(inner, version, one, f"{path}.{name}[{at}]")
        ]
    return found


def example(name: str) -> bytes:
    """Return an official example."""
    return (EXAMPLES / name).read_bytes()
