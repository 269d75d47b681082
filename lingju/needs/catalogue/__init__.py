"""The seeds of a loop: kinds of need with their promises, plain replies to begin from; data, not code."""

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class CategorySeed:
    """One kind of need as the house proposes it; a district edits its own copy."""

    code: str
    name: str
    parent: str = ""
    hint: str = ""
    icon: str = "circle-dot"
    keywords: str = ""
    is_private: bool = False
    needs_evidence: bool = False
    respond_hours: int = 8
    due_amount: int = 7
    due_unit: str = "working_days"


@dataclass(frozen=True, slots=True)
class TemplateSeed:
    """One plain reply to begin from."""

    name: str
    outcome: str
    text: str
    category: str = ""


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads((HERE / name).read_text(encoding="utf-8"))


def category_seeds() -> tuple[CategorySeed, ...]:
    """Return the kinds of need, each parent before its children."""
    return tuple(CategorySeed(**row) for row in _read("categories.toml")["category"])


def template_seeds() -> tuple[TemplateSeed, ...]:
    """Return the plain replies."""
    return tuple(TemplateSeed(**row) for row in _read("templates.toml")["template"])
