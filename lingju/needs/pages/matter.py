"""Following one matter without signing in: by cookie, account, or number and code; and what one can do then.

Whether a number exists is told to nobody who does not hold it: the page of every number without its holder
is the same form.
"""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from lingju.kernel.errors import BadInput, NotNow, NotThere, Refusal, TooOften
from lingju.kernel.media_serving import serve
from lingju.kernel.requests import Request
from lingju.kernel.rules import Actor, everyone, open_to
from lingju.needs import mine
from lingju.needs.forms.judge import FindForm, WhyForm, WordsForm
from lingju.needs.models import Asker
from lingju.needs.pages import call_first
from lingju.needs.queries import matter as queries
from lingju.needs.rules import its_asker, its_handler
from lingju.needs.services import adding, evidence, judging


@open_to(everyone)
@never_cache
@sensitive_post_parameters("code")
def find(request: Request) -> HttpResponse:
    """Ask for number and code; on a shared screen the answer is forgotten after ten minutes."""
    if request.method != "POST":
        return ask_for_code(request, request.GET.get("n", "")[:12])
    form = FindForm(request.POST)
    if not form.is_valid():
        return render(request, "needs/matter_find.html", {"form": form}, status=422)
    try:
        asker = mine.by_code(request.district, form.cleaned_data["number"], form.cleaned_data["code"])
    except (NotThere, TooOften) as refusal:
        form.add_error(None, str(refusal))
        return render(request, "needs/matter_find.html", {"form": form}, status=422)
    response = HttpResponseRedirect(reverse("matter", args=[asker.need.number]))
    if form.cleaned_data["shared"]:
        mine.lend(response, asker)
    else:
        mine.keep(response, request, asker)
    return response


def ask_for_code(request: Request, number: str = "") -> HttpResponse:
    """Return the form for number and code: the same for a number that exists and for one that does not."""
    form = FindForm(initial={"number": number, "shared": "shared" in request.GET})
    return render(request, "needs/matter_find.html", {"form": form})


def asker_for(request: Request, number: str) -> Asker:
    """Return whom the person of this request is to a matter; NotThere for everybody else."""
    asker = mine.asker_of(request, number)
    if asker is None:
        raise NotThere(_("要看这件事，请先填编号和查询码。"))
    return asker


@open_to(everyone)
@never_cache
def matters(request: Request) -> HttpResponse:
    """Show all my matters, those that wait for my word first."""
    context = {"lines": queries.lines(mine.askers(request)), "is_lent": mine.lent_to(request) is not None}
    return render(request, "needs/matters.html", context)


@open_to(everyone)
@require_POST
def forget(request: Request) -> HttpResponse:
    """Forget every matter of this browser: for a shared screen, and for a phone that changes hands."""
    response = HttpResponseRedirect(reverse("matter_find"))
    mine.forget(response)
    messages.success(request, _("清掉了，这里什么也没留下。"))
    return response


@open_to(everyone)
@never_cache
def matter(request: Request, number: str) -> HttpResponse:
    """Show one matter to whoever holds it; anybody else is asked for the code."""
    asker = mine.asker_of(request, number)
    if asker is None:
        return ask_for_code(request, number)
    return _shown(request, asker, WordsForm(), WhyForm())


def _shown(request: Request, asker: Asker, words: WordsForm, why: WhyForm) -> HttpResponse:
    context = {
        "matter": queries.matter(asker),
        "words": words,
        "why": why,
        "flags": call_first.flags_of(request),
        "is_lent": mine.lent_to(request) is not None,
    }
    status = 422 if words.errors or why.errors else 200
    return render(request, "needs/matter.html", context, status=status)


@open_to(everyone)
@never_cache
def matter_evidence(request: Request, number: str, evidence_id: int) -> HttpResponse:
    """Hand out a photo of the work, or what the asker gave."""
    asker = asker_for(request, number)
    found = queries.seen_evidence(asker).filter(pk=evidence_id).first()
    if found is None:
        raise NotThere(_("没有这张照片。"))
    content = evidence.opened(found, actor=mine.actor_of(request, asker))
    return serve(request, content, found.mime, f"{number}-{found.pk}")


@open_to(everyone)
@require_POST
def matter_words(request: Request, number: str) -> HttpResponse:
    """Add words for the desk."""
    asker = asker_for(request, number)
    form = WordsForm(request.POST)

    def add() -> object:
        return adding.add_words(asker, form.cleaned_data["text"], actor=mine.actor_of(request, asker))

    return _done(request, asker, form, add, _("记下了，办事的人看得到。"))


@open_to(everyone)
@require_POST
def matter_withdraw(request: Request, number: str) -> HttpResponse:
    """Take my matter back, or stand behind it no longer."""
    asker = asker_for(request, number)
    form = WhyForm(request.POST)

    def withdraw() -> object:
        return judging.withdraw(asker, form.cleaned_data["why"], actor=mine.actor_of(request, asker))

    return _done(request, asker, form, withdraw, _("撤回了，不再问您。"))


@open_to(everyone)
@require_POST
def matter_again(request: Request, number: str) -> HttpResponse:
    """Start work again: it is not done."""
    asker = asker_for(request, number)
    form = WhyForm(request.POST)

    def again() -> object:
        return judging.reopen(asker, form.cleaned_data["why"], actor=mine.actor_of(request, asker))

    return _done(request, asker, form, again, _("好，重新办。原来办事的人已经知道了，总时间接着算。"))


def barred(asker: Asker, actor: Actor) -> str:
    """Return why somebody may not act as the asker though they hold number and code, or nothing."""
    if its_asker.allows(actor, asker):
        return ""
    if its_handler.allows(actor, asker.need):
        return _("这件事您经手过，不能替本人说话。请本人自己来；解决了没有，也可以请没经手的同事记。")
    return _("您现在用的是工作账号，不能替本人说话。是您自己的事，请退出工作账号再来。")


def _done(
    request: Request, asker: Asker, form: WordsForm | WhyForm, do: Callable[[], object], said: str
) -> HttpResponse:
    """Run a verb over a form and go back to the matter; a refusal keeps what was typed."""
    if sentence := barred(asker, mine.actor_of(request, asker)):
        form.add_error(None, sentence)
    if form.is_valid():
        try:
            do()
        except BadInput as refusal:
            form.show(refusal)
        except NotNow as refusal:
            _say(request, refusal)
            return _back(request, asker, form)
        else:
            messages.success(request, said)
            return _back(request, asker, form)
    words = form if isinstance(form, WordsForm) else WordsForm()
    why = form if isinstance(form, WhyForm) else WhyForm()
    return _shown(request, asker, words, why)


def _back(request: Request, asker: Asker, form: WordsForm | WhyForm) -> HttpResponse:
    """Lead back to the matter; where what was typed speaks of danger, with whom to call on top."""
    typed = " ".join(form.cleaned_data.values())
    address = reverse("matter", args=[asker.need.number])
    return HttpResponseRedirect(address + call_first.question(request, typed))


def _say(request: Request, refusal: Refusal) -> None:
    messages.warning(request, str(refusal))
