"""Styles and scripts: what old web-views can read, how much a page weighs, nothing inline or outside."""

import gzip
import re
from pathlib import Path

import pytest

from tests.front.sheets import FOR_PHONES, ROOT, STATIC, TEMPLATES, sheet, template

# Chromium 87 and iOS 14.5 drop whole rules, or whole files, that use these (docs: design study, finding 4).
TOO_NEW = {
    "@layer": r"@layer",
    "@container": r"@container",
    "@property": r"@property",
    ":has()": r":has\(",
    ":is()": r":is\(",
    ":where()": r":where\(",
    "a colour space": r"\b(?:oklch|oklab|lch|lab|hwb|color)\(",
    "color-mix()": r"color-mix\(",
    "light-dark()": r"light-dark\(",
    "dynamic viewport units": r"\d[dsl]v[hw]\b",
    "aspect-ratio": r"aspect-ratio",
    "nesting": r"\{[^{}]*&",
    "media ranges": r"@media[^{]*[<>]",
    "logical shorthands": r"\b(?:margin|padding|inset)-(?:inline|block)\s*:",
}
KB = 1024
SURFACES = {
    "resident": ("tokens.css", "ui.css", "resident.css"),
    "desk": ("tokens.css", "ui.css", "desk.css"),
    "sheet": ("tokens.css", "ui.css", "print.css"),
}


def weight(*files: Path) -> int:
    """Return the bytes of files as they travel, gzipped one by one."""
    return sum(len(gzip.compress(file.read_bytes(), 6)) for file in files)


@pytest.mark.parametrize("name", FOR_PHONES)
def test_old_phones_can_read_every_rule(name: str) -> None:
    css = sheet(name)
    assert [what for what, pattern in TOO_NEW.items() if re.search(pattern, css)] == []


@pytest.mark.parametrize("surface", SURFACES)
def test_styles_of_a_surface_weigh_12_kb_at_most(surface: str) -> None:
    assert weight(*(STATIC / name for name in SURFACES[surface])) <= 12 * KB


def test_own_scripts_weigh_15_kb_at_most() -> None:
    assert weight(*STATIC.glob("*.js")) <= 15 * KB


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.relative_to(ROOT / "lingju").as_posix())
def test_a_template_holds_nothing_inline_and_asks_nobody_outside(path: Path) -> None:
    page = template(path)
    assert not re.search(r"\sstyle\s*=", page)
    assert not re.search(r"\son[a-z]+\s*=\s*[\"']", page)
    assert not re.search(r"<style\b", page)
    assert not re.search(r"<script(?![^>]*\bsrc=)", page)
    assert not re.search(r"(?:src|href)=[\"'](?:https?:)?//", page)
    assert not re.search(r"url\(\s*[\"']?(?:https?:)?//", page)


def test_text_sizes_follow_the_reader() -> None:
    fixed = {
        name: re.findall(r"font-size:\s*[\d.]+px", re.sub(r"\.map[^{]*\{[^}]*\}", "", sheet(name)))
        for name in FOR_PHONES
    }
    assert not any(fixed.values())
    assert not any("text-size-adjust" in sheet(name) for name in FOR_PHONES)
