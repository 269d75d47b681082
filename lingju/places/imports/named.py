"""The sheets of a module by name, and what pages and commands do with one: look, take in, a template."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, BinaryIO

from django.utils.translation import gettext as _

from lingju.kernel import sheets_in, sheets_out
from lingju.kernel.errors import NotThere
from lingju.kernel.rules import Actor
from lingju.places.imports import running
from lingju.places.imports.running import Result, Tells
from lingju.places.models import District


@dataclass(frozen=True, slots=True)
class NamedSheets:
    """Kinds of sheet by name, and the fact that is announced when one was taken in."""

    kinds: Mapping[str, Callable[[], Any]]
    fact: Tells

    def sheet(self, name: str) -> Any:
        """Return a fresh sheet of a kind; NotThere for a kind that does not exist."""
        if name not in self.kinds:
            raise NotThere(_("没有这种表格。"))
        return self.kinds[name]()

    def glance(self, name: str, file: BinaryIO, file_name: str) -> None:
        """Refuse a file that makes no sense as a whole; its rows are not tried yet."""
        kind = self.sheet(name)
        sheets_in.read(file, file_name, kind.columns, make=kind.make, most_rows=running.MOST_ROWS)

    def look(self, name: str, file: BinaryIO, file_name: str, district: District, *, actor: Actor) -> Result:
        """Say what a file would do; nothing is kept."""
        kind = self.sheet(name)
        return running.run(kind, name, file, file_name, district, actor=actor, dry=True, fact=self.fact)

    def take_in(
        self,
        name: str,
        file: BinaryIO,
        file_name: str,
        district: District,
        *,
        actor: Actor,
        partial: bool = False,
    ) -> Result:
        """Write a file's rows; where any is refused, nothing at all unless `partial`."""
        kind = self.sheet(name)
        return running.run(
            kind, name, file, file_name, district, actor=actor, dry=False, partial=partial, fact=self.fact
        )

    def template(self, name: str) -> bytes:
        """Return an empty workbook to fill in."""
        kind = self.sheet(name)
        return sheets_out.template(kind.title, kind.columns)
