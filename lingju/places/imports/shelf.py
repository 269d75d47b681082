"""Where an uploaded sheet waits between looking and confirming: a folder of the person who sent it.

    imports/<account>/<ticket>.json   what it is, when it came, what became of it
    imports/<account>/<ticket>.sheet  the file as it was given
    imports/<account>/<ticket>.xlsx   the report of what was refused

A ticket is known to nobody else and lasts a day; after that the file is gone. What lies here is closed: a
sheet of paper slips names people and their phones.
"""

import io
import json
import re
import secrets
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import BinaryIO

from django.conf import settings
from django.utils.translation import gettext as _

from lingju.kernel import clock, crypto
from lingju.kernel.errors import NotThere
from lingju.kernel.rules import Actor
from lingju.places.imports.running import Result, Verdict

KEPT_S = 24 * 3600
TICKET = re.compile(r"[A-Za-z0-9_-]{22}")


@dataclass(frozen=True, slots=True)
class Parcel:
    """A sheet that waits, or has been taken in; `counts`, and the codes `added`, are those of that moment."""

    ticket: str
    sheet: str
    name: str
    came_s: float
    is_done: bool = False
    counts: tuple[int, int, int, int] = (0, 0, 0, 0)
    added: tuple[str, ...] = ()


def put(actor: Actor, sheet: str, name: str, file: BinaryIO) -> Parcel:
    """Lay a file down and return its parcel; throw away what lay too long."""
    folder = _folder(actor)
    folder.mkdir(parents=True, exist_ok=True)
    _tidy(folder)
    parcel = Parcel(secrets.token_urlsafe(16), sheet, name[:80], clock.now().timestamp())
    file.seek(0)
    _write(folder / f"{parcel.ticket}.sheet", file.read())
    _note(actor, parcel)
    return parcel


def get(actor: Actor, ticket: str) -> Parcel:
    """Return a parcel of this person; NotThere for a strange or an old ticket."""
    try:
        if not TICKET.fullmatch(ticket):
            raise FileNotFoundError(ticket)
        noted = json.loads((_folder(actor) / f"{ticket}.json").read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        raise NotThere(_("这次导入已经过期了，请重新上传。")) from None
    parcel = Parcel(**{**noted, "counts": tuple(noted["counts"]), "added": tuple(noted.get("added", ()))})
    if clock.now().timestamp() - parcel.came_s > KEPT_S:
        raise NotThere(_("这次导入已经过期了，请重新上传。"))
    return parcel


def file_of(actor: Actor, parcel: Parcel) -> BinaryIO:
    """Open the file as it was given."""
    return io.BytesIO(_read(_folder(actor) / f"{parcel.ticket}.sheet"))


def done(actor: Actor, parcel: Parcel, result: Result) -> Parcel:
    """Note what became of a sheet, and keep the report of what was refused."""
    added = tuple(line.code for line in result.lines if line.verdict is Verdict.NEW)
    done_ = replace(parcel, is_done=True, counts=result.counts, added=added)
    _write(_folder(actor) / f"{parcel.ticket}.xlsx", result.report())
    _note(actor, done_)
    return done_


def report_of(actor: Actor, parcel: Parcel) -> bytes:
    """Return the report that was kept when the sheet was taken in."""
    return _read(_folder(actor) / f"{parcel.ticket}.xlsx")


def _note(actor: Actor, parcel: Parcel) -> None:
    words = json.dumps(asdict(parcel), ensure_ascii=False)
    (_folder(actor) / f"{parcel.ticket}.json").write_text(words, encoding="utf-8")


def _write(path: Path, content: bytes) -> None:
    path.write_bytes(crypto.ring().encrypt_file(content, f"imports/{path.name}"))


def _read(path: Path) -> bytes:
    """Return what lies there; what cannot be opened any more counts as expired."""
    try:
        return crypto.ring().decrypt_file(path.read_bytes(), f"imports/{path.name}")
    except (FileNotFoundError, crypto.CannotOpen):
        raise NotThere(_("这次导入已经过期了，请重新上传。")) from None


def _folder(actor: Actor) -> Path:
    return Path(settings.LINGJU.var) / "imports" / str(actor.account_id or 0)


def _tidy(folder: Path) -> None:
    oldest = clock.now().timestamp() - KEPT_S
    for path in folder.iterdir():
        if path.stat().st_mtime < oldest:
            path.unlink(missing_ok=True)
