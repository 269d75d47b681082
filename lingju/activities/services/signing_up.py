"""Signing up for a session: seats from bookings, whole or not at all; a guardian's word for minors.

The same press twice (`key`) signs up once and hands the same receipt out again. Where the seats are gone,
the party waits in its turn; that somebody had to wait is told upward, because it is a need nobody spoke.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from django.db import transaction
from django.utils.translation import gettext as _

from lingju.activities.events import SessionFull, SignedUp, SignUpMoved
from lingju.activities.models import GuardianConsent, Session, SignUp
from lingju.activities.rules import works_at_it
from lingju.bookings.models import Claim
from lingju.bookings.parties import Party
from lingju.bookings.services import claiming, seats
from lingju.kernel.errors import BadInput, NotNow
from lingju.kernel.facts import announce
from lingju.kernel.rules import Actor
from lingju.people import phones
from lingju.people.models import ConsentText
from lingju.people.services import consents
from lingju.places.models import District
from lingju.places.services.marks import tidy
from lingju.trail.services import leave_footprint

GUARDIANS: Final = "activities_guardian"
MOST_PEOPLE: Final = 10
ADULT: Final = 18


@dataclass(frozen=True, slots=True)
class Guardian:
    """Who answers for the minors of a party, what they are to them, and that they agree to the text."""

    called: str = ""
    phone: str = ""
    relation: str = GuardianConsent.Relation.PARENT.value
    has_agreed: bool = False
    photos_allowed: bool = False


@dataclass(frozen=True, slots=True)
class Coming:
    """A party as it signs up: how many, how many of them minors, how word reaches them.

    `is_told` says that somebody at the desk or the station writes it down for them.
    """

    people: int = 1
    minors: int = 0
    called: str = ""
    phone: str = ""
    by: str = Claim.By.PAGE.value
    wishes: str = ""
    guardian: Guardian | None = None
    is_told: bool = False


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a party takes away: its sign-up, and the code that opens it again."""

    signup: SignUp
    code: str
    is_new: bool

    @property
    def waits(self) -> bool:
        """Say whether it waits for seats."""
        return self.signup.claim.state in (Claim.State.WAITLISTED, Claim.State.OFFERED)


@transaction.atomic
def sign_up(session: Session, coming: Coming, *, key: str, actor: Actor) -> Receipt:
    """Sign a party up; the same `key`, or the same account, again hands the same receipt out.

    Whether a telephone signed up before is told to nobody here, for it may be another's: what there is to
    say goes to that telephone. Raises NotNow (nobody signs up now), BadInput with a sentence for a field.
    """
    known = _known(session, coming, key, actor)
    if known is not None:
        return Receipt(known, known.claim.code, False)
    if not session.takes_signups or session.pool is None:
        raise NotNow(_why_not(session))
    if coming.is_told:
        works_at_it.check(actor, session)
    _check(session, coming)
    text = _guardian_text(session, coming)
    taken = seats.claim_seats(
        session.pool,
        _party(coming, actor),
        quantity=coming.people,
        key=key,
        actor=actor,
        starts_at=session.starts_at,
        ends_at=session.ends_at,
    )
    signup = SignUp.objects.create(
        district_id=session.district_id,
        session=session,
        claim=taken.claim,
        people=coming.people,
        minors=coming.minors,
    )
    if text is not None and coming.guardian is not None:
        _write_consent(signup, coming.guardian, text)
    leave_footprint(actor=actor, action="sign_up", subject=signup, after={"people": coming.people})
    announce(SignedUp(session.district_id, signup.pk))
    if taken.claim.state == Claim.State.WAITLISTED:
        announce(SessionFull(session.district_id, session.pk))
    return Receipt(signup, taken.code, True)


@transaction.atomic
def withdraw(signup: SignUp, *, actor: Actor, why: str = "") -> SignUp:
    """Take a sign-up back: the seats go to whoever waits; withdrawn already, nothing changes."""
    if signup.claim.state == Claim.State.CANCELLED:
        return signup
    claiming.cancel(signup.claim, actor=actor, why=why)
    return signup


@transaction.atomic
def accept(signup: SignUp, *, actor: Actor) -> SignUp:
    """Take the seats that were offered to somebody who waited."""
    claiming.accept(signup.claim, actor=actor)
    return signup


def claim_moved(claim_id: int, step: str) -> None:
    """Tell upward that a sign-up moved, where a claim that moved belongs to one; called by the wiring."""
    signup = SignUp.objects.filter(claim_id=claim_id).first()
    if signup is not None:
        announce(SignUpMoved(signup.district_id, signup.pk, step))


def guardian_text(district: District) -> ConsentText | None:
    """Return what a guardian agrees to in a district, in its wording now."""
    return consents.latest_text(GUARDIANS, district=district)


