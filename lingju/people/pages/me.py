"""My own pages: what is kept about me, what I agreed to, my password, my second factor, the way out."""

from typing import cast

import orjson
from django.contrib import auth, messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from lingju.kernel import crypto
from lingju.kernel.errors import BadInput, NotSignedIn, NotThere, TooOften
from lingju.kernel.requests import Request
from lingju.kernel.rules import open_to, signed_in
from lingju.people import factors, own_data, queries, sessions
from lingju.people.forms import CodeForm, NewPasswordForm, PhoneForm, RenameForm, SecondForm, SetUpForm
from lingju.people.models import Account, Consent, ConsentText
from lingju.people.phones import masked
from lingju.people.services import accounts, consents, signing
from lingju.people.services import factors as factor_verbs

SECRET = "people.totp_secret"  # noqa: S105  where the session keeps it, encrypted
SECRET_PLACE = "people.session.totp_secret"  # noqa: S105


def _me(request: Request) -> Account:
    """Return the account of whoever is signed in; the house itself has no page."""
    if request.account is None:
        raise NotSignedIn(_("请先登录，再办这件事。"))
    return cast(Account, request.account)


@open_to(signed_in)
@never_cache
def me(request: Request) -> HttpResponse:
    """Show the account, its offices and its consents; take another name to be called by."""
    account = _me(request)
    form = RenameForm(request.POST or None, initial={"display_name": account.display_name})
    if request.method == "POST" and form.is_valid():
        try:
            accounts.rename(account, form.cleaned_data["display_name"], actor=request.actor)
        except BadInput as refusal:
            form.show(refusal)
        else:
            messages.success(request, _("记下了。"))
            return HttpResponseRedirect(reverse("me"))
    consents.first_texts(district=request.district)
    context = {
        "form": form,
        "account": account,
        "phone": masked(account.phone),
        "purposes": queries.purposes_of(account, district=request.district),
        "offices": queries.offices_of(account),
        "has_second_factor": factors.has_second_factor(account),
    }
    return render(request, "people/me.html", context, status=422 if form.errors else 200)


@open_to(signed_in)
@require_POST
def my_consent(request: Request) -> HttpResponse:
    """Agree to one purpose, or take one agreement back."""
    account = _me(request)
    purpose, answer = request.POST.get("purpose", "")[:40], request.POST.get("answer")
    text = consents.latest_text(purpose, district=request.district)
    if text is None:
        raise NotThere(_("没有找到这份同意书。"))
    if answer == "give":
        consents.give(text, account=account, actor=request.actor)
        messages.success(request, _("记下了：您同意“%(title)s”。") % {"title": text.title})
    elif purpose == accounts.ACCOUNT_PURPOSE:
        # Without this consent there is no account: taking it back is closing it.
        return HttpResponseRedirect(reverse("my_account_close"))
    else:
        _take_back(request, account, text)
    return HttpResponseRedirect(reverse("me"))


def _take_back(request: Request, account: Account, text: ConsentText) -> None:
    given = Consent.objects.filter(account=account, purpose=text.purpose).in_force().first()
    if given is None:
        consents.decline(text, account=account, actor=request.actor)
        messages.info(request, _("好的，最近不再问您“%(title)s”。") % {"title": text.title})
        return
    consents.withdraw(given, actor=request.actor)
    messages.success(request, _("收回了：“%(title)s”，马上停止。") % {"title": text.title})


@open_to(signed_in)
@never_cache
def my_data_listed(request: Request) -> HttpResponse:
    """List what is kept about me, by kind, before I take all of it."""
    context = {"chapters": own_data.chapters(_me(request))}
    return render(request, "people/my_data.html", context)


@open_to(signed_in)
@never_cache
def my_data(request: Request) -> HttpResponse:
    """Hand over everything kept about me as a JSON file."""
    body = orjson.dumps(queries.my_data(_me(request)), option=orjson.OPT_INDENT_2)
    headers = {"Content-Disposition": 'attachment; filename="lingju-my-data.json"'}
    return HttpResponse(body, content_type="application/json", headers=headers)


@open_to(signed_in)
@never_cache
@sensitive_post_parameters()
def my_password(request: Request) -> HttpResponse:
    """Set a password; whoever has one shows it first."""
    account = _me(request)
    form = NewPasswordForm(request.POST or None, has_old=account.has_usable_password())
    if request.method == "POST" and form.is_valid():
        try:
            account = _change_password(request, account, form)
        except (BadInput, TooOften) as refusal:
            form.show(refusal if isinstance(refusal, BadInput) else BadInput(refusal.sentence))
        else:
            # This session goes on under the new password; every other one has ended.
            auth.update_session_auth_hash(request, account)
            messages.success(request, _("密码换好了，别处的登录都已退出。"))
            return HttpResponseRedirect(reverse("me"))
    context = {"form": form, "is_forced": account.must_change_password}
    return render(request, "people/my_password.html", context, status=422 if form.errors else 200)


