"""Keeping and showing photos and voices: closed in the vault, opened for whoever may see the need."""

from django.db import IntegrityError, transaction

from lingju.kernel import vault
from lingju.kernel.errors import NotThere
from lingju.kernel.media import Photo, Recording
from lingju.kernel.rules import Actor
from lingju.needs.models import Evidence, Need
from lingju.trail.services import leave_footprint


def keep(
    need: Need,
    photos: tuple[Photo, ...],
    recording: Recording | None = None,
    *,
    shows: str = Evidence.Shows.SAID,
) -> list[Evidence]:
    """Put photos and a recording beside a need, inside the caller's transaction; the same file once."""
    names = [photo.sha256 for photo in photos]
    there = {row.name: row for row in Evidence.objects.filter(need=need, name__in=names)} if names else {}
    kept = [
        there.get(photo.sha256) or _keep(need, Evidence.Kind.PHOTO, photo, None, shows) for photo in photos
    ]
    if recording is not None:
        kept.append(_keep(need, Evidence.Kind.VOICE, recording, recording.seconds, shows))
    return kept


def _keep(need: Need, kind: str, file: Photo | Recording, seconds: float | None, shows: str) -> Evidence:
    name = vault.put(need.district_id, file.content)
    row = Evidence(
        district_id=need.district_id,
        need=need,
        kind=kind,
        shows=shows,
        name=name,
        mime=file.mime,
        size=len(file.content),
        seconds=seconds,
    )
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        return Evidence.objects.get(need=need, name=name)
    return row


def opened(evidence: Evidence, *, actor: Actor) -> bytes:
    """Return the bytes of a piece of evidence; that somebody at the desk looked leaves a footprint."""
    try:
        content = vault.get(evidence.district_id, evidence.name)
    except FileNotFoundError:
        raise NotThere("这份文件已经不在了。") from None
    if getattr(actor, "works_here", False):
        leave_footprint(actor=actor, action="read_evidence", subject=evidence)
    return content
