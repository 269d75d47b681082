"""Facts as JSON and back: what a frozen dataclass of plain values becomes in a queue.

Carried: whole and other numbers, text, truth, nothing, dates, times, decimals, enumerations, tuples,
lists, dictionaries with text keys, and dataclasses of these. Everything else is refused when packed: a
fact carries ids, not records.
"""

import datetime as dt
import types
from collections.abc import Callable
from dataclasses import fields, is_dataclass
from decimal import Decimal
from enum import Enum
from typing import Any, Union, get_args, get_origin, get_type_hints

_FROM_TEXT: dict[type, Callable[[Any], Any]] = {
    dt.datetime: dt.datetime.fromisoformat,
    dt.date: dt.date.fromisoformat,
    dt.time: dt.time.fromisoformat,
    Decimal: Decimal,
}


def pack(value: Any) -> Any:
    """Return `value` as JSON values; raise TypeError for what cannot travel."""
    if isinstance(value, Enum):
        return pack(value.value)
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, dt.date | dt.time):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    return _pack_many(value)


def _pack_many(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: pack(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, tuple | list):
        return [pack(item) for item in value]
    if isinstance(value, dict):
        return {str(key): pack(item) for key, item in value.items()}
    raise TypeError(f"{type(value).__name__} cannot travel in a fact: carry its id")


def unpack(kind: Any, value: Any) -> Any:
    """Return what was packed from a value of type `kind`; raise TypeError or ValueError if it is not one."""
    if value is None:
        return None
    if get_origin(kind) is not None:
        return _unpack_many(kind, value)
    if is_dataclass(kind):
        hints = get_type_hints(kind)
        made: Any = kind
        return made(**{name: unpack(hints[name], item) for name, item in value.items()})
    if kind in _FROM_TEXT:
        return _FROM_TEXT[kind](value)
    if isinstance(kind, type) and issubclass(kind, Enum):
        return kind(value)
    return value


def _unpack_many(kind: Any, value: Any) -> Any:
    origin, inner = get_origin(kind), [item for item in get_args(kind) if item is not types.NoneType]
    if origin in (Union, types.UnionType):
        return unpack(inner[0], value)
    if origin is dict:
        return {key: unpack(inner[1], item) for key, item in value.items()}
    if origin is tuple and inner[-1:] != [Ellipsis]:
        return tuple(unpack(each, item) for each, item in zip(inner, value, strict=True))
    return origin(unpack(inner[0], item) for item in value)
