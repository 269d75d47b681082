"""The style sheets and templates as text, read once for all checks."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
STATIC = ROOT / "lingju" / "site" / "static"
TEMPLATES = sorted((ROOT / "lingju").glob("*/templates/**/*.html"))
SHEETS = ("tokens.css", "ui.css", "resident.css", "desk.css", "print.css")
FOR_PHONES = ("tokens.css", "ui.css", "resident.css", "print.css")
PYTHON = [
    path
    for path in sorted((ROOT / "lingju").rglob("*.py"))
    if not {"tests", "migrations"} & set(path.relative_to(ROOT).parts)
]


def sheet(name: str) -> str:
    """Return a style sheet without its comments."""
    return re.sub(r"/\*.*?\*/", "", (STATIC / name).read_text(encoding="utf-8"), flags=re.DOTALL)


def template(path: Path) -> str:
    """Return a template without its comments."""
    return re.sub(r"\{#.*?#\}", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)


def block(css: str, selector: str) -> str:
    """Return what stands between the braces after a selector, nested braces included."""
    start = css.index("{", css.index(selector))
    depth = 0
    for place in range(start, len(css)):
        depth += {"{": 1, "}": -1}.get(css[place], 0)
        if depth == 0:
            return css[start + 1 : place]
    raise ValueError(f"{selector} is never closed")


def colours(text: str) -> dict[str, str]:
    """Return the plain colours that a block of tokens sets."""
    return dict(re.findall(r"(--[\w-]+):\s*(#[0-9A-Fa-f]{6})\b", text))
