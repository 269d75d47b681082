"""Everything that may be refused, and how a refusal reads.

    Refusal                   400  the base: a sentence a resident can act on
    ├── NotSignedIn           401  somebody must say who they are first
    ├── NotAllowed            403  the rule said no
    ├── NotThere              404  absent, or not yours to know about
    ├── NotNow                409  the record's state forbids this step
    ├── SomeoneWasFaster      409  another hand moved it first
    ├── TooLarge              413  the file or text exceeds what is taken
    ├── BadInput              422  what was typed cannot be used; says which field and why
    └── TooOften              429  asked again too soon

Each is raised with a sentence fit to show a resident. One handler (`lingju.site.refusals`) turns it into
a page or into problem+json (RFC 9457); no page catches them itself.
"""

from collections.abc import Mapping

from django.utils.functional import Promise

Text = str | Promise


class Refusal(Exception):
    """Refuse a request with a sentence that the person who asked can act on."""

    status = 400

    def __init__(self, sentence: Text) -> None:
        super().__init__(sentence)
        self.sentence = sentence

    def __str__(self) -> str:
        return str(self.sentence)


class NotSignedIn(Refusal):
    """Ask who is there before going on."""

    status = 401


class NotAllowed(Refusal):
    """Refuse because a rule said no."""

    status = 403


class NotThere(Refusal):
    """Refuse because the thing is absent, or not the actor's to know about."""

    status = 404


class NotNow(Refusal):
    """Refuse because the record's state forbids this step."""

    status = 409


class SomeoneWasFaster(NotNow):
    """Refuse because another hand moved the record between reading and writing."""


class TooLarge(Refusal):
    """Refuse a file or a text that exceeds what is taken, naming the field where there is one."""

    status = 413

    def __init__(self, sentence: Text, fields: Mapping[str, Text] | None = None) -> None:
        super().__init__(sentence)
        self.fields = dict(fields or {})


class BadInput(Refusal):
    """Refuse what was typed, naming each field and why."""

    status = 422

    def __init__(self, sentence: Text, fields: Mapping[str, Text] | None = None) -> None:
        super().__init__(sentence)
        self.fields = dict(fields or {})


class TooOften(Refusal):
    """Refuse a repetition that came too soon."""

    status = 429

    def __init__(self, sentence: Text, *, wait_seconds: int = 60) -> None:
        super().__init__(sentence)
        self.wait_seconds = wait_seconds
