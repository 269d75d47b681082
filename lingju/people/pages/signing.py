"""Pages of coming in and going out: phone and code, or name and password, then perhaps a second factor."""

from typing import TypeVar

from django.conf import settings
from django.contrib import auth, messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from lingju.kernel.errors import BadInput, NotNow, Refusal, TooOften
from lingju.kernel.requests import Request
from lingju.kernel.rules import everyone, open_to, signed_in
from lingju.people import factors, sessions
from lingju.people.forms import CodeForm, NewAccountForm, PasswordForm, PhoneForm, SecondForm
from lingju.people.models import Account, SignInCode
from lingju.people.phones import masked
from lingju.people.services import accounts, consents, signing
from lingju.people.services import factors as factor_verbs

Shown = TypeVar("Shown", PhoneForm, PasswordForm, SecondForm)


@open_to(everyone)
@never_cache
@sensitive_post_parameters("password")
def sign_in(request: Request) -> HttpResponse:
    """Offer both ways in on one page; without a choice the page just asks."""
    if request.actor.is_signed_in:
        return HttpResponseRedirect(_way_on(request))
    if "next" in request.GET:
        request.session[sessions.NEXT] = request.GET["next"][:500]
    if request.method == "POST":
        by_code = request.POST.get("how") == "code"
        return _send_code(request) if by_code else _try_password(request)
    return _ask(request, PhoneForm(), PasswordForm())


def _ask(request: Request, phone: PhoneForm, password: PasswordForm, status: int = 200) -> HttpResponse:
    wrong = next((form for form in (phone, password) if form.is_bound), phone)
    context = {"phone": phone, "password": password, "wrong": wrong, "is_demo": _is_demo()}
    return render(request, "people/sign_in.html", context, status=status)


def _is_demo() -> bool:
    return bool(settings.LINGJU.mode == "demo")


def _send_code(request: Request) -> HttpResponse:
    form = PhoneForm(request.POST)
    if not form.is_valid():
        return _ask(request, form, PasswordForm(), 422)
    try:
        code = signing.request_code(form.cleaned_data["phone"], district=request.district)
    except (BadInput, TooOften) as refusal:
        return _ask(request, _showing(form, refusal, "phone"), PasswordForm(), refusal.status)
    request.session[sessions.CODE] = code.pk
    return HttpResponseRedirect(reverse("sign_in_code"))


def _try_password(request: Request) -> HttpResponse:
    form = PasswordForm(request.POST)
    if not form.is_valid():
        return _ask(request, PhoneForm(), form, 422)
    typed, password = form.cleaned_data["who"], form.cleaned_data["password"]
    try:
        account = signing.check_password(request, typed, password, district=request.district)
    except (BadInput, TooOften) as refusal:
        return _ask(request, PhoneForm(), _showing(form, refusal, "password"), refusal.status)
    return _let_in(request, account, how="password")


@open_to(everyone)
@never_cache
def sign_in_code(request: Request) -> HttpResponse:
    """Ask for the digits that were sent; the page reads alike whether the number is known or not."""
    code = _code_of(request)
    if code is None:
        return HttpResponseRedirect(reverse("sign_in"))
    if request.method == "POST" and request.POST.get("how") == "again":
        return _send_again(request, code)
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            used = signing.use_code(code.pk, form.cleaned_data["code"], district=request.district)
        except BadInput as refusal:
            form.show(refusal)
        else:
            return _after_code(request, used)
    status = 422 if form.errors else 200
    context = {"form": form, "phone": masked(code.phone), "is_demo": _is_demo()}
    return render(request, "people/sign_in_code.html", context, status=status)


def _code_of(request: Request) -> SignInCode | None:
    held = request.session.get(sessions.CODE)
    return (
        SignInCode.objects.filter(pk=held, district=request.district, account=None).first() if held else None
    )


