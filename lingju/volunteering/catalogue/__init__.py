"""What volunteers can do, and which of it needs a paper: data in TOML beside this page, read once."""

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Final


@dataclass(frozen=True, slots=True)
class Skill:
    """Something people can help with; `needs` is the paper it takes, nothing where willingness is enough."""

    code: str
    name: str
    needs: str = ""


_TEXT: Final = Path(__file__).with_name("skills.toml").read_text(encoding="utf-8")
SKILLS: Final = {code: Skill(code=code, **line) for code, line in tomllib.loads(_TEXT).items()}
