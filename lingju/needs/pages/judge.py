"""The asker says whether it is solved: on the page of the matter, at a kiosk, or by the link of a message.

Opening a link changes nothing, so that a preview by a phone or a gateway judges nobody's matter; only the
press of the button does. The same press again is harmless.
"""

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from lingju.kernel.errors import BadInput, NotNow
from lingju.kernel.requests import Request
from lingju.kernel.rules import Actor, everyone, open_to
from lingju.needs import mine
from lingju.needs.forms.judge import JudgeForm
from lingju.needs.models import Asker, Asking, Entry, Need
from lingju.needs.pages import call_first
from lingju.needs.pages.matter import ask_for_code, barred
from lingju.needs.queries import sight, steps
from lingju.needs.rules import calls_back
from lingju.needs.services import judging
from lingju.needs.services.judging import Verdict

TEMPLATE = "needs/judge.html"


@open_to(everyone)
@never_cache
def matter_judge(request: Request, number: str) -> HttpResponse:
    """Ask whoever holds the matter; anybody else is asked for the code."""
    asker = mine.asker_of(request, number)
    if asker is None:
        return ask_for_code(request, number)
    asking = asker.askings.order_by("-round").first()
    by = Asker.By.KIOSK if mine.lent_to(request) is not None else _own_way(asker)
    return _asked(request, asker, asking, by, reverse("matter", args=[number]))


@open_to(everyone)
@never_cache
def judge_link(request: Request, token: str) -> HttpResponse:
    """Ask whoever holds the link of a message; opening it shows, pressing records."""
    asking = mine.asking_of(token, request.district)
    asker = asking.asker
    latest = asker.askings.order_by("-round").first()
    if latest is None or latest.pk != asking.pk:
        return _told(request, asker, asking, _("这个链接是上一轮的。请点最近一条短信里的链接。"))
    return _asked(request, asker, asking, Asker.By.SMS, reverse("judge_link", args=[token]))


def _own_way(asker: Asker) -> str:
    return Asker.By.PAPER if asker.by == Asker.By.PAPER else Asker.By.PAGE


def _asked(request: Request, asker: Asker, asking: Asking | None, by: str, back: str) -> HttpResponse:
    """Show the two questions, or record what was said; what cannot be judged is told in a sentence."""
    if asker.left_out:
        return _told(request, asker, asking, _("这件事不再问您了。"))
    if asking is None:
        return _told(request, asker, asking, _("这件事还没有回音，等有了回音再请您评。"))
    actor = mine.actor_of(request, asker)
    sentence = "" if calls_back.allows(actor, asker.need) else barred(asker, actor)
    if sentence:
        return _told(request, asker, asking, sentence, status=403 if request.method == "POST" else 200)
    return _recorded(request, asker, asking, by, actor, back)


def _recorded(
    request: Request, asker: Asker, asking: Asking, by: str, actor: Actor, back: str
) -> HttpResponse:
    """Record the verdict that was pressed, or show the two questions."""
    form = JudgeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            judging.judge(asker, Verdict(said["satisfied"], said["solved"], said["why"]), by=by, actor=actor)
        except BadInput as refusal:
            form.show(refusal)
        except NotNow as refusal:
            messages.warning(request, str(refusal))
            return HttpResponseRedirect(back + call_first.question(request, said["why"]))
        else:
            messages.success(request, _("记下了，谢谢您。"))
            return HttpResponseRedirect(back + call_first.question(request, said["why"]))
    if asking.result in Asker.ANSWERED and request.method != "POST":
        return _told(request, asker, asking, "")
    seen, found = sight.sight(asker), answer_of(asker.need, asking.round)
    answer = steps.told_of(found, seen) if found is not None else None
    context = {"form": form, "sight": seen, "need": asker.need, "answer": answer}
    return render(request, TEMPLATE, context, status=422 if form.errors else 200)


def _told(
    request: Request, asker: Asker, asking: Asking | None, sentence: str, *, status: int = 200
) -> HttpResponse:
    context = {
        "need": asker.need,
        "sight": sight.sight(asker),
        "asking": asking if asking is not None and asking.result in Asker.ANSWERED else None,
        "sentence": sentence,
        "flags": call_first.flags_of(request),
        "is_again": asker.need.stage not in (Need.Stage.ANSWERED, Need.Stage.CLOSED),
    }
    return render(request, "needs/judged.html", context, status=status)


def answer_of(need: Need, in_round: int) -> Entry | None:
    """Return the entry that holds the answer of a round."""
    answers = Entry.objects.filter(need=need, axis=Entry.Axis.STAGE, step="answer", round=in_round)
    return answers.order_by("-id").first()
