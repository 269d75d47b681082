"""The shapes of the API of needs: what each answer holds, what may be asked and said, with examples."""

import datetime as dt
from typing import Literal

from ninja import Field, Schema

Crs = Literal["WGS-84", "GCJ-02", "BD-09"]
By = Literal["page", "sms", "call", "paper", "kiosk"]
Number = str


class FieldProblem(Schema):
    """What is wrong with one part of what was said."""

    pointer: str = Field(examples=["#/text"])
    detail: str


class Problem(Schema):
    """A refusal (RFC 9457): `detail` is a sentence that somebody can act on."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str = Field(examples=["还没有说是什么事。写几个字、拍张照、录一段话，有一样就行。"])
    instance: str
    errors: list[FieldProblem] | None = None


class PointOut(Schema):
    """A place on the earth, in degrees of the datum it names; no finer than a compound."""

    lon: float
    lat: float
    crs: str = "WGS-84"


class NeedOut(Schema):
    """A need as everybody may see it: public words, no person, no minute, no door."""

    number: Number = Field(examples=["2611-0412"])
    kind: str = Field(description="code of the kind", examples=["broken_light"])
    kind_name: str = Field(examples=["照明"])
    title: str = Field(description="the public words; the kind's name where there are none")
    place: str
    community: str
    month: dt.date = Field(description="first day of the month in which it was said")
    stage: str = Field(examples=["working"])
    stage_name: str = Field(description="stage or outcome in words", examples=["正在办"])
    changed_on: dt.date
    point: PointOut | None
    people: int = Field(description="how many want the same; 0 below five")


class NeedsOut(Schema):
    """A page of a list; `next` goes into `after` to get the next page, null at the end."""

    items: list[NeedOut]
    next: str | None


class NeedsAsked(Schema):
    """Which needs of the public lists are wanted."""

    which: Literal["open", "satisfied"] = "open"
    kind: str = Field("", max_length=40, description="code of a kind; what lies below counts")
    community: str = Field("", max_length=20, description="code of a community or street")
    month: str = Field("", pattern=r"^(20[0-9]{2}-(0[1-9]|1[0-2]))?$", examples=["2026-11"])
    after: str = Field("", max_length=12, description="`next` of the page before")
    limit: int = Field(20, ge=1, le=100)


class RatesAsked(Schema):
    """Of which quarter figures are wanted."""

    quarter: str = Field("", max_length=6, description="2026Q4; the present one where nothing is said")


class KindOut(Schema):
    """A kind of need, with what is promised for it."""

    code: str
    name: str
    hint: str
    parent: str | None
    is_private: bool = Field(description="its words are never public")
    needs_evidence: bool
    respond_hours: int = Field(description="working hours until somebody calls back")
    due_amount: int
    due_unit: str = Field(examples=["working_days"])


class ShareOut(Schema):
    """A part and its whole; one is never told without the other."""

    part: int
    whole: int
    percent: int | None = Field(description="rounded down; null of nothing")


class RatesOut(Schema):
    """One quarter: what became of closed needs; null where a small cell would tell who somebody is."""

    quarter: str = Field(examples=["2026Q4"])
    closed: int
    response: ShareOut = Field(description="first answered in time, of those due")
    keeping: ShareOut = Field(description="answered in time in every round, of those due")
    reopening: ShareOut | None = Field(description="said not to be done, of those closed")
    coverage: ShareOut | None = Field(description="people asked, of people behind closed needs")
    reach: ShareOut | None = Field(description="people who answered, of people asked")
    satisfaction: ShareOut | None = Field(description="satisfied, of people asked: silence is none")
    mostly: ShareOut | None
    solving: ShareOut | None = Field(description="say that it is solved, of people asked")
    median_days: int | None
    p90_days: int | None
    excluded: dict[str, int | None] = Field(
        description="needs left out, by reason, each agreed by two persons; null where there are but a few"
    )


class PlaceIn(Schema):
    """Where: a compound or station by code, or a labelled point; one of them is enough."""

    compound: str = Field("", max_length=40, description="code of a compound")
    station: str = Field("", max_length=60, description="slug of a station")
    lon: float | None = None
    lat: float | None = None
    crs: Crs | None = Field(None, description="needed with a point")
    note: str = Field("", max_length=80, description="where exactly: 三号楼门口")


class ContactIn(Schema):
    """How an answer reaches the asker; nothing of it is needed."""

    called: str = Field("", max_length=20)
    phone: str = Field("", max_length=30)
    by: By = "page"


class NeedIn(Schema):
    """A need as another system says it for somebody."""

    kind: str = Field(max_length=40, description="code of a kind, from /needs/kinds")
    text: str = Field(max_length=2000, description="what it is, in the asker's words")
    place: PlaceIn
    contact: ContactIn = Field(default_factory=lambda: ContactIn(called="", phone=""))
    knows_whom_to_call: bool = Field(
        False, description="the emergency number was shown to the asker, who goes on"
    )

    model_config = {
        "json_schema_extra": {
            "examples": [
                {
                    "kind": "broken_light",
                    "text": "三号楼门口的路灯不亮，三天了",
                    "place": {"compound": "XQ01", "note": "三号楼门口"},
                    "contact": {"called": "王奶奶", "phone": "13800001234", "by": "sms"},
                }
            ]
        }
    }


class ReceiptOut(Schema):
    """What the asker takes away: with number and code the matter opens, nowhere else is the code shown."""

    number: Number
    code: str
    is_new: bool = Field(description="false where the same Idempotency-Key came before")
    respond_due_at: dt.datetime | None = Field(description="null for who stands behind somebody else's need")
    due_at: dt.datetime | None = Field(description="null where the year's holidays are not announced")
    promise: str = Field(examples=["12月4日（星期五）17:00 前给您办理结果"])


class StepOut(Schema):
    """Something that happened, as the asker is told."""

    at: dt.datetime = Field(description="the day alone for who stands behind somebody else's need")
    words: str
    told: str = Field(description="what the desk told the asker")


class MatterOut(Schema):
    """A matter as one of its askers sees it; who stands behind somebody else's sees what the list shows."""

    number: Number
    kind_name: str
    title: str
    stage: str
    stage_name: str
    outcome: str
    round: int
    owner: str = Field(description="who has it now")
    submitted_at: dt.datetime
    due_at: dt.datetime | None
    is_over: bool
    confirmation: str = Field(description="what this asker said: not_asked, asked, satisfied, …")
    may: list[str] = Field(description="judge, add, withdraw, again, follow: what the asker may do now")
    steps: list[StepOut]


