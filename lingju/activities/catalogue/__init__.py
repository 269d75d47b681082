"""What activities are planned from: topics in groups, days of the year, and templates that worked elsewhere.

Data in TOML beside this page, read once. A district may tag a session with any topic; nothing here is a row.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

FOLDER = Path(__file__).parent
GROUPS: Final[Mapping[str, str | Promise]] = {
    "safety": _("安全和救护"),
    "policy": _("政策和法律"),
    "culture": _("文化和手艺"),
    "health": _("健康和生活"),
    "together": _("邻里和志愿"),
}


@dataclass(frozen=True, slots=True)
class Topic:
    """What an activity may be about: its group, when it is due, for whom it usually is, who teaches it."""

    code: str
    name: str
    group: str
    is_training: bool = False
    before: tuple[str, ...] = ()
    months: tuple[int, ...] = ()
    audiences: tuple[str, ...] = ()
    partners: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Festival:
    """A day or a stretch of the year, and how it is found; `festivals.py` reads the rest of the fields."""

    code: str
    name: str
    kind: str
    month: int = 0
    day: int = 0
    until_month: int = 0
    until_day: int = 0
    weekday: int = 0
    nth: int = 0
    term: str = ""
    of: str = ""
    is_solemn: bool = False
    is_rough: bool = False


@dataclass(frozen=True, slots=True)
class Template:
    """A programme that worked elsewhere, to begin with: its day, its topics, its parts."""

    code: str
    name: str
    festival: str
    days_before: int
    topics: tuple[str, ...]
    ideas: tuple[str, ...]
    audiences: tuple[str, ...] = ()


def _read(name: str) -> dict[str, dict[str, Any]]:
    lines = tomllib.loads((FOLDER / f"{name}.toml").read_text(encoding="utf-8"))
    return {
        code: {key: tuple(value) if isinstance(value, list) else value for key, value in line.items()}
        for code, line in lines.items()
    }


TOPICS: Final = {code: Topic(code=code, **line) for code, line in _read("topics").items()}
FESTIVALS: Final = {code: Festival(code=code, **line) for code, line in _read("festivals").items()}
TEMPLATES: Final = {code: Template(code=code, **line) for code, line in _read("templates").items()}


def topic_name(code: str) -> str:
    """Return what a topic is called; a code nobody knows any more stands for itself."""
    topic = TOPICS.get(code)
    return topic.name if topic is not None else code
