"""Following one's bookings without signing in: by cookie, account, or number and code; and what one can do.

Whether a number exists is told to nobody who does not hold it: the page of every number without its holder
is the same form.
"""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from lingju.bookings import mine, phrases
from lingju.bookings.forms.mine import CancelForm, FindForm
from lingju.bookings.models import Bookable, Claim
from lingju.bookings.pages.choosing import choice_of
from lingju.bookings.pages.wanted import Wanted
from lingju.bookings.parties import Slot
from lingju.bookings.queries import openings, standing
from lingju.bookings.services import claiming
from lingju.kernel.errors import BadInput, NotAllowed, NotNow, NotThere, TooOften
from lingju.kernel.requests import Request
from lingju.kernel.rules import everyone, open_to
from lingju.people.factors import qr


@open_to(everyone)
@never_cache
def bookings(request: Request) -> HttpResponse:
    """Show all my bookings: what waits for my answer first, then by time; what is over below."""
    coming, past = standing.lines(mine.claims(request)) if mine.is_known(request) else ([], [])
    shown = {"coming": coming, "past": past, "is_lent": mine.lent_to(request) is not None}
    return render(request, "bookings/mine.html", shown)


@open_to(everyone)
@never_cache
@sensitive_post_parameters("code")
def find(request: Request) -> HttpResponse:
    """Ask for number and code; on a shared screen the answer is forgotten after ten minutes."""
    if request.method != "POST":
        return ask_for_code(request, request.GET.get("n", "")[:12])
    form = FindForm(request.POST)
    if not form.is_valid():
        return render(request, "bookings/find.html", {"form": form}, status=422)
    try:
        claim = mine.by_code(request.district, form.cleaned_data["number"], form.cleaned_data["code"])
    except (NotThere, TooOften) as refusal:
        form.add_error(None, str(refusal))
        return render(request, "bookings/find.html", {"form": form}, status=422)
    response = HttpResponseRedirect(reverse("booking", args=[claim.number]))
    if form.cleaned_data["shared"]:
        mine.lend(response, claim)
    else:
        mine.keep(response, request, claim)
    return response


def ask_for_code(request: Request, number: str = "") -> HttpResponse:
    """Return the form for number and code: the same for a number that exists and for one that does not."""
    form = FindForm(initial={"number": number, "shared": "shared" in request.GET})
    return render(request, "bookings/find.html", {"form": form})


@open_to(everyone)
@require_POST
def forget(request: Request) -> HttpResponse:
    """Forget every booking of this browser: for a shared screen, and for a phone that changes hands."""
    response = HttpResponseRedirect(reverse("booking_find"))
    mine.forget(response)
    messages.success(request, _("清掉了，这里什么也没留下。约好的还算数。"))
    return response


@open_to(everyone)
@never_cache
def booking(request: Request, claim_number: str) -> HttpResponse:
    """Show one booking to whoever holds it; anybody else is asked for the code."""
    claim = mine.claim_of(request, claim_number)
    if claim is None:
        return ask_for_code(request, claim_number[:12])
    shown = {
        "seen": standing.seen(claim),
        "steps": standing.steps(claim, mine.actor_of(request, claim)),
        "is_lent": mine.lent_to(request) is not None,
    }
    return render(request, "bookings/booking.html", shown)


@open_to(everyone)
@never_cache
def booking_done(request: Request, claim_number: str) -> HttpResponse:
    """Show what somebody takes away: number, code, when and where, a picture to scan."""
    claim = mine.claim_of(request, claim_number)
    if claim is None:
        return ask_for_code(request, claim_number[:12])
    shown = {
        "seen": standing.seen(claim),
        "code": str(claim.code),
        "picture": picture_of(request, claim),
        "is_lent": mine.lent_to(request) is not None,
    }
    return render(request, "bookings/done.html", shown)


def picture_of(request: Request, claim: Claim) -> str:
    """Return a code that leads to the booking; the query code stands behind a #, which no server sees."""
    address = request.build_absolute_uri(reverse("booking", args=[claim.number]))
    return qr(f"{address}#{claim.code}")


def held(request: Request, number: str) -> Claim:
    """Return the claim of this number; NotThere for everybody who does not hold it."""
    claim = mine.claim_of(request, number)
    if claim is None:
        raise NotThere(_("要看这个预约，请先填预约号和查询码。"))
    return claim


@open_to(everyone)
@never_cache
def booking_cancel(request: Request, claim_number: str) -> HttpResponse:
    """Ask once whether to call it off, and do it; nobody has to say why."""
    claim = held(request, claim_number)
    form = CancelForm(request.POST if request.method == "POST" else None)
    if request.method != "POST" or not form.is_valid():
        shown = {
            "seen": standing.seen(claim),
            "form": form,
            "can": "cancel" in standing.steps(claim, mine.actor_of(request, claim)),
        }
        return render(request, "bookings/cancel.html", shown, status=422 if form.errors else 200)

    def cancel() -> object:
        return claiming.cancel(claim, actor=mine.actor_of(request, claim), why=form.cleaned_data["why"])

    return _done(request, claim, cancel, _("取消了，名额让给后面的人。谢谢您说一声。"))


