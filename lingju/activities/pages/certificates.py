"""Certificates: who of a session may have one, the sheet to print, and the public page that checks it."""

from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from lingju.activities.forms.learning import CheckForm, IssueForm, OutsideForm, RevokeForm
from lingju.activities.models import Certificate, Session, SignUp
from lingju.activities.queries import attendance
from lingju.activities.queries import certificates as queries
from lingju.activities.rules import plans_it
from lingju.activities.services import certificates
from lingju.kernel.asking import Asking, saved
from lingju.kernel.errors import NotThere
from lingju.kernel.requests import Request
from lingju.kernel.rules import everyone, open_to
from lingju.people.factors import qr

FORMS: dict[str, type[Asking]] = {"issue": IssueForm, "outside": OutsideForm}


@open_to(plans_it)
@never_cache
def desk_certificates(request: Request, session_id: int) -> HttpResponse:
    """List who came and may have a certificate; issue one, or write down one that others issued."""
    session = attendance.session_for(request.actor, session_id)
    what = request.POST.get("what", "")
    forms = {name: made(request.POST if name == what else None) for name, made in FORMS.items()}
    if request.method == "POST":
        if what not in forms:
            raise NotThere(_("没有这一步。"))
        if saved(forms[what], lambda: _do(request, session, forms[what])):
            messages.success(request, _("记下了。"))
            return HttpResponseRedirect(reverse("desk_certificates", args=[session.pk]))
    wrong = any(form.errors for form in forms.values())
    shown = {
        "session": session,
        "candidates": queries.candidates(session),
        "outside": session.outside_certificates.all(),
        "forms": forms,
    }
    return render(request, "activities/desk_certificates.html", shown, status=422 if wrong else 200)


def _do(request: Request, session: Session, form: Asking) -> None:
    if isinstance(form, OutsideForm):
        certificates.write_down(session, form.outside(), actor=request.actor)
        return
    told = form.cleaned_data
    signup = SignUp.objects.filter(district_id=session.district_id, pk=told["signup_id"]).first()
    if signup is None:
        raise NotThere(_("没有这份报名。"))
    certificates.issue(session, signup, told["called"], actor=request.actor)


@open_to(plans_it)
@never_cache
def desk_certificate(request: Request, certificate_id: int) -> HttpResponse:
    """Show a certificate to print on A4; take it back with a reason."""
    certificate = queries.certificate_for(request.actor, certificate_id)
    form = RevokeForm(request.POST if request.method == "POST" else None)

    def revoke() -> None:
        certificates.revoke(certificate, form.cleaned_data["why"], actor=request.actor)

    if request.method == "POST" and saved(form, revoke):
        messages.success(request, _("作废了，扫码的人会看到。"))
        return HttpResponseRedirect(reverse("desk_certificates", args=[certificate.session_id]))
    mark = certificates.mark_of(certificate)
    address = _address(request, certificate, mark)
    shown = {
        "certificate": certificate,
        "mark": "-".join(mark[at : at + 4] for at in range(0, len(mark), 4)),
        "address": address,
        "picture": qr(address),
        "form": form,
    }
    return render(request, "activities/certificate_sheet.html", shown, status=422 if form.errors else 200)


def _address(request: Request, certificate: Certificate, mark: str) -> str:
    path = reverse("certificate", args=[certificate.number])
    return request.build_absolute_uri(f"{path}?{urlencode({'m': mark})}")


@open_to(everyone)
@never_cache
def certificate_find(request: Request) -> HttpResponse:
    """Ask for the number and the mark of a certificate, where there is no camera."""
    form = CheckForm(request.GET if request.GET else None)
    if request.GET and form.is_valid():
        # A number never holds a slash; one that was typed with it is nobody's.
        serial = form.cleaned_data["serial"].replace("/", "-").replace(" ", "") or "-"
        path = reverse("certificate", args=[serial])
        return HttpResponseRedirect(f"{path}?{urlencode({'m': form.cleaned_data['m']})}")
    return render(
        request, "activities/certificate_find.html", {"form": form}, status=422 if form.errors else 200
    )


@open_to(everyone)
@never_cache
def certificate(request: Request, serial: str) -> HttpResponse:
    """Say whether a certificate is valid, taken back, or none; nothing else is told of whom it is."""
    found = queries.checked(request.district, serial, request.GET.get("m", "")[:60])
    return render(request, "activities/certificate.html", {"found": found, "serial": serial[:24]})
