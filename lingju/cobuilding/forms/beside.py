"""Forms that stand beside what another hand wrote meanwhile: both are shown, and saving again means it."""

from typing import Any, cast

from django.http import QueryDict

from lingju.kernel.asking import Asking


class Beside(Asking):
    """A form with a version: overtaken, it keeps what was typed and shows what stands now."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.theirs: list[tuple[str, str]] = []

    def meet(self, fresh: dict[str, Any]) -> None:
        """Keep what was typed beside what stands now, and take its version: saving again means it."""
        typed = cast(QueryDict, self.data).copy()
        typed["version"] = str(fresh["version"])
        self.data = typed
        for bound in self.visible_fields():
            there = self._words(bound.name, fresh.get(bound.name))
            if bound.name in fresh and there != self._words(bound.name, bound.data):
                self.theirs.append((str(bound.label), there))

    def _words(self, name: str, value: Any) -> str:
        if value is None or value is False:
            return ""
        choices = dict(getattr(self.fields[name], "choices", ()))
        labels = {str(key): str(label) for key, label in choices.items()}
        if isinstance(value, list | tuple):
            return "、".join(labels.get(str(one), str(one)) for one in value)
        said = value.strftime("%H:%M") if hasattr(value, "hour") else str(value)
        return " ".join(labels.get(said, said).split())
