"""Icons: what is drawn is vendored, and nothing else is."""

import re

import pytest

from lingju.places.catalogue import FACILITY_KINDS, SERVICES
from lingju.site import drawing
from tests.front.sheets import PYTHON, TEMPLATES
from tools import vendor

NAMED = re.compile(r"\bicon(?:_name)?\s*(?:=|\()\s*[\"']([a-z0-9-]+)[\"']")


def vendored() -> set[str]:
    return {path.stem for path in drawing.ICONS.glob("*.svg")}


def test_every_icon_that_is_named_is_vendored() -> None:
    named = {
        name for path in [*TEMPLATES, *PYTHON] for name in NAMED.findall(path.read_text(encoding="utf-8"))
    }
    named |= {seed.icon for seed in SERVICES.values()} | {kind.icon for kind in FACILITY_KINDS.values()}
    assert named - vendored() == set()


@pytest.mark.parametrize("package", vendor.listed(), ids=lambda package: package["name"])
def test_a_vendored_folder_holds_what_is_listed(package: dict[str, object]) -> None:
    folder = vendor.ROOT / str(package["folder"])
    assert {path.name for path in folder.iterdir()} == set(vendor.wanted(package).values())
    assert package["licence"]
    assert len(str(package["sha256"])) == 64