def _change_password(request: Request, account: Account, form: NewPasswordForm) -> Account:
    if "old" in form.fields:
        try:
            name = account.sign_in_name or str(account.phone)
            signing.check_password(request, name, form.cleaned_data["old"], district=request.district)
        except BadInput:
            raise BadInput("", {"old": _("现在的密码不对。")}) from None
    return accounts.set_password(account, form.cleaned_data["password"], actor=request.actor)


@open_to(signed_in)
@never_cache
def my_phone(request: Request) -> HttpResponse:
    """Move the account to another phone, once a code sent there is shown."""
    account = _me(request)
    code_id = request.session.get(sessions.NEW_PHONE)
    form: PhoneForm | CodeForm = (
        CodeForm(request.POST or None) if code_id else PhoneForm(request.POST or None)
    )
    if request.GET.get("again"):
        request.session.pop(sessions.NEW_PHONE, None)
        return HttpResponseRedirect(reverse("my_phone"))
    if request.method == "POST" and form.is_valid():
        try:
            return _phone_step(request, account, form, code_id)
        except (BadInput, TooOften) as refusal:
            form.show(refusal if isinstance(refusal, BadInput) else BadInput(refusal.sentence))
    context = {"form": form, "is_waiting": bool(code_id)}
    return render(request, "people/my_phone.html", context, status=422 if form.errors else 200)


def _phone_step(
    request: Request, account: Account, form: PhoneForm | CodeForm, code_id: int | None
) -> HttpResponse:
    if code_id is None:
        code = signing.request_code(form.cleaned_data["phone"], district=request.district, account=account)
        request.session[sessions.NEW_PHONE] = code.pk
        return HttpResponseRedirect(reverse("my_phone"))
    used = signing.use_code(code_id, form.cleaned_data["code"], district=request.district, account=account)
    request.session.pop(sessions.NEW_PHONE, None)
    accounts.move_phone(account, used, actor=request.actor)
    messages.success(request, _("手机号换好了。"))
    return HttpResponseRedirect(reverse("me"))


@open_to(signed_in)
@never_cache
def my_second_factor(request: Request) -> HttpResponse:
    """Set up the second factor: scan, type what the app shows, keep the recovery codes."""
    account = _me(request)
    if factors.has_second_factor(account):
        demanded = factor_verbs.demands_second_factor(account)
        return render(request, "people/second_factor_on.html", {"demanded": demanded})
    secret = _secret_of(request)
    form = SetUpForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            codes = factor_verbs.set_up(account, secret, form.cleaned_data["code"], actor=request.actor)
        except (BadInput, TooOften) as refusal:
            form.show(refusal if isinstance(refusal, BadInput) else BadInput(refusal.sentence))
        else:
            request.session.pop(SECRET, None)
            request.session.cycle_key()
            sessions.mark_second_factor(request.session)
            return render(request, "people/recovery_codes.html", {"codes": codes})
    address = factors.address(account, secret)
    context = {"form": form, "qr": factors.qr(address), "secret": secret, "address": address}
    return render(request, "people/second_factor.html", context, status=422 if form.errors else 200)


def _secret_of(request: Request) -> str:
    """Return the secret being set up; the session keeps it encrypted, because it lies in the database."""
    held = request.session.get(SECRET)
    if held:
        return crypto.ring().decrypt(held, SECRET_PLACE)
    secret = factors.new_secret()
    request.session[SECRET] = crypto.ring().encrypt(secret, SECRET_PLACE)
    return secret


@open_to(signed_in)
@never_cache
@require_POST
def my_second_factor_change(request: Request) -> HttpResponse:
    """Make new recovery codes or turn the second factor off, once it is shown again."""
    account = _me(request)
    form = SecondForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("请先填现在的动态码。"))
        return HttpResponseRedirect(reverse("my_second_factor"))
    try:
        factor_verbs.check(account, form.cleaned_data["code"])
    except BadInput as refusal:
        messages.error(request, str(refusal))
        return HttpResponseRedirect(reverse("my_second_factor"))
    if request.POST.get("do") == "codes":
        codes = factor_verbs.new_recovery_codes(account, actor=request.actor)
        return render(request, "people/recovery_codes.html", {"codes": codes})
    factor_verbs.take_away(account, actor=request.actor)
    messages.success(request, _("第二道验证关掉了。"))
    return HttpResponseRedirect(reverse("me"))


@open_to(signed_in)
@require_POST
def my_sessions_end(request: Request) -> HttpResponse:
    """End every session of mine but this one."""
    account = accounts.end_sessions(_me(request), actor=request.actor)
    auth.update_session_auth_hash(request, account)
    messages.success(request, _("别处的登录都已退出。"))
    return HttpResponseRedirect(reverse("me"))


@open_to(signed_in)
@never_cache
def my_account_close(request: Request) -> HttpResponse:
    """Say what closing means, then close; one page and one press, no reason asked."""
    account = _me(request)
    if request.method != "POST":
        return render(request, "people/close.html", {})
    accounts.close(account, actor=request.actor)
    auth.logout(request)
    messages.success(request, _("账号已经注销，手机号和称呼都抹去了。"))
    return HttpResponseRedirect(reverse("home"))
