"""The small drawings of every page: icons, the ten-dot ring, the mark.

All are SVG inside the page, so that they take the colour of the text, print, and ask for no request.
Ten dots are ten minutes on foot: the ring is the product's measure, its mark the same ring round a door.
"""

import functools
import re
from pathlib import Path

from django.utils.translation import gettext as _
from markupsafe import Markup

# Beside the static files, not among them: icons are only ever drawn inside pages.
ICONS = next((Path(__file__).parent / "icons").glob("lucide-*"))
SHAPES = re.compile(r"<svg[^>]*>(.*)</svg>", re.DOTALL)
DOTS = 10


@functools.cache
def _shapes(name: str) -> str | None:
    """Return what an icon file draws, without its frame; None if there is no such file."""
    path = ICONS / f"{name}.svg"
    if not re.fullmatch(r"[a-z0-9-]+", name) or not path.is_file():
        return None
    found = SHAPES.search(path.read_text(encoding="utf-8"))
    return (
        re.sub(r"\s+", " ", found.group(1)).replace("> <", "><").replace(" />", "/>").strip()
        if found
        else None
    )


def icon(name: str, cls: str = "", *, otherwise: str = "") -> Markup:
    """Draw a vendored Lucide icon, hidden from readers because words always stand beside it.

    Raise LookupError for a name that is not vendored, unless `otherwise` names one that is: names that
    come from data need not be trusted, names in templates must be right.
    """
    shapes = _shapes(name) or (_shapes(otherwise) if otherwise else None)
    if shapes is None:
        raise LookupError(f"icon {name!r} is not vendored: add it to tools/VENDOR.toml")
    classes = f"i {cls}".strip()
    return Markup(  # noqa: S704  vendored shapes, and a class name from our own templates
        f'<svg class="{classes}" width="24" height="24" viewBox="0 0 24 24" aria-hidden="true">{shapes}</svg>'
    )


def _dots(lit: int) -> str:
    """Return the dash pattern that lights the first dots of ten."""
    return " ".join(["0 1"] * (lit - 1) + [f"0 {DOTS - lit + 1}"])


def ring(minutes: int | None, label: str = "", *, small: bool = False, is_guess: bool = False) -> Markup:
    """Draw minutes on foot as lit dots of ten, with the figure inside; None is beyond twenty minutes.

    Ten dots are lit from ten minutes on; the figure goes on counting. `is_guess` marks a straight-line
    estimate with 约, in the figure and in what is read aloud.
    """
    spoken = label or _spoken(minutes, is_guess)
    lit = DOTS if minutes is None else max(0, min(DOTS, minutes))
    on = (
        f'<circle class="r1" cx="50" cy="50" r="45" pathLength="10" stroke-dasharray="{_dots(lit)}"/>'
        if lit
        else ""
    )
    unit = _("约分钟") if is_guess else _("分钟")
    return Markup(
        '<span class="ring{small}" role="img" aria-label="{spoken}">'
        '<svg viewBox="0 0 100 100" aria-hidden="true">'
        '<circle class="r0" cx="50" cy="50" r="45" pathLength="10" stroke-dasharray="0 1"/>{on}</svg>'
        '<span aria-hidden="true"><b>{figure}</b><small>{unit}</small></span></span>'
    ).format(
        small=" ring-s" if small else "",
        spoken=spoken,
        on=Markup(on),  # noqa: S704  made of numbers
        figure="20+" if minutes is None else minutes,
        unit=unit,
    )


def _spoken(minutes: int | None, is_guess: bool) -> str:
    """Return what the ring says aloud."""
    if minutes is None:
        return _("走二十分钟还到不了")
    if is_guess:
        return _("按直线估计，走大约 %(n)s 分钟") % {"n": minutes}
    return _("走 %(n)s 分钟") % {"n": minutes}


def mark() -> Markup:
    """Draw the mark: ten dots round a door."""
    return Markup(
        '<svg class="brand-mark" width="28" height="28" viewBox="0 0 100 100" aria-hidden="true">'
        '<circle cx="50" cy="50" r="42" stroke-width="11" pathLength="10" stroke-dasharray="0 1"'
        ' transform="rotate(-90 50 50)"/><circle class="c" cx="50" cy="50" r="15"/></svg>'
    )
