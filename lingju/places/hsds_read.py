"""Reading HSDS: JSON as it nests, CSV as it lies flat, into frozen records; and writing them again. Pure.

    service ─── service_at_locations ─── location ─── addresses, accessibility, schedules …
        └────── schedules, attributes, organization …

What is read and written again is equal, but for this: fields come in the order in which they were read, a
field that is null or an empty cell is left out, and a whole number is written without ".0". Fields that
HSDS does not know are kept: profiles may add some.
"""

import csv
import io
import re
import zipfile
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import orjson
from django.utils.translation import gettext as _

from lingju.kernel.errors import BadInput

Scalar = str | int | float | bool
Data = dict[str, Any]

# What stands once inside another, and what stands there in a list. Keys that HSDS 3.1 added are known too.
ONE: Final[dict[str, dict[str, str]]] = {
    "service": {"organization": "organization", "program": "program"},
    "service_at_location": {"location": "location", "service": "service"},
    "attribute": {"taxonomy_term": "taxonomy_term"},
    "taxonomy_term": {"taxonomy_detail": "taxonomy"},
    "service_capacity": {"unit": "unit"},
}
MANY: Final[dict[str, dict[str, str]]] = {
    "service": {
        "additional_urls": "url",
        "phones": "phone",
        "schedules": "schedule",
        "service_areas": "service_area",
        "service_at_locations": "service_at_location",
        "languages": "language",
        "funding": "funding",
        "cost_options": "cost_option",
        "required_documents": "required_document",
        "contacts": "contact",
        "capacities": "service_capacity",
    },
    "organization": {
        "additional_websites": "url",
        "funding": "funding",
        "contacts": "contact",
        "phones": "phone",
        "locations": "location",
        "programs": "program",
        "services": "service",
        "organization_identifiers": "organization_identifier",
    },
    "service_at_location": {
        "service_areas": "service_area",
        "contacts": "contact",
        "phones": "phone",
        "schedules": "schedule",
    },
    "location": {
        "languages": "language",
        "addresses": "address",
        "contacts": "contact",
        "accessibility": "accessibility",
        "phones": "phone",
        "schedules": "schedule",
    },
    "phone": {"languages": "language"},
    "contact": {"phones": "phone"},
}
# Every kind may carry these; a change of the record is nobody's business but its keeper's, so we write none.
EVERYWHERE: Final = {"attributes": "attribute", "metadata": "metadata"}
# The name of a kind's table, as the official tabular package calls its files.
TABLES: Final[dict[str, str]] = {
    "organization": "organizations",
    "program": "programs",
    "service": "services",
    "attribute": "attributes",
    "service_at_location": "service_at_location",
    "location": "locations",
    "phone": "phones",
    "contact": "contacts",
    "address": "addresses",
    "schedule": "schedules",
    "funding": "funding",
    "service_area": "service_areas",
    "required_document": "required_documents",
    "language": "languages",
    "accessibility": "accessibility",
    "taxonomy_term": "taxonomy_terms",
    "metadata": "metadata",
    "meta_table_description": "meta_table_descriptions",
    "cost_option": "cost_options",
    "organization_identifier": "organization_identifiers",
    "taxonomy": "taxonomies",
    "service_capacity": "service_capacity",
    "unit": "units",
    "url": "url",
}
NUMBERS: Final = frozenset(
    {"minimum_age", "maximum_age", "year_incorporated", "latitude", "longitude", "extension"}
    | {"timezone", "count", "interval", "amount", "available", "maximum"}
)
BOM = "\ufeff"
DEEPEST = 24
NUMBER = re.compile(r"-?\d{1,15}(\.\d{1,15})?")
# A cell that a spreadsheet program would run is written with an apostrophe, which reading takes off again;
# a sign in front is left alone, for it begins phone numbers and longitudes.
FORMULA = re.compile(r"[=@\t\r＝＠]")


class Unreadable(BadInput):
    """Refuse what is not HSDS; `path` says where."""

    def __init__(self, path: str, sentence: str) -> None:
        super().__init__(f"{path}：{sentence}", {path: sentence})
        self.path = path


