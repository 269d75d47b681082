"""What pages make of what an address or a button says."""

import pytest

from lingju.kernel.asking import chosen, whole_number
from lingju.kernel.errors import NotThere


@pytest.mark.parametrize(
    ("said", "number"),
    [
        ("0", 0),
        ("007", 7),
        # Ids have nineteen digits from 2031 on.
        ("1000000000000000000", 10**18),
        ("9223372036854775807", 2**63 - 1),
        ("9223372036854775808", None),
        ("9" * 400, None),
        *((said, None) for said in ("", " ", "-1", "1.0", "²", "٣", "0x10", "1_000", "\0")),
    ],
)
def test_a_number_is_one_that_the_database_can_hold(said: str, number: int | None) -> None:
    assert whole_number(said) == number


def test_a_button_that_there_is_not_is_told() -> None:
    assert chosen({"go": 1}, "go") == 1
    with pytest.raises(NotThere, match="没有这一步"):
        chosen({"go": 1}, "stay")
