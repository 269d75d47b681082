"""What each form of the desk does: one verb of the services, and what the page says afterwards.

form  ──filled in──▶  deed(need, form, request)  ──refused──▶  the form again, with what was typed
"""

from collections.abc import Callable, Mapping
from typing import Any

from django.contrib import messages
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lingju.kernel.errors import BadInput, NotThere
from lingju.kernel.media import Photo, read_photo
from lingju.kernel.requests import Request
from lingju.needs.forms.desk import Act
from lingju.needs.models import Entry, Exclusion, Handover, Need
from lingju.needs.queries import doors, hearing
from lingju.needs.queries.document import Doing
from lingju.needs.services import (
    answering,
    axes,
    by_call,
    coming_day,
    handling,
    leaving,
    linking,
    offering,
    templates,
)
from lingju.needs.services.answering import Answer
from lingju.needs.services.handling import Mending
from lingju.needs.services.linking import Part

Deed = Callable[[Need, Act, Request], object]
MOST_PHOTOS = 6


def _version(form: Act) -> int | None:
    found: int | None = form.cleaned_data["version"]
    if found is None:
        sentence = _("这一页没有带上版本，请重新打开这一件再办。")
        raise BadInput(sentence, {"": sentence})
    return found


def _offer(need: Need, request: Request) -> Handover:
    """Return the offer that waits, as this actor may see it."""
    found = need.handovers.filter(state=Handover.State.OFFERED).select_related("to_area", "to_org").first()
    if found is None:
        raise NotThere(_("这件事现在没有等着接的移交。"))
    found.need = need
    return found


def words_of(form: Act, name: str = "text") -> str:
    """Return words that go to residents; a gap of a template that nobody filled is refused."""
    text = str(form.cleaned_data[name])
    if open_gaps := templates.gaps(text):
        sentence = _("还有空格没填：%(gaps)s。填上再发，居民才看得懂。") % {"gaps": "".join(open_gaps[:4])}
        raise BadInput(sentence, {name: sentence})
    return text


def take(need: Need, form: Act, request: Request) -> object:
    """Take a need for one's own desk."""
    return handling.take(need, actor=request.actor, version=_version(form))


def hand_over(need: Need, form: Act, request: Request) -> object:
    """Offer a need to another door."""
    said = form.cleaned_data
    to = doors.door_called(said["door"], doors.doors(request.district))
    rule = said["rule"]
    return offering.hand_over(
        need, to, said["why"], actor=request.actor, rule_id=rule, version=_version(form)
    )


def take_back(need: Need, form: Act, request: Request) -> object:
    """Take an offer back."""
    return offering.take_back(_offer(need, request), actor=request.actor)


def accept(need: Need, form: Act, request: Request) -> object:
    """Say yes to an offer."""
    return offering.accept(_offer(need, request), actor=request.actor, word_of=form.cleaned_data["word_of"])


def refuse(need: Need, form: Act, request: Request) -> object:
    """Say no to an offer, why, and where else."""
    said = form.cleaned_data
    return offering.refuse(
        _offer(need, request), said["why"], said["next_door"], actor=request.actor, word_of=said["word_of"]
    )


def reply(need: Need, form: Act, request: Request) -> object:
    """Tell the askers something, or note that a call was in vain; the same press twice says it once."""
    said = form.cleaned_data
    reached = not said["unreached"]
    text = words_of(form)
    if _was_said(need, form, request, "reply" if reached else "not_reached", text):
        return need
    return handling.reply(
        need, text, by=said["by"], actor=request.actor, version=_version(form), reached=reached
    )


def note(need: Need, form: Act, request: Request) -> object:
    """Note something for colleagues; the same press twice notes it once."""
    text = form.cleaned_data["text"]
    if _was_said(need, form, request, "note", text):
        return need
    return handling.note(need, text, actor=request.actor)


def _was_said(need: Need, form: Act, request: Request, step: str, text: str) -> bool:
    """Say whether this very press has been taken in: same person, same words, since the page was read."""
    later = Entry.objects.filter(
        need=need, pk__gt=form.cleaned_data["seen"] or 0, step=step, actor_id=request.actor.account_id
    )
    words = handling.tidy_words(text, least=0)
    return any(words in (str(entry.told), str(entry.noted)) for entry in later[:20])


def answer(need: Need, form: Act, request: Request) -> object:
    """Say what came of a need, or of all that are put together with it."""
    said = form.cleaned_data
    given = Answer(
        said["outcome"],
        words_of(form),
        planned_on=said["planned_on"],
        next_door=said["next_door"],
        photos=_photos(request),
    )
    if not (said["everyone"] and need.cluster is not None):
        return answering.answer(need, given, actor=request.actor, version=_version(form))
    left = answering.answer_cluster(need, given, actor=request.actor, version=_version(form))
    for one in left:
        named = {"number": one.need.number, "title": one.need.title, "why": one.why}
        messages.warning(request, _("%(number)s %(title)s 没有一起答复：%(why)s") % named)
    return need


def _photos(request: Request) -> tuple[Photo, ...]:
    files = request.FILES.getlist("photo")
    if len(files) > MOST_PHOTOS:
        sentence = _("照片最多 %(most)d 张，请挑最清楚的。") % {"most": MOST_PHOTOS}
        raise BadInput(sentence, {"photo": sentence})
    return tuple(read_photo(file) for file in files)


def mend(need: Need, form: Act, request: Request) -> object:
    """Set right what is not."""
    said, kinds = form.cleaned_data, getattr(form, "kinds", {})
    mending = Mending(
        category=kinds.get(said["category"]),
        title=said["title"] or None,
        public_text=said["public_text"],
        is_listed=said["is_listed"],
        is_urgent=said["is_urgent"],
    )
    return handling.mend(need, mending, actor=request.actor, version=_version(form))


