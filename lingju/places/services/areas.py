"""Verbs about districts and the tree of areas below them."""

import re

from django.db import transaction
from django.utils.translation import gettext as _

from lingju.kernel.errors import BadInput
from lingju.kernel.rules import Actor, the_system
from lingju.places.events import PlacesChanged
from lingju.places.models import Area, District
from lingju.places.rules import its_district_officer
from lingju.places.services import marks

# The last three digits of a community's twelve say what governs it (domain.md 4.1).
KINDS = ((1, 199, Area.Kind.RESIDENTS), (200, 399, Area.Kind.VILLAGERS))
ORDER = [level.value for level in Area.Level]
DIGITS = {2: Area.Level.PROVINCE, 4: Area.Level.CITY, 6: Area.Level.DISTRICT, 9: Area.Level.STREET}


@transaction.atomic
def found_district(
    *,
    code: str,
    name: str,
    actor: Actor,
    brand_name: str = "",
    hotline: str = "",
    is_demo: bool = False,
    centre: tuple[float, float] | None = None,
) -> District:
    """Found a district, or return the one with this code; `centre` is (lon, lat) in WGS-84.

    Only the house itself may: a district is an installation's, not an officer's. The areas above it and
    its own node are added with `add`, like every other.
    """
    the_system.check(actor)
    lon, lat = centre or (None, None)
    known = District.objects.filter(code=code).first()
    if known is not None:
        return known
    district = District(
        code=code,
        name=marks.tidy(name),
        brand_name=marks.tidy(brand_name),
        hotline=marks.tidy_phone(hotline),
        is_demo=is_demo,
        centre_lon=lon,
        centre_lat=lat,
    )
    if not re.fullmatch(r"\d{6}", code):
        sentence = _("区的区划代码是 6 位数字，如 140404。")
        raise BadInput(sentence, {"code": sentence})
    marks.insert(district, actor=actor)
    return district


@transaction.atomic
def add(
    district: District,
    *,
    code: str,
    name: str,
    actor: Actor,
    level: str | None = None,
    kind: str | None = None,
) -> Area:
    """Add a node of the area tree below the nearest node above it.

    Twelve digits (or the first 2, 4, 6, 9 of them) say the level and kind by themselves; a grid has a
    longer code that begins with its community's, and says its level. Refuses a code that is taken.
    """
    code = _padded(marks.tidy_code(code))
    stem = Area.stem_of(code)
    area = Area(
        district=district,
        code=code,
        stem=stem,
        name=marks.tidy(name),
        level=level or level_of(code),
        kind=kind or kind_of(code),
        parent=_above(district, stem),
    )
    its_district_officer.check(actor, area)
    _refuse_foreign(area)
    if Area.objects.filter(district=district, code=code).exists():
        sentence = _("区划代码 %(code)s 已经有了。") % {"code": code}
        raise BadInput(sentence, {"code": sentence})
    marks.insert(area, actor=actor)
    _adopt(area)
    marks.tell(PlacesChanged(district.pk, "area", area.pk, "add"), redraw=False)
    return area


@transaction.atomic
def rename(area: Area, *, name: str, actor: Actor) -> Area:
    """Give an area another name; the same name again changes nothing."""
    its_district_officer.check(actor, area)
    if marks.amend(area, {"name": marks.tidy(name)}, actor=actor, action="rename"):
        marks.tell(PlacesChanged(area.district_id, "area", area.pk, "rename"), redraw=False)
    return area


def level_of(code: str) -> str:
    """Return the level that a code's own zeros say."""
    stem = Area.stem_of(code)
    return DIGITS.get(len(stem), Area.Level.COMMUNITY if len(stem) <= 12 else Area.Level.GRID).value


def kind_of(code: str) -> str:
    """Return what governs an area, as the digits of its code say."""
    stem = Area.stem_of(code)
    if len(stem) == 9:
        return Area.Kind.TOWN.value
    if len(stem) != 12 or not stem.isdecimal():
        return Area.Kind.OTHER.value
    number = int(stem[9:])
    return next((kind.value for low, high, kind in KINDS if low <= number <= high), Area.Kind.OTHER.value)


def _refuse_foreign(area: Area) -> None:
    """Refuse what lies neither in the district nor above it."""
    own = Area.stem_of(area.district.code)
    if area.stem.startswith(own) or own.startswith(area.stem):
        return
    words = {"name": area.name, "code": area.code, "district": area.district.name}
    sentence = _("%(name)s（%(code)s）不属于%(district)s，没有加。") % words
    raise BadInput(sentence, {"code": sentence})


def _padded(code: str) -> str:
    """Return a statistical code in its twelve digits; leave a grid's own code as it is."""
    if re.fullmatch(r"\d{2}|\d{4}|\d{6}|\d{9}", code):
        return code.ljust(12, "0")
    if re.fullmatch(r"\d{12}.*", code):
        return code
    sentence = _("区划代码“%(code)s”不对：应是 12 位数字，网格编码接在社区的 12 位之后。") % {"code": code}
    raise BadInput(sentence, {"code": sentence})


def _above(district: District, stem: str) -> Area | None:
    """Return the nearest node whose stem begins this one."""
    beginnings = [stem[:length] for length in range(2, len(stem))]
    return Area.objects.filter(district=district, stem__in=beginnings).order_by("-stem").first()


def _adopt(area: Area) -> None:
    """Hang nodes that came before the node above them below it."""
    orphans = Area.objects.filter(district_id=area.district_id, stem__startswith=area.stem).exclude(
        pk=area.pk
    )
    higher = orphans.filter(parent__isnull=True) | orphans.filter(parent_id=area.parent_id)
    higher.update(parent=area)
