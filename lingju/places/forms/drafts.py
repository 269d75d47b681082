"""Forms that describe a place as a whole: a compound with gates, a building, a station with doors."""

import re
from collections.abc import Iterable
from typing import Any, cast

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lingju.circles.crs import WGS84
from lingju.kernel.asking import Asking, text
from lingju.places.forms.fields import PointField, area_field, crs_field
from lingju.places.imports.fields import ring_of, ring_words
from lingju.places.models import Area, Compound, Gate, Station
from lingju.places.services.homes import BuildingDraft, CompoundDraft, GateDraft
from lingju.places.services.points import Point, Ring
from lingju.places.services.stations import DoorDraft, StationDraft

# A line of gates or doors: 东门 113.0567,36.0524 侧门 有台阶 关闭
LINE = re.compile(r"\s*(\S.*?)\s+(-?\d+\.\d+)\s*[,，\s]\s*(-?\d+\.\d+)\s*(.*)")
STEPS, SHUT = "有台阶", "关闭"
# The words of a line are those of the sheets: Chinese, whatever language the page is in.
GATE_KINDS = {str(label): value for value, label in Gate.Kind.choices}


class DraftForm(Asking):
    """A form about a place: where it lies, and the version that the writer saw."""

    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    point = PointField()
    crs = crs_field()

    def __init__(
        self,
        *args: Any,
        areas: Iterable[Area] = (),
        compounds: Iterable[Compound] = (),
        **options: Any,
    ) -> None:
        super().__init__(*args, **options)
        self.theirs: list[tuple[str, str]] = []
        self.areas = {str(area.pk): area for area in areas}
        self.compounds = {str(compound.pk): compound for compound in compounds}
        for name, things in (("area", self.areas), ("compound", self.compounds)):
            field = self.fields.get(name)
            if isinstance(field, forms.ChoiceField):
                none = _("不在小区里") if name == "compound" else _("请选择")
                words = [(pk, getattr(thing, "short_name", thing.name)) for pk, thing in things.items()]
                field.choices = [("", none), *words]

    def meet(self, fresh: dict[str, Any]) -> None:
        """Keep what was typed beside what another hand wrote meanwhile; saving again now means it."""
        typed: Any = cast("QueryDict", self.data).copy()
        typed["version"] = str(fresh["version"])
        self.data = typed
        for bound in self.visible_fields():
            there = self._words(bound.name, fresh.get(bound.name))
            if there.split() != self._words(bound.name, bound.data).split():
                self.theirs.append((str(bound.label), there or _("（空）")))

    def _words(self, name: str, value: Any) -> str:
        if value is None or value is False:
            return ""
        field = self.fields[name]
        if value is True or (isinstance(field, forms.BooleanField) and value):
            return _("是")
        if isinstance(field, forms.ChoiceField):
            return str(dict(field.choices).get(str(value), value))  # type: ignore[arg-type]
        return str(value)

    def the_point(self) -> Point:
        """Return the point that was typed."""
        lon, lat = self.cleaned_data["point"]
        return Point(lon, lat, self.cleaned_data["crs"])

    def the_area(self) -> Area:
        """Return the area that was chosen."""
        return self.areas[self.cleaned_data["area"]]

    def the_compound(self) -> Compound | None:
        """Return the compound that was chosen, if any."""
        return self.compounds.get(self.cleaned_data["compound"])

    def lines(self, name: str) -> list[tuple[str, Point, set[str]]]:
        """Return the lines of a box of gates or doors: name, point, remarks."""
        found = []
        for line in filter(None, (line.strip() for line in self.cleaned_data[name].splitlines())):
            match = LINE.fullmatch(line)
            if match is None:
                raise forms.ValidationError(
                    _("看不懂“%(line)s”，请写成“东门 113.056700,36.052400”。") % {"line": line[:40]}
                )
            point = Point(float(match[2]), float(match[3]), self.cleaned_data.get("crs", ""))
            found.append((match[1], point, set(re.split(r"[\s,，、]+", match[4])) - {""}))
        return found


