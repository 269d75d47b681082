"""The five sheets by name, and what pages and commands do with one: look, take in, hand out, a template."""

from collections.abc import Callable
from typing import Any, BinaryIO

from django.utils.translation import gettext as _

from lingju.kernel import clock, sheets_in, sheets_out
from lingju.kernel.errors import NotThere
from lingju.kernel.rules import Actor
from lingju.places.imports import running
from lingju.places.imports.areas import Areas
from lingju.places.imports.buildings import Buildings
from lingju.places.imports.calendar import Calendar
from lingju.places.imports.compounds import Compounds
from lingju.places.imports.running import Result
from lingju.places.imports.stations import Stations
from lingju.places.models import District

# In the order in which they build on one another.
SHEETS: dict[str, Callable[[], Any]] = {
    "areas": Areas,
    "compounds": Compounds,
    "buildings": Buildings,
    "stations": Stations,
    "calendar": Calendar,
}


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
    return running.run(sheet(name), name, file, file_name, district, actor=actor, dry=True)


def take_in(
    name: str, file: BinaryIO, file_name: str, district: District, *, actor: Actor, partial: bool = False
) -> Result:
    """Write a file's rows; where any is refused, nothing at all unless `partial`."""
    return running.run(sheet(name), name, file, file_name, district, actor=actor, dry=False, partial=partial)


def hand_out(name: str, district: District, *, actor: Actor) -> bytes:
    """Return the rows an actor may edit as a workbook that reads back in unchanged."""
    kind = sheet(name)
    title = f"{district.name}{kind.title}"
    return sheets_out.xlsx(title, kind.out, kind.lines(district, actor), as_of=clock.now())


def template(name: str) -> bytes:
    """Return an empty workbook to fill in."""
    kind = sheet(name)
    return sheets_out.template(kind.title, kind.columns)
