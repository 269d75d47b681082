"""What proves that somebody was there: the pass each one carries, and the code of the place, which changes.

    LJV-1F3A9C20D1E4-9B2C44F01A77E3D0    a pass: the invitation's id and a mark; a device at the door scans it
    1f3a9c20.38.5f7b.9b2c44f01a77e3d0    a place's code: call, station, five-minute step and a mark

The place's code is shown on a screen and is good for the step it names and the one after it: a picture of
it, sent to somebody at home, is soon worth nothing. Without a screen there is the paper list.
"""

import hmac
import re
from dataclasses import dataclass
from typing import Final

from lingju.kernel import clock, crypto

MARKS_PERSON: Final = "volunteering.pass"
MARKS_PLACE: Final = "volunteering.place"
MARK: Final = 16
FORM: Final = re.compile(rf"LJV-([0-9A-F]{{1,16}})-([0-9A-F]{{{MARK}}})")
PLACE: Final = re.compile(rf"([0-9a-f]{{1,16}})\.([0-9a-f]{{1,16}})\.([0-9a-f]{{1,8}})\.([0-9a-f]{{{MARK}}})")
STEP_S: Final = 300


@dataclass(frozen=True, slots=True)
class AtPlace:
    """What a place's code says: which call, at which station (0: none), and whether it is still good."""

    call_id: int
    station_id: int
    is_fresh: bool


def pass_of(invitation_id: int) -> str:
    """Return the text of a pass; capital letters make the picture small."""
    return f"LJV-{invitation_id:X}-{_mark(str(invitation_id), MARKS_PERSON).upper()}"


def read(text: str) -> int | None:
    """Return the invitation a pass is of; None where it is none, or one digit of it is wrong."""
    form = FORM.fullmatch(text.strip().upper())
    if form is None:
        return None
    invitation_id = int(form[1], 16)
    wanted = _mark(str(invitation_id), MARKS_PERSON).upper()
    return invitation_id if hmac.compare_digest(wanted, form[2]) else None


def place_code(call_id: int, station_id: int) -> str:
    """Return the code of the place as it is just now."""
    step = _step()
    return f"{call_id:x}.{station_id:x}.{step:x}.{_mark(f'{call_id}.{station_id}.{step}', MARKS_PLACE)}"


def read_place(text: str) -> AtPlace | None:
    """Return what a place's code says; None where it was not made here."""
    form = PLACE.fullmatch(text.strip().lower())
    if form is None:
        return None
    call_id, station_id, step = (int(form[n], 16) for n in (1, 2, 3))
    wanted = _mark(f"{call_id}.{station_id}.{step}", MARKS_PLACE)
    if not hmac.compare_digest(wanted, form[4]):
        return None
    return AtPlace(call_id, station_id, step <= _step() <= step + 1)


def _step() -> int:
    return int(clock.now().timestamp()) // STEP_S


def _mark(text: str, purpose: str) -> str:
    return crypto.ring().mark(text.encode(), purpose)[:MARK]
