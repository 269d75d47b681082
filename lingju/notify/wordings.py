"""What messages say: each a named text with gaps, registered by the module that sends it.

wordings.register(Wording("people.office_granted", _("您有了新的身份"), _("%(area)s%(office)s")))
"""

from collections.abc import Mapping
from dataclasses import dataclass

from lingju.kernel.errors import Text


@dataclass(frozen=True, slots=True)
class Wording:
    """A title and a body with gaps like %(station)s; an urgent one may ring at night."""

    code: str
    title: Text
    body: Text
    is_urgent: bool = False

    def filled(self, params: Mapping[str, str]) -> tuple[str, str]:
        """Return title and body with the gaps filled; raise KeyError for a gap that nothing fills."""
        return str(self.title) % params, str(self.body) % params


_wordings: dict[str, Wording] = {}


def register(*wordings: Wording) -> None:
    """Make wordings known; the same code twice with other words is a mistake."""
    for wording in wordings:
        if _wordings.setdefault(wording.code, wording) != wording:
            raise ValueError(f"the wording {wording.code} is taken")


def find(code: str) -> Wording:
    """Return a wording; raise KeyError for one that nobody registered."""
    return _wordings[code]


def all_codes() -> tuple[str, ...]:
    """Return the codes of all wordings, for tests that look for gaps."""
    return tuple(sorted(_wordings))
