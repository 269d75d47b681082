"""Verbs of the door: take in scans of one device, count people by hand, correct a count.

Everything is only ever added. A device sends what it has, as often as it likes, hours later if it must:
each entry carries a nonce of its own, and the same nonce is kept once. What does not fit is kept too, and
told: a pass of another session, a sign-up that was called off, a code that nobody can read.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from django.db import IntegrityError, transaction
from django.db.models import Sum
from django.utils.translation import gettext as _

from lingju.activities import passes
from lingju.activities.models import HeadCount, Scan, Session, SignUp
from lingju.activities.rules import works_at_it
from lingju.bookings.models import Claim
from lingju.bookings.services import claiming
from lingju.kernel import clock
from lingju.kernel.errors import BadInput, NotNow, Refusal, TooLarge
from lingju.kernel.rules import Actor, SystemActor
from lingju.places.services.marks import press_key, tidy
from lingju.trail.services import leave_footprint

MOST_AT_ONCE: Final = 500
MOST_IN_A_PARTY: Final = 50
MOST_IN_A_COUNT: Final = 2000
# A clock that is further off than this is not believed; what it said is kept beside.
FAST_CLOCK: Final = dt.timedelta(minutes=2)
OLDEST_SCAN: Final = dt.timedelta(days=30)
EARLY: Final = dt.timedelta(hours=12)
WALK_IN: Final = "walk_in"
UNSEATED: Final = (Claim.State.WAITLISTED, Claim.State.OFFERED, Claim.State.HELD, Claim.State.PENDING)
GONE: Final = (Claim.State.CANCELLED, Claim.State.EXPIRED)
# What a scan says to the booking. A device that was offline may send days after the session was closed.
TELLS: Final = {
    (Scan.Kind.IN.value, Claim.State.CONFIRMED.value): claiming.check_in,
    (Scan.Kind.IN.value, Claim.State.NO_SHOW.value): claiming.came_after_all,
    (Scan.Kind.UNDO.value, Claim.State.CHECKED_IN.value): claiming.take_back,
}


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing a device saw: a pass, a booking number or its last six in `code`, or a sign-up by its name.

    `kind` is a value of Scan.Kind, or "walk_in" for people who had not signed up (`group`, `people`).
    `people` None means all of the party.
    """

    nonce: str
    kind: str = Scan.Kind.IN.value
    method: str = Scan.Method.QR.value
    code: str = ""
    signup_id: int | None = None
    people: int | None = None
    group: str = HeadCount.Group.UNSAID.value
    device_at: dt.datetime | None = None
    was_offline: bool = False


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one entry: kept, known already, or refused; and what to say to whoever stands there."""

    nonce: str
    was_kept: bool
    is_new: bool = False
    trouble: str = ""
    words: str = ""
    signup_id: int | None = None


@dataclass(frozen=True, slots=True)
class _Found:
    """Whose pass it is, and what is wrong with it here."""

    signup: SignUp | None
    trouble: str = Scan.Trouble.NONE.value
    words: str = ""


@transaction.atomic
def take_in(
    session: Session, entries: Sequence[Entry], *, device: str = "", actor: Actor
) -> tuple[Outcome, ...]:
    """Keep what a device saw at the door of a session; sent again, nothing is kept twice.

    An entry that makes no sense is refused by itself, the others are kept. Raises TooLarge for too many.
    """
    works_at_it.check(actor, session)
    check_begun(session)
    if len(entries) > MOST_AT_ONCE:
        raise TooLarge(_("一次最多送 %(most)d 条，请分几次送。") % {"most": MOST_AT_ONCE})
    device = tidy(device)[:40]
    outcomes = tuple(_kept(session, entry, device, actor) for entry in entries)
    new = sum(outcome.is_new for outcome in outcomes)
    if new:
        after = {"new": new, "of": len(outcomes), "device": device}
        leave_footprint(actor=actor, action="check_in", subject=session, after=after)
    return outcomes


def check_in(session: Session, entry: Entry, *, actor: Actor) -> Outcome:
    """Keep one press at the door; raise BadInput where it makes no sense."""
    (outcome,) = take_in(session, (entry,), actor=actor)
    if not outcome.was_kept:
        raise BadInput(outcome.words)
    return outcome


@transaction.atomic
def count(session: Session, group: str, people: int, *, key: str, actor: Actor) -> HeadCount:
    """Add people of a group who came without signing up; the same `key` again counts them once."""
    works_at_it.check(actor, session)
    check_begun(session)
    _check_group(group)
    if not 1 <= people <= MOST_IN_A_COUNT:
        sentence = _("人数要在 1 到 %(most)d 之间。") % {"most": MOST_IN_A_COUNT}
        raise BadInput(sentence, {"people": sentence})
    added, _is_new = _add(session, group, people, key=key, actor=actor)
    return added


@transaction.atomic
def correct(session: Session, group: str, people: int, why: str, *, key: str, actor: Actor) -> int:
    """Make the count of a group what it should have been, by one more entry that says why; return the change.

    The entries before stay as they are. Right already, nothing is written.
    """
    works_at_it.check(actor, session)
    _check_group(group)
    why = tidy(why)[:120]
    wrong: dict[str, str] = {}
    if len(why) < 2:
        wrong["why"] = _("请写为什么要更正。")
    if not 0 <= people <= MOST_IN_A_COUNT:
        wrong["people"] = _("人数要在 0 到 %(most)d 之间。") % {"most": MOST_IN_A_COUNT}
    if wrong:
        raise BadInput(next(iter(wrong.values())), wrong)
    # Two who correct at once: the second waits for the first, and sees what it wrote.
    Session.objects.select_for_update().get(pk=session.pk)
    if HeadCount.objects.filter(session=session, key=_nonce(key)).exists():
        return 0
    change = people - counted(session, group)
    if change:
        _add(session, group, change, key=key, actor=actor, reason=why)
    return change


def counted(session: Session, group: str) -> int:
    """Return how many of a group were counted by hand so far, corrections taken in."""
    counts = HeadCount.objects.filter(session=session, group=group)
    return int(counts.aggregate(n=Sum("change"))["n"] or 0)


# --- one entry ------------------------------------------------------------------------------------------


def _kept(session: Session, entry: Entry, device: str, actor: Actor) -> Outcome:
    try:
        nonce = _nonce(entry.nonce)
        if entry.kind == WALK_IN:
            return _walked_in(session, replace(entry, nonce=nonce), actor)
        _check(entry)
    except Refusal as refusal:
        return Outcome(entry.nonce, was_kept=False, words=str(refusal))
    known = Scan.objects.filter(session=session, nonce=nonce).first()
    if known is not None:
        return _outcome(known, is_new=False)
    found = _whose(session, entry)
    scan = _scan(session, replace(entry, nonce=nonce), found, device, actor)
    try:
        with transaction.atomic():
            scan.save(force_insert=True)
    except IntegrityError:
        return _outcome(Scan.objects.get(session=session, nonce=nonce), is_new=False)
    if found.signup is not None and not found.trouble:
        _tell_booking(found.signup.claim, scan.kind, actor)
    return _outcome(scan, is_new=True)


def _outcome(scan: Scan, *, is_new: bool) -> Outcome:
    return Outcome(scan.nonce, True, is_new, scan.trouble, scan.words, scan.signup_id)


def _walked_in(session: Session, entry: Entry, actor: Actor) -> Outcome:
    people = 1 if entry.people is None else entry.people
    if not 1 <= people <= MOST_IN_A_PARTY:
        raise BadInput(_("一次 1 到 %(most)d 人。") % {"most": MOST_IN_A_PARTY})
    _check_group(entry.group)
    _added, is_new = _add(
        session, entry.group, people, key=entry.nonce, actor=actor, was_offline=entry.was_offline
    )
    return Outcome(entry.nonce, True, is_new)


def _scan(session: Session, entry: Entry, found: _Found, device: str, actor: Actor) -> Scan:
    now = clock.now()
    party = found.signup.people if found.signup is not None else 1
    return Scan(
        district_id=session.district_id,
        session=session,
        nonce=entry.nonce,
        device=device,
        kind=entry.kind,
        method=entry.method,
        signup=found.signup,
        people=party if entry.people is None else entry.people,
        trouble=found.trouble,
        words=found.words[:120],
        was_offline=entry.was_offline,
        scanned_by_id=actor.account_id,
        device_at=entry.device_at,
        at=_believed(entry.device_at, now),
        received_at=now,
    )


def _believed(told: dt.datetime | None, now: dt.datetime) -> dt.datetime:
    """Return when it happened: what the device says, unless its clock cannot be right."""
    if told is None or told > now + FAST_CLOCK or told < now - OLDEST_SCAN:
        return now
    return min(told, now)


def _whose(session: Session, entry: Entry) -> _Found:
    """Find whose pass it is. Only the district's own sign-ups are looked at."""
    signup = _signup(session, entry)
    trouble = Scan.Trouble
    if signup is None:
        return _Found(None, trouble.UNKNOWN, _("这个码认不出来。请按姓名找，没报名的按人数加。"))
    if entry.kind != Scan.Kind.IN:
        return _Found(signup)  # whoever was let in may leave, and a press may be taken back
    if session.is_off:
        return _Found(signup, trouble.SESSION_OFF, _("这场已经取消或延期。记下了，不算到场。"))
    if signup.session_id != session.pk:
        return _Found(signup, trouble.WRONG_LIST, _wrong_list(signup.session))
    if signup.claim.state in GONE:
        return _Found(signup, trouble.CANCELLED, _("这个报名已经取消了。有空位可以现场放行。"))
    if signup.claim.state in UNSEATED:
        return _Found(signup, trouble.WAITING, _("还在候补，没有排上。有空位可以现场放行。"))
    return _Found(signup)


