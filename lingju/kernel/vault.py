"""Where private files lie: encrypted at rest, named by the digest of what they hold, outside the database.

    var/media/<district>/<first two digits>/<sha256>

A file is put before the transaction that names it commits; if that fails, the file is an orphan, which
`sweep` takes away once it is old enough. Each is bound to its district and name: moved or swapped it does
not open. Putting the same bytes twice keeps one file and makes it young again, so that no sweep takes what
a running transaction is about to name.
"""

import contextlib
import datetime as dt
import fcntl
import hashlib
import logging
import os
import re
import tempfile
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _

from lingju.kernel import clock, crypto
from lingju.kernel.errors import NotNow

NAME = re.compile(r"[0-9a-f]{64}")
UNFINISHED = ".unfinished"

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Rewrapped:
    """What a change of keys did: files looked at, files written, and those that do not open."""

    seen: int
    written: int
    shut: tuple[str, ...]


def put(district_id: int, content: bytes) -> str:
    """Keep the bytes of a district's file; return the name under which `get` finds them.

    Raises NotNow where the disk takes nothing, so that whoever writes can go on without the file.
    """
    name = hashlib.sha256(content).hexdigest()
    path = _path(district_id, name)
    try:
        with _held(district_id):
            if not path.exists():
                _write(path, crypto.ring().encrypt_file(content, _place(district_id, name)))
            _make_young(path)
    except OSError:
        logger.exception("the vault takes no file of district %s", district_id)
        raise NotNow(_("照片和录音现在存不进去。请先不传，文字照样能交上来。")) from None
    return name


def get(district_id: int, name: str) -> bytes:
    """Return the bytes kept under a name.

    Raises FileNotFoundError for a name that is not there or is no name of ours, CannotOpen for a file that
    was altered or whose key is gone.
    """
    return crypto.ring().decrypt_file(_path(district_id, name).read_bytes(), _place(district_id, name))


def remove(district_id: int, name: str) -> bool:
    """Take a file away; say whether it was there."""
    try:
        _path(district_id, name).unlink()
    except FileNotFoundError:
        return False
    return True


def sweep(district_id: int, known: Collection[str], older_than: dt.timedelta) -> list[str]:
    """Take away the files that no row knows and nobody put lately; return their names.

    `older_than` must exceed the longest transaction: what was put since then may not be known yet.
    """
    before = clock.now().timestamp() - older_than.total_seconds()
    swept = []
    with _held(district_id):
        for path in _files(district_id):
            if path.name not in known and path.stat().st_mtime < before:
                path.unlink()
                swept.append(path.name)
        for path in _folder(district_id).glob(f"??/*{UNFINISHED}"):
            if path.stat().st_mtime < before:
                path.unlink()
    return swept


def rewrap() -> Rewrapped:
    """Encrypt every file under the ring's first key; safe to repeat and to interrupt."""
    seen = written = 0
    shut: list[str] = []
    districts = sorted(int(folder.name) for folder in _root().glob("[0-9]*"))
    for district_id, path in ((one, path) for one in districts for path in _files(one)):
        seen += 1
        try:
            written += _rewrap(district_id, path)
        except crypto.CannotOpen:
            shut.append(f"{district_id}/{path.name}")
    return Rewrapped(seen, written, tuple(shut))


def _rewrap(district_id: int, path: Path) -> bool:
    with _held(district_id):
        sealed = path.read_bytes() if path.exists() else None
        if sealed is None or crypto.ring().is_current_file(sealed):
            return False
        place, put_at = _place(district_id, path.name), path.stat().st_mtime
        _write(path, crypto.ring().encrypt_file(crypto.ring().decrypt_file(sealed, place), place))
        os.utime(path, (put_at, put_at))
    return True


def _root() -> Path:
    return Path(settings.LINGJU.var) / "media"


def _folder(district_id: int) -> Path:
    return _root() / str(int(district_id))


def _path(district_id: int, name: str) -> Path:
    """Return where a name lies; what is not 64 hexadecimal digits leads nowhere."""
    if not NAME.fullmatch(name):
        raise FileNotFoundError("no name of the vault")
    return _folder(district_id) / name[:2] / name


def _place(district_id: int, name: str) -> str:
    return f"vault/{int(district_id)}/{name}"


def _files(district_id: int) -> list[Path]:
    return sorted(path for path in _folder(district_id).glob("??/*") if NAME.fullmatch(path.name))


def _make_young(path: Path) -> None:
    moment = clock.now().timestamp()
    os.utime(path, (moment, moment))


@contextlib.contextmanager
def _held(district_id: int) -> Iterator[None]:
    """Hold a district's folder, so that nothing is swept while it is being put."""
    folder = _folder(district_id)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _write(path: Path, data: bytes) -> None:
    """Write all or nothing: into a file beside it, to the disk, then by one rename."""
    path.parent.mkdir(exist_ok=True, mode=0o700)
    handle, unfinished = tempfile.mkstemp(suffix=UNFINISHED, dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        Path(unfinished).replace(path)
    except BaseException:
        Path(unfinished).unlink(missing_ok=True)
        raise
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
