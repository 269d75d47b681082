"""The API of the desk: look, take, reply, hand over, answer; by session, with the verbs of the pages."""

from typing import Any

from django.utils.translation import gettext as _
from ninja import Router, Status

from lingju.kernel.errors import BadInput, NotThere
from lingju.kernel.requests import Request
from lingju.needs import api_shapes as shapes
from lingju.needs.api_doors import AtTheDesk, number_of, refusals
from lingju.needs.models import Category, Need
from lingju.needs.services import answering, handling, offering
from lingju.needs.services.answering import Answer
from lingju.needs.services.handling import Mending
from lingju.people.models import Organisation
from lingju.places.models import Area
from lingju.places.services.marks import tidy

router = Router(tags=["desk"], auth=AtTheDesk())
REFUSED = refusals(400, 401, 403, 404, 409, 422)
PATH = "/desk/needs/{number}"


@router.post(f"{PATH}/triage", response={200: shapes.DeskNeedOut, **REFUSED}, url_name="api_desk_triage")
def triage(request: Request, number: str, said: shapes.TriageIn) -> dict[str, Any]:
    """Look at a need for the first time, and set right what is not."""
    mending = Mending(
        category=_kind(request, said.kind) if said.kind else None,
        title=said.title or None,
        public_text=said.public_text,
        is_listed=said.is_listed,
    )
    need = _need(request, number)
    return _shown(handling.triage(need, actor=request.actor, mending=mending, version=said.version))


@router.post(f"{PATH}/take", response={200: shapes.DeskNeedOut, **REFUSED}, url_name="api_desk_take")
def take(request: Request, number: str, said: shapes.DeedIn) -> dict[str, Any]:
    """Take a need for one's own desk."""
    return _shown(handling.take(_need(request, number), actor=request.actor, version=said.version))


@router.post(f"{PATH}/reply", response={200: shapes.DeskNeedOut, **REFUSED}, url_name="api_desk_reply")
def reply(request: Request, number: str, said: shapes.ReplyIn) -> dict[str, Any]:
    """Tell the askers something on the way."""
    need = _need(request, number)
    handling.reply(need, said.text, by=said.by, actor=request.actor, version=said.version)
    return _shown(need)


@router.post(f"{PATH}/answer", response={200: shapes.DeskNeedOut, **REFUSED}, url_name="api_desk_answer")
def answer(request: Request, number: str, said: shapes.AnswerIn) -> dict[str, Any]:
    """Answer a need; everybody who stands behind it is asked whether it is so."""
    given = Answer(said.outcome, said.text, planned_on=said.planned_on, next_door=said.next_door)
    need = _need(request, number)
    return _shown(answering.answer(need, given, actor=request.actor, version=said.version))


@router.post(f"{PATH}/hand-over", response={201: shapes.OfferOut, **REFUSED}, url_name="api_desk_hand_over")
def hand_over(request: Request, number: str, said: shapes.HandOverIn) -> Status[Any]:
    """Offer a need to another door; the giver stays accountable until it is accepted."""
    need, to = _need(request, number), _door(request, said)
    offer = offering.hand_over(need, to, said.why, actor=request.actor, version=said.version)
    whole = {
        "handover_id": str(offer.pk),
        "number": need.number,
        "to": offer.to_name,
        "state": offer.state,
    }
    return Status(201, whole)


def _need(request: Request, number: str) -> Need:
    rows = Need.objects.visible_to(request.actor).filter(number=number_of(number))
    found = rows.select_related("owner_area", "owner_org", "category", "district", "area").first()
    if found is None:
        raise NotThere(_("没找到，或者不归您管。"))
    return found


def _kind(request: Request, code: str) -> Category:
    found = Category.objects.offered().filter(district=request.district, code=tidy(code)).first()
    if found is None:
        sentence = _("没有这个类别，请从 /needs/kinds 里选。")
        raise BadInput(sentence, {"kind": sentence})
    return found


def _door(request: Request, said: shapes.HandOverIn) -> Area | Organisation:
    """Return the one door that is named."""
    area = Area.objects.of(request.district).filter(code=tidy(said.area)).first() if said.area else None
    pk = int(said.organisation) if said.organisation.isascii() and said.organisation.isdecimal() else 0
    doors = Organisation.objects.filter(district=request.district, pk=pk if pk < 2**63 else 0)
    found = area or (doors.first() if said.organisation else None)
    if found is None or (said.area and said.organisation):
        sentence = _("请写明移交给谁：一个社区或街道的代码，或者一个组织的编号。")
        raise BadInput(sentence, {"area": sentence})
    return found


def _shown(need: Need) -> dict[str, Any]:
    names = ("number", "stage", "outcome", "round", "is_over", "version")
    return {**{name: getattr(need, name) for name in names}, "owner": need.owner_name}
