"""Verbs of people who want to help: enrol, change what one can do, show a paper, leave, be forgotten.

The same press twice (`key`) enrols once. No identity number is asked for, and one that is typed is refused.
"""

import datetime as dt
import re
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from django.db import transaction
from django.utils.translation import gettext as _

from lingju.kernel import clock
from lingju.kernel.errors import BadInput, NotAllowed, NotNow
from lingju.kernel.rules import Actor
from lingju.people import phones
from lingju.people.models import ConsentText
from lingju.places.models import Area, Compound
from lingju.places.services import marks
from lingju.places.services.marks import press_key, same_district, tidy
from lingju.trail.services import leave_footprint
from lingju.volunteering.flow import INVITATIONS
from lingju.volunteering.models import (
    Availability,
    Invitation,
    Qualification,
    Skill,
    Volunteer,
    VolunteerGuardian,
)
from lingju.volunteering.rules import calls_people, oneself
from lingju.volunteering.services import library
from lingju.volunteering.services.numbers import numbered

CODE_DIGITS: Final = 6
YOUNGEST: Final = 6
OLDEST: Final = 110
IDENTITY: Final = re.compile(r"\d{17}[\dXx]|\d{15}")
Free = tuple[int, str]


@dataclass(frozen=True, slots=True)
class Guardian:
    """Who answers for a minor, what they are to them, and that they agree to the text."""

    called: str = ""
    phone: str = ""
    relation: str = VolunteerGuardian.Relation.PARENT.value
    has_agreed: bool = False


@dataclass(frozen=True, slots=True)
class Enrolment:
    """Somebody as they enrol. `is_told` says that the desk writes it down for them, in their presence."""

    called: str
    area: Area
    born_on: dt.date | None
    phone: str = ""
    compound: Compound | None = None
    skills: tuple[Skill, ...] = ()
    free: tuple[Free, ...] = ()
    national_number: str = ""
    guardian: Guardian | None = None
    has_agreed: bool = False
    is_told: bool = False


@dataclass(frozen=True, slots=True)
class Enrolled:
    """What a volunteer takes away: the number, and the code that opens it."""

    volunteer: Volunteer
    is_new: bool


@transaction.atomic
def enrol(enrolment: Enrolment, *, key: str, actor: Actor) -> Enrolled:
    """Enrol somebody; the same `key`, or the same account, again returns the same volunteer.

    Raises BadInput with what is to be put right, by field.
    """
    key = press_key(key)
    if enrolment.is_told:
        calls_people.check(actor, enrolment.area)
    known = _known(enrolment, key, actor)
    if known is not None:
        return Enrolled(known, False)
    _check(enrolment)
    text = _text(enrolment, library.VOLUNTEERS)
    guardian_text = _text(enrolment, library.GUARDIANS) if _is_minor(enrolment) else None
    volunteer = _written(enrolment, text, key, actor)
    volunteer.skills.set(enrolment.skills)
    _set_free(volunteer, enrolment.free)
    if guardian_text is not None and enrolment.guardian is not None:
        _write_guardian(volunteer, enrolment.guardian, guardian_text)
    leave_footprint(actor=actor, action="enrol", subject=volunteer, after={"number": volunteer.number})
    return Enrolled(volunteer, True)


@transaction.atomic
def change(
    volunteer: Volunteer,
    skills: Iterable[Skill],
    free: Iterable[Free],
    *,
    actor: Actor,
    phone: str | None = None,
) -> None:
    """Change what somebody can do, when they are free, how they are reached: they or the desk."""
    if not oneself.allows(actor, volunteer):
        calls_people.check(actor, volunteer)
    skills = tuple(skills)
    same_district(volunteer.district_id, *skills)
    volunteer.skills.set(skills)
    _set_free(volunteer, free)
    if phone is not None:
        volunteer.phone = phones.read(phone) if phone.strip() else None
        volunteer.save(update_fields=["phone", "phone_index"])
    leave_footprint(actor=actor, action="edit", subject=volunteer, after={"skills": len(skills)})


