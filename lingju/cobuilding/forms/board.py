"""What is typed on the board and the lists: a press, what a line takes, what somebody offers."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from lingju.cobuilding.forms.choosing import day, one, several, version, whole
from lingju.cobuilding.models import Capability, Enrolment, NeedLine, Resource
from lingju.cobuilding.services.listing import ANY, Takes
from lingju.cobuilding.services.offering import ResourceDraft
from lingju.cobuilding.windows import NAMES
from lingju.kernel.asking import Asking, text
from lingju.kernel.errors import BadInput
from lingju.places.models import Area

WINDOWS = list(NAMES.items())
THING = re.compile(r"(.+?)[\s×xX*:：]*(\d{1,6})")
KINDS = {str(label): value for value, label in Resource.Kind.choices}


class PressForm(Asking):
    """Ask what was pressed, on which row, and the one word it may need."""

    do = forms.CharField(widget=forms.HiddenInput, max_length=20)
    row = forms.IntegerField(required=False, min_value=0, max_value=2**63 - 1, widget=forms.HiddenInput)
    reason = text(_("原因"), 120, required=False)
    key = forms.CharField(required=False, max_length=80, widget=forms.HiddenInput)
    version = version()


class TakesForm(Asking):
    """Ask what a line would take: how many people of what they can do, things, and when."""

    things = text(_("要什么东西，一行一样，比如：血糖仪 2"), 600, rows=3, required=False)
    windows = several(_("什么时候方便，都不选就是都可以"), choices=WINDOWS)
    is_vulnerable = forms.BooleanField(label=_("关系到老幼病残，来的人要核实过"), required=False)
    version = version()

    def __init__(self, *args: Any, capabilities: Iterable[Capability], **options: Any) -> None:
        super().__init__(*args, **options)
        self.codes = {f"people_{one.code}": one.code for one in capabilities}
        labels = {f"people_{one.code}": one.name for one in capabilities}
        self.codes["people_any"] = ANY
        asked = {"people_any": _("人手（不限专长）"), **labels}
        numbers = {
            name: whole(label, required=False, min_value=0, max_value=100) for name, label in asked.items()
        }
        self.fields = {**numbers, **self.fields}

    def takes(self) -> Takes:
        """Return what was typed as a verb takes it. Raises BadInput where a thing has no number."""
        said = self.cleaned_data
        people = {code: said[name] for name, code in self.codes.items() if said.get(name)}
        return Takes(people, things_of(said["things"]), tuple(said["windows"]), said["is_vulnerable"])


def things_of(typed: str) -> dict[str, int]:
    """Return things with their numbers, a line each; what names a kind of resource means that kind."""
    found: dict[str, int] = {}
    for line in filter(None, (line.strip() for line in typed.splitlines())):
        match = THING.fullmatch(line)
        if match is None:
            sentence = _now("“%(line)s”后面请写数量，比如：血糖仪 2。") % {"line": line[:20]}
            raise BadInput(sentence, {"things": sentence})
        name = match[1].strip()
        found[KINDS.get(name, name)] = int(match[2])
    return found


def takes_typed(line: NeedLine) -> Mapping[str, Any]:
    """Return a line as its form shows it."""
    labels = {value: label for label, value in KINDS.items()}
    return {
        **{f"people_{code}": number for code, number in line.demands.items()},
        "things": "\n".join(f"{labels.get(name, name)} {number}" for name, number in line.things.items()),
        "windows": line.windows,
        "is_vulnerable": line.is_vulnerable,
        "version": line.version,
    }


class ResourceForm(Asking):
    """Ask what is offered: what, how much, when, on what conditions."""

    kind = one(_("类别"), choices=Resource.Kind.choices)
    title = text(_("名称"), 60)
    quantity = whole(_("数量"), min_value=1, max_value=100_000, initial=1)
    unit = text(_("计量单位"), 10, required=False)
    can = several(_("能做的事"))
    windows = several(_("什么时候可以，都不选就是都可以"), choices=WINDOWS)
    conditions = text(_("条件"), 120, required=False)
    description = text(_("说明"), 300, rows=2, required=False)
    valid_to = day(_("到哪天止"), required=False)
    key = forms.CharField(required=False, max_length=80, widget=forms.HiddenInput)
    version = version()

    def __init__(self, *args: Any, capabilities: Iterable[Capability], **options: Any) -> None:
        super().__init__(*args, **options)
        self.by_code = {row.code: row for row in capabilities}
        self.fields["can"].choices = [(code, row.name) for code, row in self.by_code.items()]  # type: ignore[attr-defined]

    def draft(self) -> ResourceDraft:
        """Return what was typed as the verb takes it."""
        said = self.cleaned_data
        named = ("kind", "title", "description", "quantity", "unit", "conditions", "valid_to")
        return ResourceDraft(
            capabilities=tuple(self.by_code[code] for code in said["can"]),
            windows=tuple(said["windows"]),
            owner_words=said.get("owner_words", ""),
            **{name: said[name] for name in named},
        )


def resource_typed(row: Resource) -> Mapping[str, Any]:
    """Return a resource as its form shows it."""
    named = (
        "kind",
        "title",
        "quantity",
        "unit",
        "windows",
        "conditions",
        "description",
        "valid_to",
        "version",
    )
    can = [one.code for one in row.capabilities.all()]
    return {"can": can, **{name: getattr(row, name) for name in named}}


class OfferForm(ResourceForm):
    """Ask what a unit or a resident offers, and where it is listed."""

    area = one(_("登记的地方"))
    unit_of = one(_("哪家单位，居民提供就不选"), required=False)
    owner_words = text(_("居民怎么称呼，比如：居民老周"), 40, required=False)
    field_order = ("area", "unit_of", "owner_words")

    def __init__(self, *args: Any, areas: Iterable[Area], units: Iterable[Enrolment], **options: Any) -> None:
        super().__init__(*args, **options)
        self.areas = {str(area.pk): area for area in areas}
        self.units = {str(unit.pk): unit for unit in units}
        self.fields["area"].choices = [(pk, area.short_name) for pk, area in self.areas.items()]  # type: ignore[attr-defined]
        self.fields["unit_of"].choices = [("", "—"), *((pk, str(u)) for pk, u in self.units.items())]  # type: ignore[attr-defined]

    @property
    def area_chosen(self) -> Area:
        """Return where it is listed."""
        return self.areas[self.cleaned_data["area"]]

    @property
    def unit_chosen(self) -> Enrolment | None:
        """Return whose it is, if a unit's."""
        return self.units.get(self.cleaned_data["unit_of"])


class OwnersForm(ResourceForm):
    """Ask a clerk what to change of what somebody offers; a resident's name among it."""

    owner_words = text(_("居民怎么称呼，比如：居民老周"), 40, required=False)
