"""What a session left behind: what people knew before and after, whether it was of use, one page of it.

Of fewer than five sheets nothing is shown. A share stands with its n and its interval; that more knew it
afterwards is said only where the intervals do not touch. Whoever gave a paper number both times is compared
with nobody but themselves, in numbers, never by name.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from django.db.models import Count
from django.utils.translation import gettext as _

from lingju.activities.counting import Figures
from lingju.activities.models import Feedback, Quiz, QuizSheet, Session
from lingju.activities.queries import attendance
from lingju.kernel.intervals import Interval, wilson

LEAST: Final = 5
MOST_WORDS: Final = 300
PASSED: Final = (4, 5)  # knows it: four of five questions right
Answers = Sequence[int | None]


@dataclass(frozen=True, slots=True)
class Side:
    """How a thing stood before or after: a share with its interval, or nothing where too few answered."""

    sheets: int
    share: Interval | None

    @property
    def is_shown(self) -> bool:
        """Say whether enough people answered."""
        return self.share is not None


@dataclass(frozen=True, slots=True)
class Line:
    """A question, or the whole quiz, before and after."""

    text: str
    before: Side
    after: Side

    @property
    def words(self) -> str:
        """Say what may be claimed of the two shares."""
        if self.before.share is None or self.after.share is None:
            return _("答的人少，不列出")
        if self.before.share.overlaps(self.after.share):
            return _("区间有重叠，说不上变了")
        return (
            _("听后答对的多了") if self.after.share.share > self.before.share.share else _("听后答对的少了")
        )


@dataclass(frozen=True, slots=True)
class Paired:
    """Of those who gave a paper number both times: how many knew more, the same, less."""

    more: int
    same: int
    less: int

    @property
    def n(self) -> int:
        """Return how many there are."""
        return self.more + self.same + self.less


@dataclass(frozen=True, slots=True)
class Effect:
    """What a quiz shows: the whole, each question, and the pairs where there are enough."""

    whole: Line
    questions: tuple[Line, ...]
    paired: Paired | None

    @property
    def lines(self) -> tuple[Line, ...]:
        """Return the whole, then each question, as a table shows them."""
        return (self.whole, *self.questions)


@dataclass(frozen=True, slots=True)
class Opinion:
    """Whether a session was of use: how many said so; nothing where too few said anything."""

    said: int
    yes: int
    partly: int
    no: int

    @property
    def is_shown(self) -> bool:
        """Say whether enough people said something."""
        return self.said >= LEAST


@dataclass(frozen=True, slots=True)
class Brief:
    """One page about a session 活动简报, made of what was recorded and of nothing typed for it."""

    session: Session
    figures: Figures
    topics: tuple[str, ...]
    partners: tuple[str, ...]
    speakers: tuple[str, ...]
    effect: Effect | None
    opinion: Opinion
    certificates: int
    questions: int


def effect(quiz: Quiz) -> Effect:
    """Return what a quiz shows: one query."""
    sheets = list(quiz.sheets.values_list("phase", "answers", "paper"))
    right = [question["right"] for question in quiz.questions]
    before = [answers for phase, answers, _paper in sheets if phase == QuizSheet.Phase.BEFORE]
    after = [answers for phase, answers, _paper in sheets if phase == QuizSheet.Phase.AFTER]
    lines = tuple(
        Line(question["text"], _asked(before, at, right[at]), _asked(after, at, right[at]))
        for at, question in enumerate(quiz.questions)
    )
    whole = Line(_("会了：答对八成以上"), _known(before, right), _known(after, right))
    return Effect(whole, lines, _paired(sheets, right))


def effect_of(session: Session) -> Effect | None:
    """Return what the quiz of a session shows, or None where it has none."""
    quiz = Quiz.objects.filter(session=session).first()
    return effect(quiz) if quiz is not None else None


def opinion(session: Session) -> Opinion:
    """Return whether people found a session of use."""
    rows = Feedback.objects.filter(session=session).order_by().values("useful").annotate(n=Count("id"))
    by_use = {row["useful"]: row["n"] for row in rows}
    return Opinion(sum(by_use.values()), *(by_use.get(code, 0) for code in Feedback.Useful.values))


def words(session: Session) -> list[str]:
    """Return what people wrote, for the staff alone, newest first."""
    rows = Feedback.objects.filter(session=session).order_by("-id")[:MOST_WORDS]
    return [row.words for row in rows if row.words]


def brief(session: Session) -> Brief:
    """Return the page about a session."""
    return Brief(
        session=session,
        figures=attendance.figures([session]),
        topics=tuple(topic.name for topic in session.topics.all()),
        partners=tuple(body.name for body in session.organisations.all()),
        speakers=tuple(speaker.in_public for speaker in session.speakers.select_related("organisation")),
        effect=effect_of(session),
        opinion=opinion(session),
        certificates=session.certificates.filter(revoked_at__isnull=True).count(),
        questions=session.questions.count(),
    )


# --- shares ---------------------------------------------------------------------------------------------


def _asked(sheets: Iterable[Answers], at: int, right: int) -> Side:
    """Return how many had one question right, of those who did not leave it out."""
    told = [answers[at] for answers in sheets if answers[at] is not None]
    return _side(sum(answer == right for answer in told), len(told))


def _known(sheets: Sequence[Answers], right: Sequence[int]) -> Side:
    """Return how many people had four of five questions right; a person counts once, not once a question."""
    part, whole = PASSED
    passed = sum(_score(answers, right) * whole >= len(right) * part for answers in sheets)
    return _side(passed, len(sheets))


def _side(agreeing: int, n: int) -> Side:
    return Side(n, wilson(agreeing, n)) if n >= LEAST else Side(n, None)


def _score(answers: Answers, right: Sequence[int]) -> int:
    return sum(answer == wanted for answer, wanted in zip(answers, right, strict=True))


def _paired(sheets: Iterable[tuple[str, Answers, str]], right: Sequence[int]) -> Paired | None:
    scores: dict[str, dict[str, int]] = {}
    for phase, answers, paper in sheets:
        if paper:
            scores.setdefault(paper, {})[phase] = _score(answers, right)
    both = [one for one in scores.values() if len(one) == 2]
    if len(both) < LEAST:
        return None
    gains = [one[QuizSheet.Phase.AFTER.value] - one[QuizSheet.Phase.BEFORE.value] for one in both]
    return Paired(sum(g > 0 for g in gains), gains.count(0), sum(g < 0 for g in gains))