class CompoundForm(DraftForm):
    """A compound with its gates, one a line."""

    field_order = (
        "version",
        "code",
        "name",
        "area",
        "point",
        "crs",
        "is_gated",
        "gates",
        "ring",
        "built_in",
        "note",
    )
    code = text(gettext_lazy("编码"), 40)
    name = text(gettext_lazy("名称"))
    area = area_field()
    is_gated = forms.BooleanField(label=gettext_lazy("封闭小区，只能从门进出"), required=False)
    gates = text(
        gettext_lazy("门，一行一个"),
        4000,
        rows=5,
        required=False,
        help_text=gettext_lazy(
            "写成“东门 113.0567,36.0524 侧门 有台阶 关闭”；大门、没有台阶、开着的不用写后面几个词。"
        ),
    )
    ring = text(
        gettext_lazy("边界"),
        20_000,
        rows=3,
        required=False,
        help_text=gettext_lazy("沿外围写“经度 纬度; 经度 纬度; …”，也可以粘贴 WKT。"),
    )
    built_in = forms.IntegerField(
        label=gettext_lazy("建成年份"), required=False, min_value=1900, max_value=2100
    )
    note = text(gettext_lazy("备注"), 200, required=False)

    def clean_gates(self) -> str:
        """Refuse a line that cannot be read, beside the box."""
        self.cleaned_data["gates"] = self.cleaned_data.get("gates", "")
        for _name, _point, remarks in self.lines("gates"):
            _refuse_strange(remarks, {*GATE_KINDS, STEPS, SHUT})
        return str(self.cleaned_data["gates"])

    def clean(self) -> dict[str, Any]:
        """Read the outline, in the chosen coordinate system."""
        cleaned = super().clean() or self.cleaned_data
        try:
            cleaned["outline"] = ring_of(cleaned.get("ring") or None, cleaned.get("crs"))
        except ValueError as error:
            self.add_error("ring", str(error))
        return cleaned

    def draft(self) -> CompoundDraft:
        """Return what was typed as a draft."""
        typed = self.cleaned_data
        ring: Ring | None = typed["outline"]
        return CompoundDraft(
            area=self.the_area(),
            code=typed["code"],
            name=typed["name"],
            at=self.the_point(),
            is_gated=typed["is_gated"],
            gates=tuple(_gate(*line) for line in self.lines("gates")),
            ring=ring,
            built_in=typed["built_in"],
            note=typed["note"],
        )

    @staticmethod
    def initial_of(compound: Compound) -> dict[str, Any]:
        """Return a compound as the form shows it, in WGS-84."""
        return {
            **_placed(compound),
            "is_gated": compound.is_gated,
            "gates": "\n".join(gate_line(gate) for gate in compound.gates.all()),
            "ring": ring_words(compound.ring),
            "built_in": compound.built_in,
            "note": compound.note,
        }


class BuildingForm(DraftForm):
    """A building with its households and persons by age."""

    field_order = ("version", "code", "name", "area", "compound", "point", "crs", "households")
    code = text(gettext_lazy("编码"), 40)
    name = text(gettext_lazy("名称"))
    area = area_field()
    compound = forms.ChoiceField(label=gettext_lazy("小区"), required=False)
    households = forms.IntegerField(label=gettext_lazy("户数"), min_value=0, max_value=100_000)
    persons_0 = forms.IntegerField(label=gettext_lazy("0至14岁"), min_value=0, max_value=100_000)
    persons_1 = forms.IntegerField(label=gettext_lazy("15至59岁"), min_value=0, max_value=100_000)
    persons_2 = forms.IntegerField(label=gettext_lazy("60至79岁"), min_value=0, max_value=100_000)
    persons_3 = forms.IntegerField(label=gettext_lazy("80岁及以上"), min_value=0, max_value=100_000)

    def draft(self, ring: Ring | None = None) -> BuildingDraft:
        """Return what was typed as a draft; the outline is not typed but kept."""
        typed = self.cleaned_data
        return BuildingDraft(
            area=self.the_area(),
            code=typed["code"],
            name=typed["name"],
            at=self.the_point(),
            compound=self.the_compound(),
            households=typed["households"],
            persons=(typed["persons_0"], typed["persons_1"], typed["persons_2"], typed["persons_3"]),
            ring=ring,
        )

    @staticmethod
    def initial_of(building: Any) -> dict[str, Any]:
        """Return a building as the form shows it, in WGS-84."""
        return {
            **_placed(building),
            "compound": building.compound_id,
            "households": building.households,
            "persons_0": building.persons_0_14,
            "persons_1": building.persons_15_59,
            "persons_2": building.persons_60_79,
            "persons_3": building.persons_80_up,
        }


