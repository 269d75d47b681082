"""Who has said no to what in a cycle: a line and whoever was to lead for it are not proposed together again.

A project that nobody would have led is declined together with what residents offered for it. A person may
still put together by hand what a run leaves apart.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from lingju.cobuilding.matching_model import Helper, Resource
from lingju.cobuilding.models import Cycle, Project

Owners = Mapping[str, str]  # u3 or r5, and what the lists call it


def declined_in(cycle: Cycle) -> Mapping[int, Owners]:
    """Return by line who has said no to it in a cycle, with their names."""
    by_line: dict[int, dict[str, str]] = defaultdict(dict)
    found = Project.objects.filter(cycle=cycle, state=Project.State.DECLINED)
    for project in found.select_related("lead__organisation").prefetch_related("lines", "uses__resource"):
        owners = _owners_of(project)
        for line in project.lines.all():
            by_line[line.pk] |= owners
    return by_line


def _owners_of(project: Project) -> dict[str, str]:
    if project.lead is not None:
        return {f"u{project.lead_id}": project.lead.organisation.name}
    offered = [use.resource for use in project.uses.all() if use.resource.enrolment_id is None]
    return {f"r{row.pk}": row.owner_words for row in offered}


def keys_of(
    owners: Iterable[str], there: Iterable[Helper | Resource], owners_of: Mapping[str, Iterable[str]]
) -> frozenset[str]:
    """Return the keys of the helpers and things of some owners; `owners_of` says by key whose each is."""
    unwilling = set(owners)
    return (
        frozenset(one.key for one in there if unwilling & set(owners_of[one.key]))
        if unwilling
        else frozenset()
    )
