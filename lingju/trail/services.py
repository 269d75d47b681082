"""Verbs of the trail: leave a footprint, seal footprints in batches, verify them, dispose of the old."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db import models, transaction
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from lingju.kernel import clock, crypto
from lingju.kernel.errors import SomeoneWasFaster
from lingju.kernel.rules import Actor, SystemActor
from lingju.trail import anchors, audit, merkle, surroundings
from lingju.trail.models import Disposal, Footprint, Seal, Unsealed

HIDDEN = "…"  # stands for a value that is personal: that it changed is told, what it was is not
LONGEST_VALUE = 200
BATCH = 1000

Values = Mapping[str, Any]


def leave_footprint(
    *,
    actor: Actor,
    action: str,
    subject: models.Model | None = None,
    before: Values | None = None,
    after: Values | None = None,
    note: str = "",
    result: str = Footprint.Result.DONE,
) -> Footprint:
    """Write down that `actor` did `action` to `subject`; call it inside the transaction that did it.

    Reading sensitive data is an action too: "read". `before` and `after` hold a few plain fields; never
    put personal data there (`difference` leaves it out by itself).
    """
    around = surroundings.current()
    with transaction.atomic():
        footprint = Footprint.objects.create(
            district_id=actor.district_id,
            actor_id=actor.account_id,
            # The office in words, where the actor carries one; the protocol does not demand it.
            office=str(getattr(actor, "label", ""))[:60],
            action=action,
            result=result,
            subject_type=subject._meta.label_lower if subject is not None else "",
            subject_id=subject.pk if subject is not None else None,
            before={name: plain(value) for name, value in (before or {}).items()},
            after={name: plain(value) for name, value in (after or {}).items()},
            note=plain(note)[:300],
            request_id=around.request_id,
            address=around.address,
        )
        Unsealed.objects.create(footprint_id=footprint.pk, district_id=footprint.district_id)
    return footprint


def plain(value: Any) -> Any:
    """Return a value as text, whole number, truth or nothing: what both databases give back unchanged.

    Fractions become text, because a JSON column may hand 1e16 back as a whole number.
    """
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int):
        return int(value)
    if isinstance(value, models.Model):
        return value.pk
    if isinstance(value, dt.date | dt.time):
        return value.isoformat()
    return str(value).replace("\x00", "")[:LONGEST_VALUE]


def difference(record: models.Model, written: Values) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return what `written` changes in `record`, before and after, with personal values hidden."""
    before, after = {}, {}
    for name, new in written.items():
        field = record._meta.get_field(name)
        old = getattr(record, name)
        if plain(old) == plain(new):
            continue
        is_personal = getattr(field, "personal", None) is not None
        before[name] = HIDDEN if is_personal else plain(old)
        after[name] = HIDDEN if is_personal else plain(new)
    return before, after


def prepared(record: models.Model, written: Values) -> dict[str, Any]:
    """Return values as an UPDATE of `record` takes them: a field that encrypts needs to know the row."""
    values = {}
    for name, value in written.items():
        sealed_for = getattr(record._meta.get_field(name), "sealed_for", None)
        values[name] = sealed_for(record, value) if sealed_for else value
    return values


def seal_up(district_id: int) -> Seal | None:
    """Close the waiting footprints of a district, a thousand at most, under the next seal.

    Return None where nothing waits. Raises SomeoneWasFaster where another hand is sealing the same.
    """
    with transaction.atomic():
        waiting = Unsealed.objects.filter(
            Exists(Footprint.objects.filter(pk=OuterRef("footprint_id"))), district_id=district_id
        )
        ids = list(waiting.order_by("footprint_id").values_list("footprint_id", flat=True)[:BATCH])
        if not ids:
            return None
        # Taken away first: of two hands that saw the same footprints wait, the second now finds fewer.
        if Unsealed.objects.filter(footprint_id__in=ids).delete()[0] != len(ids):
            raise SomeoneWasFaster(_("别处正在封存足迹，请稍后再试。"))
        seal = _sealed(district_id, ids)
        seal.save()
    return seal


def _sealed(district_id: int, ids: list[int]) -> Seal:
    """Make the seal over footprints, in the order of their ids."""
    before = Seal.objects.filter(district_id=district_id).order_by("-number").first()
    algorithm = crypto.ring().hash_name
    hashed = audit.hashed_by(algorithm)
    rows = Footprint.objects.filter(pk__in=ids).order_by("pk")
    leaves = [(row.pk, merkle.leaf(audit.canonical(row), hashed)) for row in rows]
    seal = Seal(
        district_id=district_id,
        number=before.number + 1 if before else 1,
        sealed_at=clock.now(),
        count=len(leaves),
        algorithm=algorithm,
        leaves=merkle.pack(leaves),
        root=merkle.root([digest for _id, digest in leaves], hashed).hex(),
        previous=before.chain if before else audit.FIRST,
    )
    seal.chain = audit.chain_value(seal)
    seal.mark = audit.mark_of(seal)
    return seal


def verify(district_id: int) -> audit.Report:
    """Look for any footprint or seal of a district that is not as it was written."""
    return audit.audit(district_id, anchors.read(district_id))


def verify_all() -> list[audit.Report]:
    """Verify every district that ever left a footprint; the installation itself is district 0."""
    known = {*Footprint.objects.order_by().values_list("district_id", flat=True).distinct()}
    known |= {*Seal.objects.order_by().values_list("district_id", flat=True).distinct()}
    known |= set(anchors.districts())
    return [verify(district_id) for district_id in sorted(known)]


def dispose(district_id: int, *, older_than: dt.datetime) -> int:
    """Remove the footprints of whole seals that were closed before a moment; return how many went.

    The seals stay, so that the chain holds, and a footprint tells what was removed.
    """
    seals = Seal.objects.filter(district_id=district_id, sealed_at__lt=older_than, disposal__isnull=True)
    numbers, gone = [], 0
    with transaction.atomic():
        for seal in seals.order_by("number"):
            ids = [number for number, _digest in merkle.unpack(bytes(seal.leaves))]
            # The plain query set: the footprints' own refuses to remove, and this is the one exception.
            gone += models.QuerySet(Footprint).filter(pk__in=ids).delete()[0]
            Disposal.objects.create(district_id=district_id, seal=seal)
            numbers.append(seal.number)
        if numbers:
            leave_footprint(
                actor=SystemActor(district_id=district_id),
                action="dispose",
                after={"seals": f"{numbers[0]}–{numbers[-1]}", "footprints": gone},
            )
    return gone
