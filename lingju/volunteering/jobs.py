"""Clockwork of volunteering: what is asked too late lapses, and who left long ago is forgotten."""

import datetime as dt

from lingju.kernel import clock, schedule
from lingju.kernel.rules import SystemActor
from lingju.volunteering.flow import INVITATIONS
from lingju.volunteering.models import Invitation, ServiceCertificate, Volunteer
from lingju.volunteering.services import certificates, enrolling

KEPT = dt.timedelta(days=365)
CERTIFICATES_KEPT = dt.timedelta(days=5 * 365 + 2)
MOST = 500


def plan() -> None:
    """Plan the jobs; called once by the wiring."""
    schedule.plan("volunteering.lapse", schedule.At(dt.time(3, 35)), lapse)
    schedule.plan("volunteering.forget", schedule.At(dt.time(3, 42)), forget)


def lapse() -> int:
    """Let invitations lapse that nobody answered before the call began; return how many."""
    late = Invitation.objects.filter(state=Invitation.State.INVITED, call__starts_at__lt=clock.now())
    rows = list(late.select_related("call__area", "volunteer")[:MOST])
    for invitation in rows:
        INVITATIONS.take("lapse", invitation, actor=SystemActor(district_id=invitation.district_id))
    return len(rows)


def forget() -> int:
    """Forget who left a year ago, and the names on certificates of five years ago; return how many rows."""
    gone = Volunteer.objects.filter(left_at__lt=clock.now() - KEPT).exclude(born_on__isnull=True)
    people = [one for one in gone.iterator() if one.called]
    old = ServiceCertificate.objects.filter(issued_on__lt=clock.today() - CERTIFICATES_KEPT)
    papers = [one for one in old.iterator() if one.called]
    return enrolling.forget(people) + certificates.forget(papers)
