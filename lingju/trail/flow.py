"""The life of a record as one table: which step leads from where to where, and who may take it.

    FLOW: Flow[Station] = Flow(
        Station,
        pause=Step({S.OPEN}, S.PAUSED, its_keeper, _("暂停开放")),
        resume=Step({S.PAUSED}, S.OPEN, its_keeper, _("恢复开放")),
    )
    FLOW.take("pause", station, actor=request.actor, note="修水管", changes={"state_reason": "修水管"})

A step is a guarded UPDATE: it moves the row only if it still stands where the caller saw it. Of two
clerks who press at once one wins and one is told (SomeoneWasFaster). The footprint is written in the
same transaction. Pages draw their buttons from `allowed`; nothing else asks for a state.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.db import models, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from lingju.kernel.errors import NotNow, NotThere, SomeoneWasFaster, Text
from lingju.kernel.rules import Actor, Rule
from lingju.trail import services

M = TypeVar("M", bound=models.Model)


@dataclass(frozen=True, slots=True)
class Step:
    """One line of the table: from any of `sources` to `target`, for whom `rule` allows, called `label`."""

    sources: Collection[str]
    target: str
    rule: Rule
    label: Text = ""


@dataclass(frozen=True, slots=True)
class Move:
    """A step that an actor may take now, as a page draws it: one button."""

    name: str
    label: Text
    target: str


class Flow(Generic[M]):
    """The table of steps of one model.

    `state_field` names the field that holds the state. `version_field`, where given, is compared with
    what the caller saw and counted up, so that an edit between reading and pressing also counts as
    another hand.
    """

    def __init__(
        self,
        model: type[M],
        /,
        *,
        state_field: str = "state",
        version_field: str | None = None,
        **steps: Step,
    ) -> None:
        self.model = model
        self.state_field = state_field
        self.version_field = version_field
        self.steps = steps
        self._check_states()

    def _check_states(self) -> None:
        known = {str(value) for value, _label in self._choices()}
        for name, step in self.steps.items():
            strange = {str(state) for state in (*step.sources, step.target)} - known
            if strange:
                raise ValueError(
                    f"{self.model.__name__}.{name} names unknown states: {', '.join(sorted(strange))}"
                )

    def _choices(self) -> list[tuple[Any, Any]]:
        return list(self.model._meta.get_field(self.state_field).flatchoices)  # type: ignore[union-attr]

    def label_of(self, state: str) -> Text:
        """Return the words for a state."""
        return dict(self._choices()).get(state, state)  # type: ignore[no-any-return]

    def allowed(self, record: M, actor: Actor) -> tuple[Move, ...]:
        """Return the steps the actor may take with this record as it stands, in the table's order."""
        return tuple(self._moves(record, actor))

    def _moves(self, record: M, actor: Actor) -> Iterator[Move]:
        state = getattr(record, self.state_field)
        for name, step in self.steps.items():
            if state in step.sources and step.rule.allows(actor, record):
                yield Move(name, step.label or self.label_of(step.target), str(step.target))

    def can(self, name: str, record: M, actor: Actor) -> bool:
        """Say whether the actor may take one step with this record now."""
        return any(move.name == name for move in self._moves(record, actor))

    def take(
        self, name: str, record: M, *, actor: Actor, note: str = "", changes: Mapping[str, Any] | None = None
    ) -> M:
        """Take a step: ask the rule, move the row, leave a footprint; return the record refreshed.

        `changes` are further fields written by the same UPDATE.

        Raises NotSignedIn or NotAllowed (the rule said no), NotNow (the state forbids the step),
        SomeoneWasFaster (the row moved since it was read), NotThere (it is gone).
        """
        step = self.steps[name]
        step.rule.check(actor, record)
        seen = getattr(record, self.state_field)
        if seen not in step.sources:
            raise NotNow(self._not_now(step, seen))
        written = {self.state_field: str(step.target), **(changes or {})}
        with transaction.atomic():
            if not self._move(record, seen, written):
                raise self._why_not(record, step)
            before, after = services.difference(record, written)
            record.refresh_from_db(fields=[*written, *([self.version_field] if self.version_field else [])])
            services.leave_footprint(
                actor=actor, action=name, subject=record, before=before, after=after, note=note
            )
        return record

    def _move(self, record: M, seen: str, written: Mapping[str, Any]) -> bool:
        """Move the row if it still stands where the caller saw it; say whether it moved."""
        guard: dict[str, Any] = {"pk": record.pk, self.state_field: seen}
        values = services.prepared(record, written)
        if self.version_field:
            guard[self.version_field] = getattr(record, self.version_field)
            values[self.version_field] = F(self.version_field) + 1
        return self.model._default_manager.filter(**guard).update(**values) == 1

    def _why_not(self, record: M, step: Step) -> NotThere | NotNow:
        """Say why no row moved, after looking again."""
        state = (
            self.model._default_manager.filter(pk=record.pk).values_list(self.state_field, flat=True).first()
        )
        if state is None:
            return NotThere(_("这条记录已经不在了。"))
        return SomeoneWasFaster(
            _("刚才有人先办了：现在是“%(state)s”。请看过最新情况再办。") % {"state": self.label_of(state)}
        )

    def _not_now(self, step: Step, seen: str) -> str:
        return _("现在是“%(state)s”，不能“%(step)s”。") % {
            "state": self.label_of(seen),
            "step": step.label or self.label_of(step.target),
        }

    def first_state(self) -> str:
        """Return the state in which a record is born."""
        return str(self.model._meta.get_field(self.state_field).get_default())  # type: ignore[union-attr]

    def draw(self) -> str:
        """Draw the table as a Mermaid state diagram, for `docs/lives.md`."""
        lines = ["stateDiagram-v2"]
        lines += [f'    state "{label}" as {value}' for value, label in self._choices()]
        lines.append(f"    [*] --> {self.first_state()}")
        for name, step in self.steps.items():
            sources = sorted(str(source) for source in step.sources)
            lines += [f"    {source} --> {step.target}: {name} ({step.rule.sentence})" for source in sources]
        return "\n".join(lines) + "\n"
