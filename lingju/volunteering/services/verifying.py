"""Looking whether evidence is as it was written: by its own chain, and by the footprints it left.

What is found: a row that was altered, a row that was taken out (the last ones too: their footprints remain),
a row that was slipped in, a chain that was made anew from some row on. Whether footprints are as they were
written, `lingju footprints verify` says; together the two leave no way around.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from django.utils.translation import gettext as _

from lingju.trail.audit import FIRST
from lingju.trail.models import Footprint
from lingju.volunteering.models import Call, Evidence
from lingju.volunteering.services import chain

MOST_NAMED: Final = 100
CHUNK: Final = 500


@dataclass(frozen=True, slots=True)
class Wrong:
    """One row that is not as it was written: which call, which number, and a sentence."""

    kind: str
    call_id: int
    number: int
    sentence: str


@dataclass(slots=True)
class Report:
    """What was found in one district; the first wrong thing stands first."""

    district_id: int
    calls: int = 0
    rows: int = 0
    wrong: list[Wrong] = field(default_factory=list)

    def note(self, kind: str, call_id: int, number: int, sentence: str) -> None:
        """Add what is wrong; after a hundred the point is made."""
        if len(self.wrong) < MOST_NAMED:
            self.wrong.append(Wrong(kind, call_id, number, sentence))


def verify(district_id: int) -> Report:
    """Look for any row of evidence of a district that is not as it was written."""
    report = Report(district_id)
    told = _footprints(district_id)
    for call_id in Call.objects.filter(district_id=district_id).order_by("pk").values_list("pk", flat=True):
        report.calls += 1
        _walk(report, call_id, told)
    for evidence_id, (_digest, call_id) in told.items():
        sentence = _("凭据 %(id)s 记过，现在不在了。") % {"id": evidence_id}
        report.note("gone", call_id, 0, sentence)
    return report


def _walk(report: Report, call_id: int, told: dict[int, tuple[str, int]]) -> None:
    """Walk one call's chain from its first row; what is found to be told is taken out of `told`."""
    previous, wanted = FIRST, 1
    for row in _rows(call_id):
        report.rows += 1
        left, _call = told.pop(row.pk, ("", call_id))
        if row.number != wanted:
            report.note("gap", call_id, wanted, _("第 %(n)d 条不见了。") % {"n": wanted})
        elif row.previous != previous:
            report.note("broken", call_id, row.number, _("第 %(n)d 条和前一条对不上。") % {"n": row.number})
        _check(report, row, left)
        previous, wanted = row.digest, row.number + 1


def _check(report: Report, row: Evidence, left: str) -> None:
    """Compare a row with its own digest, and that with the footprint it left."""
    if chain.digest_of(row) != row.digest:
        sentence = _("第 %(n)d 条被改过：内容和摘要对不上。") % {"n": row.number}
        report.note("altered", row.call_id, row.number, sentence)
    elif not left:
        sentence = _("第 %(n)d 条没有足迹：不是从正门进来的。") % {"n": row.number}
        report.note("slipped_in", row.call_id, row.number, sentence)
    elif left != row.digest:
        sentence = _("第 %(n)d 条连摘要一起被改过：和足迹对不上。") % {"n": row.number}
        report.note("rewritten", row.call_id, row.number, sentence)


def _rows(call_id: int) -> Iterator[Evidence]:
    return Evidence.objects.filter(call_id=call_id).order_by("number").iterator(chunk_size=CHUNK)


def _footprints(district_id: int) -> dict[int, tuple[str, int]]:
    """Return the digest and the call that each row of evidence left in its footprint, by its id."""
    rows = Footprint.objects.filter(
        district_id=district_id, action=chain.ACTION, subject_type=Evidence._meta.label_lower
    ).order_by("pk")
    return {
        subject_id: (str(after.get("digest", "")), int(after.get("call", 0)))
        for subject_id, after in rows.values_list("subject_id", "after").iterator(chunk_size=CHUNK)
        if subject_id is not None
    }
