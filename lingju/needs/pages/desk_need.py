"""One need at the desk: shown, and handled by its forms; of two clerks one wins and one is told.

Whatever was refused comes back on the same page with what was typed: 422 where something is missing, 409
where somebody was faster, together with what they did.
"""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from lingju.kernel import clock
from lingju.kernel.asking import whole_number
from lingju.kernel.errors import BadInput, NotNow, NotThere, Refusal, TooLarge
from lingju.kernel.requests import Request
from lingju.kernel.rules import open_to
from lingju.needs.forms.desk import Act
from lingju.needs.models import Entry, Need
from lingju.needs.pages.desk_deeds import DEEDS, afterwards
from lingju.needs.pages.desk_shown import NOTHING, Shown, form_of, page
from lingju.needs.queries import desk as queries
from lingju.needs.queries import document as documents
from lingju.needs.queries import trace
from lingju.needs.queries.desk import Wanted
from lingju.needs.queries.document import Document, Doing
from lingju.needs.rules import keeps_a_counter
from lingju.needs.services import handling
from lingju.needs.text import quality

LONGEST_CHECKED = 2000
# What shows something that was closed; nothing about the need changes.
UNVEIL = (Doing.SEE_SAID, Doing.SEE_PHONE)
# The record's names of a step, where they are not the form's own.
STEPS = {
    Doing.TAKE: ("triage", "accept", "begin"),
    Doing.HAND_OVER: ("triage", "offer"),
    Doing.ANSWER: ("triage", "answer", "ask"),
    Doing.CLUSTER: ("join",),
    Doing.UNCLUSTER: ("leave",),
    Doing.PROPOSE: ("triage", "propose_leaving"),
}


@open_to(keeps_a_counter)
def desk_need(request: Request, need_id: int) -> HttpResponse:
    """Show one need, and do what its forms ask."""
    need = documents.need_for(request.actor, need_id)
    if request.method != "POST":
        return page(request, _wanted(request, need), need, NOTHING)
    asked = request.POST.get("do", "")
    if asked not in Doing.__members__.values():
        raise NotThere(_("没有这个按钮。请重新打开这一件。"))
    doing = Doing(asked)
    return _unveil(request, need, doing) if doing in UNVEIL else _do(request, need, doing)


@open_to(keeps_a_counter)
@require_POST
def desk_reply_check(request: Request, need_id: int) -> HttpResponse:
    """Say how a reply to a need reads: advice while it is typed, never a refusal."""
    need = documents.need_for(request.actor, need_id)
    text = request.POST.get("text", "")[:LONGEST_CHECKED]
    shown = {"check": quality.reply_check(need.text, text), "is_empty": not text.strip()}
    return render(request, "needs/desk_reply_check.html", shown)


def _wanted(request: Request, need: Need) -> Wanted:
    """Return which list stands beside a need: the one it was opened from, else its own pile."""
    return Wanted.of(request.GET if "tray" in request.GET else {"tray": need.tray, **request.GET.dict()})


def _document(request: Request, need: Need) -> Document:
    return documents.document(need, request.actor, clock.now())


def _do(request: Request, need: Need, doing: Doing) -> HttpResponse:
    """Run a deed over what was typed."""
    deed = DEEDS[doing][0]
    form = _filled(request, need, doing)
    if not form.is_valid():
        return _again(request, need, doing, form, 422)
    try:
        deed(need, form, request)
    except (BadInput, TooLarge, NotNow) as refusal:
        if _was_me(request, need, form, doing, refusal):
            return _back(request, need, _("刚才已经办好了，没有重复办。"))
        form.show(refusal)
        return _again(request, need, doing, form, refusal.status)
    _advise(request, need, form, doing)
    return _back(request, need, afterwards(need, doing, form))


def _filled(request: Request, need: Need, doing: Doing) -> Act:
    """Return the form as it came back; only kinds and candidates need the document for it."""
    kinds = queries.kinds_of(request.district) if doing in (Doing.MEND, Doing.SPLIT) else []
    doc = _document(request, need)
    return form_of(doing, doc, kinds, request.POST, request.FILES)


def _was_me(request: Request, need: Need, form: Act, doing: Doing, refusal: Refusal) -> bool:
    """Say whether the same press came a moment before: then all that happened since is this very step."""
    if not isinstance(refusal, NotNow) or doing is Doing.MEND or form.cleaned_data["seen"] is None:
        return False
    later = Entry.objects.filter(need=need, pk__gt=form.cleaned_data["seen"])
    happened = list(later.values_list("actor_id", "step")[:50])
    steps = STEPS.get(doing, (doing.value,))
    mine = request.actor.account_id
    return bool(happened) and all(who == mine and step in steps for who, step in happened)


def _back(request: Request, need: Need, sentence: str) -> HttpResponse:
    """Lead back to the need, or to the list where it is no longer to be seen."""
    messages.success(request, sentence)
    is_there = Need.objects.visible_to(request.actor).filter(pk=need.pk).exists()
    there = reverse("desk_need", args=[need.pk]) if is_there else reverse("desk_needs")
    question = Wanted.of(request.GET).query() if "tray" in request.GET else ""
    return HttpResponseRedirect(f"{there}?{question}" if question else there)


def _advise(request: Request, need: Need, form: Act, doing: Doing) -> None:
    """Say afterwards which words of offices went out: the next reply may do without."""
    if doing not in (Doing.REPLY, Doing.ANSWER):
        return
    check = quality.reply_check(need.text, form.cleaned_data["text"])
    if not check.is_plain:
        words = "、".join(one.word for one in check.officialese)
        messages.info(request, _("下次可以说得更白：%(words)s。") % {"words": words})


def _again(request: Request, need: Need, doing: Doing, form: Act, status: int) -> HttpResponse:
    """Show the page again: the form with what was typed, ready for another press at the newest version."""
    now = documents.need_for(request.actor, need.pk)
    entries = Entry.objects.filter(need=now).order_by("id")
    seen = whole_number(form.data.get("seen", ""))
    meanwhile = trace.lines(entries.filter(pk__gt=seen)) if status == 409 and seen is not None else []
    last = entries.values_list("pk", flat=True).last() or 0
    form.data = _with(form.data, version=now.version, seen=last)
    return page(request, _wanted(request, now), now, Shown({doing: form}, status, meanwhile))


def _with(data: Any, **values: int) -> Any:
    changed = data.copy()
    for name, value in values.items():
        changed[name] = str(value)
    return changed


def _unveil(request: Request, need: Need, doing: Doing) -> HttpResponse:
    """Show the own words, or one asker's number, on this page alone: who looked is kept."""
    wanted = _wanted(request, need)
    if doing is Doing.SEE_SAID:
        return page(request, wanted, need, Shown(said=handling.see_said(need, actor=request.actor)))
    asked = whole_number(request.POST.get("asker", ""))
    asker = documents.asker_for(need, asked or 0)
    phone = handling.see_phone(asker, actor=request.actor)
    return page(request, wanted, need, Shown(phone=phone, phone_of=asker.pk))
