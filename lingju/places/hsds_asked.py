"""What a question about the directory asks: which page, which things, in short or whole. Pure."""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.utils.translation import gettext as _

from lingju.kernel import clock
from lingju.kernel.errors import BadInput

PER_PAGE: Final = 50
MOST_PER_PAGE: Final = 200
HIGHEST_PAGE: Final = 1_000_000
LONGEST_WORD: Final = 60
YES: Final = ("true", "1", "yes")
NO: Final = ("false", "0", "no", "")
FORMATS: Final = ("json", "ndjson")
Data = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing of a list: what it is found by, and how to tell it."""

    key: str
    tell: Callable[[], Data]
    words: str = ""
    terms: frozenset[str] = frozenset()
    organizations: frozenset[str] = frozenset()
    modified: dt.datetime | None = None
    parent: str = ""
    has_children: bool = False


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, read and found sensible."""

    page: int = 1
    per_page: int = PER_PAGE
    search: str = ""
    term: str = ""
    organization: str = ""
    parent: str = ""
    modified_after: dt.datetime | None = None
    is_full: bool = False
    is_minimal: bool = False
    top_only: bool = False
    is_stream: bool = False

    def wants(self, one: Entry) -> bool:
        """Say whether a thing is asked for."""
        if self.modified_after is not None and (one.modified is None or one.modified < self.modified_after):
            return False
        if self.top_only and one.has_children:
            return False
        asked = ((self.term, one.terms), (self.organization, one.organizations), (self.parent, {one.parent}))
        return self.search in one.words.casefold() and all(not key or key in keys for key, keys in asked)


def read(query: Mapping[str, str]) -> Asked:
    """Read a question; raise BadInput that names each part which cannot be answered."""
    wrong: dict[str, str] = {}
    for name in ("postcode", "proximity"):
        if query.get(name):
            wrong[name] = _("这里的驿站没有邮编；按步行时间找，请用 /api/v1/circle。")
    if query.get("format", "json") not in FORMATS:
        wrong["format"] = _("只有 json 和 ndjson 两种。")
    asked = Asked(
        page=_whole(query, "page", 1, HIGHEST_PAGE, wrong),
        per_page=_whole(query, "per_page", PER_PAGE, MOST_PER_PAGE, wrong),
        search=query.get("search", "").strip().casefold()[:LONGEST_WORD],
        term=query.get("taxonomy_term_id", "") or query.get("taxonomy_id", ""),
        organization=query.get("organization_id", ""),
        parent=query.get("parent_id", ""),
        modified_after=_moment(query, wrong),
        is_full=_yes(query, "full", wrong),
        is_minimal=_yes(query, "minimal", wrong),
        top_only=_yes(query, "top_only", wrong),
        is_stream=query.get("format") == "ndjson",
    )
    if wrong:
        raise BadInput(_("请求的参数不对。"), wrong)
    return asked


def _whole(query: Mapping[str, str], name: str, usual: int, most: int, wrong: dict[str, str]) -> int:
    given = query.get(name, "").strip()
    if not given:
        return usual
    number = int(given) if given.isascii() and given.isdigit() and len(given) < 9 else 0
    if not 1 <= number <= most:
        wrong[name] = _("要是 1 到 %(most)s 之间的整数。") % {"most": most}
    return number


def _yes(query: Mapping[str, str], name: str, wrong: dict[str, str]) -> bool:
    given = query.get(name, "").strip().lower()
    if given not in (*YES, *NO):
        wrong[name] = _("只能是 true 或者 false。")
    return given in YES


def _moment(query: Mapping[str, str], wrong: dict[str, str]) -> dt.datetime | None:
    # A plus sign in an address is read as a space: +08:00 often arrives as " 08:00".
    given = query.get("modified_after", "").strip().replace(" ", "+")
    if not given:
        return None
    try:
        moment = dt.datetime.fromisoformat(given)
        return moment.astimezone(dt.UTC) if moment.tzinfo else moment.replace(tzinfo=clock.ZONE)
    except (ValueError, OverflowError):
        wrong["modified_after"] = _("要写成 2026-11-26T08:00:00+08:00 这样。")
    return None


def page_of(entries: Iterable[Entry], asked: Asked, tell: Callable[[Data], Data]) -> Data:
    """Return one page as HSDS has it; only what stands on it is told."""
    found = [one for one in entries if asked.wants(one)]
    begin = (asked.page - 1) * asked.per_page
    shown = found[begin : begin + asked.per_page]
    pages = -(-len(found) // asked.per_page)
    return {
        "total_items": len(found),
        "total_pages": pages,
        "page_number": asked.page,
        "size": len(shown),
        "first_page": asked.page == 1,
        "last_page": asked.page >= pages,
        "empty": not shown,
        "contents": told(shown, asked, tell),
    }


def told(entries: Sequence[Entry], asked: Asked, tell: Callable[[Data], Data]) -> list[Data]:
    """Return things as asked: with ids and moments alone, in short, or whole."""
    if asked.is_minimal:
        return [_minimal(one) for one in entries]
    return [one.tell() if asked.is_full else tell(one.tell()) for one in entries]


def _minimal(one: Entry) -> Data:
    if one.modified is None:
        return {"id": one.key}
    moment = one.modified.astimezone(dt.UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return {"id": one.key, "modified_date": moment}
