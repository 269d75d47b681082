"""Whether somebody may do what a call asks: age, a guardian's word, a skill, a paper; said in a sentence."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from lingju.volunteering.models import Call, Skill, Volunteer

WITH = ("qualifications", "skills", "guardian")


def why_not(call: Call, volunteer: Volunteer, skills: Sequence[Skill] | None = None) -> str:
    """Return why somebody may not do it; nothing where they may.

    `skills` are those of the call, where somebody asks for many people at once.
    """
    if volunteer.left_at is not None:
        return _("这位已经退出志愿服务了。")
    wanted = list(call.skills.all()) if skills is None else list(skills)
    return _too_young(call, volunteer) or _no_guardian(call, volunteer) or _no_skill(call, volunteer, wanted)


def _too_young(call: Call, volunteer: Volunteer) -> str:
    age = volunteer.age_on(call.day)
    if call.min_age and (age is None or age < call.min_age):
        return _("这次要满 %(n)d 岁。") % {"n": call.min_age}
    if call.is_risky and volunteer.is_minor_on(call.day):
        return _("有人身危险的活，未成年人不能参加。")
    return ""


def _no_guardian(call: Call, volunteer: Volunteer) -> str:
    if not volunteer.is_minor_on(call.day):
        return ""
    guardian = getattr(volunteer, "guardian", None)
    if guardian is None or guardian.withdrawn_at is not None:
        return _("未满 18 岁，要监护人先同意。")
    return ""


def _no_skill(call: Call, volunteer: Volunteer, wanted: Sequence[Skill]) -> str:
    if not wanted:
        return ""
    held = {skill.pk for skill in volunteer.skills.all()}
    papers = {seen.skill_id for seen in volunteer.qualifications.all() if seen.is_valid_on(call.day)}
    if any(skill.pk in (papers if skill.is_professional else held) for skill in wanted):
        return ""
    papers_wanted = [skill.needs for skill in wanted if skill.is_professional]
    if papers_wanted:
        return _("这是专业服务，要有%(paper)s，并且由社区查验过、没有过期。") % {
            "paper": _("，或").join(papers_wanted)
        }
    return _("这次要会：%(skills)s。会的话，请先在“我的志愿服务”里补上。") % {
        "skills": _("、").join(skill.name for skill in wanted)
    }