@transaction.atomic
def see_paper(
    volunteer: Volunteer, skill: Skill, paper: str, number: str, valid_until: dt.date | None, *, actor: Actor
) -> Qualification:
    """Write down that a paper was seen for professional work; a newer one takes the older one's place."""
    calls_people.check(actor, volunteer)
    if actor.account_id is not None and actor.account_id == volunteer.account_id:
        raise NotAllowed(_("自己的资质，要由别人来查验。"))
    same_district(volunteer.district_id, skill)
    wrong = {}
    if len(tidy(paper)) < 2:
        wrong["paper"] = _("请写看到的是什么证。")
    if valid_until is not None and valid_until < clock.today():
        wrong["valid_until"] = _("这个证已经过期了。")
    if IDENTITY.fullmatch(tidy(number)):
        wrong["paper_number"] = _("这像身份证号，请写证书自己的编号。")
    if wrong:
        raise BadInput(next(iter(wrong.values())), wrong)
    Qualification.objects.filter(volunteer=volunteer, skill=skill).delete()
    seen = Qualification(
        district_id=volunteer.district_id,
        volunteer=volunteer,
        skill=skill,
        paper=tidy(paper)[:60],
        paper_number=tidy(number)[:40],
        valid_until=valid_until,
        seen_by_id=actor.account_id,
    )
    marks.insert(seen, actor=actor)
    volunteer.skills.add(skill)
    return seen


@transaction.atomic
def withdraw_guardian(volunteer: Volunteer, *, actor: Actor) -> None:
    """Write down that a guardian takes their word back; from now on the minor says yes to nothing."""
    if not oneself.allows(actor, volunteer):
        calls_people.check(actor, volunteer)
    standing = VolunteerGuardian.objects.filter(volunteer=volunteer, withdrawn_at__isnull=True)
    if standing.update(withdrawn_at=clock.now()):
        leave_footprint(actor=actor, action="withdraw_guardian", subject=volunteer)


@transaction.atomic
def leave(volunteer: Volunteer, *, actor: Actor) -> Volunteer:
    """Leave; what was served stays, what was promised must be taken back first."""
    oneself.check(actor, volunteer)
    if volunteer.left_at is not None:
        return volunteer
    coming = Invitation.objects.accepted().filter(volunteer=volunteer, call__ends_at__gt=clock.now())
    if coming.exists():
        raise NotNow(_("您还答应了要来的事。请先在“我的志愿服务”里说一声来不了，再退出。"))
    return step_out(volunteer, actor=actor)


def step_out(volunteer: Volunteer, *, actor: Actor) -> Volunteer:
    """Write down that somebody has left, whatever they had promised; what they were asked is declined."""
    for invitation in Invitation.objects.filter(volunteer=volunteer, state=Invitation.State.INVITED):
        INVITATIONS.take("decline", invitation, actor=actor, changes={"answered_at": clock.now()})
    marks.amend(volunteer, {"left_at": clock.now(), "account_id": None}, actor=actor, action="leave")
    return volunteer


def forget(volunteers: Iterable[Volunteer]) -> int:
    """Forget who people were that left long ago; their number and what they served stay."""
    forgotten = 0
    for volunteer in volunteers:
        volunteer.called, volunteer.born_on, volunteer.national_number = "", "", ""
        volunteer.phone = volunteer.compound = None
        volunteer.save(
            update_fields=["called", "born_on", "national_number", "phone", "phone_index", "compound"]
        )
        VolunteerGuardian.objects.filter(volunteer=volunteer).delete()
        Qualification.objects.filter(volunteer=volunteer).delete()
        forgotten += 1
    return forgotten


# --- what is typed --------------------------------------------------------------------------------------


def _known(enrolment: Enrolment, key: str, actor: Actor) -> Volunteer | None:
    rows = Volunteer.objects.filter(district_id=enrolment.area.district_id).select_related("area", "district")
    found = rows.filter(key=key).first()
    if found is None and actor.account_id is not None and not enrolment.is_told:
        found = rows.active().filter(account_id=actor.account_id).first()
    return found


def _is_minor(enrolment: Enrolment) -> bool:
    return Volunteer(born_on=str(enrolment.born_on)).is_minor_on(clock.today())


