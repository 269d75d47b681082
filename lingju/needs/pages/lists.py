"""The lists everybody may read: what is still missing, what was filled, how the loop does; and joining in."""

from contextlib import suppress

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters

from lingju.kernel import clock
from lingju.kernel.errors import BadInput, NotNow, NotThere, TooOften
from lingju.kernel.requests import Request
from lingju.kernel.rules import everyone, open_to
from lingju.needs import mine
from lingju.needs.forms.judge import JoinForm
from lingju.needs.maps import needs_map
from lingju.needs.models import Asker, Category, Exclusion, Need
from lingju.needs.pages import sending
from lingju.needs.pages.said import Said
from lingju.needs.queries import lists, rates
from lingju.needs.queries.lists import OPEN, SATISFIED, Wanted
from lingju.needs.queries.rates import Quarter
from lingju.needs.queries.suppression import REST, Published
from lingju.needs.services import saying
from lingju.needs.services.promises import policy_of
from lingju.needs.services.saying import Contact, StandsThere
from lingju.people import sms
from lingju.people.services import limits
from lingju.places.models import Area
from lingju.places.walking import town

ON_THE_MAP = 200


@open_to(everyone)
def needs_list(request: Request) -> HttpResponse:
    """Show what is still missing: the list first, then the map of the same needs."""
    return _list(request, OPEN)


@open_to(everyone)
def needs_satisfied(request: Request) -> HttpResponse:
    """Show what was filled, in the eyes of those who asked."""
    return _list(request, SATISFIED)


def _list(request: Request, which: str) -> HttpResponse:
    wanted = Wanted.of(request.district, request.GET)
    shows_map = which == OPEN and request.GET.get("view") == "map"
    page = lists.page(request.district, which, wanted, size=ON_THE_MAP if shows_map else lists.A_PAGE)
    place = town(request.district)
    context = {
        "which": which,
        "wanted": wanted,
        "page": page,
        "choices": lists.choices(request.district, clock.today()),
        "map": needs_map(place, page.needs) if shows_map else None,
        "shows_map": shows_map,
        "town": place,
    }
    return render(request, "needs/list_needs.html", context)


@open_to(everyone)
@sensitive_post_parameters("phone")
def needs_join(request: Request, number: str) -> HttpResponse:
    """Stand behind a listed need: one more person who is told, and who judges."""
    need = lists.one(request.district, number)
    if need is None:
        raise NotThere(_("清单上没有这一件，可能已经办完了。"))
    said = Said.read(request.POST or request.GET)
    is_shared = sending.is_shared(request, said)
    if not is_shared and _stands_there(request, number):
        messages.info(request, _("这件事您已经在里面了，不用再算一次。"))
        return HttpResponseRedirect(reverse("matter", args=[number]))
    # A number is asked for where a message can be sent to it: its receipt is shown nowhere else.
    form = JoinForm(request.POST or None, asks_phone=sms.is_connected())
    if request.method == "POST" and form.is_valid():
        try:
            return _joined(request, said, number, form)
        except BadInput as refusal:
            form.show(refusal)
        except (NotNow, TooOften) as refusal:
            form.add_error(None, str(refusal))
    context = {"need": need, "form": form, "is_shared": is_shared}
    return render(request, "needs/list_join.html", context, status=422 if form.errors else 200)


def _stands_there(request: Request, number: str) -> bool:
    asker = mine.asker_of(request, number)
    return asker is not None and asker.left_out == Asker.LeftOut.NO


def _joined(request: Request, said: Said, number: str, form: JoinForm) -> HttpResponse:
    """Let somebody stand behind a need; where they left a number, the receipt goes there and nowhere else.

    Then all that is typed is answered alike: the page tells nobody whose number stands there already.
    """
    limits.spend_from_here(sending.SAID_FROM_HERE, district_id=request.district.pk)
    need = Need.objects.listed().select_related("district", "category")
    row = need.get(district=request.district, number=number)
    phone, key = form.cleaned_data.get("phone", ""), form.cleaned_data["key"]
    if phone:
        with suppress(StandsThere):
            saying.support(row, Contact(phone=phone, by=Asker.By.SMS), key=key, actor=request.actor)
        sentence = _("算您一个。编号和查询码用短信发到这个手机号；以前算过的，用原来那一张回执，不重复发。")
        messages.success(request, sentence)
        return HttpResponseRedirect(reverse("needs_list") + ("?shared=1" if said.shared else ""))
    receipt = saying.support(row, Contact(), key=key, actor=request.actor)
    messages.success(request, _("算您一个。有了回音先告诉您，行不行也问您。"))
    response = HttpResponseRedirect(reverse("matter", args=[number]))
    sending.hold(response, request, said, receipt.asker)
    return response


@open_to(everyone)
def needs_figures(request: Request) -> HttpResponse:
    """Show one quarter's figures with their denominators; small cells are not shown."""
    offered = rates.quarters(request.district)
    asked = Quarter.read(request.GET.get("quarter", ""))
    quarter = asked if asked in offered else offered[0]
    said, verdicts = rates.said_needs(request.district, quarter), rates.verdicts(request.district, quarter)
    counted = rates.rates(request.district, quarter)
    least = policy_of(request.district).smallest_cell
    kinds = {str(kind.pk): kind.name for kind in Category.objects.filter(district=request.district)}
    communities = Area.objects.of(request.district).filter(level=Area.Level.COMMUNITY)
    context = {
        "quarter": quarter,
        "quarters": offered,
        "rates": counted if verdicts is not None else None,
        "shown": rates.shown(counted, verdicts, least=least) if verdicts is not None else None,
        "least": least,
        "said": said,
        "verdicts": verdicts,
        "names": {REST: _("其余"), **kinds, **{area.stem: area.short_name for area in communities}},
        "verdict_names": {REST: _("其余"), **dict(Asker.Confirmation.choices)},
        "excluded": [(reason, rates.cell(n, least)) for reason, n in counted.excluded],
        "withdrawn": rates.cell(counted.withdrawn, least),
        "reasons": dict(Exclusion.Reason.choices),
        "has_gaps": any(_has_gaps(table) for table in (said, verdicts)),
    }
    return render(request, "needs/list_figures.html", context)


def _has_gaps(table: Published | None) -> bool:
    return table is not None and any(n is None for line in table.cells for n in line)
