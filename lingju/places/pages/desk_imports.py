"""The desk's pages about sheets: send one, look at what it would do, confirm, fetch what was refused."""

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from lingju.kernel.errors import BadInput, TooLarge
from lingju.kernel.requests import Request
from lingju.kernel.rules import open_to
from lingju.kernel.uploads import CSV, XLSX, check
from lingju.places.forms.daily import UploadForm
from lingju.places.imports import sheets, shelf
from lingju.places.imports.running import Result
from lingju.places.imports.shelf import Parcel
from lingju.places.pages.asking import workbook
from lingju.places.rules import its_clerk

LINES_SHOWN = 200


@open_to(its_clerk)
def desk_imports(request: Request) -> HttpResponse:
    """Take a sheet and go on to what it would do; offer templates and exports."""
    form = UploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file, sheet = form.cleaned_data["file"], form.cleaned_data["sheet"]
        try:
            name = check(file, file.name, (XLSX, CSV)).name
            sheets.glance(sheet, file, name)
        except (BadInput, TooLarge) as refusal:
            form.add_error("file", str(refusal))
        else:
            parcel = shelf.put(request.actor, sheet, name, file)
            return HttpResponseRedirect(reverse("desk_import", args=[parcel.ticket]))
    # The titles are those of the nouns, which stand in the catalogue of words already.
    kinds = [(name, _(sheets.sheet(name).title)) for name in sheets.SHEETS]
    shown = {"form": form, "kinds": kinds}
    return render(request, "places/desk_imports.html", shown, status=422 if form.errors else 200)


@open_to(its_clerk)
def desk_import(request: Request, ticket: str) -> HttpResponse:
    """Show what a sheet would do; confirmed, do it and show what became of it."""
    parcel = shelf.get(request.actor, ticket)
    if request.method == "POST" and not parcel.is_done:
        return _confirmed(request, parcel)
    result = None if parcel.is_done else _looked(request, parcel)
    shown = {
        "parcel": parcel,
        "title": _(sheets.sheet(parcel.sheet).title),
        "result": result,
        "lines": result.lines[:LINES_SHOWN] if result else (),
        "counts": result.counts if result else parcel.counts,
        "back": reverse("desk_imports"),
        "report": reverse("desk_import_report", args=[ticket]),
    }
    return render(request, "places/desk_import.html", shown)


@open_to(its_clerk)
def desk_import_report(request: Request, ticket: str) -> HttpResponse:
    """Hand out the sheet as it was given, with 哪里不对 behind what was refused."""
    parcel = shelf.get(request.actor, ticket)
    content = shelf.report_of(request.actor, parcel) if parcel.is_done else _looked(request, parcel).report()
    return workbook(content, _("%(name)s（哪里不对）") % {"name": parcel.name.rsplit(".", 1)[0]})


@open_to(its_clerk)
def desk_import_template(request: Request, sheet: str) -> HttpResponse:
    """Hand out an empty sheet to fill in."""
    return workbook(sheets.template(sheet), _("%(title)s（空表）") % {"title": sheets.sheet(sheet).title})


def _looked(request: Request, parcel: Parcel) -> Result:
    with shelf.file_of(request.actor, parcel) as file:
        return sheets.look(parcel.sheet, file, parcel.name, request.district, actor=request.actor)


def _confirmed(request: Request, parcel: Parcel) -> HttpResponse:
    partial = request.POST.get("partial") == "yes"
    with shelf.file_of(request.actor, parcel) as file:
        result = sheets.take_in(
            parcel.sheet, file, parcel.name, request.district, actor=request.actor, partial=partial
        )
    if result.was_written:
        new, changed, unchanged, refused = shelf.done(request.actor, parcel, result).counts
        words = {"new": new, "changed": changed, "unchanged": unchanged, "refused": refused}
        done = _("写进去了：新增 %(new)d，改动 %(changed)d，没变 %(unchanged)d，退回 %(refused)d。")
        messages.success(request, done % words)
    else:
        messages.error(request, _("有几行要退回，所以一行也没写。改好再传，或者选“只写没问题的”。"))
    return HttpResponseRedirect(reverse("desk_import", args=[parcel.ticket]))
