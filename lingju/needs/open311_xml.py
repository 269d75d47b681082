"""The XML of Open311: the same answers as in JSON, in the elements that GeoReport v2 names.

    plain({"services": [{"service_code": "1"}]}, …)   <services><service><service_code>1</…

What XML 1.0 cannot hold (control characters, lone halves of characters) is left out; everything else is
escaped by the library.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final
from xml.etree.ElementTree import Element, SubElement, tostring

HEAD: Final = b'<?xml version="1.0" encoding="utf-8"?>\n'
_UNSAYABLE: Final = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
# What one entry of a list is called.
ENTRIES: Final[Mapping[str, str]] = {
    "services": "service",
    "attributes": "attribute",
    "values": "value",
    "service_requests": "request",
    "service_request_updates": "request_update",
    "errors": "error",
    "endpoints": "endpoint",
    "formats": "format",
    "contact": "line",
}


def written(root: str, value: Any) -> bytes:
    """Return a document whose root holds a value."""
    element = Element(root)
    _fill(element, value)
    body: bytes = tostring(element, encoding="utf-8")
    return HEAD + body


def _fill(element: Element, value: Any) -> None:
    if isinstance(value, Mapping):
        for name, inner in value.items():
            _fill(SubElement(element, name), inner)
    elif isinstance(value, Sequence) and not isinstance(value, str):
        for inner in value:
            _fill(SubElement(element, ENTRIES.get(element.tag, "item")), inner)
    elif value is not None:
        element.text = _text(value)


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return _UNSAYABLE.sub("", str(value))
