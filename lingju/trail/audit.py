"""Looking for footprints that were altered, removed or slipped in, and naming the first that is wrong.

    footprint ──digest──▶ leaf ─┐
    footprint ──digest──▶ leaf ─┴─▶ root ──with number, time, count──▶ chain value ──key──▶ mark
                                          the chain value of the seal before ┘

What is found: any change of a sealed footprint or a seal; a removed footprint, sealed or waiting; a
footprint that came in by the back door or was dated back; a removed seal, the last one where the seals'
diary (`anchors`) still knows it. What cannot be found: a footprint that was removed together with its
waiting slip before its seal, a few minutes at most.
"""

import datetime as dt
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from django.utils.translation import gettext as _

from lingju.kernel import crypto
from lingju.trail import merkle
from lingju.trail.models import Disposal, Footprint, Seal, Unsealed

FIRST = "0" * 64  # what stands before the first seal
# A transaction that writes footprints lasts seconds, an import minutes; later than this is dated back.
LONGEST_TRANSACTION = dt.timedelta(hours=1)
CHUNK = 500
MOST_NAMED = 100


@dataclass(frozen=True, slots=True)
class Wrong:
    """One thing that is not as it was written: which seal, which footprint, and a sentence."""

    kind: str
    sentence: str
    seal: int | None = None
    footprint: int | None = None


@dataclass(slots=True)
class Report:
    """What an audit of one district found; the first wrong thing stands first."""

    district_id: int
    seals: int = 0
    footprints: int = 0
    waiting: int = 0
    wrong: list[Wrong] = field(default_factory=list)

    @property
    def is_sound(self) -> bool:
        """Say whether nothing is wrong."""
        return not self.wrong

    def note(
        self, kind: str, sentence: str, *, seal: int | None = None, footprint: int | None = None
    ) -> None:
        """Add what is wrong; after a hundred the point is made."""
        if len(self.wrong) < MOST_NAMED:
            self.wrong.append(Wrong(kind, sentence, seal, footprint))


def hashed_by(algorithm: str) -> merkle.Hash:
    """Return the digest function of a name."""
    return lambda data: crypto.digest(data, algorithm)


