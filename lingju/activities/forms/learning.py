"""What is typed about learning: a quiz and a sheet of it, a word of feedback, questions, certificates."""

from collections.abc import Iterator
from typing import Any, Final

from django import forms
from django.forms.boundfield import BoundField
from django.utils.translation import gettext_lazy as _

from lingju.activities.models import Feedback, Quiz, QuizSheet
from lingju.activities.services.certificates import Outside
from lingju.activities.services.learning import MOST_OPTIONS, MOST_QUESTIONS, Asked
from lingju.activities.services.questions import Answer
from lingju.kernel.asking import Asking, text

PICK: Final = {"required": _("请选一个。"), "invalid_choice": _("请选一个。")}
DATE: Final = {"required": _("请填写日期。"), "invalid": _("请写成 2026-03-31 这样的日期。")}
RIGHT: Final = [("", _("没标")), *((str(n), _("第 %(n)s 个") % {"n": n}) for n in range(1, MOST_OPTIONS + 1))]


def _nonce() -> forms.CharField:
    return forms.CharField(widget=forms.HiddenInput, max_length=80)


class QuizForm(Asking):
    """Up to five questions: the words, an option a line, which of them is right."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for n in range(1, MOST_QUESTIONS + 1):
            self.fields[f"text_{n}"] = text(_("第 %(n)d 题") % {"n": n}, 80, required=False)
            options = text(_("选项，一行一个"), 200, rows=4, required=False)
            self.fields[f"options_{n}"] = options
            self.fields[f"right_{n}"] = forms.ChoiceField(
                label=_("哪个是对的"), choices=RIGHT, required=False
            )

    def blocks(self) -> Iterator[tuple[BoundField, BoundField, BoundField]]:
        """Yield the three fields of each question."""
        for n in range(1, MOST_QUESTIONS + 1):
            yield self[f"text_{n}"], self[f"options_{n}"], self[f"right_{n}"]

    def asked(self) -> tuple[Asked, ...]:
        """Return the questions that were written."""
        told = self.cleaned_data
        return tuple(
            Asked(
                told[f"text_{n}"],
                tuple(line for line in told[f"options_{n}"].splitlines() if line.strip()),
                int(told[f"right_{n}"] or 0) - 1,
            )
            for n in range(1, MOST_QUESTIONS + 1)
            if told[f"text_{n}"].strip()
        )

    @staticmethod
    def initial_of(quiz: Quiz | None) -> dict[str, Any]:
        """Return what the form shows of a quiz."""
        if quiz is None:
            return {}
        shown: dict[str, Any] = {"version": quiz.version}
        for n, question in enumerate(quiz.questions, 1):
            shown[f"text_{n}"] = question["text"]
            shown[f"options_{n}"] = "\n".join(question["options"])
            shown[f"right_{n}"] = str(question["right"] + 1)
        return shown


class QuizSheetForm(Asking):
    """A sheet of a quiz: when it is filled in, and a tick for each question one likes to answer."""

    nonce = _nonce()
    phase = forms.ChoiceField(
        label=_("现在是"), choices=QuizSheet.Phase.choices, widget=forms.RadioSelect, error_messages=PICK
    )
    paper = text(
        _("纸条号"),
        20,
        required=False,
        help_text=_("领到纸条的，前后写同一个号，就能比出您自己学会了多少；号和人对不上。"),
    )

    def __init__(self, *args: Any, quiz: Quiz, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.quiz = quiz
        for n, question in enumerate(quiz.questions, 1):
            self.fields[f"q{n}"] = forms.ChoiceField(
                label=question["text"],
                choices=list(enumerate(question["options"])),
                widget=forms.RadioSelect,
                required=False,
                error_messages=PICK,
            )

    def asked(self) -> Iterator[BoundField]:
        """Yield the questions."""
        return (self[f"q{n}"] for n in range(1, len(self.quiz.questions) + 1))

    def answers(self) -> list[int | None]:
        """Return a choice for each question, None where it was left out."""
        told = (self.cleaned_data[f"q{n}"] for n in range(1, len(self.quiz.questions) + 1))
        return [int(one) if one else None for one in told]


class FeedbackForm(Asking):
    """Was it of use, and a word to whoever organises it."""

    nonce = _nonce()
    useful = forms.ChoiceField(
        label=_("这场有没有用？"),
        choices=Feedback.Useful.choices,
        widget=forms.RadioSelect,
        error_messages=PICK,
    )
    words = text(
        _("想说的话"),
        300,
        rows=3,
        required=False,
        help_text=_("只给组织活动的人看，不公开。别写姓名和电话。"),
    )


class QuestionForm(Asking):
    """A question as it was asked, and its answer where there was one."""

    nonce = _nonce()
    area = forms.ChoiceField(label=_("哪个社区"), error_messages=PICK)
    topic = forms.ChoiceField(label=_("主题"), required=False, error_messages=PICK)
    asked = text(_("问的什么"), 300, rows=2, help_text=_("只写问什么，不写是谁问的。"))
    answer = text(_("怎么答的"), 2000, rows=4, required=False, help_text=_("当场没答上来就空着。"))
    basis = text(_("政策依据"), 200, required=False)
    follow_up = text(_("后续要做的"), 200, required=False)

    def __init__(
        self, *args: Any, areas: list[tuple[str, str]], topics: list[tuple[str, str]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["area"].choices = areas  # type: ignore[attr-defined]
        self.fields["topic"].choices = [("", _("不分")), *topics]  # type: ignore[attr-defined]

    def told(self) -> Answer:
        """Return the answer."""
        return Answer(*(self.cleaned_data[name] for name in ("answer", "basis", "follow_up")))


class AnswerForm(Asking):
    """An answer to write or to write better."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    answer = text(_("怎么答的"), 2000, rows=5)
    basis = text(_("政策依据"), 200, required=False)
    follow_up = text(_("后续要做的"), 200, required=False)

    def told(self) -> Answer:
        """Return the answer."""
        return Answer(*(self.cleaned_data[name] for name in ("answer", "basis", "follow_up")))


class IssueForm(Asking):
    """The name to print on a certificate of one who came."""

    signup_id = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=2**63 - 1)
    called = text(_("证明上的姓名"), 40)


class OutsideForm(Asking):
    """A certificate that somebody else issued."""

    issuer = text(_("发证单位"), 60)
    number = text(_("证书编号"), 40)
    called = text(_("持证人"), 40)
    issued_on = forms.DateField(
        label=_("发证日期"), widget=forms.DateInput(attrs={"type": "date"}), error_messages=DATE
    )
    valid_until = forms.DateField(
        label=_("有效期至"),
        widget=forms.DateInput(attrs={"type": "date"}),
        error_messages=DATE,
        required=False,
    )

    def outside(self) -> Outside:
        """Return what its paper says."""
        told = self.cleaned_data
        names = ("issuer", "number", "called", "issued_on", "valid_until")
        return Outside(*(told[name] for name in names))


class RevokeForm(Asking):
    """Why a certificate is taken back."""

    why = text(_("作废原因"), 120, help_text=_("查这张证明的人会看到，不写姓名。"))


class CheckForm(Asking):
    """Number and mark as they stand on a certificate."""

    serial = text(_("证明编号"), 24)
    m = text(_("防伪码"), 40)
