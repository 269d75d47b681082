"""The list at the door of a call: who said yes, who is here, who has gone."""

from dataclasses import dataclass

from lingju.kernel.initials import initials
from lingju.volunteering import passes
from lingju.volunteering.hours import Mark, walk
from lingju.volunteering.models import Call, Evidence, Invitation
from lingju.volunteering.services.records import mark_of


@dataclass(frozen=True, slots=True)
class Guest:
    """One line of the list."""

    invitation_id: int
    called: str
    number: str
    entry_pass: str
    is_here: bool
    has_come: bool
    minutes: int

    @property
    def find(self) -> str:
        """Return what the list is searched by: the name and its first letters."""
        return f"{self.called.lower()} {initials(self.called)} {self.number.lower()}"


@dataclass(frozen=True, slots=True)
class Door:
    """Everybody on the list, how many are here now, how many have come at all."""

    guests: tuple[Guest, ...]

    @property
    def here(self) -> int:
        """Return how many are here now."""
        return sum(guest.is_here for guest in self.guests)

    @property
    def came(self) -> int:
        """Return how many have come at all."""
        return sum(guest.has_come for guest in self.guests)


def door_of(call: Call) -> Door:
    """Return the list at the door: two queries."""
    marks: dict[int, list[Mark]] = {}
    for row in Evidence.objects.filter(call=call, kind__in=("in", "out", "undo")).order_by("number"):
        marks.setdefault(row.volunteer_id or 0, []).append(mark_of(row))
    people = Invitation.objects.filter(call=call).accepted().select_related("volunteer").order_by("pk")
    return Door(tuple(_guest(one, marks.get(one.volunteer_id, [])) for one in people))


def _guest(one: Invitation, marks: list[Mark]) -> Guest:
    walked = walk(marks)
    return Guest(
        invitation_id=one.pk,
        called=one.volunteer.called or one.volunteer.number,
        number=one.volunteer.number,
        entry_pass=passes.pass_of(one.pk),
        is_here=walked.lone_in is not None,
        has_come=walked.lone_in is not None or bool(walked.stays),
        minutes=sum(stay.minutes for stay in walked.stays),
    )
