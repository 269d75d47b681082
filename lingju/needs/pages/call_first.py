"""Whom to call first, where words that were kept already speak of danger.

    words ──kept──▶ 302 …?call=fire ──▶ the page, the numbers on top

What stands in the address is the kind of danger alone: loading the page again keeps nothing twice.
"""

from django.utils.http import urlencode

from lingju.kernel.requests import Request
from lingju.needs.services import heeding
from lingju.needs.text.red_flags import RedFlag

ASKED = "call"


def question(request: Request, words: str) -> str:
    """Return what leads a page to show whom to call; nothing where the words may wait for a desk."""
    loud = [flag.code for flag in heeding.dangers_in(words, request.district) if flag.must_stop]
    return f"?{urlencode({ASKED: ','.join(loud)})}" if loud else ""


def flags_of(request: Request) -> tuple[RedFlag, ...]:
    """Return whom a page that was asked so has to show."""
    codes = request.GET.get(ASKED, "").split(",")
    return heeding.numbers_for(codes, request.district) if codes != [""] else ()
