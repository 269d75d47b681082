"""Who has to be rung about a session that was moved or called off, because no message reaches them."""

from collections.abc import Iterable
from dataclasses import dataclass

from lingju.activities.models import Session, SignUp
from lingju.people import sms


@dataclass(frozen=True, slots=True)
class Ringing:
    """Who is still to be rung, who was, and how many left no number at all and must come and look."""

    waiting: tuple[SignUp, ...] = ()
    rung: tuple[SignUp, ...] = ()
    without_phone: int = 0


def ringing(session: Session, people: Iterable[SignUp]) -> Ringing:
    """Return whom of the people of a session somebody has to ring; nobody, once its hour has passed."""
    if not _is_ahead(session):
        return Ringing()
    concerned = [one for one in people if one.is_concerned and _is_to_be_rung(one)]
    with_phone = [one for one in concerned if phone_owner(one)]
    return Ringing(
        tuple(one for one in with_phone if not one.was_rung),
        tuple(one for one in with_phone if one.was_rung),
        len(concerned) - len(with_phone),
    )


def counts(sessions: Iterable[Session]) -> dict[int, int]:
    """Return how many are still to be rung about each session, in one query for all."""
    ahead = {one.pk: one for one in sessions if _is_ahead(one)}
    rows = SignUp.objects.filter(session__in=ahead, ring_about__gt=0).select_related("claim", "guardian")
    by_session: dict[int, list[SignUp]] = {}
    for row in rows:
        by_session.setdefault(row.session_id, []).append(row)
    found = {pk: len(ringing(ahead[pk], people).waiting) for pk, people in by_session.items()}
    return {pk: number for pk, number in found.items() if number}


def phone_owner(signup: SignUp) -> str:
    """Return whose number there is to ring: their own, the guardian's, or nobody's."""
    if signup.claim.phone:
        return "phone"
    return "guardian" if signup.is_minor and getattr(signup, "guardian", None) is not None else ""


def _is_ahead(session: Session) -> bool:
    return not session.is_over or session.state == Session.State.POSTPONED


def _is_to_be_rung(signup: SignUp) -> bool:
    """Say whether no message reaches them: they chose none, or the house cannot send what they chose."""
    claim = signup.claim
    by_text_alone = claim.account_id is None and claim.proxy_told_id is None
    return not claim.is_written_to or (by_text_alone and not sms.is_connected())
