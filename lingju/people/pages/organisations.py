"""Pages of the desk about organisations: list, add, edit."""

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from lingju.kernel.errors import BadInput, NotThere, SomeoneWasFaster
from lingju.kernel.requests import Request
from lingju.kernel.rules import open_to
from lingju.people import queries, rules
from lingju.people.forms import OrganisationForm
from lingju.people.models import Organisation
from lingju.people.services import organisations
from lingju.places.models import Area


@open_to(rules.keeps_organisations)
def desk_organisations(request: Request) -> HttpResponse:
    """List the organisations in the actor's areas."""
    return render(request, "people/organisations.html", {"found": queries.organisations_for(request.actor)})


@open_to(rules.keeps_organisations)
def desk_organisation_new(request: Request) -> HttpResponse:
    """Add an organisation."""
    return _write(request, None)


@open_to(rules.keeps_organisations)
def desk_organisation(request: Request, organisation_id: int) -> HttpResponse:
    """Edit an organisation."""
    return _write(request, queries.organisation_for(request.actor, organisation_id))


def _write(request: Request, organisation: Organisation | None) -> HttpResponse:
    form = OrganisationForm(
        request.POST or None,
        initial=_initial(organisation),
        areas=queries.areas_for(request.actor),
    )
    if request.method == "POST" and form.is_valid():
        try:
            _save(request, organisation, form)
        except BadInput as refusal:
            form.show(refusal)
        except SomeoneWasFaster as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("记下了。"))
            return HttpResponseRedirect(reverse("desk_organisations"))
    context = {"form": form, "organisation": organisation}
    return render(request, "people/organisation.html", context, status=422 if form.errors else 200)


def _initial(organisation: Organisation | None) -> dict[str, object]:
    if organisation is None:
        return {}
    return {
        "name": organisation.name,
        "kind": organisation.kind,
        "uscc": organisation.uscc or "",
        "area": f"area-{organisation.area_id}",
        "version": organisation.version,
    }


def _save(request: Request, organisation: Organisation | None, form: OrganisationForm) -> None:
    asked = form.cleaned_data
    area = queries.node_of(asked["area"], district=request.district)
    if not isinstance(area, Area):
        raise NotThere(_("没有找到这个区域。"))
    written = organisations.Written(asked["name"], asked["kind"], area, asked["uscc"])
    if organisation is None:
        organisations.add(written, actor=request.actor)
    else:
        seen = asked["version"] or 0
        organisations.edit(organisation, written, version=seen, actor=request.actor)
