"""Everything people read can be said in English too: extracted, translated, with the same placeholders."""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_keywords, parse_mapping_cfg
from babel.messages.pofile import read_po
from jinja2 import nodes

from lingju.site.jinja import environment
from tests.house.source import PACKAGE, ROOT

ENGLISH = PACKAGE / "site" / "locale" / "en" / "LC_MESSAGES" / "django.po"
HINT = "run tools/words.sh, then say it in English in lingju/site/locale"
CHINESE = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]")
PLACEHOLDER = re.compile(r"%\(\w+\)[-#0 +]*\d*(?:\.\d+)?[a-z]|%%")
# What the extraction finds in templates; {% trans %} becomes calls of these as well.
TRANSLATING = {"_", "gettext", "ngettext", "pgettext", "npgettext"}
TEMPLATES = sorted(PACKAGE.glob("*/**/templates/**/*.html"))


@cache
def catalogue() -> Catalog:
    """Return the English catalogue."""
    with ENGLISH.open("rb") as file:
        return read_po(file, locale="en")


@cache
def extracted() -> tuple[tuple[str, str | tuple[str, ...], str | None], ...]:
    """Return what tools/words.sh finds in the package: the place, the text and its context."""
    with (ROOT / "tools" / "babel.cfg").open(encoding="utf-8") as file:
        methods, options = parse_mapping_cfg(file)  # type: ignore[no-untyped-call]
    more = re.findall(r" -k (\S+)", (ROOT / "tools" / "words.sh").read_text(encoding="utf-8"))
    found = extract_from_dir(PACKAGE, methods, options, DEFAULT_KEYWORDS | parse_keywords(more))
    return tuple((f"{path}:{line}", text, context) for path, line, text, _, context in found)


def said(message: Message) -> tuple[str, ...]:
    """Return what the catalogue says for a message: one sentence, or one for each plural form."""
    return (message.string,) if isinstance(message.string, str) else tuple(message.string or [""])


def asked_for(message: Message) -> tuple[str, ...]:
    """Return what the code says: one sentence, or singular and plural."""
    return (message.id,) if isinstance(message.id, str) else tuple(message.id)


def untranslated(node: nodes.Node, is_known: bool = False) -> Iterator[tuple[int, str]]:
    """Yield line and text of every Chinese literal below `node` that is said without being translated."""
    if isinstance(node, nodes.TemplateData) and CHINESE.search(node.data):
        yield node.lineno, node.data.strip()
    if isinstance(node, nodes.Const) and not is_known and CHINESE.search(str(node.value)):
        yield node.lineno, str(node.value)
    known = known_below(node)
    for child in node.iter_child_nodes():
        yield from untranslated(child, child in known)


def known_below(node: nodes.Node) -> list[nodes.Node]:
    """Return the children that may be Chinese literals: a text to translate, a value to compare with."""
    if isinstance(node, nodes.Call) and isinstance(node.node, nodes.Name) and node.node.name in TRANSLATING:
        return list(node.args)
    return [node.expr] if isinstance(node, nodes.Operand) else []


def test_the_extraction_finds_pages_and_code() -> None:
    places = [place for place, _, _ in extracted()]
    assert len(TEMPLATES) > 40
    assert any(".html:" in place for place in places)
    assert any(".py:" in place for place in places)


def test_every_text_is_in_the_english_catalogue() -> None:
    absent = [
        f"{place}: {text}" for place, text, context in extracted() if not catalogue().get(text, context)
    ]
    assert absent == [], HINT


def test_every_text_is_translated_and_none_is_a_guess() -> None:
    empty = [asked_for(one)[0] for one in catalogue() if one.id and not all(said(one))]
    assert empty == [], HINT
    assert [asked_for(one)[0] for one in catalogue() if one.id and one.fuzzy] == []


def test_the_english_has_the_placeholders_of_the_chinese() -> None:
    wrong = []
    for message in catalogue():
        wanted = {tuple(sorted(PLACEHOLDER.findall(text))) for text in asked_for(message)}
        given = {tuple(sorted(PLACEHOLDER.findall(text))) for text in said(message)}
        if wanted != given:
            wrong.append(asked_for(message)[0])
    assert wrong == []


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_a_template_says_nothing_past_the_catalogue(template: Path) -> None:
    tree = environment().parse(template.read_text(encoding="utf-8"))
    assert list(untranslated(tree)) == [], "put it inside _(…); a note belongs in {# … #}"
