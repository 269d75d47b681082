"""Colours: every pair of text and ground in use can be read, in every theme (WCAG 2.2 AA)."""

import re

import pytest

from tests.front.sheets import SHEETS, STATIC, TEMPLATES, block, colours, sheet

TOKENS = sheet("tokens.css")
LIGHT = colours(block(TOKENS, ":root {"))
DARK = LIGHT | colours(block(TOKENS, ':root[data-theme="dark"]'))
ELDER = LIGHT | colours(block(TOKENS, ':root[data-mode="elder"] {'))
ELDER_DARK = DARK | colours(block(TOKENS, ':root[data-mode="elder"][data-theme="dark"]'))
CONTRAST = LIGHT | colours(block(block(TOKENS, "(prefers-contrast: more) {"), ":root"))
THEMES = {"light": LIGHT, "dark": DARK, "elder": ELDER, "elder, dark": ELDER_DARK, "more contrast": CONTRAST}

TEXT, EDGE = 4.5, 3.0
GROUNDS = ("paper", "paper-card", "paper-sunk")
INKS = ("ink", "ink-2", "ink-3", "zhu", "song", "xing", "dai", "mei")
TINTS = ("zhu", "song", "xing", "dai", "mei")
PAIRS = [
    *((ink, ground, TEXT) for ground in GROUNDS for ink in INKS),
    *((edge, ground, EDGE) for ground in GROUNDS for edge in ("line-firm", "focus")),
    *((ink, f"{tint}-wash", TEXT) for tint in TINTS for ink in (tint, "ink", "ink-2")),
    *(("on-fill", fill, TEXT) for fill in ("zhu-fill", "zhu-fill-2")),
    ("paper", "ink", TEXT),  # a chosen chip
    ("ink-2", "paper-deep", TEXT),  # a choice that is not taken
    ("sheet-ink", "sheet", TEXT),
]


def luminance(colour: str) -> float:
    """Return the relative luminance of #RRGGBB (WCAG 2.2)."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours, 1 to 21."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("theme", THEMES)
def test_every_pair_in_use_can_be_read(theme: str) -> None:
    colour = THEMES[theme]
    weak = {
        f"{ink} on {ground}": round(contrast(colour[f"--{ink}"], colour[f"--{ground}"]), 2)
        for ink, ground, least in PAIRS
        if contrast(colour[f"--{ink}"], colour[f"--{ground}"]) < least
    }
    assert weak == {}


def test_the_systems_dark_and_the_chosen_dark_are_one() -> None:
    by_system = block(block(TOKENS, "@media (prefers-color-scheme: dark)"), ":root:not")
    by_choice = block(TOKENS, ':root[data-theme="dark"]')
    assert re.findall(r"--[\w-]+:[^;]+", by_system) == re.findall(r"--[\w-]+:[^;]+", by_choice)


def test_raw_colours_stand_in_the_tokens_alone() -> None:
    raw = {
        name: found
        for name in SHEETS
        if name != "tokens.css"
        and (found := re.findall(r"#[0-9a-fA-F]{3,8}\b|\brgba?\(|\bhsla?\(", sheet(name)))
    }
    assert {name: [one for one in found if one != "#hatch"] for name, found in raw.items()} in (
        {},
        {"ui.css": []},
    )


def test_every_token_that_is_asked_for_exists() -> None:
    known = set(re.findall(r"(--[\w-]+)\s*:", TOKENS)) | {"--ring", "--zoom"}
    asked = {token for name in SHEETS for token in re.findall(r"var\((--[\w-]+)", sheet(name))}
    assert asked - known == set()


def test_the_bar_of_the_phone_has_the_colour_of_paper() -> None:
    base = next(path for path in TEMPLATES if path.as_posix().endswith("site/base.html"))
    said = re.findall(r'name="theme-color" content="(#\w+)"', base.read_text(encoding="utf-8"))
    assert said == [LIGHT["--paper"], DARK["--paper"]]


def test_the_mark_has_the_accent() -> None:
    assert LIGHT["--zhu"] in (STATIC / "mark.svg").read_text(encoding="utf-8")
