"""The API of needs: the public list, kinds and rates for everybody; saying and judging by key and code.

The same verbs as the pages, the same sentences where something is refused. Nothing here shows a person:
what an asker may see of their matter opens with number and code (`X-Matter-Code`).
"""

import datetime as dt
from dataclasses import fields
from typing import Annotated, Any

from django.utils.translation import gettext as _
from ninja import Query, Router, Status
from ninja.params.functions import Header

from lingju.kernel import clock
from lingju.kernel.errors import BadInput, NotThere
from lingju.kernel.requests import Request
from lingju.needs import api_shapes as shapes
from lingju.needs import mine, phrases
from lingju.needs.api_doors import WithKey, number_of, press_of, refusals
from lingju.needs.clock import Due
from lingju.needs.models import Asker, Category, Need
from lingju.needs.queries import lists, matter, rates, sight
from lingju.needs.queries.lists import PublicNeed, Wanted
from lingju.needs.rules import Bearer
from lingju.needs.services import judging, keys, saying
from lingju.needs.services.judging import Verdict
from lingju.needs.services.placing import Place
from lingju.needs.services.promises import policy_of
from lingju.needs.services.saying import Contact, Receipt, Saying
from lingju.places.models import Area, Compound, District, Station
from lingju.places.services.marks import tidy
from lingju.places.services.points import Point

router = Router(tags=["needs"])
with_key = WithKey()
PRESS = "Made once for one press; the same again makes no second need and answers the same receipt."
CODE = "The code on the asker's receipt."
Press = Annotated[str, Header(..., alias="Idempotency-Key", min_length=8, max_length=80, description=PRESS)]
Code = Annotated[str, Header(..., alias="X-Matter-Code", min_length=1, max_length=20, description=CODE)]


@router.get("/needs", response={200: shapes.NeedsOut, **refusals(422, 429)}, url_name="api_needs")
def needs(request: Request, asked: Query[shapes.NeedsAsked]) -> dict[str, Any]:
    """List what is needed, or what its askers are satisfied with; newest first, page after page."""
    keys.count_reading(request.district)
    stem = Area.stem_of(asked.community) if asked.community else ""
    said = {"community": stem, "category": asked.kind, "month": asked.month, "after": asked.after}
    wanted = Wanted.of(request.district, {name: tidy(value) for name, value in said.items()})
    if (asked.kind and wanted.category is None) or (asked.community and wanted.area is None):
        return {"items": [], "next": None}
    page = lists.page(request.district, asked.which, wanted, size=asked.limit)
    return {"items": [_shown(one) for one in page.needs], "next": page.next_after or None}


@router.get("/needs/kinds", response=list[shapes.KindOut], url_name="api_need_kinds")
def kinds(request: Request) -> list[dict[str, Any]]:
    """List the kinds of need with what is promised for each."""
    rows = Category.objects.offered().filter(district=request.district).select_related("parent")
    names = (
        "code",
        "name",
        "hint",
        "is_private",
        "needs_evidence",
        "respond_hours",
        "due_amount",
        "due_unit",
    )
    return [
        {**{name: getattr(row, name) for name in names}, "parent": row.parent.code if row.parent else None}
        for row in rows
    ]


@router.get("/needs/rates", response={200: shapes.RatesOut, **refusals(422)}, url_name="api_need_rates")
def figures(request: Request, asked: Query[shapes.RatesAsked]) -> dict[str, Any]:
    """Tell how the loop does in one quarter; every share with its whole, no small cell."""
    quarter = rates.Quarter.read(asked.quarter) if asked.quarter else rates.Quarter.of(clock.today())
    if quarter is None:
        sentence = _("季度请写成 2026Q4。")
        raise BadInput(sentence, {"quarter": sentence})
    counted = rates.rates(request.district, quarter)
    table = rates.verdicts(request.district, quarter)
    least = policy_of(request.district).smallest_cell
    people = rates.shown(counted, table, least=least) if table is not None else None
    shares = ("coverage", "reach", "satisfaction", "mostly", "solving")
    return {
        "quarter": str(quarter),
        "closed": counted.closed,
        **{name: getattr(counted, name) for name in ("response", "keeping")},
        "reopening": counted.reopening if table is not None else None,
        **{name: getattr(people, name, None) for name in shares},
        "median_days": counted.median_days if counted.closed >= least else None,
        "p90_days": counted.p90_days if counted.closed >= least else None,
        "excluded": {reason: rates.cell(n, least) for reason, n in counted.excluded},
    }


@router.post(
    "/needs",
    auth=with_key,
    response={200: shapes.ReceiptOut, 201: shapes.ReceiptOut, **refusals(400, 401, 403, 404, 413, 422, 429)},
    url_name="api_needs",
)
def say(request: Request, said: shapes.NeedIn, press: Press) -> Status[Any]:
    """Say a need for somebody; number and code go to them, and with these they follow and judge it."""
    holder = request.auth  # type: ignore[attr-defined]  # of ninja
    key = press_of(holder, press)
    receipt = saying.submit(
        request.district,
        Saying(
            category=_kind(request.district, said.kind),
            place=_place(request.district, said.place),
            text=said.text,
            contact=Contact(said.contact.called, said.contact.phone, said.contact.by),
            channel=Need.Channel.API,
            knows_whom_to_call=said.knows_whom_to_call,
            foreign_number=(holder.system, key.rpartition(":")[2]),
        ),
        key=key,
        actor=holder,
    )
    return _receipt(receipt)