@open_to(everyone)
@require_POST
def booking_answer(request: Request, claim_number: str) -> HttpResponse:
    """Take an offered place, or pass it on."""
    claim = held(request, claim_number)
    return answered(request, claim, reverse("booking", args=[claim.number]))


def answered(request: Request, claim: Claim, back: str) -> HttpResponse:
    """Do what was pressed about an offer, and go back to where it was shown."""
    actor = mine.actor_of(request, claim)
    if request.POST.get("answer") == "accept":
        return _done(request, claim, lambda: claiming.accept(claim, actor=actor), _("好，给您约上了。"), back)
    if request.POST.get("answer") == "decline":
        said = _("好，名额让给下一位。谢谢您说一声。")
        return _done(request, claim, lambda: _declined(claim, request), said, back)
    messages.warning(request, _("请点“我要这个名额”或“不要了”。"))
    return HttpResponseRedirect(back)


def _declined(claim: Claim, request: Request) -> object:
    """Pass an offer on; what is no offer any more is not called off by an old link."""
    if claim.state not in (Claim.State.OFFERED, Claim.State.CANCELLED):
        raise NotNow(_("现在是“%(state)s”，没有要回的名额。") % {"state": claim.get_state_display()})
    return claiming.decline(claim, actor=mine.actor_of(request, claim))


@open_to(everyone)
@never_cache
def booking_move(request: Request, claim_number: str) -> HttpResponse:
    """Let somebody choose another time: the new one, or, where it is full, the old one stays."""
    claim = held(request, claim_number)
    bookable, seen = claim.bookable, standing.seen(claim)
    if bookable is None or not seen.can_move:
        messages.warning(request, _("这个预约现在不能改时间。不来了可以取消，再约一次。"))
        return HttpResponseRedirect(reverse("booking", args=[claim.number]))
    bookable = openings.bookable_of(request.actor, bookable.pk)
    wanted = Wanted.read(request.POST or request.GET).but(minutes=_minutes_of(claim), quantity=claim.quantity)
    if request.method == "POST" and wanted.at is not None:
        return _moved(request, claim, bookable, wanted)
    return _choose(request, claim, bookable, wanted)


def _choose(
    request: Request, claim: Claim, bookable: Bookable, wanted: Wanted, problem: str = "", status: int = 200
) -> HttpResponse:
    """Show days and times, or the one that was chosen to be confirmed."""
    address = reverse("booking_move", args=[claim.number])
    length = _minutes_of(claim) * openings.MINUTE
    is_chosen = wanted.at is not None and not problem
    shown = {
        "seen": standing.seen(claim),
        "choice": choice_of(bookable, wanted, address, but=claim),
        "chosen": phrases.when(wanted.at, wanted.at + length) if wanted.at and is_chosen else "",
        "at": phrases.spelt(wanted.at) if wanted.at and is_chosen else "",
        "problem": problem,
    }
    return render(request, "bookings/move.html", shown, status=status)


def _moved(request: Request, claim: Claim, bookable: Bookable, wanted: Wanted) -> HttpResponse:
    assert wanted.at is not None
    slot = Slot(
        starts_at=wanted.at,
        ends_at=wanted.at + _minutes_of(claim) * openings.MINUTE,
        quantity=claim.quantity,
        has_read_notice=claim.has_read_notice,
    )
    try:
        claiming.move(claim, slot, actor=mine.actor_of(request, claim))
    except (BadInput, NotNow, NotAllowed) as refusal:
        fresh = held(request, claim.number)
        return _choose(
            request,
            fresh,
            bookable,
            wanted,
            _("%(why)s原来的时间还给您留着。") % {"why": refusal},
            refusal.status,
        )
    messages.success(request, _("改好了。预约号和查询码不变。"))
    return HttpResponseRedirect(reverse("booking", args=[claim.number]))


def _minutes_of(claim: Claim) -> int:
    """Return for how many minutes something was booked."""
    if claim.starts_at is None or claim.ends_at is None:
        return 0
    return (claim.ends_at - claim.starts_at) // openings.MINUTE


def _done(
    request: Request, claim: Claim, do: Callable[[], object], said: str, back: str = ""
) -> HttpResponse:
    """Run a verb and go back to the booking; a refusal is told there."""
    try:
        do()
    except (NotNow, NotAllowed) as refusal:
        messages.warning(request, str(refusal))
    else:
        messages.success(request, said)
    return HttpResponseRedirect(back or reverse("booking", args=[claim.number]))
