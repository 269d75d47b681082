"""The seals' diary: each chain value noted down in a file beside the database.

A hand on the database alone cannot cut the newest seals off unseen while this file, or a copy of it
elsewhere, remembers them. One file a district, one line a seal: number and chain value.
"""

import re
from collections.abc import Iterable
from pathlib import Path

from django.conf import settings

LINE = re.compile(r"(\d+) ([0-9a-f]{64})")


def folder() -> Path:
    """Return where the diaries lie."""
    return Path(settings.LINGJU.var) / "seals"


def note(district_id: int, number: int, chain: str) -> None:
    """Note down a seal, after its transaction."""
    folder().mkdir(parents=True, exist_ok=True)
    with (folder() / f"{district_id}.log").open("a", encoding="ascii") as diary:
        diary.write(f"{number} {chain}\n")


def read(district_id: int) -> dict[int, str]:
    """Return the chain values that were noted for a district, by number."""
    path = folder() / f"{district_id}.log"
    if not path.exists():
        return {}
    lines = (LINE.fullmatch(line) for line in path.read_text(encoding="ascii").splitlines())
    return {int(line[1]): line[2] for line in lines if line}


def districts() -> Iterable[int]:
    """Return the districts of which a diary is kept."""
    return [int(path.stem) for path in folder().glob("*.log") if path.stem.isdigit()]
