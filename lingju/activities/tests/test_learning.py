"""Quiz, feedback and questions: nobody's sheets, few hidden, no effect claimed that chance makes."""

import pytest

from lingju.activities import jobs
from lingju.activities.events import QuestionLeftOpen
from lingju.activities.models import Feedback, Question, Quiz, QuizSheet, Session
from lingju.activities.queries import learning as queries
from lingju.activities.services import learning, questions
from lingju.activities.services.learning import Asked
from lingju.activities.services.questions import Answer
from lingju.activities.tests.builders import Quarter, a_topic
from lingju.activities.tests.gatherings import (
    a_guest,
    a_key,
    a_session,
    a_town,
    arrive,
    held,
    on_the_day,
)
from lingju.kernel import facts
from lingju.kernel.errors import BadInput, NotAllowed, NotNow, TooOften
from lingju.people.tests import cast
from lingju.trail import surroundings

pytestmark = pytest.mark.django_db
QUESTIONS = (
    Asked("胸外按压每分钟多少次？", ("60 次", "100 到 120 次", "200 次"), 1),
    Asked("有人噎住了，先做什么？", ("海姆立克急救法", "喂水"), 0),
)
KNOWS, KNOWS_NOT = [1, 0], [0, 1]


def a_quiz(town: Quarter) -> Quiz:
    return learning.write_quiz(a_session(town), QUESTIONS, actor=town.clerk_actor)


def answered(town: Quarter, quiz: Quiz, phase: str, *sheets: list[int], papers: bool = False) -> None:
    stranger = cast.a_stranger(town.district)
    with on_the_day(quiz.session):
        for number, answers in enumerate(sheets):
            paper = f"{number:04d}" if papers else ""
            assert learning.take_in(quiz, phase, answers, nonce=a_key(), paper=paper, actor=stranger)


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ((), "一到 5 道题"),
        (tuple(Asked(f"第 {n} 个问题？", ("对", "错"), 0) for n in range(6)), "一到 5 道题"),
        ((Asked("好？", ("对", "错"), 0),), "4 到 80 个字"),
        ((Asked("要按多深才够？", ("五厘米",), 0),), "2 到 4 个"),
        ((Asked("要按多深才够？", ("五厘米", "五厘米"), 0),), "不一样的选项"),
        ((Asked("要按多深才够？", ("五厘米", "五" * 41), 0),), "选项太长"),
        ((Asked("要按多深才够？", ("五厘米", "一厘米"), 2),), "哪个选项是对的"),
        ((QUESTIONS[0], QUESTIONS[0]), "是一样的"),
    ],
)
def test_a_quiz_is_one_to_five_questions_that_have_a_right_answer(
    asked: tuple[Asked, ...], sentence: str
) -> None:
    town = a_town()
    with pytest.raises(BadInput, match=sentence):
        learning.write_quiz(a_session(town), asked, actor=town.clerk_actor)


def test_a_quiz_keeps_its_questions_once_somebody_has_answered() -> None:
    town = a_town()
    quiz = a_quiz(town)
    learning.write_quiz(quiz.session, QUESTIONS[:1], actor=town.clerk_actor)
    quiz.refresh_from_db()
    assert len(quiz.questions) == 1
    answered(town, quiz, "before", [1])
    with pytest.raises(NotNow, match="题目不能再改"):
        learning.write_quiz(quiz.session, QUESTIONS, actor=town.clerk_actor)
    assert learning.write_quiz(quiz.session, QUESTIONS[:1], actor=town.clerk_actor).pk == quiz.pk
    with pytest.raises(NotAllowed):
        learning.write_quiz(quiz.session, QUESTIONS, actor=town.keeper_actor)


def test_a_sheet_sent_twice_is_one_and_names_nobody() -> None:
    town = a_town()
    quiz = a_quiz(town)
    stranger, nonce = cast.a_stranger(town.district), a_key()
    with on_the_day(quiz.session):
        assert learning.take_in(quiz, "before", KNOWS, nonce=nonce, actor=stranger)
        assert not learning.take_in(quiz, "before", KNOWS, nonce=nonce, actor=stranger)
    sheet = QuizSheet.objects.get()
    assert {field.name for field in QuizSheet._meta.fields} == {
        "id", "district", "quiz", "phase", "answers", "paper", "key", "on",
    }  # fmt: skip
    assert (sheet.paper, nonce in sheet.key) == ("", False)


@pytest.mark.parametrize(
    ("phase", "answers"), [("later", [1, 0]), ("before", [1]), ("before", [None, None]), ("before", [3, 0])]
)
def test_a_sheet_that_makes_no_sense_is_refused(phase: str, answers: list[int | None]) -> None:
    town = a_town()
    quiz = a_quiz(town)
    with on_the_day(quiz.session), pytest.raises(BadInput):
        learning.take_in(quiz, phase, answers, nonce=a_key(), actor=cast.a_stranger(town.district))


