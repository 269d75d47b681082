"""The district's library: topics, festival templates, programmes, speakers, what guardians agree to."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext as _

from lingju.activities.catalogue import TEMPLATES, TOPICS
from lingju.activities.models import FestivalTemplate, Programme, Speaker, Topic
from lingju.activities.rules import keeps_the_library, plans_it
from lingju.activities.services.signing_up import GUARDIANS, guardian_text
from lingju.kernel.errors import BadInput
from lingju.kernel.rules import Actor
from lingju.people.models import Organisation
from lingju.people.services import consents
from lingju.places.models import Area, AudienceTag, District
from lingju.places.services import marks
from lingju.places.services.marks import same_district, tidy

GUARDIAN_TITLE: Final = "孩子参加活动"
GUARDIAN_TEXT: Final = (
    "我是孩子的监护人，看过活动的时间、地点和要注意的事，同意孩子参加。\n"
    "我留下的称呼和手机号只用来在活动期间找到我，加密保存，不公开，活动结束后半年删除。\n"
    "没有单独打勾，就不给孩子拍照。我随时可以凭预约号和查询码取消。"
)


@dataclass(frozen=True, slots=True)
class SpeakerDraft:
    """A speaker as somebody writes them down; named in public only where they agreed."""

    called: str
    area: Area
    organisation: Organisation | None = None
    topics: tuple[Topic, ...] = ()
    instructor_no: str = ""
    may_be_named: bool = False


@dataclass(frozen=True, slots=True)
class ProgrammeDraft:
    """A programme as somebody writes it down."""

    name: str
    area: Area
    summary: str = ""
    topics: tuple[Topic, ...] = ()
    audiences: tuple[AudienceTag, ...] = ()
    organisations: tuple[Organisation, ...] = ()


@transaction.atomic
def fill(district: District, *, actor: Actor) -> int:
    """Fill a district with the house's topics, templates and text; what it has stays. Say how many came."""
    keeps_the_library.check(actor, None)
    made = _fill_topics(district, actor) + _fill_templates(district, actor)
    if guardian_text(district) is None:
        consents.publish_text(GUARDIANS, GUARDIAN_TITLE, GUARDIAN_TEXT, district=district, actor=actor)
    return made


def _fill_topics(district: District, actor: Actor) -> int:
    known = set(Topic.objects.filter(district=district).values_list("code", flat=True))
    made = 0
    for order, seed in enumerate(TOPICS.values()):
        if seed.code not in known:
            topic = Topic(
                district=district,
                code=seed.code,
                name=seed.name,
                group=seed.group,
                is_training=seed.is_training,
                order=order,
            )
            marks.insert(topic, actor=actor)
            made += 1
    return made


def _fill_templates(district: District, actor: Actor) -> int:
    known = set(FestivalTemplate.objects.filter(district=district).values_list("code", flat=True))
    topics = {topic.code: topic for topic in Topic.objects.filter(district=district)}
    tags = {tag.code: tag for tag in AudienceTag.objects.filter(district=district)}
    made = 0
    for order, seed in enumerate(TEMPLATES.values()):
        if seed.code in known:
            continue
        template = FestivalTemplate(
            district=district,
            code=seed.code,
            name=seed.name,
            festival=seed.festival,
            days_before=seed.days_before,
            ideas="、".join(seed.ideas),
            order=order,
        )
        marks.insert(template, actor=actor)
        template.topics.set(_found(topics, seed.topics))
        template.audiences.set(_found(tags, seed.audiences))
        made += 1
    return made


def _found(rows: Mapping[str, Any], codes: Iterable[str]) -> list[Any]:
    return [rows[code] for code in codes if code in rows]


@transaction.atomic
def add_programme(draft: ProgrammeDraft, *, actor: Actor) -> Programme:
    """Add a programme of an area; the same name there returns the one that is there."""
    plans_it.check(actor, draft.area)
    name = _name(draft.name, "name")
    known: Programme | None = Programme.objects.filter(area=draft.area, name=name).first()
    if known is not None:
        return known
    same_district(draft.area.district_id, *draft.topics, *draft.audiences, *draft.organisations)
    programme = Programme(
        district_id=draft.area.district_id, area=draft.area, name=name, summary=tidy(draft.summary)
    )
    marks.insert(programme, actor=actor)
    _join_programme(programme, draft)
    return programme


@transaction.atomic
def edit_programme(
    programme: Programme, draft: ProgrammeDraft, *, actor: Actor, version: int | None = None
) -> None:
    """Make a programme what the draft says; it stays with its area."""
    plans_it.check(actor, programme)
    same_district(programme.district_id, *draft.topics, *draft.audiences, *draft.organisations)
    values = {"name": _name(draft.name, "name"), "summary": tidy(draft.summary)}
    marks.amend(programme, values, actor=actor, version=version)
    _join_programme(programme, draft)


def _join_programme(programme: Programme, draft: ProgrammeDraft) -> None:
    programme.topics.set(draft.topics)
    programme.audiences.set(draft.audiences)
    programme.organisations.set(draft.organisations)


@transaction.atomic
def retire_programme(programme: Programme, *, actor: Actor) -> bool:
    """Take a programme off the lists; its sessions stay. Say whether anything changed."""
    plans_it.check(actor, programme)
    return marks.amend(programme, {"is_retired": True}, actor=actor, action="retire")


@transaction.atomic
def add_speaker(draft: SpeakerDraft, *, actor: Actor) -> Speaker:
    """Write a speaker down for an area; the same name from the same organisation returns the one there."""
    plans_it.check(actor, draft.area)
    called = _name(draft.called, "called")
    known: Speaker | None = Speaker.objects.filter(
        area=draft.area, called=called, organisation=draft.organisation, is_retired=False
    ).first()
    if known is not None:
        return known
    same_district(draft.area.district_id, draft.organisation, *draft.topics)
    speaker = Speaker(district_id=draft.area.district_id, area=draft.area, **_speaker_columns(draft))
    marks.insert(speaker, actor=actor)
    speaker.topics.set(draft.topics)
    return speaker


@transaction.atomic
def edit_speaker(speaker: Speaker, draft: SpeakerDraft, *, actor: Actor, version: int | None = None) -> None:
    """Make what is written about a speaker what the draft says."""
    plans_it.check(actor, speaker)
    same_district(speaker.district_id, draft.organisation, *draft.topics)
    marks.amend(speaker, _speaker_columns(draft), actor=actor, version=version)
    speaker.topics.set(draft.topics)


@transaction.atomic
def retire_speaker(speaker: Speaker, *, actor: Actor) -> bool:
    """Ask a speaker no more; who spoke where stays. Say whether anything changed."""
    plans_it.check(actor, speaker)
    return marks.amend(speaker, {"is_retired": True}, actor=actor, action="retire")


def _speaker_columns(draft: SpeakerDraft) -> dict[str, Any]:
    return {
        "called": _name(draft.called, "called"),
        "organisation": draft.organisation,
        "instructor_no": tidy(draft.instructor_no),
        "may_be_named": draft.may_be_named,
    }


def _name(text: str, field: str) -> str:
    name = tidy(text)
    if len(name) < 2:
        sentence = _("请写名称，至少两个字。")
        raise BadInput(sentence, {field: sentence})
    return name