def pause(need: Need, form: Act, request: Request) -> object:
    """Stop the clock."""
    said = form.cleaned_data
    return handling.pause(
        need,
        said["reason"],
        until=said["until"],
        told=words_of(form, "told"),
        actor=request.actor,
        version=_version(form),
    )


def resume(need: Need, form: Act, request: Request) -> object:
    """Let the clock run again."""
    return handling.resume(need, actor=request.actor, version=_version(form))


def cluster(need: Need, form: Act, request: Request) -> object:
    """Put others together with a need."""
    axes.expect(need, _version(form))
    chosen = form.cleaned_data["others"]
    if not chosen:
        sentence = _("请选和哪几件并在一起。")
        raise BadInput(sentence, {"others": sentence})
    rows = Need.objects.visible_to(request.actor).filter(pk__in=chosen)
    others = list(rows.select_related("owner_area", "cluster", "district").order_by("pk"))
    return linking.cluster([need, *others], form.cleaned_data["title"] or need.title, actor=request.actor)


def uncluster(need: Need, form: Act, request: Request) -> object:
    """Take a need out of its cluster."""
    axes.expect(need, _version(form))
    return linking.leave(need, actor=request.actor)


def split(need: Need, form: Act, request: Request) -> object:
    """Split a need into parts, one a line."""
    said, kinds = form.cleaned_data, getattr(form, "kinds", {})
    lines = [line.strip() for line in said["parts"].splitlines() if line.strip()]
    if not lines:
        sentence = _("请一行写一项。")
        raise BadInput(sentence, {"parts": sentence})
    kind = kinds.get(said["category"]) or need.category
    parts = [Part(kind, line) for line in lines]
    try:
        return linking.split(need, parts, actor=request.actor, version=_version(form))
    except BadInput as refusal:
        raise BadInput(refusal.sentence, {"parts": refusal.sentence}) from None


def to_the_day(need: Need, form: Act, request: Request) -> object:
    """Put a need on the list of the coming co-building day."""
    reason = form.cleaned_data["reason"]
    return coming_day.put(need, reason, actor=request.actor, version=_version(form))


def propose(need: Need, form: Act, request: Request) -> object:
    """Propose not to count a need."""
    said = form.cleaned_data
    return leaving.propose(
        need,
        said["reason"],
        said["words"],
        next_door=said["next_door"],
        actor=request.actor,
        version=_version(form),
    )


def decide(need: Need, form: Act, request: Request) -> object:
    """Decide on a proposal as the second person."""
    found = need.exclusions.filter(state=Exclusion.State.PROPOSED).first()
    if found is None:
        raise NotThere(_("这件事没有等着看的提议。"))
    found.need = need
    said = form.cleaned_data
    return leaving.decide(
        found, agree=said["agree"] == "yes", words=words_of(form, "words"), actor=request.actor
    )


DEEDS: Mapping[Doing, tuple[Deed, Any]] = {
    Doing.TAKE: (take, gettext_lazy("这件事归您办了。")),
    Doing.HAND_OVER: (hand_over, gettext_lazy("移交出去了，对方接下之前还算您这里的。")),
    Doing.TAKE_BACK: (take_back, gettext_lazy("收回来了。")),
    Doing.ACCEPT: (accept, gettext_lazy("接下了。")),
    Doing.REFUSE: (refuse, gettext_lazy("已经告诉对方不归这里，该找哪里。")),
    Doing.REPLY: (reply, gettext_lazy("记下了。")),
    Doing.ANSWER: (answer, gettext_lazy("回音记下了，接下来请居民说行不行。")),
    Doing.NOTE: (note, gettext_lazy("记下了，居民看不到。")),
    Doing.MEND: (mend, gettext_lazy("改好了。")),
    Doing.PAUSE: (pause, gettext_lazy("暂停计时了。")),
    Doing.RESUME: (resume, gettext_lazy("继续计时了。")),
    Doing.CLUSTER: (cluster, gettext_lazy("并在一起了，每一件的人和评价都还在。")),
    Doing.UNCLUSTER: (uncluster, gettext_lazy("移出来了。")),
    Doing.SPLIT: (split, gettext_lazy("分好了，分项都办完再答复整件。")),
    Doing.TO_THE_DAY: (to_the_day, gettext_lazy("放进共建日的清单了，居民也看得到。")),
    Doing.PROPOSE: (propose, gettext_lazy("提出来了，等另一个人看。没同意之前照常计时。")),
    Doing.DECIDE: (decide, gettext_lazy("记下了。")),
}


def afterwards(need: Need, doing: Doing, form: Act) -> str:
    """Return what the page says after a deed: what was done, and who hears of it by which way."""
    sentence = str(DEEDS[doing][1])
    if doing is Doing.ANSWER:
        return _answered(need, sentence, is_for_many=bool(form.cleaned_data["everyone"]))
    if doing is Doing.DECIDE and need.is_excluded:
        return _("不计入了。") + hearing.who_is_told(need)
    is_told = doing is Doing.PAUSE or (doing is Doing.MEND and _has_another_promise(need))
    return sentence + hearing.who_is_told(need) if is_told else sentence


def _answered(need: Need, sentence: str, *, is_for_many: bool) -> str:
    if need.parent_id is not None:
        return _("这一项办完了。")
    if need.planned_on is not None:
        return _("定了日子，到那天再请居民说行不行。") + ("" if is_for_many else hearing.who_is_told(need))
    return sentence if is_for_many else sentence + hearing.who_is_asked(need)


def _has_another_promise(need: Need) -> bool:
    """Say whether what was just mended changed the day for which an answer is promised."""
    last = need.entries.order_by("-id").first()
    return last is not None and by_call.is_told_by_call(last)
