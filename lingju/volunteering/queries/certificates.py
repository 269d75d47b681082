"""What a certificate of service says to whoever checks it."""

from dataclasses import dataclass
from enum import StrEnum

from lingju.places.models import District
from lingju.volunteering.models import ServiceCertificate
from lingju.volunteering.services import certificates


class Stand(StrEnum):
    """What is said of a number and a mark."""

    VALID = "valid"
    REVOKED = "revoked"
    INVALID = "invalid"


@dataclass(frozen=True, slots=True)
class Checked:
    """The answer to whoever checks a certificate; of one that is not valid nothing is told."""

    stand: Stand
    certificate: ServiceCertificate | None = None

    @property
    def surname(self) -> str:
        """Return the name as everybody may read it: the first character, and nothing of the rest."""
        called = self.certificate.called if self.certificate is not None else ""
        return f"{called[0]}**" if called else ""


def checked(district: District, number: str, mark: str) -> Checked:
    """Say whether number and mark belong together, and whether it was taken back."""
    found = ServiceCertificate.objects.filter(district=district, number=number.strip().upper()[:30]).first()
    if found is None or not certificates.is_genuine(found, mark):
        return Checked(Stand.INVALID)
    return Checked(Stand.REVOKED if found.is_revoked else Stand.VALID, found)
