"""The seeds of a loop: kinds of need with their promises, plain replies, routing rules; data, not code."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
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
    icon: str = ""  # that of its parent where it has none
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


@dataclass(frozen=True, slots=True)
class RuleSeed:
    """One routing rule: to every organisation of a kind in its own area, or to a level above the place."""

    name: str
    why: str
    to_level: str
    condition: Mapping[str, Any] = field(default_factory=dict)
    to_kind: str = ""  # of organisations; where there is none yet, the rule stays a draft to `to_level`


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads((HERE / name).read_text(encoding="utf-8"))


def category_seeds() -> tuple[CategorySeed, ...]:
    """Return the kinds of need, each parent before its children."""
    return tuple(CategorySeed(**row) for row in _read("categories.toml")["category"])


def template_seeds() -> tuple[TemplateSeed, ...]:
    """Return the plain replies."""
    return tuple(TemplateSeed(**row) for row in _read("templates.toml")["template"])


def rule_seeds() -> tuple[RuleSeed, ...]:
    """Return the routing rules in the order in which they are asked."""
    return tuple(RuleSeed(**row) for row in _read("rules.toml")["rule"])
