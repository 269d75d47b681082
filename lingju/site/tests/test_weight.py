"""What a phone must fetch: few requests, little weight, nobody outside."""

import gzip
import re
from pathlib import Path

import pytest
import time_machine

from lingju.site.tests.towns import NOON, a_small_town, living_in, text_of

pytestmark = pytest.mark.django_db
STATIC = Path(__file__).resolve().parents[1] / "static"
ASKED = re.compile(r'<(?:link|script|img)[^>]*?(?:href|src)="([^"]+)"')
KB = 1024


@pytest.mark.parametrize(
    ("path", "limit_kb"), [("/", 45), ("/s/fuhoujie/", 45), ("/here/", 45), ("/privacy/", 40)]
)
def test_a_first_visit_stays_within_its_budget(tmp_path: Path, path: str, limit_kb: int) -> None:
    with time_machine.travel(NOON):
        town = a_small_town(tmp_path)
        page = text_of(living_in(town.compound).get(path))
    asked = ASKED.findall(page)
    assert all(address.startswith("/static/") for address in asked)
    assert 1 + len(asked) <= 6
    files = [STATIC / address.removeprefix("/static/") for address in asked]
    weight = sum(len(gzip.compress(b, 6)) for b in (page.encode(), *(file.read_bytes() for file in files)))
    assert weight <= limit_kb * KB
