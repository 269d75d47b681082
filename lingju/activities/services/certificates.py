"""Verbs of certificates: issue one to whoever was there, take one back, write down what others issued.

    one session                 whoever came to it
    a programme of several      whoever came to at least four of five, once the last one was held

A certificate is proved by its number together with its mark, which is made over everything printed on it
(`mark_of`): altered by one digit, on paper or in the database, it is not valid.
"""

import datetime as dt
import hmac
import itertools
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from lingju.activities import counting
from lingju.activities.counting import Seen
from lingju.activities.models import Certificate, OutsideCertificate, Scan, Session, SignUp
from lingju.activities.rules import plans_it
from lingju.kernel import clock, crypto
from lingju.kernel.errors import BadInput, NotNow, SomeoneWasFaster
from lingju.kernel.rules import Actor
from lingju.places.services import marks
from lingju.places.services.marks import tidy
from lingju.trail.services import leave_footprint

PURPOSE: Final = "activities.certificate"
COLUMN: Final = "activities.certificate.key"
MARK: Final = 16
LEAST_SHARE: Final = (4, 5)  # four of five: 80 % without a fraction that rounds
TRIES: Final = 8
HELD: Final = (Session.State.HELD, Session.State.REVIEWED, Session.State.ARCHIVED)


@dataclass(frozen=True, slots=True)
class Presence:
    """How much of a session, or of the programme it belongs to, somebody was there for."""

    signup: SignUp
    person: str
    attended: int
    held: int
    minutes: int
    is_complete: bool

    @property
    def is_enough(self) -> bool:
        """Say whether it makes a certificate: there at all, at four of five at least, and all is over."""
        part, whole = LEAST_SHARE
        return self.is_complete and self.attended > 0 and self.attended * whole >= self.held * part


@dataclass(frozen=True, slots=True)
class Outside:
    """A certificate as its paper says: who issued it, its number, to whom, when, until when."""

    issuer: str
    number: str
    called: str
    issued_on: dt.date
    valid_until: dt.date | None = None
    signup: SignUp | None = None


@transaction.atomic
def issue(session: Session, signup: SignUp, called: str, *, actor: Actor) -> Certificate:
    """Issue a certificate to somebody who was there, under the name to be printed; again, it is the same.

    Raises NotNow where they were not there enough, or the last session is still to come.
    """
    plans_it.check(actor, session)
    marks.same_district(session.district_id, signup)
    called = tidy(called)[:40]
    if len(called) < 2:
        sentence = _("请写证明上要印的姓名。")
        raise BadInput(sentence, {"called": sentence})
    presence = presence_of(session, signup)
    _check(session, presence)
    key = key_of(session, presence)
    known = Certificate.objects.filter(district_id=session.district_id, key=key, revoked_at=None).first()
    if known is not None:
        return known
    programme = session.programme if _is_of_several(session) else None
    draft = Certificate(
        district_id=session.district_id,
        key=key,
        session=session,
        programme=programme,
        signup=signup,
        called=called,
        title=programme.name if programme is not None else session.title,
        attended=presence.attended,
        held=presence.held,
        minutes=presence.minutes,
        issued_on=clock.today(),
        issued_by_id=actor.account_id,
    )
    _number_and_save(draft, session.district.code)
    leave_footprint(actor=actor, action="issue", subject=draft, after={"number": draft.number})
    return draft


@transaction.atomic
def revoke(certificate: Certificate, why: str, *, actor: Actor) -> Certificate:
    """Take a certificate back, with a reason whoever checks it will read; taken back already, it stays so."""
    plans_it.check(actor, certificate.session)
    if certificate.is_revoked:
        return certificate
    why = tidy(why)[:120]
    if len(why) < 2:
        sentence = _("请写为什么作废。")
        raise BadInput(sentence, {"why": sentence})
    standing = Certificate.objects.filter(pk=certificate.pk, revoked_at__isnull=True)
    if standing.update(revoked_at=clock.now(), revoked_why=why) != 1:
        raise SomeoneWasFaster(_("刚才已经有人作废了它。"))
    certificate.refresh_from_db()
    leave_footprint(actor=actor, action="revoke", subject=certificate, note=why)
    return certificate


@transaction.atomic
def write_down(session: Session, outside: Outside, *, actor: Actor) -> OutsideCertificate:
    """Write down a certificate that somebody else issued; the same one again is the same."""
    plans_it.check(actor, session)
    marks.same_district(session.district_id, outside.signup)
    issuer, number, called = (tidy(text) for text in (outside.issuer, outside.number, outside.called))
    wrong = {}
    if not 2 <= len(issuer) <= 60:
        wrong["issuer"] = _("请写是哪个单位发的。")
    if not 3 <= len(number) <= 40:
        wrong["number"] = _("请照证书写编号，3 到 40 个字。")
    if len(called) < 2:
        wrong["called"] = _("请写持证人姓名。")
    if outside.issued_on > clock.today():
        wrong["issued_on"] = _("发证日期还没到。")
    if outside.valid_until is not None and outside.valid_until < outside.issued_on:
        wrong["valid_until"] = _("有效期要在发证之后。")
    if wrong:
        raise BadInput(next(iter(wrong.values())), wrong)
    known = OutsideCertificate.objects.filter(
        district_id=session.district_id, issuer=issuer, number=number
    ).first()
    if known is not None:
        return known
    return marks.insert(
        OutsideCertificate(
            district_id=session.district_id,
            session=session,
            signup=outside.signup,
            issuer=issuer,
            number=number,
            called=called,
            issued_on=outside.issued_on,
            valid_until=outside.valid_until,
            written_by_id=actor.account_id,
        ),
        actor=actor,
    )


