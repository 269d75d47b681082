"""Looking whether what stands is what was written down: turns by their own entries, verdicts by deliveries.

A turn is made anew from its entries, in the order they were written, and compared with the row. A line that
stands as confirmed though nothing was delivered for it is named, too.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from django.utils.translation import gettext as _

from lingju.cobuilding.models import Duty, DutyEntry
from lingju.cobuilding.services import delivering

K = DutyEntry.Kind
D = Duty.State
MOST_NAMED: Final = 100
GIVES: Final = (K.GIVEN, K.BY_HAND, K.REPAIRED, K.SWAPPED)
# Whether the unit has answered yet, or asks to change: each of the three means that it has the turn.
HAS_IT: Final = "held"
MEANS: Final = {D.PUBLISHED: HAS_IT, D.ACCEPTED: HAS_IT, D.SWAPPING: HAS_IT}


@dataclass(slots=True)
class Report:
    """What was found in one district; the first wrong thing stands first."""

    duties: int = 0
    entries: int = 0
    wrong: list[str] = field(default_factory=list)

    def note(self, sentence: str) -> None:
        """Add what is wrong; after a hundred the point is made."""
        if len(self.wrong) < MOST_NAMED:
            self.wrong.append(sentence)


def verify(district_id: int) -> Report:
    """Look for any turn that its entries do not tell, and any verdict without a delivery."""
    report = Report()
    duties = Duty.objects.filter(district_id=district_id).order_by("pk")
    for duty in duties.select_related("cycle", "area", "role").prefetch_related("entries"):
        entries = sorted(duty.entries.all(), key=lambda entry: entry.pk)
        report.duties += 1
        report.entries += len(entries)
        _compare(report, duty, entries)
    for line in delivering.undelivered_and_confirmed(district_id):
        report.note(_("“%(title)s”定成居民说办成了，可是没有办过的项目。") % {"title": line.title})
    return report


def _compare(report: Report, duty: Duty, entries: Iterable[DutyEntry]) -> None:
    unit_id, state = rebuilt(entries)
    told = {"cell": f"{duty.cycle} {duty.area.short_name} {duty.role.name}"}
    if duty.enrolment_id != unit_id:
        words = told | {"stands": duty.enrolment_id or "—", "told": unit_id or "—"}
        report.note(_("%(cell)s：现在是单位 %(stands)s，经过里写的是 %(told)s。") % words)
    stands = MEANS.get(D(duty.state), duty.state)
    if stands != state:
        report.note(
            _("%(cell)s：现在是 %(stands)s，经过里写的是 %(told)s。")
            % (told | {"stands": stands, "told": state})
        )


def rebuilt(entries: Iterable[DutyEntry]) -> tuple[int | None, str]:
    """Return who has a turn and how it stands, from its entries alone; open and nobody's without any."""
    unit_id: int | None = None
    state: str = D.OPEN.value
    for entry in entries:
        if entry.kind in GIVES:
            unit_id = entry.enrolment_id
            state = HAS_IT if unit_id is not None else D.OPEN.value
        elif entry.kind == K.DROPPED:
            unit_id, state = None, D.OPEN.value
        elif entry.kind == K.DONE:
            state = D.DONE.value
        elif entry.kind == K.NOT_DONE:
            state = D.NOT_DONE.value
    return unit_id, state
