"""Booking something in three taps: which one (at the station), which time, and yes. No account, no script.

    /book/12/                          days, and the times of the first day that has one left
    /book/12/?day=2026-11-28           the times of another day
    /book/12/?at=2026-11-28T09:30      how to call you, what must be read first; pressing books it
    POST                               books it once, however often it is pressed

A time that was taken meanwhile loses nothing: the form comes back as it was filled, with the nearest
times, the waiting list, and the same service elsewhere, each one press away; in a rush by way of a short
page (`pages.rush`).
"""

import datetime as dt
import secrets
from dataclasses import dataclass
from typing import Any, Final

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from lingju.bookings import mine, phrases
from lingju.bookings.forms.book import BookForm
from lingju.bookings.models import Bookable
from lingju.bookings.pages import rush
from lingju.bookings.pages.choosing import asked_of, choice_of
from lingju.bookings.pages.wanted import LARGEST_ID, Wanted
from lingju.bookings.parties import Party, Slot
from lingju.bookings.queries import cards, elsewhere, openings
from lingju.bookings.queries.openings import Day, Opening
from lingju.bookings.services import checking, claiming
from lingju.bookings.services.claiming import Receipt
from lingju.bookings.services.counting import NoPlace
from lingju.kernel import clock
from lingju.kernel.errors import BadInput, NotNow, NotThere, TooOften
from lingju.kernel.requests import Request
from lingju.kernel.rules import everyone, open_to
from lingju.people.services import limits
from lingju.people.services.limits import Limit
from lingju.places import opening

# A stairwell shares one address: whoever means it comes through, a machine does not.
BOOKED_FROM_HERE: Final = Limit("booked_from", 40, limits.CODES_AN_HOUR.within)
AROUND = dt.timedelta(days=3)


@dataclass(frozen=True, slots=True)
class Time:
    """The time that was chosen: whether it can be had, and what else there is if not."""

    starts_at: dt.datetime | None
    ends_at: dt.datetime | None
    free: bool
    others: tuple[tuple[str, str], ...] = ()


@open_to(everyone)
@never_cache
def book(request: Request, bookable_id: int) -> HttpResponse:
    """Let somebody choose a time, and book it."""
    if bookable_id > LARGEST_ID:
        raise NotThere(_("没有这个可以约的项目。"))
    wanted = Wanted.read(request.POST if request.method == "POST" else request.GET)
    turned_back = rush.turned_back(request, bookable_id, wanted) if request.method == "POST" else None
    if turned_back is not None:
        return turned_back
    bookable = openings.bookable_of(request.actor, bookable_id)
    if not (bookable.takes_bookings and bookable.is_offered and bookable.station.is_in_use):
        return _cannot(request, bookable)
    if request.method == "POST":
        return _take(request, bookable, wanted)
    if bookable.mode == Bookable.Mode.LOAN:
        return ask(request, bookable, wanted, _fresh(request, bookable, wanted), _of_a_loan(bookable))
    if wanted.at is None:
        return choose(request, bookable, wanted)
    time = time_of(bookable, wanted)
    if time is None:
        return choose(request, bookable, wanted, _why_not(bookable, wanted))
    return ask(request, bookable, wanted, _fresh(request, bookable, wanted), time)


def choose(request: Request, bookable: Bookable, wanted: Wanted, problem: str = "") -> HttpResponse:
    """Show days and times."""
    choice = choice_of(bookable, wanted, reverse("book", args=[bookable.pk]))
    shown = {
        **_about(bookable),
        "choice": choice,
        "problem": problem,
        "others": [] if choice.has_free else elsewhere.elsewhere(bookable, request.origin),
    }
    return render(request, "bookings/choose.html", shown, status=422 if problem else 200)


def ask(
    request: Request, bookable: Bookable, wanted: Wanted, form: BookForm, time: Time, status: int = 200
) -> HttpResponse:
    """Show the last step; where the time is full, with what else there is."""
    address = reverse("book", args=[bookable.pk])
    shown = {
        **_about(bookable),
        "form": form,
        "wanted": wanted,
        "time": time,
        "when": phrases.when(time.starts_at, time.ends_at) if time.starts_at else "",
        "shelf": openings.shelf(bookable) if bookable.mode == Bookable.Mode.LOAN else None,
        "back_by": phrases.date_words(clock.today() + bookable.loan_days * openings.ONE_DAY),
        "others": [] if time.free else elsewhere.elsewhere(bookable, request.origin),
        "again": wanted.but(day=wanted.at.date() if wanted.at else None, at=None).to(address),
        "is_shared": _is_shared(request, wanted),
    }
    return render(request, "bookings/book.html", shown, status=status)


def time_of(bookable: Bookable, wanted: Wanted) -> Time | None:
    """Return the chosen time as it stands, with the nearest others where it is full; None if it is none."""
    if wanted.at is None:
        return None
    today, asked = clock.today(), asked_of(bookable, wanted)
    first = max(wanted.at.date() - AROUND, today)
    found = openings.days(bookable, first, 2 * AROUND.days + 1, asked)
    one = next((one for day in found for one in day.openings if one.starts_at == wanted.at), None)
    if one is None:
        return None
    return Time(one.starts_at, one.ends_at, one.free, () if one.free else _nearest(found, one.starts_at))


def _nearest(found: list[Day], at: dt.datetime) -> tuple[tuple[str, str], ...]:
    return tuple((phrases.spelt(one.starts_at), _label(one)) for one in elsewhere.nearest(found, at))


def _label(one: Opening) -> str:
    return phrases.soon(one.starts_at)


def _of_a_loan(bookable: Bookable) -> Time:
    return Time(None, None, openings.shelf(bookable).free > 0)


