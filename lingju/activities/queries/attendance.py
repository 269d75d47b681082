"""The door of a session as the desk sees it: who is expected, who came, who simply came, what did not fit."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Q, Sum
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from lingju.activities import counting, passes
from lingju.activities.counting import Figures, Seen
from lingju.activities.models import HeadCount, Scan, Session, SignUp
from lingju.bookings.models import Claim
from lingju.kernel.errors import NotThere
from lingju.kernel.initials import initials
from lingju.kernel.rules import Actor

COUNTED = Q(signup__isnull=False) & (Q(trouble="") | Q(method=Scan.Method.FORCED))
EXPECTED = (Claim.State.CONFIRMED, Claim.State.CHECKED_IN, Claim.State.COMPLETED, Claim.State.NO_SHOW)


@dataclass(frozen=True, slots=True)
class Guest:
    """One line of the list at the door: how they are called, how many, whether they came. No telephone."""

    signup_id: int
    called: str
    people: int
    minors: int
    came: int
    entry_pass: str
    digits: str
    care: str
    is_walk_in: bool = False

    @property
    def is_here(self) -> bool:
        """Say whether they came."""
        return self.came > 0

    @property
    def find(self) -> str:
        """Return what a search in the page looks through: the name and its first letters."""
        return f"{self.called.lower()} {initials(self.called)}"


@dataclass(frozen=True, slots=True)
class Door:
    """All that the page at the door shows."""

    session: Session
    guests: tuple[Guest, ...]
    counts: tuple[tuple[str, str | Promise, int], ...]
    strays: tuple[Scan, ...]
    figures: Figures

    @property
    def expected(self) -> int:
        """Return how many people are on the list."""
        return sum(guest.people for guest in self.guests if not guest.is_walk_in)


def session_for(actor: Actor, session_id: int) -> Session:
    """Return a session the actor works at; another's is not there."""
    sessions = Session.objects.visible_to(actor).select_related("area", "station", "space", "district")
    found: Session | None = sessions.filter(pk=session_id).first()
    if found is None:
        raise NotThere(_("没找到这场活动，或者不归您管。"))
    return found


def door(session: Session) -> Door:
    """Return the list of a session, in the order people signed up: six queries, however many they are."""
    came = presence([session.pk]).get(session.pk, {})
    signups = SignUp.objects.filter(session=session).select_related("claim").order_by("id")
    listed = signups.filter(Q(claim__state__in=EXPECTED) | Q(pk__in=came))
    guests = tuple(_guest(signup, came.get(signup.pk, 0)) for signup in listed)
    known = {signup.pk for signup in listed}
    # Who was let in although they had signed up for another session stands on the list, too.
    others = SignUp.objects.filter(pk__in=set(came) - known).select_related("claim")
    guests += tuple(_guest(signup, came[signup.pk]) for signup in others)
    counts = _counts([session.pk]).get(session.pk, {})
    groups = HeadCount.Group
    return Door(
        session=session,
        guests=guests,
        counts=tuple((group.value, group.label, counts.get(group.value, 0)) for group in groups),
        strays=tuple(_strays(session, came)),
        figures=figures([session]),
    )


def figures(sessions: Iterable[Session]) -> Figures:
    """Return 人次 and 人数 of sessions taken together: three queries for any number of them."""
    return counting.together(by_session([session.pk for session in sessions]).values())


def by_session(session_ids: Sequence[int]) -> dict[int, Figures]:
    """Return the figures of each session."""
    came, counts = presence(session_ids), _counts(session_ids)
    known = _known({signup_id for one in came.values() for signup_id in one})
    return {
        session_id: _figures(came.get(session_id, {}), counts.get(session_id, {}), known)
        for session_id in session_ids
    }


def _figures(came: Mapping[int, int], counts: Mapping[str, int], known: Mapping[int, "_Known"]) -> Figures:
    """Return the figures of one session: whoever left a name at the door simply came, like those counted."""
    groups = dict(counts)
    for signup_id, people in came.items():
        if group := known[signup_id].walked_in_as:
            groups[group] = groups.get(group, 0) + people
    named = sum(people for signup_id, people in came.items() if known[signup_id].walked_in_as)
    return Figures(
        sessions=1,
        signup_visits=sum(came.values()) - named,
        walk_in_visits=sum(groups.values()),
        by_group=groups,
        persons=frozenset(person for one in came if (person := known[one].person)),
    )


def presence(session_ids: Sequence[int]) -> dict[int, dict[int, int]]:
    """Return, for each session, how many came with each sign-up."""
    scans = Scan.objects.filter(COUNTED, session_id__in=session_ids).order_by("at", "id")
    seen: dict[int, list[Seen]] = {}
    for session_id, signup_id, kind, people in scans.values_list("session_id", "signup_id", "kind", "people"):
        seen.setdefault(session_id, []).append(Seen(signup_id, kind, people))
    return {session_id: counting.present(scans_) for session_id, scans_ in seen.items()}


def missing(session: Session) -> int:
    """Return how many sign-ups that had a seat did not come; who they were is nobody's business."""
    return sum(not guest.is_here and not guest.is_walk_in for guest in door(session).guests)


def _counts(session_ids: Sequence[int]) -> dict[int, dict[str, int]]:
    rows = HeadCount.objects.filter(session_id__in=session_ids).order_by()
    found: dict[int, dict[str, int]] = {}
    for row in rows.values("session_id", "group").annotate(n=Sum("change")):
        if row["n"]:
            found.setdefault(row["session_id"], {})[row["group"]] = row["n"]
    return found


@dataclass(frozen=True, slots=True)
class _Known:
    """By what the person of a sign-up is told apart, if by anything; and as whom they walked in, if so."""

    person: str
    walked_in_as: str


def _known(signup_ids: Iterable[int]) -> Mapping[int, _Known]:
    """Return by what a person is told apart: the digest of the telephone, else the account; else by nothing.

    Of a party only the one who signed it up is known. Who left neither account nor telephone cannot be
    told apart from anybody and stands in 人次 alone, and so does whoever was forgotten.
    """
    rows = SignUp.objects.filter(pk__in=list(signup_ids)).values_list(
        "pk", "claim__account_id", "claim__phone_index", "walked_in_as"
    )
    known: dict[int, _Known] = {}
    for signup_id, account_id, phone, walked_in_as in rows:
        account = f"a{account_id}" if account_id is not None else ""
        known[signup_id] = _Known(f"p{str.__str__(phone)}" if phone is not None else account, walked_in_as)
    return known


def _guest(signup: SignUp, came: int) -> Guest:
    return Guest(
        signup_id=signup.pk,
        called=signup.claim.called or _("没留称呼"),
        people=signup.people,
        minors=signup.minors,
        came=came,
        entry_pass=passes.pass_of(signup.pk),
        digits=passes.digits_of(signup.claim.number),
        care=signup.claim.wishes or "",
        is_walk_in=signup.is_walk_in,
    )


def _strays(session: Session, came: Mapping[int, int]) -> Iterable[Scan]:
    """Return what did not fit and was not settled since, the latest of each person, newest first."""
    rows = Scan.objects.filter(session=session).exclude(trouble="").exclude(method=Scan.Method.FORCED)
    told: set[int] = set()
    for scan in rows.select_related("signup__claim", "signup__session").order_by("-at", "-id")[:100]:
        if scan.signup_id in told or scan.signup_id in came:
            continue
        if scan.signup_id is not None:
            told.add(scan.signup_id)
        yield scan