def _wrong_list(other: Session) -> str:
    local = other.starts_at.astimezone(clock.ZONE)
    return _("报的是另一场：%(title)s，%(month)d 月 %(day)d 日。可以现场放行。") % {
        "title": other.title,
        "month": local.month,
        "day": local.day,
    }


def _signup(session: Session, entry: Entry) -> SignUp | None:
    signups = SignUp.objects.filter(district_id=session.district_id).select_related(
        "claim", "claim__area", "session"
    )
    wanted = entry.signup_id if entry.signup_id is not None else passes.read(entry.code)
    if wanted is not None:
        return signups.filter(pk=wanted).first()
    typed = "".join(entry.code.split())
    if not typed:
        return None
    if len(typed) == passes.DIGITS and typed.isdecimal():
        # Two of a list may share their last six: then the name decides.
        here = list(signups.filter(session=session, claim__number__endswith=typed)[:2])
        return here[0] if len(here) == 1 else None
    return signups.filter(claim__number=typed).first()


def _tell_booking(claim: Claim, kind: str, actor: Actor) -> None:
    """Let the booking know that they came, or not after all; one that another hand moved stays as it is."""
    verb = TELLS.get((kind, claim.state))
    if verb is None:
        return
    # Whether the actor may was asked of the session already; a keeper need not hold the booking's area.
    clockwork = SystemActor(district_id=claim.district_id, label=str(getattr(actor, "label", "")))
    try:
        with transaction.atomic():
            verb(claim, actor=clockwork)
    except NotNow:
        return


