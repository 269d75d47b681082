"""The papers that go back to whoever wrote a slip without a telephone: number, code and a code to scan.

They can be printed by whoever took the sheet in, for the day that it lies on the shelf; each print is kept.
"""

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from lingju.kernel.errors import NotThere
from lingju.kernel.requests import Request
from lingju.kernel.rules import open_to
from lingju.needs.models import Asker
from lingju.needs.pages.receipts import Slip, slip_of
from lingju.needs.queries import paper
from lingju.needs.rules import works_at_a_desk
from lingju.needs.services import exchanging
from lingju.places.imports import shelf
from lingju.places.imports.at_desk import NextStep
from lingju.places.imports.shelf import Parcel

SLIPS = "slips"
A_SHEET = 40
MADE_BY_US = "#"  # the number of a slip that bore none is made from its words


def next_step(request: Request, parcel: Parcel) -> NextStep | None:
    """Offer the papers of a sheet that brought slips without a telephone."""
    count = _askers(request, parcel).count() if parcel.sheet == SLIPS else 0
    if not count:
        return None
    sentence = _(
        "有 %(n)d 张纸条没留电话。回执要打出来交给本人，不然他没法评。一天之内能打，过后看不到查询码。"
    )
    address = reverse("desk_exchange_slips", args=[parcel.ticket])
    return NextStep(sentence % {"n": count}, _("打印回执（%(n)d 张）") % {"n": count}, "printer", address)


def _askers(request: Request, parcel: Parcel) -> QuerySet[Asker]:
    return paper.to_hand_out(request.actor, request.district, parcel.added)


@open_to(works_at_a_desk)
@never_cache
def desk_exchange_slips(request: Request, ticket: str) -> HttpResponse:
    """Show the papers of a sheet that was taken in, some at a time; who printed them is kept."""
    parcel = shelf.get(request.actor, ticket)
    page = Paginator(_askers(request, parcel), A_SHEET).get_page(request.GET.get("page"))
    if not parcel.is_done or parcel.sheet != SLIPS or not page.object_list:
        raise NotThere(_("这次导入没有要打印的回执。"))
    exchanging.hand_out_slips(page.object_list, actor=request.actor)
    context = {
        "slips": [_slip(request, asker) for asker in page.object_list],
        "page": page,
        "back": reverse("desk_exchange_sheet", args=[ticket]),
    }
    return render(request, "needs/exchange_slips.html", context)


def _slip(request: Request, asker: Asker) -> Slip:
    number = str(asker.slip)  # type: ignore[attr-defined]
    return slip_of(request, asker, own_number="" if number.startswith(MADE_BY_US) else number)
