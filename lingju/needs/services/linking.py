"""Linking needs: cluster several about one thing without losing anybody, split one that is several."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from lingju.kernel import clock
from lingju.kernel.errors import BadInput, NotNow, NotThere
from lingju.kernel.facts import announce
from lingju.kernel.rules import Actor
from lingju.needs.events import NeedMoved
from lingju.needs.models import Category, Cluster, Entry, Need
from lingju.needs.rules import its_desk
from lingju.needs.services import axes, handling, indexing, promises, saying
from lingju.needs.services.axes import Words
from lingju.needs.text.screening import screen
from lingju.places.services.marks import tidy

MOST_PARTS = 8
MOST_MEMBERS = 200
L = Need.Link


@dataclass(frozen=True, slots=True)
class Part:
    """One piece of a need that is several: its kind and what is to be done."""

    category: Category
    text: str


@transaction.atomic
def cluster(needs: Sequence[Need], title: str, *, actor: Actor) -> Cluster:
    """Put needs about one thing together; a cluster that some already belong to takes the others in.

    Each keeps its record, its people, its answer and its verdicts. Raises NotNow for a part, for what is
    closed, and for needs of two clusters.
    """
    open_needs = list({need.pk: need for need in needs}.values())
    _check_cluster(open_needs, actor)
    known = {need.cluster_id: need.cluster for need in open_needs if need.cluster is not None}
    if len(known) > 1:
        raise NotNow(_("其中有两件已经在不同的并案里，请先移出一件。"))
    name = screen(tidy(title)).text[:80] or open_needs[0].title
    found = next(iter(known.values()), None)
    group = found or Cluster.objects.create(district_id=actor.district_id, title=name)
    joining = [need for need in open_needs if need.cluster_id is None]
    if group.needs.count() + len(joining) > MOST_MEMBERS:
        raise BadInput(_("一个并案最多 %(n)d 件。") % {"n": MOST_MEMBERS})
    for need in joining:
        _join(need, group, actor)
    return group


def _check_cluster(needs: list[Need], actor: Actor) -> None:
    if len(needs) < 2:
        raise BadInput(_("并案至少要两件。"))
    for need in needs:
        its_desk.check(actor, need)
        if need.is_over:
            raise NotNow(_("%(number)s 已经办完，不能并案。") % {"number": need.number})
        if need.link == L.PART:
            raise NotNow(_("%(number)s 是一件事的分项，请并它所属的那一件。") % {"number": need.number})


def _join(need: Need, group: Cluster, actor: Actor) -> None:
    axes.write(need, {"cluster": group, "link": L.MEMBER})
    words = Words(data={"cluster": str(group.pk)})
    axes.append(need, Entry.Axis.LINK, "join", actor=actor, before=L.ALONE, after=L.MEMBER, words=words)
    announce(NeedMoved(need.district_id, need.pk, "join"))


@transaction.atomic
def leave(need: Need, *, actor: Actor) -> Need:
    """Take a need out of its cluster; whoever is left alone in it is alone again."""
    its_desk.check(actor, need)
    group = need.cluster
    if group is None:
        return need
    _leave(need, group, actor)
    others = list(group.needs.select_related("owner_area")[:2])
    if len(others) == 1:
        _leave(others[0], group, actor)
    return need


def _leave(need: Need, group: Cluster, actor: Actor) -> None:
    axes.write(need, {"cluster": None, "link": L.ALONE})
    words = Words(data={"cluster": str(group.pk)})
    axes.append(need, Entry.Axis.LINK, "leave", actor=actor, before=L.MEMBER, after=L.ALONE, words=words)


@transaction.atomic
def split(need: Need, parts: Sequence[Part], *, actor: Actor, version: int | None = None) -> list[Need]:
    """Split a need that is several into parts, each with owner and clock; the whole is answered last.

    Raises NotNow for what is answered, or is a part itself; BadInput for too many parts.
    """
    its_desk.check(actor, need)
    axes.expect(need, version)
    if need.stage not in (Need.Stage.RECEIVED, Need.Stage.TRIAGED, Need.Stage.ACCEPTED, Need.Stage.WORKING):
        raise NotNow(_("已经答复的事不能再分。"))
    if need.link == L.PART:
        raise NotNow(_("分项不能再分。"))
    if not 1 <= len(parts) <= MOST_PARTS or need.parts.count() + len(parts) > MOST_PARTS:
        raise BadInput(_("一件事最多分成 %(n)d 项。") % {"n": MOST_PARTS})
    handling.looked_at(need, actor)
    made = [_part(need, part, actor) for part in parts]
    words = Words(data={"parts": [part.number for part in made]})
    axes.append(need, Entry.Axis.EDIT, "split", actor=actor, words=words)
    axes.write(need, {})
    return made


def _part(need: Need, part: Part, actor: Actor) -> Need:
    if part.category.district_id != need.district_id:
        raise NotThere(_("没有这个类别。"))
    now = clock.now()
    text = screen(handling.tidy_words(part.text, least=2, most=200)).text
    copied: dict[str, Any] = {
        name: getattr(need, name)
        for name in (
            *("district", "area", "compound", "station", "lon", "lat", "given_crs", "channel", "is_urgent"),
            *("place_stem", "place_street", "place_community", "owner_area", "owner_org"),
            *("owner_stem", "owner_street", "owner_community", "level"),
        )
    }
    made = Need(
        **copied,
        number=saying.next_number(need.district),
        key=f"part:{need.pk}:{need.parts.count() + 1}",
        category=part.category,
        title=text[:60],
        text=text,
        place_note=str(need.place_note),
        parent=need,
        link=L.PART,
        submitted_at=now,
        began_at=now,
        **promises.columns(need.district, promises.promise(need.district, part.category, now), now),
    )
    made.save(force_insert=True)
    saying.begin_record(made, actor)
    indexing.index(made)
    return made