def test_sheets_are_taken_from_half_a_day_before_to_a_week_after() -> None:
    town = a_town()
    quiz = a_quiz(town)
    stranger = cast.a_stranger(town.district)
    for days in (-1, 9):
        with on_the_day(quiz.session, minutes=days * 24 * 60), pytest.raises(NotNow):
            learning.take_in(quiz, "before", KNOWS, nonce=a_key(), actor=stranger)


def test_fewer_than_five_are_not_shown() -> None:
    town = a_town()
    quiz = a_quiz(town)
    answered(town, quiz, "before", *[KNOWS_NOT] * 4)
    answered(town, quiz, "after", *[KNOWS] * 5)
    effect = queries.effect(quiz)
    assert (effect.whole.before.is_shown, effect.whole.after.is_shown) == (False, True)
    assert effect.whole.words == "答的人少，不列出"


def test_an_effect_is_claimed_where_the_intervals_part_and_not_before() -> None:
    town = a_town()
    quiz = a_quiz(town)
    answered(town, quiz, "before", *[KNOWS_NOT] * 20, *[KNOWS] * 5)
    answered(town, quiz, "after", *[KNOWS_NOT] * 5, *[KNOWS] * 20)
    whole = queries.effect(quiz).whole
    assert whole.before.share is not None
    assert whole.after.share is not None
    assert (whole.before.share.share, whole.after.share.share, whole.after.share.n) == (0.2, 0.8, 25)
    assert whole.words == "听后答对的多了"


def test_what_chance_may_make_is_no_effect() -> None:
    town = a_town()
    quiz = a_quiz(town)
    answered(town, quiz, "before", *[KNOWS_NOT] * 3, *[KNOWS] * 3)
    answered(town, quiz, "after", *[KNOWS_NOT] * 2, *[KNOWS] * 4)
    assert queries.effect(quiz).whole.words == "区间有重叠，说不上变了"


def test_a_paper_number_joins_before_and_after_and_is_kept_as_a_digest() -> None:
    town = a_town()
    quiz = a_quiz(town)
    answered(town, quiz, "before", *[KNOWS_NOT] * 4, KNOWS, KNOWS, papers=True)
    answered(town, quiz, "after", *[KNOWS] * 5, KNOWS_NOT, papers=True)
    paired = queries.effect(quiz).paired
    assert paired is not None
    assert (paired.more, paired.same, paired.less, paired.n) == (4, 1, 1, 6)
    assert "0001" not in QuizSheet.objects.values_list("paper", flat=True)
    with on_the_day(quiz.session), pytest.raises(BadInput, match="纸条号"):
        learning.take_in(
            quiz, "after", KNOWS, nonce=a_key(), paper="0001", actor=cast.a_stranger(town.district)
        )


def test_four_pairs_are_too_few_to_be_shown() -> None:
    town = a_town()
    quiz = a_quiz(town)
    for phase in ("before", "after"):
        answered(town, quiz, phase, *[KNOWS] * 4, papers=True)
    assert queries.effect(quiz).paired is None


def test_feedback_is_anonymous_and_its_words_are_closed() -> None:
    town = a_town()
    session = a_session(town)
    stranger, nonce = cast.a_stranger(town.district), a_key()
    with pytest.raises(NotNow):
        learning.say(session, "yes", "", nonce=nonce, actor=stranger)
    with on_the_day(session):
        assert learning.say(session, "yes", "讲得慢一点更好", nonce=nonce, actor=stranger)
        assert not learning.say(session, "no", "", nonce=nonce, actor=stranger)
        with pytest.raises(BadInput, match="请选一个"):
            learning.say(session, "great", "", nonce=a_key(), actor=stranger)
        with pytest.raises(BadInput, match="最多"):
            learning.say(session, "yes", "好" * 301, nonce=a_key(), actor=stranger)
    assert not queries.opinion(session).is_shown
    assert Feedback.objects.get().words == "讲得慢一点更好"
    assert "慢" not in str(Feedback.objects.values_list("words", flat=True)[0])


def test_one_address_cannot_fill_the_box() -> None:
    town = a_town()
    session = a_session(town)
    stranger = cast.a_stranger(town.district)
    with on_the_day(session), surroundings.within(surroundings.Surroundings(address="8.8.8.8")):
        for _number in range(60):
            learning.say(session, "no", "", nonce=a_key(), actor=stranger)
        with pytest.raises(TooOften):
            learning.say(session, "no", "", nonce=a_key(), actor=stranger)


