"""Verbs of the certificate of service: ask for one, issue it, refuse it, take it back, forget the names.

What stands on it is what the order of 2020 (民政部令第67号) demands: who, how long and what, who issues
it and answers for it, number and date; the seal is stamped on paper. Whoever recorded it proves it, it costs
nothing. It is proved by its number together with a mark made over everything that is printed.
"""

import datetime as dt
import hmac
import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext as _

from lingju.kernel import clock, crypto
from lingju.kernel.errors import BadInput, NotAllowed, NotNow
from lingju.kernel.facts import announce
from lingju.kernel.rules import Actor
from lingju.places.services import marks
from lingju.places.services.marks import press_key, said_why, tidy
from lingju.volunteering.events import CertificateIssued
from lingju.volunteering.flow import CERTIFICATES
from lingju.volunteering.models import ServiceCertificate, Volunteer
from lingju.volunteering.rules import calls_people, oneself
from lingju.volunteering.services import records
from lingju.volunteering.services.numbers import numbered
from lingju.volunteering.services.records import Record

PURPOSE: Final = "volunteering.certificate"
MARK: Final = 16


@dataclass(frozen=True, slots=True)
class Issuing:
    """Who issues a certificate: the body, who is in charge of it, who handles it, where one asks back."""

    issuer: str
    in_charge: str
    handler: str
    contact: str


@transaction.atomic
def ask(
    volunteer: Volunteer, since: dt.date, until: dt.date, called: str, *, key: str, actor: Actor
) -> ServiceCertificate:
    """Ask for a certificate of what was served between two days; the same `key` again is the same asking.

    The volunteer asks; the desk may write it down for somebody who stands there.
    """
    if not oneself.allows(actor, volunteer):
        calls_people.check(actor, volunteer)
    key = press_key(key)
    known = ServiceCertificate.objects.filter(district_id=volunteer.district_id, key=key).first()
    if known is not None:
        return known
    wrong = {}
    if len(tidy(called)) < 2:
        wrong["called"] = _("请写证明上要印的姓名。")
    if since > until:
        wrong["until"] = _("结束的日子要在开始之后。")
    if until > clock.today():
        wrong["until"] = _("还没到那天，只能开到今天。")
    if wrong:
        raise BadInput(next(iter(wrong.values())), wrong)
    if not served(volunteer, since, until):
        raise NotNow(_("这段时间还没有确认过的时长，开不了证明。"))
    asked = ServiceCertificate(
        district_id=volunteer.district_id,
        volunteer=volunteer,
        key=key,
        since=since,
        until=until,
        called=tidy(called)[:40],
    )
    return marks.insert(asked, actor=actor)


def served(volunteer: Volunteer, since: dt.date, until: dt.date) -> list[Record]:
    """Return the confirmed records between two days."""
    return [one for one in records.confirmed_of(volunteer) if since <= one.call.day <= until and one.minutes]


@transaction.atomic
def issue(certificate: ServiceCertificate, issuing: Issuing, *, actor: Actor) -> ServiceCertificate:
    """Issue a certificate of the hours as they are confirmed now; issued already, it stays as it is."""
    volunteer = certificate.volunteer
    calls_people.check(actor, certificate)
    if actor.account_id is not None and actor.account_id == volunteer.account_id:
        raise NotAllowed(_("自己的证明，要由别人来出具。"))
    if certificate.state == ServiceCertificate.State.ISSUED:
        return certificate
    values = _checked(issuing)
    found = served(volunteer, certificate.since, certificate.until)
    if not found:
        raise NotNow(_("这段时间没有确认过的时长，开不了证明。"))
    changes: dict[str, Any] = {
        **values,
        "volunteer_number": volunteer.number,
        "minutes": sum(record.minutes for record in found),
        "content": [[one.call.day.isoformat(), one.call.title, one.minutes] for one in found],
        "issued_on": clock.today(),
        "issued_by_id": actor.account_id,
    }

    def save(number: str) -> ServiceCertificate:
        return CERTIFICATES.take("issue", certificate, actor=actor, changes={**changes, "number": number})

    rows = ServiceCertificate.objects.filter(district_id=certificate.district_id)
    numbered(rows, f"ZY{certificate.district.code}-{clock.today():%Y}-", save)
    announce(CertificateIssued(certificate.district_id, certificate.pk))
    return certificate


def refuse(certificate: ServiceCertificate, why: str, *, actor: Actor) -> ServiceCertificate:
    """Say that it is not issued, and why; its volunteer reads it."""
    return CERTIFICATES.take("refuse", certificate, actor=actor, changes={"state_reason": _reason(why)})


def revoke(certificate: ServiceCertificate, why: str, *, actor: Actor) -> ServiceCertificate:
    """Take a certificate back, with a reason whoever checks it will read; taken back already, it stays so."""
    if certificate.is_revoked:
        return certificate
    return CERTIFICATES.take("revoke", certificate, actor=actor, changes={"state_reason": _reason(why)})


def mark_of(certificate: ServiceCertificate) -> str:
    """Return the mark over everything that is printed on a certificate."""
    printed = (
        certificate.number,
        certificate.district_id,
        certificate.called or "",
        certificate.volunteer_number,
        certificate.since.isoformat(),
        certificate.until.isoformat(),
        certificate.minutes,
        certificate.content,
        certificate.issuer,
        certificate.in_charge or "",
        certificate.handler or "",
        certificate.contact,
        certificate.issued_on.isoformat() if certificate.issued_on else "",
    )
    data = json.dumps(printed, ensure_ascii=False, separators=(",", ":")).encode()
    return crypto.ring().mark(data, PURPOSE)[:MARK].upper()


def is_genuine(certificate: ServiceCertificate, mark: str) -> bool:
    """Say whether a mark belongs to a certificate as it stands; spaces, hyphens and case do not matter."""
    typed = "".join(c for c in mark.upper() if c not in " -").encode("ascii", "replace")
    return hmac.compare_digest(mark_of(certificate).encode(), typed)


def forget(certificates: Iterable[ServiceCertificate]) -> int:
    """Forget the names on certificates, which ends their checking; return how many."""
    forgotten = 0
    for row in certificates:
        row.called = row.in_charge = row.handler = ""
        row.save(update_fields=["called", "in_charge", "handler"])
        forgotten += 1
    return forgotten


def _checked(issuing: Issuing) -> dict[str, str]:
    values = {name: tidy(getattr(issuing, name)) for name in ("issuer", "in_charge", "handler", "contact")}
    sentences = {
        "issuer": _("请写由哪个单位出具。"),
        "in_charge": _("规定要写单位负责人。"),
        "handler": _("规定要写经办人。"),
        "contact": _("请写核实时打哪个电话。"),
    }
    wrong = {name: sentences[name] for name, value in values.items() if len(value) < 2}
    if wrong:
        raise BadInput(next(iter(wrong.values())), wrong)
    return {name: value[:40] if name != "issuer" else value[:80] for name, value in values.items()}


def _reason(why: str) -> str:
    return said_why(why, _("请写原因，本人和核对的人会看到。"), field="why")[:120]
