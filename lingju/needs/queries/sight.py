"""What of a need each of those who stand behind it sees.

    author      the title and the words as they stand, what was done and what they gave
    supporter   what the public list shows; of what happened the name of each step, by day, and the words
                told since they joined, without persons, where the list shows words of that need at all

Whoever joins from the list may be anybody: they must not read there what the author was told.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from lingju.kernel.clock import ZONE
from lingju.needs.models import Asker, Entry
from lingju.needs.queries import lists
from lingju.needs.queries.lists import PublicNeed


@dataclass(frozen=True, slots=True)
class Sight:
    """How one asker sees the need they stand behind."""

    asker: Asker
    public: PublicNeed | None  # what everybody sees; None where they said it themselves

    @property
    def title(self) -> str:
        """Return what it is about: in the words that stand, else in those of the list, else the kind."""
        if self.public is None:
            return self.asker.need.title
        return self.public.title if self.shows_words else self.public.kind

    @property
    def shows_words(self) -> bool:
        """Say whether they see words and photos of the work, not only how far it is."""
        if self.public is None:
            return True
        return self.asker.need.is_listed and not self.public.hides_words

    @property
    def owner(self) -> str:
        """Return who has it now; which organisation has a matter of a private kind may tell what it is."""
        need = self.asker.need
        return need.owner_name if self.shows_words else need.owner_area.short_name

    @property
    def submitted_at(self) -> dt.datetime:
        """Return when it was said; of what somebody else said, the month, as the list has it."""
        if self.public is None:
            return self.asker.need.submitted_at
        return dt.datetime.combine(self.public.month, dt.time(), tzinfo=ZONE)

    @property
    def due_at(self) -> dt.datetime | None:
        """Return by when an answer is promised; the minute would tell in which minute it was said."""
        due = self.asker.need.due_at
        return due if self.public is None or due is None else midnight(due)

    @property
    def since(self) -> dt.datetime:
        """Return since when they have to do with it."""
        return self.asker.need.submitted_at if self.public is None else self.asker.joined_at

    def hears(self, entry: Entry) -> bool:
        """Say whether they hear the words of what was told: an answer, and what came since they joined."""
        return self.shows_words and (entry.step == "answer" or entry.at >= self.asker.joined_at)


def sights(askers: Sequence[Asker]) -> dict[int, Sight]:
    """Return by id how each of some askers sees their need; two queries where one of them only joined."""
    joined = [asker for asker in askers if not asker.is_author]
    needs = {asker.need_id: asker.need for asker in joined}
    shown = dict(zip(needs, lists.public(needs.values()), strict=True))
    return {asker.pk: Sight(asker, None if asker.is_author else shown[asker.need_id]) for asker in askers}


def sight(asker: Asker) -> Sight:
    """Return how one asker sees their need."""
    return sights([asker])[asker.pk]


def midnight(moment: dt.datetime) -> dt.datetime:
    """Return the day of a moment as a moment: what everybody may know of it."""
    return moment.astimezone(ZONE).replace(hour=0, minute=0, second=0, microsecond=0)
