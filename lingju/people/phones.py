"""Mobile numbers as people type them, and as they are kept and shown. Pure."""

import re
import unicodedata

from django.utils.translation import gettext as _

from lingju.kernel.errors import BadInput

MOBILE = re.compile(r"1[3-9]\d{9}")
_COUNTRY = re.compile(r"^(\+86|0086)")


def read(text: str) -> str:
    """Return eleven digits from what was typed: full width, spaces, hyphens and +86 are forgiven.

    Raises BadInput with a sentence for the field `phone` where it is no mainland mobile number.
    """
    number = normal(text)
    if not MOBILE.fullmatch(number):
        sentence = _("手机号是 11 位数字，以 1 开头，请再看一遍。")
        raise BadInput(sentence, {"phone": sentence})
    return number


def is_mobile(text: str) -> bool:
    """Say whether the text reads as a mobile number."""
    return MOBILE.fullmatch(normal(text)) is not None


def normal(text: str) -> str:
    """Return the text with digits in half width and without what people put between them."""
    plain = re.sub(r"[\s\-‐-―()·.]", "", unicodedata.normalize("NFKC", text))
    return _COUNTRY.sub("", plain)


def masked(number: str | None) -> str:
    """Return a number so that its owner knows it and nobody else can call it: 138****5678."""
    return f"{number[:3]}****{number[-4:]}" if number else ""