def canonical(footprint: Footprint) -> bytes:
    """Return the bytes of a footprint that its leaf is made of: every field, in one fixed notation."""
    values = [
        1,
        footprint.pk,
        footprint.district_id,
        footprint.at.astimezone(dt.UTC).isoformat(timespec="microseconds"),
        footprint.actor_id,
        footprint.office,
        footprint.action,
        str(footprint.result),
        footprint.subject_type,
        footprint.subject_id,
        footprint.before,
        footprint.after,
        footprint.note,
        footprint.request_id,
        footprint.address,
    ]
    return json.dumps(values, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def chain_value(seal: Seal) -> str:
    """Return what `seal.chain` must be."""
    sealed_at = seal.sealed_at.astimezone(dt.UTC).isoformat(timespec="microseconds")
    head = f"{seal.district_id}|{seal.number}|{sealed_at}|{seal.count}|{seal.algorithm}|{seal.root}"
    return merkle.link(seal.previous, head, hashed_by(seal.algorithm))


def mark_of(seal: Seal) -> str:
    """Return what `seal.mark` must be; only this installation can say."""
    return crypto.ring().mark(seal.chain.encode(), "seal")


def audit(district_id: int, anchors: Mapping[int, str] | None = None) -> Report:
    """Compare every footprint of a district with its seal, and every seal with the one before.

    `anchors` are chain values by number as they were noted down elsewhere. Safe while the house is in use.
    """
    report = Report(district_id)
    # In this order: what is sealed while we look is then found either waiting or in a seal.
    present = _ids(Footprint.objects.filter(district_id=district_id).values_list("pk", flat=True).iterator())
    waiting = _ids(Unsealed.objects.filter(district_id=district_id).values_list("pk", flat=True).iterator())
    sealed, chains = _walk_the_seals(report)
    _compare_anchors(report, chains, anchors or {})
    _find_slipped_in(report, np.setdiff1d(np.setdiff1d(present, sealed), waiting))
    _find_gone_while_waiting(report, np.setdiff1d(np.setdiff1d(waiting, present), sealed))
    report.footprints, report.waiting = len(present), len(waiting)
    return report


def _ids(numbers: Iterator[int]) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    return np.fromiter(numbers, np.int64)


def _walk_the_seals(report: Report) -> tuple[np.ndarray[tuple[int], np.dtype[np.int64]], dict[int, str]]:
    """Check each seal and its footprints; return all sealed ids, and the chain values by number."""
    disposed = set(Disposal.objects.filter(district_id=report.district_id).values_list("seal_id", flat=True))
    sealed: list[int] = []
    chains: dict[int, str] = {}
    before: Seal | None = None
    for seal in (
        Seal.objects.filter(district_id=report.district_id).order_by("number").iterator(chunk_size=20)
    ):
        leaves = merkle.unpack(bytes(seal.leaves))
        _check_seal(report, seal, before, [digest for _id, digest in leaves])
        if seal.pk not in disposed:
            _check_footprints(report, seal, before, leaves)
        sealed += [number for number, _digest in leaves]
        chains[seal.number], before = seal.chain, seal
        report.seals += 1
    return np.array(sealed, np.int64), chains


def _check_seal(report: Report, seal: Seal, before: Seal | None, leaves: Sequence[bytes]) -> None:
    expected = before.number + 1 if before else 1
    if seal.number != expected:
        report.note("seal_removed", _("第 %(n)d 号封印不见了。") % {"n": expected}, seal=expected)
    is_whole = (
        0 < len(leaves) == seal.count
        and seal.previous == (before.chain if before else FIRST)
        and seal.root == merkle.root(leaves, hashed_by(seal.algorithm)).hex()
        and seal.chain == chain_value(seal)
        and seal.mark == mark_of(seal)
    )
    if not is_whole and seal.number == expected:
        report.note("seal_altered", _("第 %(n)d 号封印被改动过。") % {"n": seal.number}, seal=seal.number)


def _check_footprints(
    report: Report, seal: Seal, before: Seal | None, leaves: Sequence[tuple[int, bytes]]
) -> None:
    earliest = before.sealed_at - LONGEST_TRANSACTION if before else None
    for start in range(0, len(leaves), CHUNK):
        part = leaves[start : start + CHUNK]
        rows = Footprint.objects.in_bulk([number for number, _digest in part])
        for number, digest in part:
            _check_footprint(report, seal, number, digest, rows.get(number), earliest)


def _check_footprint(
    report: Report,
    seal: Seal,
    number: int,
    digest: bytes,
    row: Footprint | None,
    earliest: dt.datetime | None,
) -> None:
    if row is None:
        _note(report, "removed", _("足迹 %(id)d（第 %(n)d 号封印）被删除了。"), seal, number)
    elif merkle.leaf(canonical(row), hashed_by(seal.algorithm)) != digest:
        _note(report, "altered", _("足迹 %(id)d（第 %(n)d 号封印）被改动过。"), seal, number)
    elif earliest is not None and row.at < earliest:
        _note(report, "dated_back", _("足迹 %(id)d（第 %(n)d 号封印）的时间早于它应在的封印。"), seal, number)


def _note(report: Report, kind: str, sentence: str, seal: Seal, number: int) -> None:
    report.note(kind, sentence % {"id": number, "n": seal.number}, seal=seal.number, footprint=number)


def _compare_anchors(report: Report, chains: Mapping[int, str], anchors: Mapping[int, str]) -> None:
    last = max(chains, default=0)
    for number, chain in sorted(anchors.items()):
        if number > last:
            sentence = _("封印日记里有第 %(n)d 号封印，数据库里没有。") % {"n": number}
            report.note("seal_removed", sentence, seal=number)
        elif number in chains and chains[number] != chain:
            sentence = _("第 %(n)d 号封印与封印日记不符。") % {"n": number}
            report.note("seal_altered", sentence, seal=number)


def _find_slipped_in(report: Report, strangers: np.ndarray[tuple[int], np.dtype[np.int64]]) -> None:
    for number in strangers.tolist():
        report.note("slipped_in", _("足迹 %(id)d 不是经正门写入的。") % {"id": number}, footprint=number)


def _find_gone_while_waiting(report: Report, missing: np.ndarray[tuple[int], np.dtype[np.int64]]) -> None:
    # Footprints written since we began are waiting but were not yet counted: look again.
    for start in range(0, len(missing), CHUNK):
        part = missing[start : start + CHUNK].tolist()
        for number in sorted(set(part) - set(Footprint.objects.in_bulk(part))):
            report.note("removed", _("足迹 %(id)d 在封存前被删除了。") % {"id": number}, footprint=number)