@dataclass(frozen=True, slots=True)
class Record:
    """One thing of a kind: its plain fields, what stands in it once, and what stands in it in lists."""

    kind: str
    fields: tuple[tuple[str, Scalar], ...]
    one: tuple[tuple[str, "Record"], ...] = ()
    many: tuple[tuple[str, tuple["Record", ...]], ...] = ()

    def __getitem__(self, name: str) -> Scalar | None:
        """Return a plain field, or None where it is not given."""
        return dict(self.fields).get(name)

    def inside(self) -> tuple[tuple[str, "Record"], ...]:
        """Return every record directly in this one, with the key under which it stands."""
        listed = ((key, record) for key, records in self.many for record in records)
        return (*self.one, *listed)


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a list, as the API answers it."""

    total_items: int
    total_pages: int
    page_number: int
    contents: tuple[Record, ...]


def one_inside(kind: str) -> Mapping[str, str]:
    """Return what may stand once in a kind: key and kind."""
    return ONE.get(kind, {})


def many_inside(kind: str) -> Mapping[str, str]:
    """Return what may stand in lists in a kind: key and kind."""
    return {**MANY.get(kind, {}), **({} if kind == "metadata" else EVERYWHERE)}


def read(kind: str, given: Any, path: str = "") -> Record:
    """Read one thing as it nests in JSON; raise Unreadable where it is none."""
    path = path or kind
    if not isinstance(given, dict):
        raise Unreadable(path, _("这里应当是一个对象。"))
    if path.count(".") > DEEPEST:
        raise Unreadable(kind, _("一层套一层，套得太深了。"))
    fields: list[tuple[str, Scalar]] = []
    one: list[tuple[str, Record]] = []
    many: list[tuple[str, tuple[Record, ...]]] = []
    ones, lists = one_inside(kind), many_inside(kind)
    for name, value in given.items():
        here = f"{path}.{name}"
        if value is None:
            continue
        if name in ones:
            one.append((name, read(ones[name], value, here)))
        elif name in lists:
            many.append((name, _listed(lists[name], value, here)))
        else:
            fields.append((name, _scalar(value, here)))
    return Record(kind, tuple(fields), tuple(one), tuple(many))


def _listed(kind: str, value: Any, path: str) -> tuple[Record, ...]:
    if not isinstance(value, list):
        raise Unreadable(path, _("这里应当是一个列表。"))
    return tuple(read(kind, one, f"{path}[{at}]") for at, one in enumerate(value))


def _scalar(value: Any, path: str) -> Scalar:
    if not isinstance(value, str | int | float):
        raise Unreadable(path, _("这里应当是文字或者数字。"))
    return value


def write(record: Record) -> Data:
    """Write one thing as it nests in JSON."""
    return {
        **{name: _plain(value) for name, value in record.fields},
        **{name: write(inner) for name, inner in record.one},
        **{name: [write(inner) for inner in inners] for name, inners in record.many},
    }


def _plain(value: Scalar) -> Scalar:
    return int(value) if isinstance(value, float) and value.is_integer() else value


def read_json(kind: str, text: bytes | str) -> Record:
    """Read one thing from the text of a JSON document."""
    return read(kind, _parsed(text))


def read_page(kind: str, text: bytes | str) -> Page:
    """Read one page of a list from the text of a JSON document."""
    given = _parsed(text)
    if not isinstance(given, dict) or not isinstance(given.get("contents"), list):
        raise Unreadable("contents", _("这不是一页列表。"))
    numbers = [given.get(name, 0) for name in ("total_items", "total_pages", "page_number")]
    if not all(isinstance(number, int) for number in numbers):
        raise Unreadable("total_items", _("页数应当是整数。"))
    total_items, total_pages, page_number = numbers
    contents = _listed(kind, given["contents"], "contents")
    return Page(total_items, total_pages, page_number, contents=contents)


def _parsed(text: bytes | str) -> Any:
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        raise Unreadable("json", _("这不是完整的 JSON。")) from None


def read_csv(kind: str, text: bytes | str) -> tuple[Record, ...]:
    """Read the table of a kind; empty cells are left out, numbers become numbers."""
    try:
        plain = text.decode("utf-8-sig") if isinstance(text, bytes) else text.removeprefix(BOM)
        rows = list(csv.reader(io.StringIO(plain, newline=""), strict=True))
    except (UnicodeDecodeError, csv.Error):
        raise Unreadable(kind, _("这不是 UTF-8 的 CSV 表格。")) from None
    if not rows or "id" not in rows[0]:
        raise Unreadable(kind, _("第一行应当是列名，里面要有 id。"))
    return tuple(_row(kind, rows[0], row, f"{kind}[{at}]") for at, row in enumerate(rows[1:]) if any(row))


def _row(kind: str, names: list[str], row: list[str], path: str) -> Record:
    if len(row) != len(names):
        raise Unreadable(path, _("这一行的格数和列名不一样多。"))
    pairs = zip(names, row, strict=True)
    return Record(kind, tuple((name, _cell(name, cell, path)) for name, cell in pairs if cell))


def _cell(name: str, cell: str, path: str) -> Scalar:
    if name in NUMBERS and NUMBER.fullmatch(cell):
        return _plain(float(cell))
    # The official example itself counts to "2005-01-01": it is kept, and the check says so.
    return cell[1:] if cell[0] == "'" and FORMULA.match(cell[1:]) else cell


def write_csv(records: Iterable[Record]) -> str:
    """Write records of one kind as a table (RFC 4180): a column for every field that any of them has."""
    rows = list(records)
    names = list(dict.fromkeys(name for record in rows for name, _value in record.fields))
    out = io.StringIO(newline="")
    sheet = csv.writer(out, lineterminator="\r\n")
    sheet.writerow(names)
    sheet.writerows([_text(record[name]) for name in names] for record in rows)
    return out.getvalue()


def _text(value: Scalar | None) -> str:
    text = "" if value is None else str(_plain(value))
    return f"'{text}" if FORMULA.match(text) else text


def flat(records: Iterable[Record]) -> dict[str, tuple[Record, ...]]:
    """Return nested records as tables by kind: what stood inside points at what it stood in; each once."""
    tables: dict[str, dict[Scalar | None, Record]] = {}
    for record in records:
        _lay(record, (), tables)
    return {kind: tuple(tables[kind].values()) for kind in TABLES if kind in tables}


def _lay(
    record: Record, links: tuple[tuple[str, Scalar], ...], tables: dict[str, dict[Scalar | None, Record]]
) -> None:
    own = record["id"]
    up = ((_link_up(key), inner["id"]) for key, inner in record.one)
    rows = tables.setdefault(record.kind, {})
    before = rows[own].fields if own in rows else ()
    told = {name: value for name, value in (*links, *up) if value is not None}
    # The same thing may stand here in short and there whole: its row holds all that anybody says of it.
    rows[own] = Record(record.kind, tuple({**told, **dict(record.fields), **dict(before)}.items()))
    for _key, inner in record.one:
        _lay(inner, (), tables)
    for _key, inners in record.many:
        for inner in inners:
            _lay(inner, _link_down(record.kind, inner.kind, own), tables)


def _link_up(key: str) -> str:
    return "taxonomy_id" if key == "taxonomy_detail" else f"{key}_id"


def _link_down(kind: str, inner: str, own: Scalar | None) -> tuple[tuple[str, Scalar], ...]:
    if own is None:
        return ()
    if inner == "attribute":
        return (("link_id", own), ("link_entity", kind))
    if inner == "metadata":
        return (("resource_id", own), ("resource_type", kind))
    return ((f"{kind}_id", own),)


def packed(tables: Mapping[str, tuple[Record, ...]], descriptor: Callable[[str], Data]) -> bytes:
    """Write tables as a zip of CSV files with a byte order mark, and the descriptor of each in one file."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as shelf:
        resources = [descriptor(kind) for kind in tables]
        shelf.writestr(_member("datapackage.json"), orjson.dumps({"resources": resources}))
        for kind, records in tables.items():
            shelf.writestr(_member(f"{TABLES[kind]}.csv"), (BOM + write_csv(records)).encode())
    return out.getvalue()


def _member(name: str) -> zipfile.ZipInfo:
    # A fixed date: the same rows make the same bytes.
    return zipfile.ZipInfo(name, (2024, 1, 1, 0, 0, 0))


def unpacked(package: bytes) -> dict[str, tuple[Record, ...]]:
    """Read a zip of CSV files back into tables by kind; files of other names are not looked at."""
    kinds = {f"{table}.csv": kind for kind, table in TABLES.items()}
    try:
        with zipfile.ZipFile(io.BytesIO(package)) as shelf:
            names = [name for name in shelf.namelist() if name in kinds]
            return {kinds[name]: read_csv(kinds[name], shelf.read(name)) for name in names}
    except zipfile.BadZipFile:
        raise Unreadable("zip", _("这不是完整的 zip 文件。")) from None
