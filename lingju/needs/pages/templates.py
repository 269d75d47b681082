"""The desk's pages of plain replies: everybody at a desk reads them, an officer of the district edits."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from lingju.kernel.asking import saved
from lingju.kernel.requests import Request
from lingju.kernel.rules import open_to
from lingju.needs.forms.officers import TemplateForm
from lingju.needs.models import Category, ReplyTemplate
from lingju.needs.queries import officers
from lingju.needs.rules import edits_the_loop, oversees_the_loop, works_at_a_desk
from lingju.needs.services import templates


@open_to(works_at_a_desk)
def desk_replies(request: Request) -> HttpResponse:
    """List the templates with their gaps."""
    shown = {
        "rows": officers.template_rows(request.actor),
        "may_edit": edits_the_loop.allows(request.actor),
        "oversees": oversees_the_loop.allows(request.actor),
    }
    return render(request, "needs/officer_replies.html", shown)


@open_to(edits_the_loop)
def desk_reply_new(request: Request) -> HttpResponse:
    """Add a template."""
    return _write(request, None)


@open_to(edits_the_loop)
def desk_reply(request: Request, template_id: int) -> HttpResponse:
    """Edit a template, or remove it."""
    template = officers.template_for(request.actor, template_id)
    if request.method == "POST" and request.POST.get("do") == "remove":
        templates.remove(template, actor=request.actor)
        messages.success(request, _("删掉了。"))
        return HttpResponseRedirect(reverse("desk_replies"))
    return _write(request, template)


def _write(request: Request, template: ReplyTemplate | None) -> HttpResponse:
    kinds = [kind for kind, _depth in officers.kinds_in_order(request.district)]
    form = TemplateForm(
        request.POST or None,
        initial=_initial(template),
        kinds=[(kind.pk, kind.name) for kind in kinds],
    )

    def save() -> None:
        values = _values(form.cleaned_data, kinds)
        if template is None:
            templates.add(request.district, values, actor=request.actor)
        else:
            seen = form.cleaned_data["version"]
            templates.edit(template, values, actor=request.actor, version=seen)

    if request.method == "POST" and saved(form, save):
        messages.success(request, _("记下了。"))
        return HttpResponseRedirect(reverse("desk_replies"))
    shown = {"form": form, "template": template}
    return render(request, "needs/officer_reply.html", shown, status=422 if form.errors else 200)


def _initial(template: ReplyTemplate | None) -> dict[str, Any]:
    if template is None:
        return {"order": 100}
    names = ("name", "outcome", "text", "order", "version")
    return {"category": template.category_id, **{name: getattr(template, name) for name in names}}


def _values(asked: dict[str, Any], kinds: list[Category]) -> dict[str, Any]:
    chosen = next((kind for kind in kinds if str(kind.pk) == asked["category"]), None)
    return {**{name: asked[name] for name in ("name", "outcome", "text", "order")}, "category": chosen}
