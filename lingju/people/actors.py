"""Who acts in a request: a person with offices at nodes of the area tree, or a stranger.

A signed-in request costs three queries and always three: the session, the account, the offices held.
A request without a session costs none. Offices that need a second factor do not count in a session
that was opened without one; the person is led to set it up.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass

from django.contrib import auth
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from lingju.kernel.requests import Request
from lingju.kernel.rules import Actor, EmptyHanded
from lingju.people import sessions
from lingju.people.models import Account, Holding
from lingju.people.rules import second_factor_offices
from lingju.places.rules import Office


@dataclass(frozen=True, slots=True)
class Stranger(EmptyHanded):
    """Somebody who has not said who they are."""

    district_id: int = 0
    label: str = ""
    account_id: None = None
    is_signed_in: bool = False
    has_second_factor: bool = False


@dataclass(frozen=True, slots=True)
class Seat:
    """One office in force, at a node (`stem`) or for one thing alone (`thing_id`)."""

    office: str
    stem: str | None
    thing_id: int | None


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who is signed in, with the offices that count in this session."""

    account_id: int
    district_id: int
    has_second_factor: bool
    seats: tuple[Seat, ...] = ()
    waiting: tuple[Seat, ...] = ()  # held, but they count only with a second factor
    is_signed_in: bool = True

    @property
    def label(self) -> str:
        """Return the highest office in words, as footprints keep it."""
        held = {seat.office for seat in self.seats}
        return next((str(office.label) for office in reversed(Office) if office in held), "居民")

    @property
    def works_here(self) -> bool:
        """Say whether the person holds any office, counting or waiting."""
        return bool(self.seats or self.waiting)

    def holds(self, offices: Collection[str], stem: str, *, thing_id: int | None = None) -> bool:
        """Say whether one of `offices` is held at a node above or at `stem`, or for `thing_id` alone."""
        return any(
            (seat.stem is not None and stem.startswith(seat.stem))
            or (thing_id is not None and seat.thing_id == thing_id)
            for seat in self.seats
            if seat.office in offices
        )

    def stems(self, offices: Collection[str]) -> tuple[str, ...]:
        """Return the stems of the nodes at which one of `offices` is held."""
        return tuple(sorted({s.stem for s in self.seats if s.office in offices and s.stem is not None}))

    def things(self, offices: Collection[str]) -> tuple[int, ...]:
        """Return the ids of single things for which alone one of `offices` is held."""
        return tuple(
            sorted({s.thing_id for s in self.seats if s.office in offices and s.thing_id is not None})
        )


def actor_of(account: Account, *, second_factor: bool) -> Person:
    """Return the actor an account is in a session with or without a second factor: one query."""
    held = tuple(
        Seat(office, stem, station_id)
        for office, stem, station_id in Holding.objects.filter(account=account)
        .in_force()
        .values_list("office", "area__stem", "station_id")
    )
    needing = frozenset() if second_factor else second_factor_offices()
    return Person(
        account_id=account.pk,
        district_id=account.district_id,
        has_second_factor=second_factor,
        seats=tuple(seat for seat in held if seat.office not in needing),
        waiting=tuple(seat for seat in held if seat.office in needing),
    )


class ActorMiddleware:
    """Set `request.actor` and `request.account`, end sessions that are over, lead to what is owed first."""

    # Where somebody who owes a step may still go: the step itself, the way out, and help.
    ALWAYS_OPEN = frozenset({"sign_out", "my_password", "my_second_factor", "privacy", "display"})

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Say who acts, then go on."""
        account, actor = self._who(request)
        request.account, request.actor = account, actor  # type: ignore[attr-defined]
        return self.get_response(request)

    def process_view(self, request: Request, *args: object) -> HttpResponse | None:
        """Send a person who must change the password, or owes a second factor, there first."""
        account, name = request.account, getattr(request.resolver_match, "url_name", None)
        if account is None or name in self.ALWAYS_OPEN:
            return None
        if account.must_change_password:
            return HttpResponseRedirect(reverse("my_password"))
        if request.path.startswith("/desk/") and isinstance(request.actor, Person) and request.actor.waiting:
            return HttpResponseRedirect(reverse("my_second_factor"))
        return None

    def _who(self, request: HttpRequest) -> tuple[Account | None, Actor]:
        district = getattr(request, "district", None)
        nobody = None, Stranger(district.pk if district is not None else 0)
        if not request.session.session_key:
            return nobody
        account = auth.get_user(request)
        if not isinstance(account, Account) or district is None or account.district_id != district.pk:
            return nobody
        actor = actor_of(account, second_factor=sessions.has_second_factor(request.session))
        patience = sessions.AT_DESK if actor.works_here else sessions.AT_HOME
        if sessions.is_over(request.session, patience):
            auth.logout(request)
            return nobody
        sessions.touch(request.session)
        # Libraries read request.user; it is the same account, and must not be fetched again.
        request.user = account
        return account, actor