@router.get("/needs/{number}", response={200: shapes.NeedOut, **refusals(404, 422, 429)}, url_name="api_need")
def need(request: Request, number: str) -> dict[str, Any]:
    """Show one need of the public lists."""
    keys.count_reading(request.district)
    return _shown(_public(_listed(request, number)))


@router.get(
    "/needs/{number}/matter",
    response={200: shapes.MatterOut, **refusals(404, 422, 429)},
    url_name="api_need_matter",
)
def followed(request: Request, number: str, code: Code) -> dict[str, Any]:
    """Show a matter to one of its askers: what happened, who has it, what they may do now."""
    asker = mine.by_code(request.district, number_of(number), tidy(code))
    shown = matter.matter(asker)
    row, seen = shown.need, shown.sight
    return {
        "number": row.number,
        "kind_name": row.category.name,
        "title": seen.title,
        "stage": row.stage,
        "stage_name": str(row.get_stage_display()),
        "outcome": row.outcome,
        "round": row.round,
        "owner": seen.owner,
        "submitted_at": _here(seen.submitted_at),
        "due_at": _here(seen.due_at),
        "is_over": row.is_over,
        "confirmation": asker.confirmation,
        "may": [field.name for field in fields(shown.ways) if getattr(shown.ways, field.name)],
        "steps": [{"at": _here(step.at), "words": step.title, "told": step.words} for step in shown.steps],
    }


@router.post(
    "/needs/{number}/verdict",
    response={200: shapes.JudgedOut, **refusals(400, 403, 404, 409, 422, 429)},
    url_name="api_need_verdict",
)
def judge(request: Request, number: str, said: shapes.VerdictIn, code: Code) -> Need:
    """Say whether it is solved; "not solved" starts the work again. The same twice changes nothing."""
    asker = mine.by_code(request.district, number_of(number), tidy(code))
    verdict = Verdict(said.satisfied, said.solved, said.why)
    return judging.judge(asker, verdict, by=Asker.By.PAGE, actor=Bearer(asker.pk, asker.district_id))


@router.post(
    "/needs/{number}/support",
    auth=with_key,
    response={200: shapes.ReceiptOut, 201: shapes.ReceiptOut, **refusals(400, 401, 403, 404, 409, 422, 429)},
    url_name="api_need_support",
)
def support(request: Request, number: str, said: shapes.ContactIn, press: Press) -> Status[Any]:
    """Stand behind a listed need for one more person, who gets a code and a verdict of their own.

    409 where this telephone counts already: whoever holds a key asks for people whose numbers it has.
    """
    holder = request.auth  # type: ignore[attr-defined]  # of ninja
    receipt = saying.support(
        _listed(request, number),
        Contact(said.called, said.phone, said.by),
        key=press_of(holder, press),
        actor=holder,
    )
    return _receipt(receipt)


def _listed(request: Request, number: str) -> Need:
    rows = Need.objects.listed().filter(district=request.district, number=number_of(number))
    found = rows.select_related("category", "compound", "area", "owner_area", "district").first()
    if found is None:
        raise NotThere(_("公开的清单里没有这个编号。"))
    return found


def _public(need: Need) -> PublicNeed:
    return lists.public([need])[0]


def _shown(one: PublicNeed) -> dict[str, Any]:
    names = ("number", "title", "place", "community", "month", "changed_on", "people")
    return {
        **{name: getattr(one, name) for name in names},
        "kind": one.kind_code,
        "kind_name": one.kind,
        "stage": one.stage_code,
        "stage_name": one.stage,
        "point": {"lon": one.lon, "lat": one.lat} if one.lon is not None else None,
    }


def _receipt(receipt: Receipt) -> Status[Any]:
    """Return a receipt: 201 for what is new, 200 for the same press again."""
    need, seen = receipt.need, sight.sight(receipt.asker)
    due = Due(need.due_at, need.due_unknown_year)
    is_author = seen.public is None
    whole = {
        "number": need.number,
        "code": receipt.code,
        "is_new": receipt.is_new,
        "respond_due_at": _here(need.respond_due_at) if is_author else None,
        "due_at": _here(seen.due_at),
        "promise": phrases.answer_in_words(due, clock.now()) if is_author else phrases.answer_by_day(due),
    }
    return Status(201 if receipt.is_new else 200, whole)


def _here(moment: dt.datetime | None) -> dt.datetime | None:
    """Return a moment in the zone that people here live in."""
    return moment.astimezone(clock.ZONE) if moment is not None else None


def _kind(district: District, code: str) -> Category:
    found = Category.objects.offered().filter(district=district, code=tidy(code)).first()
    if found is None:
        sentence = _("没有这个类别，请从 /needs/kinds 里选。")
        raise BadInput(sentence, {"kind": sentence})
    return found


def _place(district: District, said: shapes.PlaceIn) -> Place:
    point = None
    if said.lon is not None and said.lat is not None:
        point = Point(said.lon, said.lat, said.crs or "")
    compounds = Compound.objects.filter(district=district, code=tidy(said.compound))
    stations = Station.objects.filter(district=district, slug=tidy(said.station))
    compound = compounds.select_related("area").first() if said.compound else None
    station = stations.select_related("area").first() if said.station else None
    if (said.compound and compound is None) or (said.station and station is None):
        sentence = _("没有这个小区或驿站，请核对编码。")
        raise BadInput(sentence, {"place": sentence})
    return Place(compound=compound, station=station, point=point, note=said.note)
