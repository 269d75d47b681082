"""The number of a matter: whoever holds number and code takes it back, or proves another by a text."""

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from lingju.kernel.errors import BadInput, TooOften
from lingju.kernel.requests import Request
from lingju.kernel.rules import everyone, open_to
from lingju.needs import mine
from lingju.needs.models import Asker
from lingju.needs.pages.matter import ask_for_code, barred
from lingju.needs.services import reaching
from lingju.people.forms import CodeForm, PhoneForm
from lingju.people.phones import masked
from lingju.people.services import signing

# Which code was sent for which matter: kept in the session until it is used.
SENT = "needs.number_code"


@open_to(everyone)
@never_cache
@sensitive_post_parameters("code", "phone")
def matter_number(request: Request, number: str) -> HttpResponse:
    """Show whoever holds the matter where its answer goes, erase the number, or take another."""
    asker = mine.asker_of(request, number)
    if asker is None:
        return ask_for_code(request, number)
    sentence = barred(asker, mine.actor_of(request, asker))
    if request.method != "POST" or sentence:
        if request.GET.get("again"):
            request.session.pop(SENT, None)
        status = 403 if request.method == "POST" else 200
        return _shown(request, asker, _form(request, asker, typed=False), sentence, status=status)
    if request.POST.get("do") == "erase":
        return _erased(request, asker)
    return _stepped(request, asker)


def _erased(request: Request, asker: Asker) -> HttpResponse:
    reaching.erase_number(asker, actor=mine.actor_of(request, asker))
    messages.success(request, _("手机号抹去了，不再发短信、打电话。回音请凭编号和查询码来看。"))
    return HttpResponseRedirect(reverse("matter", args=[asker.need.number]))


def _stepped(request: Request, asker: Asker) -> HttpResponse:
    """Send a code to another number, or take the number whose code was typed."""
    form = _form(request, asker, typed=True)
    if form.is_valid():
        try:
            return _step(request, asker, form)
        except (BadInput, TooOften) as refusal:
            form.show(refusal if isinstance(refusal, BadInput) else BadInput(refusal.sentence))
    return _shown(request, asker, form, status=422)


def _step(request: Request, asker: Asker, form: PhoneForm | CodeForm) -> HttpResponse:
    code_id = _sent(request, asker)
    if code_id is None:
        code = signing.request_code(form.cleaned_data["phone"], district=request.district)
        request.session[SENT] = [asker.pk, code.pk]
        return HttpResponseRedirect(reverse("matter_number", args=[asker.need.number]))
    used = signing.use_code(code_id, form.cleaned_data["code"], district=request.district)
    request.session.pop(SENT, None)
    reaching.move_number(asker, used, actor=mine.actor_of(request, asker))
    messages.success(request, _("换好了，回音发到新手机号。"))
    return HttpResponseRedirect(reverse("matter", args=[asker.need.number]))


def _sent(request: Request, asker: Asker) -> int | None:
    """Return the code that was sent for this very matter, or None."""
    asker_id, code_id = request.session.get(SENT, (None, None))
    return code_id if asker_id == asker.pk else None


def _form(request: Request, asker: Asker, *, typed: bool) -> PhoneForm | CodeForm:
    data = request.POST if typed else None
    return PhoneForm(data) if _sent(request, asker) is None else CodeForm(data)


def _shown(
    request: Request, asker: Asker, form: PhoneForm | CodeForm, barred_by: str = "", *, status: int = 200
) -> HttpResponse:
    context = {
        "need": asker.need,
        "phone": masked(asker.phone),
        "form": form,
        "is_waiting": isinstance(form, CodeForm),
        "barred_by": barred_by,
    }
    return render(request, "needs/matter_number.html", context, status=status)
