"""What every text of a market passes: tidied, and refused where it offers something for money."""

from collections.abc import Mapping

from django.utils.translation import gettext as _

from lingju.kernel.errors import BadInput
from lingju.market import selling
from lingju.places.services.marks import tidy


def tidied(text: str, most: int) -> str:
    """Return words of several lines as they are kept: each line tidied, empty ones left out."""
    return "\n".join(filter(None, (tidy(line) for line in text.splitlines())))[:most]


def check_nothing_is_sold(words: Mapping[str, str]) -> None:
    """Refuse texts that offer something for money, naming the field and the words it is about."""
    wrong = {
        name: _sentence(found) for name, text in words.items() if (found := selling.offers_for_money(text))
    }
    if wrong:
        raise BadInput(next(iter(wrong.values())), wrong)


def _sentence(found: str) -> str:
    return _("文明集市只服务、不买卖，不能写“%(words)s”。请去掉钱数和买卖的话，写清楚免费做什么。") % {
        "words": found
    }