# --- counting by hand -----------------------------------------------------------------------------------


def _add(
    session: Session,
    group: str,
    change: int,
    *,
    key: str,
    actor: Actor,
    reason: str = "",
    was_offline: bool = False,
) -> tuple[HeadCount, bool]:
    key = _nonce(key)
    known = HeadCount.objects.filter(session=session, key=key).first()
    if known is not None:
        return known, False
    entry = HeadCount(
        district_id=session.district_id,
        session=session,
        key=key,
        group=group,
        change=change,
        reason=reason,
        counted_by_id=actor.account_id,
        was_offline=was_offline,
    )
    try:
        with transaction.atomic():
            entry.save(force_insert=True)
    except IntegrityError:
        return HeadCount.objects.get(session=session, key=key), False
    after = {"group": group, "change": change}
    leave_footprint(actor=actor, action="head_count", subject=session, after=after, note=reason)
    return entry, True


# --- what makes no sense --------------------------------------------------------------------------------


def check_begun(session: Session) -> None:
    """Refuse to write down who came to a session that nobody was told of, or that is days away."""
    if session.state == Session.State.PLANNED:
        raise NotNow(_("这场还没有发预告，不能签到。先发预告，或记为已经举行。"))
    if clock.now() < session.starts_at - EARLY:
        raise NotNow(_("还没到日子，开始前半天起才能签到。"))


def _check(entry: Entry) -> None:
    if entry.kind not in Scan.Kind.values or entry.method not in Scan.Method.values:
        raise BadInput(_("这条记录看不懂，没有收。"))
    if entry.people is not None and not 1 <= entry.people <= MOST_IN_A_PARTY:
        raise BadInput(_("一次 1 到 %(most)d 人。") % {"most": MOST_IN_A_PARTY})
    if entry.kind == Scan.Kind.UNDO and entry.signup_id is None:
        raise BadInput(_("撤回要说明撤的是哪一位。"))


def _check_group(group: str) -> None:
    if group not in HeadCount.Group.values:
        sentence = _("请选老人、孩子、成人，或者不分。")
        raise BadInput(sentence, {"group": sentence})


def _nonce(text: str) -> str:
    return press_key(text, _("这次提交没有带上防重的编号，请刷新页面再试。"))