def _send_again(request: Request, code: SignInCode) -> HttpResponse:
    try:
        fresh = signing.request_code(str(code.phone), district=request.district)
    except TooOften as refusal:
        messages.warning(request, str(refusal))
    else:
        request.session[sessions.CODE] = fresh.pk
        messages.info(request, _("又发了一个，请用最新的那个。"))
    return HttpResponseRedirect(reverse("sign_in_code"))


def _after_code(request: Request, code: SignInCode) -> HttpResponse:
    account = signing.known_account(code)
    if account is None:
        return HttpResponseRedirect(reverse("sign_in_new"))
    return _let_in(request, account, how="code")


@open_to(everyone)
@never_cache
def sign_in_new(request: Request) -> HttpResponse:
    """Open an account for a proved phone that has none, with consent to one text for one purpose."""
    code = _code_of(request)
    if code is None or code.used_at is None:
        return HttpResponseRedirect(reverse("sign_in"))
    text = next(t for t in consents.first_texts(district=request.district) if t.purpose == "account")
    form = NewAccountForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            account = accounts.open_own_account(form.cleaned_data["display_name"], code, text)
        except BadInput as refusal:
            form.show(refusal)
        else:
            return _let_in(request, account, how="code")
    status = 422 if form.errors else 200
    return render(request, "people/sign_in_new.html", {"form": form, "text": text}, status=status)


@open_to(everyone)
@never_cache
def sign_in_second(request: Request) -> HttpResponse:
    """Ask for the second factor of somebody who has shown the first."""
    held = sessions.waiting_account_id(request.session)
    account = Account.objects.active().filter(pk=held, district=request.district).first() if held else None
    if account is None:
        return HttpResponseRedirect(reverse("sign_in"))
    form = SecondForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            factor_verbs.check(account, form.cleaned_data["code"])
        except (BadInput, TooOften) as refusal:
            _showing(form, refusal, "code")
        else:
            return _enter(request, account, second_factor=True, how="second factor")
    return render(request, "people/sign_in_second.html", {"form": form}, status=422 if form.errors else 200)


def _showing(form: Shown, refusal: Refusal, field: str) -> Shown:
    form.show(
        refusal if isinstance(refusal, BadInput) else BadInput(refusal.sentence, {field: refusal.sentence})
    )
    return form


def _let_in(request: Request, account: Account, *, how: str) -> HttpResponse:
    """Let in somebody who has shown the first factor, or ask for the second where there is one."""
    if factors.has_second_factor(account):
        sessions.wait_for_second(request, account)
        return HttpResponseRedirect(reverse("sign_in_second"))
    return _enter(request, account, second_factor=False, how=how)


def _enter(request: Request, account: Account, *, second_factor: bool, how: str) -> HttpResponse:
    sessions.enter(request, account, second_factor=second_factor)
    actor = signing.note_sign_in(account, second_factor=second_factor, how=how)
    if account.must_change_password:
        messages.warning(request, _("这是别人给您设的密码，请先换一个自己的。"))
        return HttpResponseRedirect(reverse("my_password"))
    if actor.waiting:
        messages.warning(request, _("您的岗位要有第二道验证，设好以后才能进工作台。"))
        return HttpResponseRedirect(reverse("my_second_factor"))
    return HttpResponseRedirect(_way_on(request))


def _way_on(request: Request) -> str:
    """Return where the person was going, if it is one of our addresses, else their own page."""
    address = request.session.pop(sessions.NEXT, "")
    if address and url_has_allowed_host_and_scheme(address, {request.get_host()}, request.is_secure()):
        return str(address)
    return reverse("me")


@open_to(signed_in)
@require_POST
def sign_out(request: Request) -> HttpResponse:
    """Go out: the session is gone from the server, not only from the browser."""
    if request.account is None:
        raise NotNow(_("您没有登录。"))
    signing.note_sign_out(request.account, actor=request.actor)
    auth.logout(request)
    messages.success(request, _("已经退出。"))
    return HttpResponseRedirect(reverse("home"))
