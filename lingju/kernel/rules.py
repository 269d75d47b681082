"""Who may: sentences that compose, and the decorator that hangs a page behind one.

    its_keeper | district_officer            either
    signed_in & ~its_asker                   both, and not

A rule is asked with an actor and, where there is one, the record concerned. It answers yes or no and
never reads the request. A record that is out of the actor's sight is not refused but absent: pages fetch
through `visible_to(actor)` and answer 404.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from functools import wraps
from typing import Any, Protocol

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from lingju.kernel.errors import NotAllowed, NotSignedIn


class Actor(Protocol):
    """Somebody who acts: a person with offices at nodes of a tree, a device, or a stranger."""

    @property
    def account_id(self) -> int | None:
        """Return the account's id, or None for a stranger."""

    @property
    def district_id(self) -> int:
        """Return the district in which the actor acts."""

    @property
    def is_signed_in(self) -> bool:
        """Say whether the actor has shown who they are."""

    @property
    def has_second_factor(self) -> bool:
        """Say whether this session was opened with a second factor."""

    def holds(self, offices: Collection[str], stem: str, *, thing_id: int | None = None) -> bool:
        """Say whether one of `offices` is held at a node above or at `stem`, or for `thing_id` alone."""

    def stems(self, offices: Collection[str]) -> tuple[str, ...]:
        """Return the stems of the nodes at which one of `offices` is held."""

    def things(self, offices: Collection[str]) -> tuple[int, ...]:
        """Return the ids of single things for which alone one of `offices` is held."""


class EmptyHanded:
    """What an actor is who holds no office anywhere: a stranger, somebody with a code, another system."""

    __slots__ = ()

    def holds(self, offices: Collection[str], stem: str, *, thing_id: int | None = None) -> bool:
        """Hold nothing."""
        return False

    def stems(self, offices: Collection[str]) -> tuple[str, ...]:
        """Return no node."""
        return ()

    def things(self, offices: Collection[str]) -> tuple[int, ...]:
        """Return no single thing."""
        return ()


@dataclass(frozen=True, slots=True)
class SystemActor:
    """The house itself, when no person acts: the demo's story, an import from the command line, a test.

    It holds every office of its district and none elsewhere. A district that is being founded has no
    id yet: the founder's `district_id` is 0.
    """

    district_id: int = 0
    label: str = "系统"
    account_id: None = None
    is_signed_in: bool = True
    has_second_factor: bool = True

    def holds(self, offices: Collection[str], stem: str, *, thing_id: int | None = None) -> bool:
        """Hold everything."""
        return True

    def stems(self, offices: Collection[str]) -> tuple[str, ...]:
        """Return the stem that begins every other."""
        return ("",)

    def things(self, offices: Collection[str]) -> tuple[int, ...]:
        """Return no single thing: the whole tree is held already."""
        return ()


Test = Callable[[Actor, Any], bool]


@dataclass(frozen=True, slots=True)
class Rule:
    """A sentence that is true or false of an actor and, perhaps, a record."""

    sentence: str
    test: Test

    def allows(self, actor: Actor, subject: Any = None) -> bool:
        """Say whether the rule lets `actor` do it to `subject`."""
        return self.test(actor, subject)

    def check(self, actor: Actor, subject: Any = None) -> None:
        """Refuse unless the rule allows it: NotSignedIn for a stranger, NotAllowed for anybody else."""
        if self.allows(actor, subject):
            return
        if not actor.is_signed_in:
            raise NotSignedIn(_("请先登录，再办这件事。"))
        raise NotAllowed(_("这件事要由有权限的工作人员来办。"))

    def __or__(self, other: "Rule") -> "Rule":
        return Rule(f"{self.sentence} | {other.sentence}", lambda a, s: self.test(a, s) or other.test(a, s))

    def __and__(self, other: "Rule") -> "Rule":
        return Rule(f"{self.sentence} & {other.sentence}", lambda a, s: self.test(a, s) and other.test(a, s))

    def __invert__(self) -> "Rule":
        return Rule(f"~({self.sentence})", lambda a, s: not self.test(a, s))


everyone = Rule("everyone", lambda actor, subject: True)
nobody = Rule("nobody", lambda actor, subject: False)
signed_in = Rule("signed_in", lambda actor, subject: actor.is_signed_in)
the_system = Rule("the_system", lambda actor, subject: isinstance(actor, SystemActor))

Page = Callable[..., HttpResponse]


def open_to(rule: Rule) -> Callable[[Page], Page]:
    """Hang a page behind `rule`; a test walks all addresses and refuses one without a rule.

    The rule is asked without a record: it says who may come to this address at all. What they may see
    and do there is asked again with the record in hand.
    """

    def decorate(page: Page) -> Page:
        @wraps(page)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            actor: Actor = request.actor  # type: ignore[attr-defined]  # set by the middleware of people
            rule.check(actor, None)
            return page(request, *args, **kwargs)

        guarded.rule = rule  # type: ignore[attr-defined]
        return guarded

    return decorate
