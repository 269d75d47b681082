"""The pass 入场码 of a sign-up: a signed text for a QR code; without it, the last six of the number will do.

    LJ1-1F3A9C20D1E4-9B2C44F01A77E3D0        the sign-up's id, and a mark that only this installation makes

A device at the door holds the passes of its own list, so that it can tell without a network whether one
belongs there; whether a strange one is genuine only the server can say. Nothing in a pass names anybody.
"""

import hmac
import re
from typing import Final

from lingju.kernel import crypto

PURPOSE: Final = "activities.pass"
MARK: Final = 16
FORM: Final = re.compile(rf"LJ1-([0-9A-F]{{1,16}})-([0-9A-F]{{{MARK}}})")
DIGITS: Final = 6


def digits_of(number: str) -> str:
    """Return the six digits that somebody says at the door: the last of their booking number."""
    return number[-DIGITS:]


def pass_of(signup_id: int) -> str:
    """Return the text of a sign-up's QR code; capital letters make the picture small."""
    return f"LJ1-{signup_id:X}-{_mark(signup_id)}"


def read(text: str) -> int | None:
    """Return the sign-up a pass is of; None where it is none, or one digit of it is wrong."""
    form = FORM.fullmatch(text.strip().upper())
    if form is None:
        return None
    signup_id = int(form[1], 16)
    return signup_id if hmac.compare_digest(_mark(signup_id), form[2]) else None


def _mark(signup_id: int) -> str:
    return crypto.ring().mark(str(signup_id).encode(), PURPOSE)[:MARK].upper()
