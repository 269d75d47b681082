"""What HSDS means: refuse nonsense that its schema lets pass. Pure; no database, no clock.

The official schema calls a schedule any object with an id: `byday: "ZZ"`, `opens_at: "25:99"` and
`valid_from: "31/02/2026"` are strings, and so they are valid. Whoever follows such data stands before a
locked door. `check` says of each such field where it stands and what is wrong with it.

A schedule that closes before it opens says in its notes that it runs into the next day (`OVERNIGHT`);
one without times says that it is shut, and why, in its description.
"""

import re
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Final, NamedTuple

from django.utils.translation import gettext as _

from lingju.places.hsds_read import Record, Scalar
from lingju.places.hsds_schedule import wrong_in_schedule
from lingju.places.hsds_values import Said, a_date, a_moment, number

# Which kind a reference points at.
POINTS_AT: Final = {
    "organization_id": "organization",
    "parent_organization_id": "organization",
    "program_id": "program",
    "service_id": "service",
    "location_id": "location",
    "service_at_location_id": "service_at_location",
    "phone_id": "phone",
    "contact_id": "contact",
    "taxonomy_term_id": "taxonomy_term",
    "parent_id": "taxonomy_term",
    "taxonomy_id": "taxonomy",
    "unit_id": "unit",
}
TO_ANYTHING: Final = ("link_id", "resource_id")
COUNTRY = re.compile(r"[A-Z]{2}")
LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")
CURRENCY = re.compile(r"[A-Za-z]{3}")
OLDEST: Final = 150


class Wrong(NamedTuple):
    """One thing that cannot be, where it stands and why, in a sentence for whoever publishes it."""

    path: str
    sentence: str


class Stood(NamedTuple):
    """A record and where it stands."""

    path: str
    record: Record


Package = Mapping[str, Iterable[Record]]


def check(package: Package, *, is_whole: bool = True) -> list[Wrong]:
    """Return what is wrong with the records of a package, by the name of their lists.

    A part of a package, such as one page of an answer, points at what is not in it: `is_whole=False`.
    """
    stood = [
        one
        for name, records in package.items()
        for at, record in enumerate(records)
        for one in _walk(Stood(f"{name}[{at}]", record))
    ]
    wrong = [Wrong(f"{path}.{name}", words) for path, record in stood for name, words in _within(record)]
    wrong += [*_named_twice(package, stood), *_coded_twice(stood)]
    return [*wrong, *(_pointing_nowhere(stood) if is_whole else ())]


def _walk(top: Stood) -> Iterator[Stood]:
    yield top
    for key, inner in top.record.one:
        yield from _walk(Stood(f"{top.path}.{key}", inner))
    for key, inners in top.record.many:
        for at, inner in enumerate(inners):
            yield from _walk(Stood(f"{top.path}.{key}[{at}]", inner))


def _within(record: Record) -> Iterator[Said]:
    if not _is_uuid(record["id"]):
        yield "id", _("编号要是 UUID。")
    for name, value in record.fields:
        if name in POINTS_AT and not _is_uuid(value):
            yield name, _("指向的编号要是 UUID。")
    yield from RULES.get(record.kind, _nothing)(record)


def _nothing(record: Record) -> Iterator[Said]:
    yield from ()


def _is_uuid(value: Scalar | None) -> bool:
    try:
        # With hyphens only: a reader compares the text.
        return isinstance(value, str) and str(uuid.UUID(value)) == value.lower()
    except ValueError:
        return False


def _named_twice(package: Package, stood: Iterable[Stood]) -> Iterator[Wrong]:
    """Say where a list holds an id twice, and where one id stands for two different things.

    Inside other records the same thing may stand again and again: that is how HSDS nests.
    """
    for name, records in package.items():
        keys = [(record.kind, record["id"]) for record in records]
        first = {key: at for at, key in reversed(list(enumerate(keys)))}
        again = [at for at, key in enumerate(keys) if first[key] != at]
        yield from (Wrong(f"{name}[{at}].id", _("这个编号在同一张表里用了两次。")) for at in again)
    known: dict[tuple[str, Scalar | None], dict[str, Scalar]] = {}
    for path, record in stood:
        before = known.setdefault((record.kind, record["id"]), {})
        fields = dict(record.fields)
        if any(before[name] != value for name, value in fields.items() if name in before):
            yield Wrong(f"{path}.id", _("同一个编号在别处说的是另一样东西。"))
        before.update(fields)


def _coded_twice(stood: Iterable[Stood]) -> Iterator[Wrong]:
    """Say where one taxonomy has a code for two different terms: code and taxonomy together define a term."""
    known: dict[tuple[Scalar, Scalar], Scalar | None] = {}
    for path, record in stood:
        taxonomy = next((inner["id"] for _key, inner in record.one), record["taxonomy_id"])
        code = record["code"]
        if record.kind != "taxonomy_term" or code is None or taxonomy is None:
            continue
        if known.setdefault((taxonomy, code), record["id"]) != record["id"]:
            yield Wrong(f"{path}.code", _("这个分类里已经有一个词用了这个代码。"))


