"""What volunteers are told: they are asked, a call moved or is off, hours are confirmed, a paper is there.

Somebody who is asked gets one link that answers with one press; it is sent to them alone.
"""

import datetime as dt
from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext_lazy

from lingju.kernel import clock, durable
from lingju.notify import channels, services
from lingju.notify.wordings import Wording
from lingju.places import hours
from lingju.site import texting
from lingju.volunteering import mine
from lingju.volunteering.events import (
    CallCancelled,
    CallMoved,
    CertificateIssued,
    HoursConfirmed,
    Invited,
)
from lingju.volunteering.models import Call, Invitation, ServiceCertificate, Volunteer

WORDINGS = (
    Wording(
        "volunteer_invited",
        gettext_lazy("问您来不来"),
        gettext_lazy("%(what)s，%(when)s。来不来由您，点这里回：%(link)s"),
    ),
    Wording(
        "volunteer_call_off", gettext_lazy("取消了"), gettext_lazy("%(what)s，%(when)s，取消了：%(why)s。")
    ),
    Wording(
        "volunteer_moved",
        gettext_lazy("改了时间地点"),
        gettext_lazy("%(what)s，现在是%(when)s，%(where)s。来不来由您，点这里回：%(link)s"),
    ),
    Wording("volunteer_hours", gettext_lazy("时长确认了"), gettext_lazy("%(what)s。不对可以说：%(link)s")),
    Wording(
        "volunteer_certificate",
        gettext_lazy("证明开好了"),
        gettext_lazy("%(number)s，请到社区取盖了章的纸。"),
    ),
)


def tell_invited(fact: Invited) -> None:
    """Ask somebody whether they come."""
    rows = Invitation.objects.select_related("call__station", "volunteer")
    invitation = rows.filter(pk=fact.invitation_id, state=Invitation.State.INVITED).first()
    if invitation is None:
        return
    link = reverse("volunteer_invitation", args=[mine.token_of(invitation)])
    _tell(invitation.volunteer, "volunteer_invited", f"{invitation.pk}", link=link, **_what(invitation.call))


def tell_moved(fact: CallMoved) -> None:
    """Say to everybody who was asked and has not answered when and where it is now."""
    waiting = Invitation.objects.filter(pk__in=fact.invitation_ids, state=Invitation.State.INVITED)
    for invitation in waiting.select_related("call__station", "call__space", "volunteer"):
        call = invitation.call
        link = reverse("volunteer_invitation", args=[mine.token_of(invitation)])
        said = {**_what(call), "where": call.where}
        key = f"{invitation.pk}:{call.version}"
        soonest = min(call.starts_at, fact.was_at or call.starts_at)
        _tell(invitation.volunteer, "volunteer_moved", key, soonest, link=link, **said)


def tell_call_off(fact: CallCancelled) -> None:
    """Say to everybody who was asked or had said yes that it is off, and why."""
    for invitation in Invitation.objects.filter(pk__in=fact.invitation_ids).select_related(
        "call", "volunteer"
    ):
        call = invitation.call
        said = {**_what(call), "why": call.state_reason}
        _tell(invitation.volunteer, "volunteer_call_off", f"{invitation.pk}", call.starts_at, **said)


def tell_hours(fact: HoursConfirmed) -> None:
    """Say to a volunteer that their minutes are countersigned."""
    call = Call.objects.filter(pk=fact.call_id).first()
    person = Volunteer.objects.filter(pk=fact.volunteer_id).first()
    if call is not None and person is not None:
        said = {"what": call.title, "link": reverse("volunteer_mine")}
        _tell(person, "volunteer_hours", durable.current_key(), **said)


def tell_certificate(fact: CertificateIssued) -> None:
    """Say to a volunteer that their certificate can be fetched."""
    paper = ServiceCertificate.objects.select_related("volunteer").filter(pk=fact.certificate_id).first()
    if paper is not None:
        _tell(paper.volunteer, "volunteer_certificate", f"{paper.pk}", number=str(paper.number))


def _what(call: Call) -> dict[str, str]:
    return {"what": call.title, "when": hours.clock_words(call.starts_at, clock.now())}


def _tell(
    person: Volunteer,
    wording: str,
    key: str,
    begins_at: dt.datetime | None = None,
    /,
    *,
    link: str = "",
    **gaps: str,
) -> None:
    """Queue a message by every way this person left; who left none is told by the desk."""
    params = {**gaps, **({"link": texting.address(link)} if link else {})}
    for channel, address, recipient in _ways(person):
        services.queue(
            district_id=person.district_id,
            wording=wording,
            key=f"{wording}:{key}:{channel}",
            recipient_id=recipient,
            address=address,
            channel=channel,
            params=params,
            link=link if channel == channels.IN_APP else "",
            begins_at=begins_at,
        )


def _ways(person: Volunteer) -> Iterable[tuple[str, str | None, int | None]]:
    """Yield (channel, address, account) for each way by which word reaches this person."""
    if person.left_at is not None:
        return
    if person.phone:
        yield channels.SMS, str(person.phone), None
    if person.account_id is not None:
        yield channels.IN_APP, None, person.account_id
