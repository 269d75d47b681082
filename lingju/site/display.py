"""How a person wants pages to look: 大字 mode, text size, light or dark; kept in one cookie, nowhere else.

The cookie reads `mode.size.theme`; whatever is not one of the listed words is ignored as if never said.
The language has Django's own cookie.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Self

from django.conf import settings
from django.http import HttpResponse
from django.utils.cache import patch_vary_headers

from lingju.kernel.requests import Request

COOKIE = "lingju_display"
YEAR_S = 365 * 24 * 3600

MODES = ("standard", "elder")
SIZES = ("m", "l", "xl", "xx")
THEMES = ("auto", "light", "dark")


@dataclass(frozen=True, slots=True)
class Display:
    """A person's choice; the first word of each list is what everybody starts with."""

    mode: str = MODES[0]
    size: str = SIZES[0]
    theme: str = THEMES[0]

    @classmethod
    def read(cls, cookie: str) -> Self:
        """Read the cookie; a word nobody offers counts as not said."""
        mode, size, theme = [*cookie.split("."), "", "", ""][:3]
        return cls().saying(mode=mode, size=size, theme=theme)

    def saying(self, *, mode: str = "", size: str = "", theme: str = "") -> Self:
        """Return the choice with what is newly said; blank and unknown words change nothing."""
        return replace(
            self,
            mode=mode if mode in MODES else self.mode,
            size=size if size in SIZES else self.size,
            theme=theme if theme in THEMES else self.theme,
        )

    def __str__(self) -> str:
        return f"{self.mode}.{self.size}.{self.theme}"

    @property
    def is_elder(self) -> bool:
        """Say whether 大字 mode is on."""
        return self.mode == "elder"

    @property
    def attributes(self) -> dict[str, str]:
        """Return the attributes of `<html>` that the style sheets listen to; defaults need none."""
        default = Display()
        said = {"data-mode": self.mode, "data-size": self.size, "data-theme": self.theme}
        quiet = {"data-mode": default.mode, "data-size": default.size, "data-theme": default.theme}
        return {name: value for name, value in said.items() if value != quiet[name]}

    def keep(self, response: HttpResponse) -> None:
        """Keep the choice in the person's browser for a year."""
        response.set_cookie(
            COOKIE,
            str(self),
            max_age=YEAR_S,
            httponly=True,
            samesite="Lax",
            secure=settings.SESSION_COOKIE_SECURE,
        )


class DisplayMiddleware:
    """Set `request.display`, and tell caches that pages differ by it."""

    def __init__(self, get_response: Callable[[Request], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: Request) -> HttpResponse:
        """Read the cookie before the page is asked, and mark its answer."""
        request.display = Display.read(request.COOKIES.get(COOKIE, ""))
        response = self.get_response(request)
        if response.get("Content-Type", "").startswith("text/html"):
            patch_vary_headers(response, ["Cookie"])
        return response
