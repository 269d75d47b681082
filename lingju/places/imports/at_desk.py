"""A sheet at the desk, whoever reads it: sent, looked at, confirmed, and what was refused fetched again.

Pages of several modules open this one counter; each brings its kinds of sheet and its own addresses.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, BinaryIO, Protocol

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from lingju.kernel.asking import Asking, workbook
from lingju.kernel.errors import BadInput, TooLarge
from lingju.kernel.requests import Request
from lingju.kernel.rules import Actor
from lingju.kernel.uploads import CSV, XLSX, check
from lingju.places.imports import shelf
from lingju.places.imports.running import Result
from lingju.places.imports.shelf import Parcel
from lingju.places.models import District

LINES_SHOWN = 200


class Kind(Protocol):
    """One kind of sheet."""

    @property
    def title(self) -> str:
        """Return what it is called."""


class Sheets(Protocol):
    """The kinds of sheet of one module, and how each is read."""

    @property
    def SHEETS(self) -> Mapping[str, Any]:  # noqa: N802  a constant of a module
        """Return what kinds there are, by name."""

    def sheet(self, name: str, /) -> Kind:
        """Return a kind by its name; raise NotThere for none."""

    def glance(self, name: str, file: BinaryIO, file_name: str, /) -> Any:
        """Refuse a file that is no such sheet."""

    def look(
        self, name: str, file: BinaryIO, file_name: str, district: District, /, *, actor: Actor
    ) -> Result:
        """Return what the sheet would do."""

    def take_in(
        self,
        name: str,
        file: BinaryIO,
        file_name: str,
        district: District,
        /,
        *,
        actor: Actor,
        partial: bool,
    ) -> Result:
        """Do it."""

    def template(self, name: str, /) -> bytes:
        """Return an empty sheet to fill in."""


@dataclass(frozen=True, slots=True)
class NextStep:
    """What is to be done with what a sheet brought: why, and where."""

    sentence: str
    label: str
    icon: str
    address: str


@dataclass(frozen=True, slots=True)
class SheetDesk:
    """One counter for sheets: what it reads, its addresses by name, what comes after a sheet if anything."""

    sheets: Sheets
    home: str
    one: str
    report: str
    after: Callable[[Request, Parcel], NextStep | None] | None = None

    @property
    def kinds(self) -> list[tuple[str, str]]:
        """Return name and title of each kind; the titles stand in the catalogue of words already."""
        return [(name, _(self.sheets.sheet(name).title)) for name in self.sheets.SHEETS]

    def taken(self, request: Request, form: Asking) -> HttpResponse | None:
        """Put a sheet that was sent on the shelf and go on to what it would do; None where it cannot be."""
        if request.method != "POST" or not form.is_valid():
            return None
        file, sheet = form.cleaned_data["file"], form.cleaned_data["sheet"]
        try:
            name = check(file, file.name, (XLSX, CSV)).name
            self.sheets.glance(sheet, file, name)
        except (BadInput, TooLarge) as refusal:
            form.add_error("file", str(refusal))
            return None
        parcel = shelf.put(request.actor, sheet, name, file)
        return HttpResponseRedirect(reverse(self.one, args=[parcel.ticket]))

    def shown(self, request: Request, ticket: str) -> HttpResponse:
        """Show what a sheet would do; confirmed, do it and show what became of it."""
        parcel = shelf.get(request.actor, ticket)
        if request.method == "POST" and not parcel.is_done:
            return self._confirmed(request, parcel)
        result = None if parcel.is_done else self._looked(request, parcel)
        context = {
            "parcel": parcel,
            "title": _(self.sheets.sheet(parcel.sheet).title),
            "result": result,
            "lines": result.lines[:LINES_SHOWN] if result else (),
            "counts": result.counts if result else parcel.counts,
            "next_step": self.after(request, parcel) if self.after is not None and parcel.is_done else None,
            "back": reverse(self.home),
            "report": reverse(self.report, args=[ticket]),
        }
        return render(request, "places/desk_import.html", context)

    def reported(self, request: Request, ticket: str) -> HttpResponse:
        """Hand out the sheet as it was given, with 哪里不对 behind what was refused."""
        parcel = shelf.get(request.actor, ticket)
        looked = None if parcel.is_done else self._looked(request, parcel)
        content = looked.report() if looked is not None else shelf.report_of(request.actor, parcel)
        return workbook(content, _("%(name)s（哪里不对）") % {"name": parcel.name.rsplit(".", 1)[0]})

    def template(self, sheet: str) -> HttpResponse:
        """Hand out an empty sheet to fill in."""
        title = self.sheets.sheet(sheet).title
        return workbook(self.sheets.template(sheet), _("%(title)s（空表）") % {"title": title})

    def _looked(self, request: Request, parcel: Parcel) -> Result:
        with shelf.file_of(request.actor, parcel) as file:
            return self.sheets.look(parcel.sheet, file, parcel.name, request.district, actor=request.actor)

    def _confirmed(self, request: Request, parcel: Parcel) -> HttpResponse:
        partial = request.POST.get("partial") == "yes"
        with shelf.file_of(request.actor, parcel) as file:
            result = self.sheets.take_in(
                parcel.sheet, file, parcel.name, request.district, actor=request.actor, partial=partial
            )
        if result.was_written:
            new, changed, unchanged, refused = shelf.done(request.actor, parcel, result).counts
            words = {"new": new, "changed": changed, "unchanged": unchanged, "refused": refused}
            done = _("写进去了：新增 %(new)d，改动 %(changed)d，没变 %(unchanged)d，退回 %(refused)d。")
            messages.success(request, done % words)
        else:
            messages.error(request, _("有几行要退回，所以一行也没写。改好再传，或者选“只写没问题的”。"))
        return HttpResponseRedirect(reverse(self.one, args=[parcel.ticket]))
