"""One town for all tests of this package; it is pure data, so sharing it is safe."""

import pytest

from lingju.site.demo.model import Town
from lingju.site.demo.town import make_town


@pytest.fixture(scope="session")
def town() -> Town:
    return make_town()
