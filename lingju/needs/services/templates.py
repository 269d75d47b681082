"""Plain replies to begin from: which fit a need and an outcome, where their gaps are, and the verbs.

“您说的事我们收到了，【谁】【什么时候】到现场看。” has two gaps: a clerk fills them, and a reply never leaves
with one.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from lingju.kernel.errors import BadInput, NotNow
from lingju.kernel.rules import Actor
from lingju.needs.models import Need, ReplyTemplate
from lingju.needs.rules import edits_the_loop
from lingju.places.models import District
from lingju.places.services import marks

MOST = 200
EDITABLE = frozenset({"name", "category", "outcome", "text", "order"})
GAP = re.compile(r"【[^【】]{0,40}】")


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a template: words, or a gap that somebody fills."""

    text: str
    is_gap: bool


def gaps(text: str) -> list[str]:
    """Return the gaps that are still open in a text."""
    return GAP.findall(text)


def pieces(text: str) -> list[Piece]:
    """Return a text as words and gaps in turn, so that a page can show the gaps."""
    found, at = [], 0
    for gap in GAP.finditer(text):
        found += [Piece(text[at : gap.start()], False), Piece(gap[0], True)]
        at = gap.end()
    return [piece for piece in (*found, Piece(text[at:], False)) if piece.text]


def for_need(need: Need, outcome: str = "") -> list[ReplyTemplate]:
    """Return the templates that fit a need and what came of it, the most fitting first.

    A template of the need's own kind comes before one of the kind above it, and both before one of no kind;
    one of this outcome comes before one of no outcome.
    """
    kind = need.category
    kinds = [kind.pk, kind.parent_id]
    rows = ReplyTemplate.objects.filter(
        Q(category__in=[pk for pk in kinds if pk is not None]) | Q(category__isnull=True),
        district_id=need.district_id,
        outcome__in=("", outcome),
    )
    near = {kind.pk: 0, kind.parent_id: 1, None: 2}
    return sorted(rows, key=lambda one: (one.outcome != outcome, near[one.category_id], one.order, one.pk))


@transaction.atomic
def add(district: District, values: Mapping[str, Any], *, actor: Actor) -> ReplyTemplate:
    """Add a template."""
    edits_the_loop.check(actor, None)
    template = ReplyTemplate(district=district, **_checked(district.pk, values))
    others = ReplyTemplate.objects.filter(district=district)
    _refuse_taken(template.name, others.filter(name=template.name).exists())
    if others.count() >= MOST:
        raise NotNow(_("模板最多 %(n)d 个，请先删掉不用的。") % {"n": MOST})
    return marks.insert(template, actor=actor)


@transaction.atomic
def edit(
    template: ReplyTemplate, values: Mapping[str, Any], *, actor: Actor, version: int | None = None
) -> bool:
    """Edit a template; say whether anything changed."""
    edits_the_loop.check(actor, None)
    checked = _checked(template.district_id, values)
    others = ReplyTemplate.objects.filter(district_id=template.district_id).exclude(pk=template.pk)
    _refuse_taken(checked.get("name", ""), others.filter(name=checked.get("name", "")).exists())
    return marks.amend(template, checked, actor=actor, version=version)


@transaction.atomic
def remove(template: ReplyTemplate, *, actor: Actor) -> None:
    """Remove a template; replies that began from it stay as they were sent."""
    edits_the_loop.check(actor, None)
    marks.remove(template, actor=actor)


def _checked(district_id: int, values: Mapping[str, Any]) -> dict[str, Any]:
    strange = set(values) - EDITABLE
    if strange:
        raise BadInput(_("这一项不能改：%(names)s。") % {"names": "、".join(sorted(strange))})
    checked = dict(values)
    marks.same_district(district_id, checked.get("category"))
    for name, least in (("name", 1), ("text", 4)):
        if name in checked:
            checked[name] = marks.tidy(checked[name])
            _check_length(name, checked[name], least)
    if "【" in GAP.sub("", checked.get("text", "")) or "】" in GAP.sub("", checked.get("text", "")):
        sentence = _("空格要写成【什么】，左右两半都要有。")
        raise BadInput(sentence, {"text": sentence})
    return checked


def _check_length(name: str, text: str, least: int) -> None:
    if len(text) < least:
        sentence = _("请填写名称。") if name == "name" else _("请把话写完整，居民要看得懂。")
        raise BadInput(sentence, {name: sentence})


def _refuse_taken(name: str, is_taken: bool) -> None:
    if name and is_taken:
        sentence = _("已经有一个叫“%(name)s”的模板。") % {"name": name}
        raise BadInput(sentence, {"name": sentence})
