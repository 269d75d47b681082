"""What volunteering keeps of a person: who they are as a volunteer, their hours, their certificates."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from lingju.people.models import Account
from lingju.people.own_data import Chapter, Row
from lingju.volunteering.models import Call, Invitation, ServiceCertificate, Volunteer, VolunteerGuardian
from lingju.volunteering.services import records
from lingju.volunteering.services.records import Record


def given(account: Account) -> tuple[Chapter, ...]:
    """Return what is kept of an account as a volunteer; empty chapters where it is none."""
    mine = Volunteer.objects.filter(account=account)
    people = mine.select_related("area", "compound").prefetch_related("skills", "qualifications")
    asked = Invitation.objects.filter(volunteer__in=mine).select_related("call").order_by("-id")
    papers = ServiceCertificate.objects.filter(volunteer__in=mine)
    return (
        Chapter("volunteer", _("我的志愿者登记"), tuple(_volunteer(one) for one in people)),
        Chapter("invitations", _("请我去的志愿服务"), tuple(_invitation(one) for one in asked)),
        Chapter("hours", _("我的志愿服务时长"), tuple(_hours(mine))),
        Chapter("service_certificates", _("我的志愿服务证明"), tuple(_paper(one) for one in papers)),
    )


def _volunteer(volunteer: Volunteer) -> Row:
    guardian: VolunteerGuardian | None = VolunteerGuardian.objects.filter(volunteer=volunteer).first()
    return {
        "number": volunteer.number,
        "national_number": volunteer.national_number,
        "called": volunteer.called,
        "phone": volunteer.phone,
        "born_on": volunteer.born_on,
        "area": volunteer.area.short_name,
        "compound": str(volunteer.compound or ""),
        "skills": [skill.name for skill in volunteer.skills.all()],
        "papers": [
            {"paper": one.paper, "number": one.paper_number, "valid_until": one.valid_until}
            for one in volunteer.qualifications.all()
        ],
        "free": [str(one) for one in volunteer.availabilities.all()],
        "guardian": _guardian(guardian) if guardian is not None else None,
        "consented_at": volunteer.consented_at,
    }


def _guardian(guardian: VolunteerGuardian) -> Row:
    return {
        "called": guardian.called,
        "phone": guardian.phone,
        "relation": guardian.relation,
        "consented_at": guardian.consented_at,
    }


def _invitation(invitation: Invitation) -> Row:
    return {
        "call": invitation.call.title,
        "starts_at": invitation.call.starts_at,
        "invited_at": invitation.invited_at,
        "answered_at": invitation.answered_at,
        "state": invitation.state,
        "said": invitation.said,
        "heard_words": invitation.heard_words,
    }


def _hours(volunteers: Iterable[Volunteer]) -> Iterable[Row]:
    """Yield the minutes at each call, however far they have got: also what is disputed is theirs to see."""
    for volunteer in volunteers:
        calls = Call.objects.filter(evidence__volunteer=volunteer).distinct().order_by("starts_at", "id")
        for call in calls.select_related("area", "station", "space"):
            yield _record(records.record_of(call, volunteer))


def _record(record: Record) -> Row:
    return {
        "call": record.call.title,
        "day": record.call.day,
        "minutes": record.minutes,
        "standing": record.standing,
        "evidence": [
            {"kind": mark.kind, "at": mark.at, "method": mark.method, "minutes": mark.minutes}
            for mark in record.marks
        ],
    }


def _paper(paper: ServiceCertificate) -> Row:
    return {
        "number": paper.number,
        "called": paper.called,
        "state": paper.state,
        "since": paper.since,
        "until": paper.until,
        "minutes": paper.minutes,
        "content": paper.content,
        "issuer": paper.issuer,
        "issued_on": paper.issued_on,
    }
