"""Pages of the desk about people: offices held, granting and taking back, colleagues' accounts."""

import secrets
import string
from typing import cast

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_POST

from lingju.kernel.errors import BadInput, NotAllowed, SomeoneWasFaster, TooOften
from lingju.kernel.requests import Request
from lingju.kernel.rules import open_to
from lingju.people import factors, queries, rules
from lingju.people.forms import GrantForm, LookUpForm, StaffAccountForm
from lingju.people.models import Account
from lingju.people.services import accounts, offices
from lingju.people.services import factors as factor_verbs
from lingju.places.rules import Office

# Without signs that look alike when read from a slip of paper.
LETTERS = "".join(sorted(set(string.ascii_letters + string.digits) - set("0O1lI5S2Z")))


@open_to(rules.grants_roles)
@never_cache
def roles(request: Request) -> HttpResponse:
    """List the offices held at and below the actor's nodes; look up somebody to grant one to."""
    form = LookUpForm(request.GET if "who" in request.GET else None)
    found: list[Account] | None = None
    if form.is_bound and form.is_valid():
        try:
            found = queries.somebody(form.cleaned_data["who"], district=request.district, actor=request.actor)
        except TooOften as refusal:
            form.show(BadInput(refusal.sentence))
    people = [(account, queries.masked_phone(account)) for account in found or ()]
    context = {
        "form": form,
        "asked": found is not None,
        "people": people,
        "held": queries.offices_under(request.actor),
    }
    return render(request, "people/roles.html", context, status=422 if form.errors else 200)


@open_to(rules.grants_roles)
@never_cache
def role_grant(request: Request, account_id: int) -> HttpResponse:
    """Grant an office to one account: which, where, until when."""
    account = queries.active_account(account_id, district=request.district)
    form = GrantForm(
        request.POST or None,
        initial={"account": account.pk},
        offices=rules.grantable_by(request.actor),
        nodes=queries.nodes_for(request.actor),
    )
    if request.method == "POST" and form.is_valid():
        try:
            return _grant(request, account, form)
        except BadInput as refusal:
            form.show(refusal)
        except (NotAllowed, SomeoneWasFaster) as refusal:
            form.add_error(None, str(refusal))
    can_reset = rules.grants_high_offices.allows(request.actor) and factors.has_second_factor(account)
    context = {
        "form": form,
        "account": account,
        "phone": queries.masked_phone(account),
        "resets": can_reset and account.pk != request.actor.account_id,
    }
    return render(request, "people/role_grant.html", context, status=422 if form.errors else 200)


def _grant(request: Request, account: Account, form: GrantForm) -> HttpResponse:
    asked = form.cleaned_data
    held = offices.grant_office(
        account,
        Office(asked["office"]),
        at=queries.node_of(asked["at"], district=request.district),
        until=asked["until"],
        actor=request.actor,
    )
    said = {"who": account.display_name, "office": Office(held.office).label, "node": str(held.node)}
    messages.success(request, _("好了：%(who)s 现在是 %(node)s 的%(office)s。") % said)
    return HttpResponseRedirect(reverse("roles"))


@open_to(rules.grants_roles)
@require_POST
def role_revoke(request: Request, holding_id: int) -> HttpResponse:
    """Take an office back."""
    held = queries.holding_for(request.actor, holding_id)
    offices.revoke_office(held, actor=request.actor)
    said = {"who": held.account.display_name, "office": Office(held.office).label}
    messages.success(request, _("收回了 %(who)s 的%(office)s，马上生效。") % said)
    return HttpResponseRedirect(reverse("roles"))


@open_to(rules.grants_high_offices)
@require_POST
def role_factor_reset(request: Request, account_id: int) -> HttpResponse:
    """Take away the second factor of somebody who lost the phone it was on."""
    account = queries.active_account(account_id, district=request.district)
    factor_verbs.take_away(account, actor=request.actor)
    messages.success(
        request, _("%(who)s 的第二道验证重置了，下次登录要重新设。") % {"who": account.display_name}
    )
    return HttpResponseRedirect(reverse("roles"))


@open_to(rules.grants_roles)
@never_cache
@sensitive_variables("password")
def role_account(request: Request) -> HttpResponse:
    """Open an account for a colleague; a password that was made up is shown once and must be changed."""
    form = StaffAccountForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        password = "".join(secrets.choice(LETTERS) for _place in range(14)) if _wants_password(form) else ""
        new = accounts.NewAccount(**form.cleaned_data, password=password, must_change_password=bool(password))
        try:
            account = accounts.open_account(new, district=request.district, actor=request.actor)
        except BadInput as refusal:
            form.show(refusal)
        else:
            shown = {"account": account, "password": password}
            return render(request, "people/role_account_opened.html", shown)
    return render(request, "people/role_account.html", {"form": form}, status=422 if form.errors else 200)


def _wants_password(form: StaffAccountForm) -> bool:
    return bool(cast(str, form.cleaned_data["sign_in_name"]))
