"""Reaching who signed up: their telephone on a press that is kept, and that they were told by telephone.

Of a change that matters, time, place or that it is off, everybody hears who signed up: by message where they
can be written to, all others have to be rung. Whom a change concerned is noted with the sign-up as it
happens, because a session that is off has no standing sign-ups any more.
"""

from django.db import transaction
from django.utils.translation import gettext as _

from lingju.activities.models import Session, SignUp
from lingju.activities.rules import works_at_it
from lingju.kernel import clock
from lingju.kernel.errors import NotThere
from lingju.kernel.rules import Actor
from lingju.trail.services import leave_footprint


def note_change(session: Session) -> None:
    """Note with every sign-up that stands that it must hear of the change the session is at now."""
    standing = SignUp.objects.filter(session=session).standing()
    SignUp.objects.filter(pk__in=list(standing.values_list("pk", flat=True))).update(
        ring_about=session.sequence
    )


@transaction.atomic
def see_phone(signup: SignUp, *, actor: Actor) -> str:
    """Return the whole number of a sign-up to whoever works at the session; that it was read is kept."""
    works_at_it.check(actor, signup.session)
    leave_footprint(actor=actor, action="read_phone", subject=signup)
    return str(signup.claim.phone or "")


@transaction.atomic
def see_guardian_phone(signup: SignUp, *, actor: Actor) -> str:
    """Return the whole number of who answers for the minors; NotThere where nobody does."""
    works_at_it.check(actor, signup.session)
    guardian = getattr(signup, "guardian", None)
    if guardian is None:
        raise NotThere(_("这份报名没有监护人。"))
    leave_footprint(actor=actor, action="read_phone", subject=guardian)
    return str(guardian.phone)


@transaction.atomic
def mark_rung(signup: SignUp, about: int, *, actor: Actor) -> bool:
    """Write down that they were told of change no. `about` by telephone; False where that is written already.

    A page that is older than the latest change speaks of the change it showed, and no other.
    """
    works_at_it.check(actor, signup.session)
    about = min(about, signup.ring_about)
    unheard = SignUp.objects.filter(pk=signup.pk, rung_about__lt=about)
    if unheard.update(rung_about=about, rung_at=clock.now(), rung_by_id=actor.account_id) != 1:
        return False
    leave_footprint(actor=actor, action="ring", subject=signup, after={"about": about})
    return True