def forget(older_than: dt.date) -> int:
    """Forget the names on what was issued before a day, which ends its checking; return how many."""
    old = {"issued_on__lt": older_than}
    rows: Iterable[Certificate | OutsideCertificate] = itertools.chain(
        Certificate.objects.filter(**old), OutsideCertificate.objects.filter(**old)
    )
    return forget_names(rows)


def forget_names(rows: Iterable[Certificate | OutsideCertificate]) -> int:
    """Forget whose some certificates are; return how many named somebody."""
    named = [row for row in rows if row.called]
    for row in named:
        row.called = ""
        row.save(update_fields=["called"])
    return len(named)


def mark_of(certificate: Certificate) -> str:
    """Return the mark over everything that is printed on a certificate."""
    printed = (
        certificate.number,
        str(certificate.district_id),
        certificate.called or "",
        certificate.title,
        str(certificate.attended),
        str(certificate.held),
        str(certificate.minutes),
        certificate.issued_on.isoformat(),
    )
    return crypto.ring().mark("\0".join(printed).encode(), PURPOSE)[:MARK].upper()


def is_genuine(certificate: Certificate, mark: str) -> bool:
    """Say whether a mark belongs to a certificate as it stands; spaces, hyphens and case do not matter."""
    typed = "".join(c for c in mark.upper() if c not in " -").encode("ascii", "replace")
    return hmac.compare_digest(mark_of(certificate).encode(), typed)


# --- having been there ----------------------------------------------------------------------------------


def presence_of(session: Session, signup: SignUp) -> Presence:
    """Return how much of it one person was there for."""
    return next(iter(presences(session, [signup])))


def presences(session: Session, signups: Iterable[SignUp]) -> list[Presence]:
    """Return how much of a session, or of its programme, these were there for."""
    sessions = _sessions_of(session)
    came = _came([one.pk for one in sessions])
    persons = _persons(sessions)
    by_person: dict[str, set[int]] = {}
    for one in sessions:
        for signup_id in came.get(one.pk, {}):
            by_person.setdefault(persons.get(signup_id, f"s{signup_id}"), set()).add(one.pk)
    lasts = {one.pk: int((one.ends_at - one.starts_at).total_seconds() // 60) for one in sessions}
    is_complete = all(one.state in HELD for one in sessions)
    found = []
    for signup in signups:
        person = persons.get(signup.pk, f"s{signup.pk}")
        there = by_person.get(person, set())
        minutes = sum(lasts[session_id] for session_id in there)
        found.append(Presence(signup, person, len(there), len(sessions), minutes, is_complete))
    return found


def _is_of_several(session: Session) -> bool:
    return len(_sessions_of(session)) > 1


def _sessions_of(session: Session) -> list[Session]:
    """Return the sessions one certificate is about: those of the programme that take place, or the one."""
    if session.programme_id is None:
        return [session]
    return list(Session.objects.filter(programme_id=session.programme_id).public().standing())


def _came(session_ids: list[int]) -> dict[int, dict[int, int]]:
    scans = Scan.objects.filter(session_id__in=session_ids).order_by("at", "id")
    seen: dict[int, list[Seen]] = {}
    for scan in scans:
        if scan.counts and scan.signup_id is not None:
            seen.setdefault(scan.session_id, []).append(Seen(scan.signup_id, scan.kind, scan.people))
    return {session_id: counting.present(scans_) for session_id, scans_ in seen.items()}


def _persons(sessions: list[Session]) -> dict[int, str]:
    """Return by what the person of each sign-up is known again at the next session."""
    rows = SignUp.objects.filter(session__in=sessions).values_list(
        "pk", "claim__account_id", "claim__phone_index"
    )
    return {
        signup_id: f"p{str.__str__(phone)}" if phone is not None else f"a{account_id}"
        for signup_id, account_id, phone in rows
        if phone is not None or account_id is not None
    }


def _check(session: Session, presence: Presence) -> None:
    if session.state not in HELD:
        raise NotNow(_("这场还没有记为举行，不能发证明。"))
    if presence.attended == 0:
        raise NotNow(_("签到记录里没有这位，不能发证明。"))
    if not presence.is_complete:
        raise NotNow(_("这个系列还没上完，最后一场举行以后才能发证明。"))
    if not presence.is_enough:
        raise NotNow(
            _("一共 %(held)d 场，到了 %(attended)d 场，不到八成，不能发证明。")
            % {"held": presence.held, "attended": presence.attended}
        )


def key_of(session: Session, presence: Presence) -> str:
    """Return what is issued to whom only once, as a digest."""
    what = f"programme {session.programme_id}" if presence.held > 1 else f"session {session.pk}"
    return crypto.ring().blind(f"{what} {presence.person}", COLUMN)


def _number_and_save(draft: Certificate, code: str) -> None:
    """Give the next number of the year; of two hands with the same one, the second takes the next."""
    head = f"{code}-{draft.issued_on:%Y}-"
    numbers = Certificate.objects.filter(district_id=draft.district_id, number__startswith=head)
    for _try in range(TRIES):
        last = numbers.aggregate(n=Max("number"))["n"]
        draft.number = f"{head}{int(last.rsplit('-', 1)[1]) + 1 if last else 1:05d}"
        try:
            with transaction.atomic():
                draft.save(force_insert=True)
                return
        except IntegrityError:
            continue
    raise SomeoneWasFaster(_("同时有很多人在发证明，请再按一次。"))
