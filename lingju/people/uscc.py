"""The unified social credit code of an organisation 统一社会信用代码, checked by GB 32100-2015.

Eighteen characters: who registered it (1), what kind (1), the administrative division (6), the
organisation code (9) and a check character. Pure: text in, text or a sentence out.
"""

import unicodedata

from django.utils.translation import gettext as _

from lingju.kernel.errors import BadInput

# GB 32100 leaves out I, O, S, V and Z, which are taken for digits and other letters.
ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
LENGTH = 18


def check_character(first: str) -> str:
    """Return the check character of the first 17: (31 - sum of value * 3^i mod 31) mod 31, i from 0."""
    total = sum(ALPHABET.index(character) * pow(3, place, 31) for place, character in enumerate(first))
    return ALPHABET[-total % 31]


def read(text: str) -> str:
    """Return a code as it is stored, from what was typed (spaces, hyphens, full width, small letters).

    Raises BadInput with a sentence for the field `uscc` where it cannot be a code.
    """
    code = unicodedata.normalize("NFKC", text).upper()
    code = "".join(character for character in code if not character.isspace() and character != "-")
    sentence = _complaint(code)
    if sentence:
        raise BadInput(sentence, {"uscc": sentence})
    return code


def _complaint(code: str) -> str:
    if len(code) != LENGTH:
        return _("统一社会信用代码是 18 位，这里有 %(count)d 位。") % {"count": len(code)}
    strange = sorted({character for character in code if character not in ALPHABET})
    if strange:
        return _("统一社会信用代码里不会有“%(characters)s”。") % {"characters": "".join(strange)}
    if check_character(code[:-1]) != code[-1]:
        return _("统一社会信用代码的最后一位对不上，请再看一遍。")
    return ""
