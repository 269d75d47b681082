"""The one message of an evening: what comes tomorrow, and how one's matters went on today.

    at six   for every person who is to be told anything, one message: tomorrow's appointments first, then
             what happened to what they said; nothing to tell, nothing is sent

A person is an account, or a number that was left for an answer. What is told comes from sources, each of
which names its readers; they are put together here, so that no phone rings twice.
"""

import datetime as dt
import itertools
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lingju.kernel import clock, crypto
from lingju.kernel.clock import ZONE
from lingju.notify import channels, services
from lingju.notify.wordings import Wording
from lingju.people.models import Consent
from lingju.site import texting

WORDINGS = (Wording("evening_digest", gettext_lazy("%(title)s"), gettext_lazy("%(lines)s 看这里：%(link)s")),)
AT = dt.time(18)
ONE_DAY = dt.timedelta(days=1)
LONGEST_LINE, LONGEST = 90, 380


@dataclass(slots=True)
class Reader:
    """One person and what they are told: lines under headings, in the order in which they are told."""

    district_id: int
    account_id: int | None = None
    phone: str = ""
    titles: list[str] = field(default_factory=list)
    said: dict[str, list[str]] = field(default_factory=dict)
    page: str = ""
    page_by_code: str = ""

    @property
    def who(self) -> str:
        """Return a name for the person that tells nothing: the account, or a digest of the number."""
        if self.account_id is not None:
            return f"a{self.account_id}"
        return f"p{crypto.ring().blind(self.phone, 'site.evening')}"

    def say(self, heading: str, line: str) -> None:
        """Tell one line more under a heading, once."""
        lines = self.said.setdefault(heading, [])
        if line and line not in lines:
            lines.append(line)

    def join(self, other: "Reader") -> None:
        """Tell this person what another source has for them as well."""
        self.phone = self.phone or other.phone
        self.titles += [title for title in other.titles if title not in self.titles]
        for heading, lines in other.said.items():
            for line in lines or [""]:
                self.say(heading, line)

    def words(self) -> str:
        """Return all of it, cut where a text message ends."""
        parts = (
            f"{head}：{'；'.join(lines)}。" if lines else f"{head}。" for head, lines in self.said.items()
        )
        said = " ".join(parts)
        return said if len(said) <= LONGEST else f"{said[: LONGEST - 1]}…"


Source = Callable[[dt.datetime, dt.datetime], Iterable[Reader]]


def digest(sources: Iterable[Source], day: dt.date | None = None) -> int:
    """Queue the message of an evening, one a person; return how many people are told.

    Run twice, it says nothing twice: the message's key is made of the person and the day.
    """
    until = dt.datetime.combine(day or clock.today(), AT, tzinfo=ZONE)
    readers: dict[tuple[int, str], Reader] = {}
    for reader in itertools.chain.from_iterable(source(until - ONE_DAY, until) for source in sources):
        known = readers.setdefault((reader.district_id, reader.who), reader)
        if known is not reader:
            known.join(reader)
    agreed = agreed_to_texts(r.account_id for r in readers.values() if r.account_id is not None)
    for reader in readers.values():
        _queue(reader, until.date(), is_by_text=bool(reader.phone) or reader.account_id in agreed)
    return len(readers)


def short(words: str) -> str:
    """Return words as one line that is not too long for a text message."""
    line = " ".join(words.split())
    return line if len(line) <= LONGEST_LINE else f"{line[: LONGEST_LINE - 1]}…"


def agreed_to_texts(accounts: Iterable[int]) -> set[int]:
    """Return the accounts that agreed to text messages about their matters."""
    given = Consent.objects.filter(account_id__in=list(accounts), purpose="notices").in_force()
    return {account for account in given.values_list("account_id", flat=True) if account is not None}


def _queue(reader: Reader, day: dt.date, *, is_by_text: bool) -> None:
    page = reader.page if reader.account_id is not None else reader.page_by_code
    page = page or reverse("home")
    services.queue(
        district_id=reader.district_id,
        wording="evening_digest",
        key=f"evening_digest:{day}:{reader.district_id}:{reader.who}",
        recipient_id=reader.account_id,
        address=reader.phone or None,
        channel=channels.SMS if is_by_text else channels.IN_APP,
        params={
            "title": _("，").join(reader.titles),
            "lines": reader.words(),
            "link": texting.address(page),
        },
        link="" if is_by_text else page,
    )
