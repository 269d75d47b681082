"""Keys for other systems: made once and shown once, known by their digest, taken back at any time."""

import secrets
from dataclasses import dataclass
from typing import Final

from django.db import transaction
from django.utils.translation import gettext as _

from lingju.kernel import clock, crypto
from lingju.kernel.errors import BadInput, NotAllowed, NotNow, NotSignedIn
from lingju.kernel.rules import Actor, EmptyHanded
from lingju.needs.models import ApiKey, Need
from lingju.needs.rules import edits_the_loop
from lingju.people.models import Organisation
from lingju.people.services import limits
from lingju.people.services.limits import CODES_AN_HOUR, Limit
from lingju.places.models import District
from lingju.places.services import marks
from lingju.trail.services import leave_footprint

BEGIN: Final = "lj_"
SHOWN: Final = 8
PURPOSE: Final = "needs.apikey"
A_MINUTE: Final = CODES_AN_HOUR.within / 60
WRITES: Final = Limit("api_write", 120, A_MINUTE)
READS_FROM_HERE: Final = Limit("api_read", 240, A_MINUTE)


@dataclass(frozen=True, slots=True)
class KeyHolder(EmptyHanded):
    """Another system that has shown its key: it says needs for people, and holds no office."""

    key_id: int
    district_id: int
    label: str
    account_id: int | None = None
    is_signed_in: bool = True
    has_second_factor: bool = False

    @property
    def system(self) -> str:
        """Return under which name the numbers of this system are kept."""
        return f"key:{self.key_id}"

    def said(self, need: Need) -> bool:
        """Say whether the need came from this system."""
        return need.foreign_numbers.filter(system=self.system).exists()


def _digest(clear: str) -> str:
    return crypto.ring().mark(clear.encode(), PURPOSE)


@transaction.atomic
def make(
    district: District, name: str, *, actor: Actor, organisation: Organisation | None = None
) -> tuple[ApiKey, str]:
    """Make a key for another system; return it with its clear text, which nobody sees again."""
    edits_the_loop.check(actor, None)
    marks.same_district(district.pk, organisation)
    title = marks.tidy(name)[:60]
    if len(title) < 2:
        sentence = _("请写明这把钥匙给哪个系统用。")
        raise BadInput(sentence, {"name": sentence})
    clear = BEGIN + secrets.token_urlsafe(32)
    key = ApiKey(
        district=district,
        organisation=organisation,
        name=title,
        digest=_digest(clear),
        shown=clear[:SHOWN],
    )
    return marks.insert(key, actor=actor), clear


@transaction.atomic
def revoke(key: ApiKey, *, actor: Actor) -> None:
    """Take a key back; from now on it opens nothing."""
    edits_the_loop.check(actor, None)
    still = ApiKey.objects.filter(pk=key.pk, revoked_at__isnull=True)
    if still.update(revoked_at=clock.now()) != 1:
        raise NotNow(_("这把钥匙已经作废了。"))
    leave_footprint(actor=actor, action="revoke", subject=key)


def holder_of(district: District, clear: str) -> KeyHolder:
    """Return which system a key stands for. Raises NotSignedIn without one, NotAllowed for a strange one."""
    clear = clear.strip()
    if not clear:
        raise NotSignedIn(_("请带上接口密钥再来。"))
    found = ApiKey.objects.in_force().filter(district=district, digest=_digest(clear)).first()
    if found is None:
        raise NotAllowed(_("这把接口密钥不对，或者已经作废，请向区里重新申请。"))
    return KeyHolder(found.pk, district.pk, f"{_('接口')} {found.name}"[:60])


def writer_of(district: District, clear: str) -> KeyHolder:
    """Return which system is about to write, and count it. Raises as `holder_of`, and TooOften."""
    holder = holder_of(district, clear)
    limits.spend(holder.system, WRITES, district_id=district.pk)
    return holder


def count_reading(district: District) -> None:
    """Count one reading from the address of this request. Raises TooOften."""
    limits.spend_from_here(READS_FROM_HERE, district_id=district.pk)
