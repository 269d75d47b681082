"""What a certificate says to whoever checks it, and who of a session may have one."""

from dataclasses import dataclass
from enum import StrEnum

from django.utils.translation import gettext as _

from lingju.activities.models import Certificate, Session, SignUp
from lingju.activities.queries import attendance
from lingju.activities.services import certificates
from lingju.activities.services.certificates import Presence
from lingju.kernel.errors import NotThere
from lingju.kernel.rules import Actor
from lingju.places.models import District


class Stand(StrEnum):
    """What is said of a number and a mark."""

    VALID = "valid"
    REVOKED = "revoked"
    INVALID = "invalid"


@dataclass(frozen=True, slots=True)
class Checked:
    """The answer to whoever checks a certificate; of one that is not valid nothing is told."""

    stand: Stand
    certificate: Certificate | None = None

    @property
    def surname(self) -> str:
        """Return the name as everybody may read it: the first character, and nothing of the rest."""
        called = self.certificate.called if self.certificate is not None else ""
        return f"{called[0]}**" if called else ""


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who came, how much of it they were there for, and the certificate they have already."""

    presence: Presence
    called: str
    certificate: Certificate | None


def checked(district: District, number: str, mark: str) -> Checked:
    """Say whether number and mark belong together, and whether it was taken back."""
    found = Certificate.objects.filter(district=district, number=number.strip()[:24]).first()
    if found is None or not certificates.is_genuine(found, mark):
        return Checked(Stand.INVALID)
    return Checked(Stand.REVOKED if found.is_revoked else Stand.VALID, found)


def certificate_for(actor: Actor, certificate_id: int) -> Certificate:
    """Return a certificate of a session the actor works at; another's is not there."""
    rows = Certificate.objects.visible_to(actor).select_related(
        "session__area", "session__station", "session__district", "programme", "district"
    )
    found = rows.filter(pk=certificate_id).first()
    if found is None:
        raise NotThere(_("没有这张证明，或者不归您管。"))
    return found


def candidates(session: Session) -> list[Candidate]:
    """Return everybody who came to a session by name, with what they may have."""
    came = attendance.presence([session.pk]).get(session.pk, {})
    signups = SignUp.objects.filter(pk__in=came).select_related("claim").order_by("id")
    issued = Certificate.objects.filter(district_id=session.district_id, revoked_at=None)
    issued = issued.filter(signup__in=came) | issued.filter(programme_id=session.programme_id or 0)
    by_key = {certificate.key: certificate for certificate in issued}
    return [
        Candidate(
            presence,
            presence.signup.claim.called or "",
            by_key.get(certificates.key_of(session, presence)),
        )
        for presence in certificates.presences(session, signups)
    ]
