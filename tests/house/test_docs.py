"""Generated pages are fresh, links lead somewhere, decisions are listed."""

import re

import pytest

from lingju.site.commands import docs
from tests.house.source import ROOT

PAGES = docs.pages()


@pytest.mark.parametrize("name", PAGES)
def test_a_generated_page_is_fresh(name: str) -> None:
    written = (ROOT / "docs" / name).read_text(encoding="utf-8")
    assert written == PAGES[name], f"docs/{name} is stale: run `make docs`"


def test_every_link_between_pages_leads_somewhere() -> None:
    dead = []
    for page in [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").rglob("*.md")]:
        for target in re.findall(r"\]\(([^)#]+)[^)]*\)", page.read_text(encoding="utf-8")):
            if "://" not in target and not (page.parent / target).exists():
                dead.append(f"{page.relative_to(ROOT)}: {target}")
    assert dead == []


def test_every_decision_is_listed() -> None:
    index = (ROOT / "docs" / "decisions" / "README.md").read_text(encoding="utf-8")
    pages = sorted(p.name for p in (ROOT / "docs" / "decisions").glob("0*.md"))
    assert [name for name in pages if f"({name})" not in index] == []


def test_every_path_the_tour_names_exists() -> None:
    tour = (ROOT / "docs" / "tour.md").read_text(encoding="utf-8")
    named = re.findall(r"`(lingju/[\w/.]+)`", tour)
    assert named
    assert [path for path in named if not (ROOT / path).exists()] == []
