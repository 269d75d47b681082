"""The record of a need told to one of its askers: newest first, in plain words, nothing internal."""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lingju.kernel import clock
from lingju.kernel.errors import Text
from lingju.needs import phrases
from lingju.needs.clock import Due
from lingju.needs.models import Asker, Entry, Need
from lingju.needs.queries.sight import Sight, midnight
from lingju.needs.text.screening import screen

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


def told(entries: Iterable[Entry], sight: Sight) -> Iterator[Step]:
    """Yield what an asker is told of each entry, in the order given."""
    for entry in entries:
        step = told_of(entry, sight)
        if step is not None:
            yield step


def told_of(entry: Entry, sight: Sight) -> Step | None:
    """Return what an asker is told of one entry, or None where it is not for them."""
    teller = TELLERS.get((entry.axis, entry.step)) or TELLERS.get((entry.axis, ""))
    step = teller(entry, sight.asker) if teller is not None else None
    if step is None or sight.public is None or _is_mine(entry, sight.asker):
        return step
    return _to_a_supporter(step, entry, sight)


def _to_a_supporter(step: Step, entry: Entry, sight: Sight) -> Step | None:
    """Return a step as somebody is told who only joined: by day, nobody named, perhaps its name alone."""
    # On which day it was said the list does not tell; of a private kind not even who took it.
    if entry.step == "submit" or (entry.axis == A.OWNER and not sight.shows_words):
        return None
    # A promise made anew counts from the minute in which the need was said: the page tells its day.
    hears = sight.hears(entry) and entry.axis != A.EDIT
    words = screen(step.words).text if hears else ""
    door = screen(step.door).text if hears else ""
    return replace(step, at=midnight(step.at), words=words, door=door, by="")


def _plain(title: Text, icon: str = "circle-dot", tone: str = "") -> "Teller":
    """Make a teller that says the same of every such entry, with the words told, if any."""

    def tell(entry: Entry, asker: Asker) -> Step:
        words, door = str(entry.told), str(entry.data.get("next_door", ""))
        by = entry.desk if entry.actor_id is not None else ""
        return Step(entry.at, str(title), words, door, by, icon, tone)

    return tell


def _answer(entry: Entry, asker: Asker) -> Step:
    door = str(entry.data.get("next_door", ""))
    title = _("有回音了")
    if planned := entry.data.get("planned_on"):
        title = _("定了日子：%(day)s") % {"day": phrases.day_in_words(dt.date.fromisoformat(str(planned)))}
    return Step(entry.at, title, str(entry.told), door, entry.desk, "message-square", "song")


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


def _mended(entry: Entry, asker: Asker) -> Step | None:
    """Tell of another kind where it changed the day for which an answer is promised."""
    if "due_at" not in entry.data:
        return None
    title = _("换了类别：%(kind)s") % {"kind": str(entry.data.get("category", ("", ""))[1])}
    return Step(entry.at, title, promised_in(entry), "", entry.desk, "hourglass", "xing")


def promised_in(entry: Entry) -> str:
    """Return in words by when an answer is promised since an entry that changed it."""
    said = str(entry.data["due_at"])
    at = dt.datetime.fromisoformat(said) if said else None
    return phrases.answer_in_words(Due(at, entry.data["due_unknown_year"]), clock.now())


def _to_the_day(entry: Entry, asker: Asker) -> Step:
    title = _("放进了 %(day)s的清单，几家一起来办") % {"day": entry.data.get("day", "")}
    return Step(entry.at, title, "", "", entry.desk, "calendar-check")


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


def _withdrew(entry: Entry, asker: Asker) -> Step | None:
    if not _is_mine(entry, asker):
        return None
    parts = "、".join(map(str, entry.data.get("parts", ())))
    words = _("还有几项正在办：%(parts)s。办完这几项，这件事就结束，不再问您。") % {"parts": parts}
    return Step(entry.at, _("您撤回了"), words, icon="undo")


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
    (A.CONFIRMATION, "withdraw_waits"): _withdrew,
    (A.NOTE, "asker_words"): _own_words,
    (A.LINK, "join"): _plain(gettext_lazy("和同样的几件放在一起办"), "merge"),
    (A.EDIT, "mend"): _mended,
    (A.EDIT, "to_the_day"): _to_the_day,
    (A.EDIT, "split"): _plain(gettext_lazy("分成几项来办"), "split"),
}