def _why_not(bookable: Bookable, wanted: Wanted) -> str:
    """Return why a time that was asked for is none that can be chosen."""
    assert wanted.at is not None
    end = wanted.at + asked_of(bookable, wanted).minutes * openings.MINUTE
    shut = opening.why_shut(checking.subject_of(bookable), wanted.at, end)
    return shut or _("这个时间约不了，请从下面选一个。")


def _about(bookable: Bookable) -> dict[str, Any]:
    return {
        "bookable": bookable,
        "station": bookable.station,
        "facts": cards.facts_of(bookable),
        "price": cards.price_of(bookable),
    }


def _cannot(request: Request, bookable: Bookable) -> HttpResponse:
    """Say that it cannot be booked, and where it can."""
    shown = {**_about(bookable), "others": elsewhere.elsewhere(bookable, request.origin)}
    return render(request, "bookings/cannot.html", shown, status=409 if request.method == "POST" else 200)


def _fresh(request: Request, bookable: Bookable, wanted: Wanted) -> BookForm:
    """Return an empty form with a key of its own, so that pressing twice books once."""
    quantity = min(wanted.quantity, bookable.most_party)
    called = (
        request.account.display_name if request.actor.account_id and not _is_shared(request, wanted) else ""
    )
    initial = {"key": secrets.token_urlsafe(16), "quantity": quantity, "called": called}
    return BookForm(bookable=bookable, initial=initial)


def _take(request: Request, bookable: Bookable, wanted: Wanted) -> HttpResponse:
    form = BookForm(request.POST, bookable=bookable)
    if "look" in request.POST:
        return _again(request, bookable, wanted, form, 200)  # turned back in a rush, looks what else there is
    status, receipt = _try(request, bookable, wanted, form)
    if receipt is None:
        return _again(request, bookable, wanted, form, status)
    response = HttpResponseRedirect(reverse("booking_done", args=[receipt.claim.number]))
    if _is_shared(request, wanted):
        mine.lend(response, receipt.claim)
    else:
        mine.keep(response, request, receipt.claim)
    if not receipt.is_new:
        messages.info(request, _("刚才已经约上了，没有重复约。"))
    return response


def _try(request: Request, bookable: Bookable, wanted: Wanted, form: BookForm) -> tuple[int, Receipt | None]:
    """Book what was typed; a refusal goes beside its field or on top, and nothing typed is lost."""
    if not form.is_valid():
        return 422, None
    try:
        limits.spend_from_here(BOOKED_FROM_HERE, district_id=bookable.district_id)
        receipt = claiming.claim(
            bookable,
            _slot(bookable, wanted, form),
            _party(request, form),
            key=form.cleaned_data["key"],
            actor=request.actor,
            may_wait="wait" in request.POST,
        )
    except BadInput as refusal:
        form.show(refusal)
        return refusal.status, None
    except (NotNow, TooOften) as refusal:
        if isinstance(refusal, NoPlace):
            rush.note(bookable.pk)
        form.add_error(None, _sentence(bookable, refusal))
        return refusal.status, None
    return 200, receipt


def _sentence(bookable: Bookable, refusal: NotNow | TooOften) -> str:
    if isinstance(refusal, NoPlace) and bookable.mode == Bookable.Mode.LOAN:
        return _("刚才被借走了。可以排候补；留了手机号，还回来就告诉您。")
    if isinstance(refusal, NoPlace):
        return _("这个时间刚才被约走了。填的都还在，点一个别的时间，或者排候补。")
    return str(refusal)


def _again(request: Request, bookable: Bookable, wanted: Wanted, form: BookForm, status: int) -> HttpResponse:
    """Show the form as it was filled, with the time as it stands now."""
    if bookable.mode == Bookable.Mode.LOAN:
        return ask(request, bookable, wanted, form, _of_a_loan(bookable), status)
    time = time_of(bookable, wanted)
    if time is None:
        # What was typed stays in the form; only the time must be chosen anew, from the nearest ones.
        time = _no_time(bookable, wanted)
    return ask(request, bookable, wanted, form, time, status)


def _no_time(bookable: Bookable, wanted: Wanted) -> Time:
    at = wanted.at or clock.now()
    found = openings.days(bookable, clock.today(), openings.WEEK, asked_of(bookable, wanted))
    return Time(None, None, False, _nearest(found, at))


def _slot(bookable: Bookable, wanted: Wanted, form: BookForm) -> Slot:
    typed = form.cleaned_data
    minutes = asked_of(bookable, wanted).minutes
    is_loan = bookable.mode == Bookable.Mode.LOAN
    return Slot(
        starts_at=None if is_loan else wanted.at,
        ends_at=wanted.at + minutes * openings.MINUTE if wanted.at and not is_loan else None,
        quantity=typed.get("quantity") or 1,
        has_read_notice=bool(typed.get("has_read_notice")),
    )


def _party(request: Request, form: BookForm) -> Party:
    """Return who comes: the person at the screen, or somebody of theirs who was asked."""
    typed, account_id = form.cleaned_data, request.actor.account_id
    relation = typed["relation"]
    return Party(
        called=typed["called"],
        phone=typed["phone"],
        by=typed["by"],
        account_id=None if relation else account_id,
        told_by_id=account_id if relation else None,
        proxy=relation,
        is_proxy_told=bool(relation),
        wishes=typed.get("purpose") or typed.get("wishes") or "",
    )


def _is_shared(request: Request, wanted: Wanted) -> bool:
    """Say whether many use this screen: it was said so, or it is lent to somebody just now."""
    return wanted.shared or mine.lent_to(request) is not None
