"""The code on a stall's card: which stall, which edition, and a mark that only this installation makes.

    1F3A9C20D1E4-2-9B2C44F01A77E3D0B1A2C3D4

Nothing in it names anybody. A card that was lost is revoked by printing the next edition.
"""

import hmac
import re
from typing import Final

from lingju.kernel import crypto
from lingju.market.models import Stall

PURPOSE: Final = "market.card"
MARK: Final = 24
FORM: Final = re.compile(rf"([0-9A-F]{{1,16}})-([0-9]{{1,5}})-([0-9A-F]{{{MARK}}})")


def token_of(stall: Stall) -> str:
    """Return the code of a stall's card."""
    return f"{stall.pk:X}-{stall.card_edition}-{_mark(stall.pk, stall.card_edition)}"


def read(text: str) -> Stall | None:
    """Return the stall a code is of; None where it is none, is wrong, or a newer card was printed."""
    form = FORM.fullmatch(text[:60].upper())
    if form is None:
        return None
    stall_id, edition = int(form[1], 16), int(form[2])
    if stall_id >= 2**63 or not hmac.compare_digest(_mark(stall_id, edition), form[3]):
        return None
    stalls = Stall.objects.select_related(
        "market__session__station",
        "market__session__area",
        "market__session__space",
        "market__area",
        "market__district",
        "zone",
        "spot",
        "organisation",
        "district",
    )
    return stalls.filter(pk=stall_id, card_edition=edition).first()


def _mark(stall_id: int, edition: int) -> str:
    return crypto.ring().mark(f"{stall_id}.{edition}".encode(), PURPOSE)[:MARK].upper()