class StationForm(DraftForm):
    """A station's basics with its doors, one a line."""

    field_order = ("version", "code", "name", "kind", "area", "compound", "point", "crs", "doors", "address")
    code = text(gettext_lazy("编码"), 40)
    slug = text(
        gettext_lazy("网址名"),
        60,
        required=False,
        help_text=gettext_lazy("印在二维码里，定了就别改；只用小写字母、数字和 -。空着按编码生成。"),
    )
    name = text(gettext_lazy("名称"))
    kind = forms.ChoiceField(label=gettext_lazy("类别"), choices=Station.Kind.choices)
    area = area_field()
    compound = forms.ChoiceField(label=gettext_lazy("小区"), required=False)
    doors = text(
        gettext_lazy("站门，一行一个"),
        2000,
        rows=3,
        required=False,
        help_text=gettext_lazy(
            "写成“正门 113.0567,36.0524”，有台阶的在后面写“有台阶”。一行也不写，就按驿站的位置算。"
        ),
    )
    address = text(gettext_lazy("地址"), 120, required=False)
    directions = text(gettext_lazy("怎么找"), 200, required=False)
    phone = text(gettext_lazy("电话"), 40, required=False, mode="tel")
    area_m2 = forms.DecimalField(
        label=gettext_lazy("面积（平方米）"), required=False, min_value=0, max_digits=7, decimal_places=1
    )
    capacity = forms.IntegerField(
        label=gettext_lazy("可容人数"), required=False, min_value=0, max_value=100_000
    )
    opened_on = forms.DateField(
        label=gettext_lazy("启用日期"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    is_step_free = forms.BooleanField(label=gettext_lazy("进门没有台阶"), required=False)
    has_low_counter = forms.BooleanField(label=gettext_lazy("有低位柜台"), required=False)

    def clean_doors(self) -> str:
        """Refuse a line that cannot be read, beside the box."""
        self.cleaned_data["doors"] = self.cleaned_data.get("doors", "")
        for _name, _point, remarks in self.lines("doors"):
            _refuse_strange(remarks, {STEPS})
        return str(self.cleaned_data["doors"])

    def draft(self) -> StationDraft:
        """Return what was typed as a draft."""
        typed = self.cleaned_data
        same = ("code", "slug", "name", "kind", "address", "directions", "phone", "area_m2", "capacity")
        more = ("opened_on", "is_step_free", "has_low_counter")
        return StationDraft(
            area=self.the_area(),
            at=self.the_point(),
            compound=self.the_compound(),
            doors=tuple(DoorDraft(name, at, STEPS not in said) for name, at, said in self.lines("doors")),
            **{name: typed[name] for name in (*same, *more)},
        )

    @staticmethod
    def initial_of(station: Station) -> dict[str, Any]:
        """Return a station as the form shows it, in WGS-84."""
        same = ("slug", "kind", "address", "directions", "phone", "area_m2", "capacity", "opened_on")
        doors = [
            f"{door.name} {door.lon},{door.lat}{'' if door.is_step_free else ' ' + STEPS}"
            for door in station.doors.all()
        ]
        return {
            **_placed(station),
            **{name: getattr(station, name) for name in (*same, "is_step_free", "has_low_counter")},
            "compound": station.compound_id,
            "doors": "\n".join(doors),
        }


def gate_line(gate: Gate) -> str:
    """Return a gate as a line of the box of gates."""
    words = {value: word for word, value in GATE_KINDS.items()}
    kind = "" if gate.kind == Gate.Kind.MAIN else f" {words[gate.kind]}"
    steps = "" if gate.is_step_free else f" {STEPS}"
    return f"{gate.name} {gate.lon},{gate.lat}{kind}{steps}{' ' + SHUT if gate.is_shut else ''}"


def _gate(name: str, at: Point, said: set[str]) -> GateDraft:
    kind = next((GATE_KINDS[word] for word in said if word in GATE_KINDS), Gate.Kind.MAIN.value)
    return GateDraft(name, at, kind, STEPS not in said, SHUT in said)


def _refuse_strange(said: set[str], known: set[str]) -> None:
    strange = sorted(said - known)
    if strange:
        words = {"word": strange[0][:20], "known": "、".join(sorted(known))}
        raise forms.ValidationError(_("看不懂“%(word)s”，后面只能写：%(known)s。") % words)


def _placed(record: Any) -> dict[str, Any]:
    return {
        "version": record.version,
        "code": record.code,
        "name": record.name,
        "area": record.area_id,
        "point": f"{record.lon},{record.lat}",
        "crs": WGS84,
    }
