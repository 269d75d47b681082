"""The sheets of activities by name: look, take in, a template; as `places.imports.sheets` does it."""

from collections.abc import Callable
from typing import Any, BinaryIO

from django.utils.translation import gettext as _

from lingju.activities.events import ActivitiesImported
from lingju.activities.imports.arrivals import Arrivals
from lingju.activities.imports.headcounts import HeadCounts
from lingju.kernel import sheets_in, sheets_out
from lingju.kernel.errors import NotThere
from lingju.kernel.rules import Actor
from lingju.places.imports import running
from lingju.places.imports.running import Result
from lingju.places.models import District

SHEETS: dict[str, Callable[[], Any]] = {"headcounts": HeadCounts, "arrivals": Arrivals}


def sheet(name: str) -> Any:
    """Return a fresh sheet of a kind; NotThere for a kind that does not exist."""
    if name not in SHEETS:
        raise NotThere(_("没有这种表格。"))
    return SHEETS[name]()


def glance(name: str, file: BinaryIO, file_name: str) -> None:
    """Refuse a file that makes no sense as a whole; its rows are not tried yet."""
    kind = sheet(name)
    sheets_in.read(file, file_name, kind.columns, make=kind.make, most_rows=running.MOST_ROWS)


def look(name: str, file: BinaryIO, file_name: str, district: District, *, actor: Actor) -> Result:
    """Say what a file would do; nothing is kept."""
    return _run(name, file, file_name, district, actor, dry=True)


def take_in(
    name: str, file: BinaryIO, file_name: str, district: District, *, actor: Actor, partial: bool = False
) -> Result:
    """Write a file's rows; where any is refused, nothing at all unless `partial`."""
    return _run(name, file, file_name, district, actor, dry=False, partial=partial)


def _run(
    name: str,
    file: BinaryIO,
    file_name: str,
    district: District,
    actor: Actor,
    *,
    dry: bool,
    partial: bool = False,
) -> Result:
    kind = sheet(name)
    return running.run(
        kind,
        name,
        file,
        file_name,
        district,
        actor=actor,
        dry=dry,
        partial=partial,
        fact=ActivitiesImported,
    )


def template(name: str) -> bytes:
    """Return an empty workbook to fill in."""
    kind = sheet(name)
    return sheets_out.template(kind.title, kind.columns)