def _pointing_nowhere(stood: Iterable[Stood]) -> Iterator[Wrong]:
    rows = list(stood)
    there = {(record.kind, record["id"]) for _path, record in rows}
    named = {one for _kind, one in there}
    pointing = [(path, name, value) for path, record in rows for name, value in record.fields]
    for path, name, value in pointing:
        to_kind = name in POINTS_AT and (POINTS_AT[name], value) not in there
        if to_kind or (name in TO_ANYTHING and value not in named):
            yield Wrong(f"{path}.{name}", _("指向的那一条不在里面。"))


def _service(record: Record) -> Iterator[Said]:
    ages = [number(record[name]) for name in ("minimum_age", "maximum_age")]
    for name, age in zip(("minimum_age", "maximum_age"), ages, strict=True):
        if age is not None and not 0 <= age <= OLDEST:
            yield name, _("年龄要在 0 到 150 之间。")
    if ages[0] is not None and ages[1] is not None and ages[0] > ages[1]:
        yield "maximum_age", _("最大年龄比最小年龄还小。")
    if record["assured_date"] is not None and a_date(record["assured_date"]) is None:
        yield "assured_date", _("没有这个日期，要写成 2026-11-26 这样。")
    yield from _moments(record, "last_modified")


def _organization(record: Record) -> Iterator[Said]:
    year = number(record["year_incorporated"])
    if year is not None and not (year.is_integer() and 1 <= year <= 9999):
        yield "year_incorporated", _("没有这个年份。")
    if record["parent_organization_id"] is not None and record["parent_organization_id"] == record["id"]:
        yield "parent_organization_id", _("自己不能是自己的上级。")


def _location(record: Record) -> Iterator[Said]:
    lat, lon = number(record["latitude"]), number(record["longitude"])
    if (lat is None) != (lon is None):
        yield ("latitude" if lat is None else "longitude"), _("经度和纬度要一起给。")
    if lat is not None and not -90 <= lat <= 90:
        yield "latitude", _("纬度要在 -90 到 90 之间。")
    if lon is not None and not -180 <= lon <= 180:
        yield "longitude", _("经度要在 -180 到 180 之间。")
    if lat == 0 and lon == 0:
        yield "latitude", _("零度零度在海上，多半是没填。")
    if record["location_type"] == "virtual" and record["url"] is None:
        yield "url", _("线上的地点要有网址。")


def _address(record: Record) -> Iterator[Said]:
    if not COUNTRY.fullmatch(str(record["country"] or "")):
        yield "country", _("国家要用两个大写字母的代码，比如 CN。")
    if not str(record["address_1"] or "").strip():
        yield "address_1", _("地址是空的。")


def _phone(record: Record) -> Iterator[Said]:
    if sum(sign.isdigit() for sign in str(record["number"] or "")) < 3:
        yield "number", _("这不是能拨的电话号码。")


def _language(record: Record) -> Iterator[Said]:
    if record["code"] is not None and not LANGUAGE.fullmatch(str(record["code"])):
        yield "code", _("语言代码要是 zh 这样的。")


def _cost_option(record: Record) -> Iterator[Said]:
    first, last = a_date(record["valid_from"]), a_date(record["valid_to"])
    for name in ("valid_from", "valid_to"):
        if record[name] is not None and a_date(record[name]) is None:
            yield name, _("没有这个日期，要写成 2026-11-26 这样。")
    if first and last and last < first:
        yield "valid_to", _("截止日比起始日还早。")
    if (amount := number(record["amount"])) is not None and amount < 0:
        yield "amount", _("价钱不能是负的。")
    if record["currency"] is not None and not CURRENCY.fullmatch(str(record["currency"])):
        yield "currency", _("币种要是三个字母的代码，比如 CNY。")


def _capacity(record: Record) -> Iterator[Said]:
    free, most = number(record["available"]), number(record["maximum"])
    for name, count in (("available", free), ("maximum", most)):
        if count is not None and count < 0:
            yield name, _("数量不能是负的。")
    if free is not None and most is not None and free > most:
        yield "available", _("空着的比总数还多。")
    yield from _moments(record, "updated")


def _moments(record: Record, *names: str) -> Iterator[Said]:
    for name in names:
        if record[name] is not None and a_moment(record[name]) is None:
            yield name, _("没有这个时刻，要带上时区。")


def _term(record: Record) -> Iterator[Said]:
    if record["parent_id"] is not None and record["parent_id"] == record["id"]:
        yield "parent_id", _("自己不能是自己的上级。")


def _change(record: Record) -> Iterator[Said]:
    day = record["last_action_date"]
    if day is not None and a_date(day) is None and a_moment(day) is None:
        yield "last_action_date", _("没有这个日期，要写成 2026-11-26 这样。")


RULES: Final[dict[str, Callable[[Record], Iterator[Said]]]] = {
    "service": _service,
    "organization": _organization,
    "location": _location,
    "address": _address,
    "phone": _phone,
    "language": _language,
    "cost_option": _cost_option,
    "service_capacity": _capacity,
    "taxonomy_term": _term,
    "metadata": _change,
    "schedule": wrong_in_schedule,
}


def sentences(wrong: Iterable[Wrong]) -> list[str]:
    """Return what is wrong as lines to read."""
    return [f"{one.path}：{one.sentence}" for one in wrong]