def test_the_page_about_a_session_is_made_of_what_was_recorded() -> None:
    town = a_town()
    quiz = a_quiz(town)
    session = quiz.session
    guest = a_guest(session)
    with on_the_day(session):
        arrive(session, guest)
        for _number in range(5):
            learning.say(session, "yes", "", nonce=a_key(), actor=cast.a_stranger(town.district))
        held(session)
    brief = queries.brief(session)
    assert (brief.figures.visits, brief.topics, brief.opinion.yes) == (1, ("紧急救护",), 5)
    assert (brief.certificates, brief.questions) == (0, 0)


def test_what_people_wrote_is_forgotten_after_half_a_year_and_what_they_ticked_is_not() -> None:
    town = a_town()
    session = a_session(town)
    with on_the_day(session):
        learning.say(session, "yes", "讲得慢一点更好", nonce=a_key(), actor=cast.a_stranger(town.district))
    for days, words in ((180, 1), (185, 0)):
        with on_the_day(session, minutes=days * 24 * 60):
            jobs.forget_words()
        assert len(queries.words(session)) == words
    assert Feedback.objects.get().useful == "yes"


# --- questions ------------------------------------------------------------------------------------------


def a_question(town: Quarter, session: Session | None = None, **changes: object) -> Question:
    return questions.log(
        "灵活就业的人怎么交养老保险？",
        area=town.area,
        key=a_key(),
        actor=town.clerk_actor,
        session=session,
        topic=a_topic(town.district, "employment"),
        **changes,  # type: ignore[arg-type]
    )


def test_a_question_is_logged_once_answered_and_published() -> None:
    town = a_town()
    key = a_key()
    first = questions.log("医保怎么报销？", area=town.area, key=key, actor=town.clerk_actor)
    assert questions.log("医保怎么报销？", area=town.area, key=key, actor=town.clerk_actor) == first
    with pytest.raises(NotNow, match="还没有答复"):
        questions.publish(first, actor=town.clerk_actor)
    told = Answer("在定点医院直接结算，异地的先备案。", "医疗保障基金使用监督管理条例")
    questions.answer(first, told, actor=town.clerk_actor)
    questions.publish(first, actor=town.clerk_actor)
    questions.publish(first, actor=town.clerk_actor)
    assert list(Question.objects.public()) == [first]
    questions.withhold(first, actor=town.clerk_actor)
    assert not Question.objects.public().exists()


def test_a_better_answer_takes_the_place_of_the_first() -> None:
    town = a_town()
    question = a_question(town, answer=Answer("到社保窗口办。"))
    assert question.state == Question.State.ANSWERED
    questions.answer(question, Answer("到社保窗口办，也可以在手机上办。"), actor=town.clerk_actor)
    assert "手机" in Question.objects.get().answer
    with pytest.raises(BadInput):
        questions.answer(question, Answer(" "), actor=town.clerk_actor)


def test_a_question_nobody_can_answer_is_told_upward_once() -> None:
    town = a_town()
    question = a_question(town)
    heard: list[object] = []
    facts.when(QuestionLeftOpen, at_once=heard.append)
    questions.leave_open(question, "问问社保中心", actor=town.clerk_actor)
    questions.leave_open(question, actor=town.clerk_actor)
    assert heard == [QuestionLeftOpen(town.district.pk, question.pk)]
    questions.answer(question, Answer("社保中心答复：可以补缴。"), actor=town.clerk_actor)
    assert question.state == Question.State.ANSWERED


def test_the_keeper_logs_what_was_asked_at_her_station_and_nobody_else_does() -> None:
    town = a_town()
    session = a_session(town)
    asked = questions.log(
        "低保怎么申请？", area=town.area, key=a_key(), actor=town.keeper_actor, session=session
    )
    questions.answer(asked, Answer("带身份证到社区申请。"), actor=town.keeper_actor)
    resident = cast.an_actor_of(cast.a_resident(town.district))
    for actor in (resident, cast.an_actor_of(cast.a_clerk(at=town.neighbour, name="钱社工"))):
        with pytest.raises(NotAllowed):
            questions.log("低保怎么申请？", area=town.area, key=a_key(), actor=actor)
        with pytest.raises(NotAllowed):
            questions.answer(asked, Answer("不知道，别问了。"), actor=actor)


def test_a_question_says_what_and_not_who() -> None:
    town = a_town()
    with pytest.raises(BadInput, match="不写是谁问的"):
        questions.log("？", area=town.area, key=a_key(), actor=town.clerk_actor)
    assert not {"called", "phone", "account"} & {field.name for field in Question._meta.fields}
