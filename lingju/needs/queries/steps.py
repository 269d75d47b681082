"""The record of a need told to one of its askers: newest first, in plain words, nothing internal."""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lingju.kernel.errors import Text
from lingju.needs.models import Asker, Entry, Need

A = Entry.Axis


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that happened, as it is told."""

    at: dt.datetime
    title: str
    words: str = ""
    door: str = ""
    by: str = ""
    icon: str = "circle-dot"
    tone: str = ""


def told(entries: Iterable[Entry], asker: Asker) -> Iterator[Step]:
    """Yield what an asker is told of each entry, in the order given."""
    for entry in entries:
        step = told_of(entry, asker)
        if step is not None:
            yield step


def told_of(entry: Entry, asker: Asker) -> Step | None:
    """Return what an asker is told of one entry, or None where it is not for them."""
    teller = TELLERS.get((entry.axis, entry.step)) or TELLERS.get((entry.axis, ""))
    return teller(entry, asker) if teller is not None else None


def _plain(title: Text, icon: str = "circle-dot", tone: str = "") -> "Teller":
    """Make a teller that says the same of every such entry, with the words told, if any."""

    def tell(entry: Entry, asker: Asker) -> Step:
        words, door = str(entry.told), str(entry.data.get("next_door", ""))
        by = entry.desk if entry.actor_id is not None else ""
        return Step(entry.at, str(title), words, door, by, icon, tone)

    return tell


def _answer(entry: Entry, asker: Asker) -> Step:
    door = str(entry.data.get("next_door", ""))
    return Step(entry.at, _("有回音了"), str(entry.told), door, entry.desk, "message-square", "song")


def _offer(entry: Entry, asker: Asker) -> Step:
    title = _("请%(door)s接手，等对方答应") % {"door": entry.data.get("to", "")}
    return Step(entry.at, title, str(entry.noted), "", entry.desk, "arrow-right-left")


def _accepted(entry: Entry, asker: Asker) -> Step:
    title = _("%(door)s接了") % {"door": entry.data.get("to", "")}
    return Step(entry.at, title, "", "", "", "handshake", "song")


def _refused(entry: Entry, asker: Asker) -> Step:
    title = _("%(door)s没接，我们接着办") % {"door": entry.data.get("to", "")}
    door = str(entry.data.get("next_door", ""))
    return Step(entry.at, title, str(entry.noted), door, "", "arrow-right-left", "xing")


def _paused(entry: Entry, asker: Asker) -> Step:
    title = _("先等一等，到 %(day)s") % {"day": entry.data.get("until", "")}
    return Step(entry.at, title, str(entry.told), "", entry.desk, "hourglass", "xing")


def _level(entry: Entry, asker: Asker) -> Step | None:
    if entry.before == entry.after or entry.step == "submit" or entry.after not in Need.Level.values:
        return None
    title = _("办得慢了，%(level)s在督促") % {"level": Need.Level(entry.after).label}
    return Step(entry.at, title, icon="siren", tone="xing")


def _verdict(entry: Entry, asker: Asker) -> Step | None:
    if not _is_mine(entry, asker):
        return None
    label = Asker.Confirmation(entry.after).label
    return Step(entry.at, _("您说：%(verdict)s") % {"verdict": label}, icon="user-round")


def _asked(entry: Entry, asker: Asker) -> Step | None:
    if not _is_mine(entry, asker):
        return None
    return Step(entry.at, _("请您看看：解决了没有？"), icon="message-circle-heart")


def _own_words(entry: Entry, asker: Asker) -> Step | None:
    if not _is_mine(entry, asker):
        return None
    return Step(entry.at, _("您补充说"), str(entry.noted), icon="user-round")


def _is_mine(entry: Entry, asker: Asker) -> bool:
    return bool(entry.data.get("asker") == str(asker.pk))


Teller = Callable[[Entry, Asker], Step | None]

TELLERS: Mapping[tuple[str, str], Teller] = {
    (A.STAGE, "submit"): _plain(gettext_lazy("记下来了"), "message-circle-heart"),
    (A.STAGE, "triage"): _plain(gettext_lazy("看过了")),
    (A.STAGE, "begin"): _plain(gettext_lazy("开始办"), "wrench"),
    (A.STAGE, "answer"): _answer,
    (A.STAGE, "reopen"): _plain(gettext_lazy("没办好，重新办"), "rotate-ccw", "xing"),
    (A.STAGE, "close"): _plain(gettext_lazy("办完了"), "circle-check", "song"),
    (A.STAGE, "withdraw"): _plain(gettext_lazy("撤回了"), "undo"),
    (A.STAGE, "leave_out"): _plain(gettext_lazy("不在这里办"), "info", "xing"),
    (A.OWNER, "offer"): _offer,
    (A.OWNER, "accept"): _accepted,
    (A.OWNER, "refuse"): _refused,
    (A.OWNER, "take_back"): _plain(gettext_lazy("不转了，还是我们办")),
    (A.CLOCK, "pause"): _paused,
    (A.CLOCK, "resume"): _plain(gettext_lazy("接着办"), "play"),
    (A.LEVEL, ""): _level,
    (A.REPLY, "reply"): _plain(gettext_lazy("回您的话"), "phone-call"),
    (A.REPLY, "not_reached"): _plain(gettext_lazy("打过电话，没打通"), "phone"),
    (A.CONFIRMATION, "judge"): _verdict,
    (A.CONFIRMATION, "ask"): _asked,
    (A.NOTE, "asker_words"): _own_words,
    (A.LINK, "join"): _plain(gettext_lazy("和同样的几件放在一起办"), "merge"),
    (A.EDIT, "split"): _plain(gettext_lazy("分成几项来办"), "split"),
}