def under_one_phone(signup: SignUp) -> list[SignUp]:
    """Return the sign-ups of the session that stand under one telephone with this one, itself among them."""
    phone = str(signup.claim.phone or "")
    if not phone:
        return [signup]
    same = SignUp.objects.filter(session_id=signup.session_id, claim__phone_index=phones.normal(phone))
    return list(same.standing().select_related("claim").order_by("id"))


def forget(signups: Iterable[SignUp]) -> int:
    """Forget who answered for minors of sessions long over; that a guardian agreed, and when, stays."""
    forgotten = 0
    for consent in GuardianConsent.objects.filter(signup__in=signups).iterator():
        consent.called, consent.phone = "", ""
        consent.save(update_fields=["called", "phone"])
        forgotten += 1
    return forgotten


def _known(session: Session, coming: Coming, key: str, actor: Actor) -> SignUp | None:
    """Return the sign-up of the same press, or one of the same account that still stands."""
    mine = SignUp.objects.filter(session=session).select_related("claim__area", "claim__station", "session")
    found = mine.filter(claim__key=tidy(key)).first()
    if found is None and actor.account_id is not None and not coming.is_told:
        standing = mine.filter(claim__state__in=Claim.STANDING)
        found = standing.filter(claim__account_id=actor.account_id).first()
    return found


def _why_not(session: Session) -> str:
    if session.is_off:
        return _("这场%(state)s了：%(why)s。") % {
            "state": session.get_state_display(),
            "why": session.state_reason,
        }
    if session.signup == Session.Mode.NONE:
        return _("这场不用报名，到时候直接来就行。")
    if session.state in (Session.State.PLANNED, Session.State.ANNOUNCED):
        return _("还没开始报名，过两天再来看。")
    return _("这场已经开始了，不再报名；还有位子的话可以直接来。")


def _check(session: Session, coming: Coming) -> None:
    """Refuse a party that the session cannot take, naming each field and why."""
    adults = coming.people - coming.minors
    ratio = session.children_per_adult
    rules = {
        "people": (
            1 <= coming.people <= MOST_PEOPLE,
            _("一次最多报 %(n)d 个人；人多请打电话给社区。") % {"n": MOST_PEOPLE},
        ),
        "minors": (0 <= coming.minors <= coming.people, _("孩子不会比来的人多，请再看一遍。")),
        "called": (bool(tidy(coming.called)), _("请写怎么称呼您。")),
    }
    wrong = {field: sentence for field, (is_right, sentence) in rules.items() if not is_right}
    if not wrong and coming.minors and (session.min_age or 0) >= ADULT:
        wrong["minors"] = _("这场只请成年人来。")
    if not wrong and ratio is not None and coming.minors > adults * ratio:
        wrong["minors"] = _("一位大人最多带 %(n)d 个孩子，请多来一位大人。") % {"n": ratio}
    wrong |= _wrong_guardian(session, coming) if not wrong else {}
    if wrong:
        raise BadInput(next(iter(wrong.values())), wrong)


def _wrong_guardian(session: Session, coming: Coming) -> dict[str, str]:
    if not coming.minors or not session.needs_guardian:
        return {}
    guardian = coming.guardian or Guardian()
    rules = {
        "guardian_called": (bool(tidy(guardian.called)), _("孩子来，要写监护人怎么称呼。")),
        "guardian_phone": (_is_phone(guardian.phone), _("请写监护人的手机号，有事好找。")),
        "guardian_relation": (
            guardian.relation in GuardianConsent.Relation.values,
            _("请选监护人是孩子的什么人。"),
        ),
        "guardian_agrees": (guardian.has_agreed, _("要监护人看过并同意，孩子才能报名。")),
    }
    return {field: sentence for field, (is_right, sentence) in rules.items() if not is_right}


def _is_phone(text: str) -> bool:
    try:
        return bool(text.strip() and phones.read(text))
    except BadInput:
        return False


def _guardian_text(session: Session, coming: Coming) -> ConsentText | None:
    """Return the text a guardian has agreed to; refuse where the district has not published one."""
    if not coming.minors or not session.needs_guardian:
        return None
    text = guardian_text(session.district)
    if text is None:
        raise NotNow(_("监护人同意书还没准备好，请带孩子到驿站当面报名。"))
    return text


def _write_consent(signup: SignUp, guardian: Guardian, text: ConsentText) -> None:
    GuardianConsent.objects.create(
        district_id=signup.district_id,
        signup=signup,
        called=tidy(guardian.called)[:40],
        phone=phones.read(guardian.phone),
        relation=guardian.relation,
        photos_allowed=guardian.photos_allowed,
        text=text,
    )


def _party(coming: Coming, actor: Actor) -> Party:
    return Party(
        called=coming.called,
        phone=coming.phone,
        by=coming.by,
        account_id=None if coming.is_told else actor.account_id,
        told_by_id=actor.account_id if coming.is_told else None,
        wishes=coming.wishes,
    )
