"""The pages of keys and subscriptions: who may call our interface, and who is told."""

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from lingju.kernel.errors import BadInput, NotNow, NotThere
from lingju.kernel.requests import Request
from lingju.kernel.rules import open_to
from lingju.needs.forms.machines import KeyForm, SubscriptionForm
from lingju.needs.models import ApiKey, Subscription
from lingju.needs.rules import edits_the_loop
from lingju.needs.services import keys, subscriptions


@open_to(edits_the_loop)
def desk_keys(request: Request) -> HttpResponse:
    """List the keys; make one, which is shown this once."""
    form = KeyForm(request.POST or None).offer(request.district)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            made, clear = keys.make(
                request.district, said["name"], organisation=said["organisation"], actor=request.actor
            )
        except BadInput as refusal:
            form.show(refusal)
        else:
            return _shown_once(request, made.name, clear, is_key=True)
    rows = ApiKey.objects.visible_to(request.actor).select_related("organisation")
    shown = {"form": form, "keys": rows, "base": request.build_absolute_uri("/")}
    return render(request, "needs/machine_keys.html", shown, status=422 if form.errors else 200)


@open_to(edits_the_loop)
@require_POST
def desk_key_revoke(request: Request, key_id: int) -> HttpResponse:
    """Take a key back."""
    key = ApiKey.objects.visible_to(request.actor).filter(pk=key_id).first()
    if key is None:
        raise NotThere(_("没有这把密钥。"))
    try:
        keys.revoke(key, actor=request.actor)
        messages.success(request, _("作废了，从现在起打不开任何东西。"))
    except NotNow as refusal:
        messages.info(request, str(refusal))
    return HttpResponseRedirect(reverse("desk_keys"))


@open_to(edits_the_loop)
def desk_subscriptions(request: Request) -> HttpResponse:
    """List who is told; subscribe somebody, whose secret is shown this once."""
    form = SubscriptionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            made, secret = subscriptions.add(
                request.district, said["name"], said["url"], said["events"], actor=request.actor
            )
        except BadInput as refusal:
            form.show(refusal)
        else:
            return _shown_once(request, made.name, secret, is_key=False)
    rows = [(row, _names(row)) for row in Subscription.objects.visible_to(request.actor)]
    shown = {"form": form, "rows": rows}
    return render(request, "needs/machine_subscriptions.html", shown, status=422 if form.errors else 200)


def _names(row: Subscription) -> list[str]:
    return [
        str(subscriptions.EVENTS[event]) for event in row.events.split(",") if event in subscriptions.EVENTS
    ]


@open_to(edits_the_loop)
@require_POST
def desk_subscription_end(request: Request, subscription_id: int) -> HttpResponse:
    """End a subscription."""
    row = Subscription.objects.visible_to(request.actor).filter(pk=subscription_id).first()
    if row is None:
        raise NotThere(_("没有这个订阅。"))
    try:
        subscriptions.end(row, actor=request.actor)
        messages.success(request, _("结束了，不再往那里发消息。"))
    except NotNow as refusal:
        messages.info(request, str(refusal))
    return HttpResponseRedirect(reverse("desk_subscriptions"))


def _shown_once(request: Request, name: str, secret: str, *, is_key: bool) -> HttpResponse:
    """Show a secret that nobody sees again; no browser keeps the page."""
    back = reverse("desk_keys" if is_key else "desk_subscriptions")
    shown = {"name": name, "secret": secret, "is_key": is_key, "back": back}
    response = render(request, "needs/machine_made.html", shown)
    response["Cache-Control"] = "no-store"
    return response