def _check(enrolment: Enrolment) -> None:
    same_district(enrolment.area.district_id, enrolment.compound, *enrolment.skills)
    wrong = {}
    if not tidy(enrolment.called):
        wrong["called"] = _("请写怎么称呼您。")
    wrong |= _wrong_birthday(enrolment.born_on)
    if IDENTITY.fullmatch("".join(enrolment.national_number.split())):
        wrong["national_number"] = _("这像身份证号。我们不登记身份证号；统一编号在全国志愿服务信息系统里查。")
    if not enrolment.has_agreed:
        wrong["has_agreed"] = _("请看过说明，同意了再登记。")
    if not wrong and _is_minor(enrolment):
        wrong |= _wrong_guardian(enrolment.guardian or Guardian())
    if wrong:
        raise BadInput(next(iter(wrong.values())), wrong)
    _check_phone(enrolment)


def _wrong_birthday(born_on: dt.date | None) -> dict[str, str]:
    if born_on is None:
        return {"born_on": _("请写出生日期：有的活有年龄要求，未成年人要监护人同意。")}
    age = Volunteer(born_on=born_on.isoformat()).age_on(clock.today()) or 0
    if not YOUNGEST <= age <= OLDEST:
        return {"born_on": _("请再看一遍出生日期；六岁以上才能登记。")}
    return {}


def _wrong_guardian(guardian: Guardian) -> dict[str, str]:
    rules = {
        "guardian_called": (bool(tidy(guardian.called)), _("未满 18 岁，要写监护人怎么称呼。")),
        "guardian_phone": (phones.is_mobile(guardian.phone), _("请写监护人的手机号，有事好找。")),
        "guardian_relation": (
            guardian.relation in VolunteerGuardian.Relation.values,
            _("请选监护人是孩子的什么人。"),
        ),
        "guardian_agrees": (guardian.has_agreed, _("要监护人看过并同意，才能登记。")),
    }
    return {field: sentence for field, (is_right, sentence) in rules.items() if not is_right}


def _check_phone(enrolment: Enrolment) -> None:
    if not enrolment.phone.strip():
        return
    same = Volunteer.objects.active().filter(district_id=enrolment.area.district_id)
    if same.filter(phone_index=phones.read(enrolment.phone)).exists():
        sentence = _("这个手机号登记过志愿者了。请用志愿者编号和查询码进来；号丢了，到社区当面查。")
        raise BadInput(sentence, {"phone": sentence})


def _text(enrolment: Enrolment, purpose: str) -> ConsentText:
    text = library.text_of(purpose, enrolment.area.district)
    if text is None:
        raise NotNow(_("志愿者同意书还没准备好，请打社区电话。"))
    return text


# --- rows -----------------------------------------------------------------------------------------------


def _written(enrolment: Enrolment, text: ConsentText, key: str, actor: Actor) -> Volunteer:
    volunteer = Volunteer(
        district_id=enrolment.area.district_id,
        key=key,
        account_id=None if enrolment.is_told else actor.account_id,
        area=enrolment.area,
        compound=enrolment.compound,
        called=tidy(enrolment.called)[:40],
        phone=phones.read(enrolment.phone) if enrolment.phone.strip() else None,
        born_on=enrolment.born_on.isoformat() if enrolment.born_on else "",
        code=f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}d}",
        national_number="".join(enrolment.national_number.split())[:30],
        text=text,
        enrolled_by_id=actor.account_id if enrolment.is_told else None,
    )

    def save(number: str) -> Volunteer:
        volunteer.number = number
        volunteer.save(force_insert=True)
        return volunteer

    return numbered(
        Volunteer.objects.filter(district_id=volunteer.district_id), f"V{clock.today():%y}-", save
    )


def _set_free(volunteer: Volunteer, free: Iterable[Free]) -> None:
    wanted = set(free)
    if any(day not in range(7) or part not in Availability.Part.values for day, part in wanted):
        sentence = _("请选星期几的上午、下午或晚上。")
        raise BadInput(sentence, {"free": sentence})
    Availability.objects.filter(volunteer=volunteer).delete()
    Availability.objects.bulk_create(
        Availability(district_id=volunteer.district_id, volunteer=volunteer, weekday=day, part=part)
        for day, part in sorted(wanted)
    )


def _write_guardian(volunteer: Volunteer, guardian: Guardian, text: ConsentText) -> None:
    VolunteerGuardian.objects.create(
        district_id=volunteer.district_id,
        volunteer=volunteer,
        called=tidy(guardian.called)[:40],
        phone=phones.read(guardian.phone),
        relation=guardian.relation,
        text=text,
    )