class VerdictIn(Schema):
    """What an asker says when asked."""

    satisfied: Literal["satisfied", "mostly", "dissatisfied"]
    solved: Literal["yes", "partly", "no"]
    why: str = Field("", max_length=500)


class JudgedOut(Schema):
    """Where a matter stands after a verdict."""

    number: Number
    stage: str
    round: int
    is_over: bool


class DeskNeedOut(JudgedOut):
    """Where a need stands after a clerk's deed; `version` goes into the next one."""

    outcome: str
    owner: str
    version: int


class DeedIn(Schema):
    """A deed of the desk, with the version that was read: where somebody was faster it is refused."""

    version: int | None = Field(None, ge=1, le=2**31 - 1)


class TriageIn(DeedIn):
    """What is set right at the first look."""

    kind: str = Field("", max_length=40)
    title: str = Field("", max_length=60)
    public_text: str | None = Field(None, max_length=200)
    is_listed: bool | None = None


class ReplyIn(DeedIn):
    """What the askers are told on the way."""

    text: str = Field(max_length=1000)
    by: By = "page"


class AnswerIn(DeedIn):
    """What came of it, in words; 不归这里管 takes a second person and has a page of its own."""

    outcome: Literal["solved", "partly", "planned", "explained", "referred"]
    text: str = Field(max_length=1000)
    planned_on: dt.date | None = None
    next_door: str = Field("", max_length=120)


class HandOverIn(DeedIn):
    """To whom it is offered, and why: a community or street by code, or an organisation by id."""

    area: str = Field("", max_length=20)
    organisation: str = Field("", max_length=20)
    why: str = Field(max_length=200)


class OfferOut(Schema):
    """An offer: nothing changes until the other door accepts."""

    handover_id: str
    number: Number
    to: str
    state: str
