"""How a page is looked at: the modes, and what is measured in each."""

import gzip
import urllib.request
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

from lingju.site.display import Display

VENDOR = Path(__file__).resolve().parents[2] / "tests" / "vendor"
AXE = next(VENDOR.glob("axe-core-*/axe.min.js"))
RULES = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
# What else can go wrong with other colours and in less room; the words of a page are the same in all looks.
DARK, LARGE = ("color-contrast",), ("scrollable-region-focusable",)


@dataclass(frozen=True)
class Look:
    """One way to look at a page: its name, the window, and what somebody chose on the display page."""

    name: str
    width: int
    height: int
    mode: str = ""
    size: str = ""
    theme: str = "light"
    least_target: int = 44
    rules: tuple[str, ...] = RULES


PHONE_LOOKS = (
    Look("light", 390, 844),
    Look("dark", 390, 844, theme="dark", rules=DARK),
    Look("elder", 390, 844, mode="elder", least_target=60, rules=LARGE),
    Look("320-at-30px", 320, 844, size="xx", rules=LARGE),
)
DESK_LOOKS = (
    Look("light", 1440, 900, least_target=24),
    Look("dark", 1440, 900, theme="dark", least_target=24, rules=DARK),
    Look("elder", 1440, 900, mode="elder", least_target=24, rules=LARGE),
    Look("320-at-30px", 320, 844, size="xx", least_target=24, rules=LARGE),
)


@dataclass
class Noted:
    """What a page asked for and complained of."""

    outside: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)


def note(page: Page, site: str) -> Noted:
    """Note every request and complaint of a page from now on."""
    noted = Noted()
    page.on("request", lambda r: None if r.url.startswith((site, "data:")) else noted.outside.append(r.url))
    page.on("console", lambda m: noted.complaints.append(m.text) if m.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: noted.complaints.append(str(error)))
    return noted


def fetched(page: Page) -> list[str]:
    """Return the addresses of what the page has fetched besides itself."""
    found: list[str] = page.evaluate("performance.getEntriesByType('resource').map(entry => entry.name)")
    return found


def kilobytes(page: Page) -> float:
    """Return the page and all it fetched, gzipped, in KB."""
    return sum(map(gzipped_size, fetched(page)), len(gzip.compress(page.content().encode(), 9))) / 1024


def first_view(page: Page) -> list[str]:
    """Return what the view itself has fetched; the picture on the browser's tab is the browser's own wish."""
    icons: list[str] = page.evaluate(
        "[...document.querySelectorAll('link[rel=icon]')].map(link => link.href)"
    )
    return [address for address in fetched(page) if address not in icons]


@cache
def gzipped_size(address: str) -> int:
    """Return the size of a static file as it goes over the wire at best."""
    with urllib.request.urlopen(address, timeout=10) as answer:
        return len(gzip.compress(answer.read(), 9))


def dress(page: Page, look: Look) -> None:
    """Put an open page into a look without asking the server again: its style sheets do the rest."""
    page.set_viewport_size({"width": look.width, "height": look.height})
    page.emulate_media(color_scheme="dark" if look.theme == "dark" else "light", reduced_motion="reduce")
    page.evaluate(
        """said => ['data-mode', 'data-size', 'data-theme'].forEach(name => name in said
          ? document.documentElement.setAttribute(name, said[name])
          : document.documentElement.removeAttribute(name))""",
        Display().saying(mode=look.mode, size=look.size, theme=look.theme).attributes,
    )


def flaws(page: Page, looks: tuple[Look, ...]) -> list[str]:
    """Return what is wrong with an open page, in one look after the other."""
    found = []
    for look in looks:
        dress(page, look)
        if (wide := overflow(page)) > 0:
            found.append(f"{look.name}: scrolls sideways by {wide} px")
        found += [f"{look.name}: {wrong}" for wrong in violations(page, look.rules)]
        found += [f"{look.name}: too small: {target}" for target in small_targets(page, look.least_target)]
    return found


def violations(page: Page, rules: tuple[str, ...] = RULES) -> list[str]:
    """Return what axe-core finds wrong with the page as it stands."""
    # Evaluated, not added as a script tag: the page's own policy forbids scripts from elsewhere.
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE.read_text(encoding="utf-8"))
    result: dict[str, Any] = page.evaluate("rules => axe.run(document, {runOnly: rules})", list(rules))
    return [f"{v['id']}: {v['nodes'][0]['target']} {v['help']}" for v in result["violations"]]


def small_targets(page: Page, least: int) -> list[dict[str, Any]]:
    """Return links and buttons smaller than `least` CSS pixels; links inside sentences are exempt."""
    found: list[dict[str, Any]] = page.evaluate(
        """least => [...document.querySelectorAll('a, button, input:not([type=hidden]), select, textarea')]
          .filter(e => e.offsetParent && !e.closest('.skip') && getComputedStyle(e).display !== 'inline')
          .filter(e => !(e.matches('input[type=radio], input[type=checkbox]') && e.closest('label')))
          .map(e => ({text: (e.textContent || e.name).trim().slice(0, 9), box: e.getBoundingClientRect()}))
          .map(e => ({text: e.text, width: Math.round(e.box.width), height: Math.round(e.box.height)}))
          .filter(e => e.width > 1 && (e.width < least || e.height < least))""",
        least,
    )
    return found


def overflow(page: Page) -> int:
    """Return by how many pixels the page scrolls sideways."""
    wider: int = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return wider
