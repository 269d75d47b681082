"""Papers at the desk: certificates asked for and issued, the A4 sheet, records in the national fields."""

from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from lingju.kernel import clock
from lingju.kernel.asking import Asking, saved, workbook
from lingju.kernel.errors import BadInput, NotThere
from lingju.kernel.requests import Request
from lingju.kernel.rules import open_to
from lingju.kernel.sheets_out import xlsx
from lingju.people.factors import qr
from lingju.volunteering import phrases
from lingju.volunteering.forms.desk import ExportForm, IssueForm, WhyForm
from lingju.volunteering.models import ServiceCertificate
from lingju.volunteering.queries import desk as queries
from lingju.volunteering.queries import export
from lingju.volunteering.rules import calls_people
from lingju.volunteering.services import certificates, exporting

A_PAGE = 40
P = ServiceCertificate.State


@open_to(calls_people)
@never_cache
def desk_service_certificates(request: Request) -> HttpResponse:
    """List what was asked for and issued, what waits first."""
    page = Paginator(queries.certificates_on_desk(request.actor), A_PAGE).get_page(request.GET.get("page"))
    return render(request, "volunteering/desk_papers.html", {"page": page, "words": phrases})


@open_to(calls_people)
@never_cache
def desk_service_certificate(request: Request, paper_id: int) -> HttpResponse:
    """Show an asking to check and issue, or the issued sheet on A4; refuse, or take back, with a reason."""
    paper = queries.certificate_for(request.actor, paper_id)
    what = request.POST.get("do", "")
    first = {"issuer": paper.volunteer.area.name, "contact": request.district.hotline}
    forms: dict[str, Asking] = {
        "issue": IssueForm(request.POST if what == "issue" else None, initial=first),
        "refuse": WhyForm(request.POST if what == "refuse" else None),
        "revoke": WhyForm(request.POST if what == "revoke" else None),
    }
    if request.method == "POST":
        if what not in forms:
            raise NotThere(_("没有这一步。"))
        if saved(forms[what], lambda: _do(request, paper, what, forms[what])):
            messages.success(request, _("办好了。"))
            return HttpResponseRedirect(reverse("desk_service_certificate", args=[paper.pk]))
    wrong = any(form.errors for form in forms.values())
    shown = {"paper": paper, "forms": forms, "words": phrases}
    if paper.number is None:
        shown["records"] = certificates.served(paper.volunteer, paper.since, paper.until)
        return render(request, "volunteering/desk_paper.html", shown, status=422 if wrong else 200)
    mark = certificates.mark_of(paper)
    path = reverse("service_certificate", args=[paper.number])
    address = request.build_absolute_uri(f"{path}?{urlencode({'m': mark})}")
    shown |= {
        "mark": "-".join(mark[at : at + 4] for at in range(0, len(mark), 4)),
        "address": address,
        "picture": qr(address),
    }
    return render(request, "volunteering/certificate_sheet.html", shown, status=422 if wrong else 200)


def _do(request: Request, paper: ServiceCertificate, what: str, form: Asking) -> None:
    if isinstance(form, IssueForm):
        certificates.issue(paper, form.issuing(), actor=request.actor)
        return
    verb = certificates.refuse if what == "refuse" else certificates.revoke
    verb(paper, form.cleaned_data["why"], actor=request.actor)


@open_to(calls_people)
@never_cache
def desk_volunteer_export(request: Request) -> HttpResponse:
    """Show how complete each field of the national system is, and ask what a list is taken for."""
    shown = {
        "filled": export.completeness_for(request.actor),
        "sheets": [(name, title) for name, (title, _elements, _rows) in export.SHEETS.items()],
        "form": ExportForm(),
    }
    return render(request, "volunteering/desk_export.html", shown)


@open_to(calls_people)
@never_cache
def desk_volunteer_sheet(request: Request, export_name: str) -> HttpResponse:
    """Hand a list out as a workbook; what it is taken for is asked, and kept."""
    sheet = export.sheet_for(request.actor, export_name)
    if export_name != export.COMPLETENESS:
        form = ExportForm(request.GET)
        if not form.is_valid():
            raise BadInput(_("请先写交给谁、凭什么交。"), {"basis": _("请写交给谁、凭什么交。")})
        exporting.hand_out(export_name, len(sheet.rows), form.cleaned_data["basis"], actor=request.actor)
    content = xlsx(sheet.title, sheet.columns, sheet.rows, as_of=clock.now())
    return workbook(content, sheet.title)
