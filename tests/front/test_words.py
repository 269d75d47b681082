"""Words and features this product does not have: no scores, no ranking, no sign-in rituals, no officialese.

The first three follow 国办函〔2026〕12号: no forced sign-in, no ranking by points, no counted time online.
"""

import re
from pathlib import Path

import pytest

from tests.front.sheets import PYTHON, ROOT, TEMPLATES, template

# "不排名" promises not to do it; that may be said.
NEVER_SAID = re.compile(
    r"(?<!不)排名|排行榜|(?<!不)积分|(?<!不)打卡|在线时长|活跃度|赋能|抓手|闭环|提交诉求|爆款|点赞数"
)
NEVER_BUILT = re.compile(
    r"\b(?:leaderboard|ranking|rank_of_persons|points_balance|check_in_streak|streak|online_time|time_online|"
    r"install_rate|likes_count)\b"
)
STRINGS = re.compile(r"_\(\s*[\"'](.*?)[\"']", re.DOTALL)


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.relative_to(ROOT / "lingju").as_posix())
def test_no_page_says_what_we_do_not_do(path: Path) -> None:
    assert NEVER_SAID.findall(template(path)) == []


def test_no_sentence_in_the_code_says_it_either() -> None:
    said = {
        path.relative_to(ROOT).as_posix(): found
        for path in PYTHON
        if (found := [s for s in STRINGS.findall(path.read_text(encoding="utf-8")) if NEVER_SAID.search(s)])
    }
    assert said == {}


def test_no_code_is_named_after_it() -> None:
    named = {
        path.relative_to(ROOT).as_posix(): found
        for path in PYTHON
        if (found := NEVER_BUILT.findall(path.read_text(encoding="utf-8")))
    }
    assert named == {}


def test_distance_is_said_in_minutes_first() -> None:
    said = [path.name for path in TEMPLATES if re.search(r"距离\s*(?:%\(|\{\{|\d)", template(path))]
    assert said == []
