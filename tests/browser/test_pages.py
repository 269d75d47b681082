"""Home, circle, station and coverage in light, dark, elder and at 320 px with 30 px text: clean and light."""

import pytest
from playwright.sync_api import BrowserContext

from tests.browser.looks import DESK_LOOKS, PHONE_LOOKS, Look, first_view, flaws, kilobytes, note

# Limits of the design, KB gzipped: HTML, styles, scripts, pictures of the first view.
PUBLIC = {
    "/": 45,
    "/circle/": 60,
    "/circle/?pace=wheel&view=list": 60,
    "/circle/whole/": 120,
    "/s/fuhoujie/": 45,
    "/here/": 45,
    "/display/": 45,
    "/privacy/": 45,
    "/sign-in/": 45,
    "/say/": 40,
    "/say/place/?kind=broken": 45,
    "/say/words/?kind=broken&at=s-fuhoujie": 45,
    "/m/": 45,
    "/needs/": 45,
    "/needs/?view=map": 60,
    "/needs/satisfied/": 45,
    "/needs/figures/": 45,
    "/wishes/": 45,
    "/survey/": 45,
    "/feedback/": 45,
}
DESK = {
    "/desk/": 60,
    "/desk/cover/": 120,
    "/desk/stations/": 60,
    "/desk/compounds/": 60,
    "/desk/areas/": 60,
    "/desk/imports/": 60,
    "/desk/roles/": 60,
    "/desk/needs/": 60,
    "/desk/callback/": 60,
    "/desk/signals/": 60,
    "/desk/counter/": 60,
    "/desk/wishes/": 60,
    "/desk/rules/": 60,
    "/desk/replies/": 60,
    "/desk/kinds/": 60,
    "/desk/calendar/": 60,
    "/desk/exchange/": 60,
    "/desk/keys/": 60,
}
MOST_REQUESTS = 6


def look_at(context: BrowserContext, address: str, looks: tuple[Look, ...], site: str, limit_kb: int) -> None:
    """Open a page once and hold it against every rule, in one look after the other."""
    page = context.new_page()
    noted = note(page, site)
    page.goto(address)
    assert kilobytes(page) <= limit_kb, f"{kilobytes(page):.1f} KB"
    assert len(first_view(page)) < MOST_REQUESTS, first_view(page)
    assert flaws(page, looks) == []
    assert noted.outside == [], "asks another host"
    assert noted.complaints == [], "the browser complains"


@pytest.mark.parametrize("address", PUBLIC)
def test_a_residents_page_is_clean(resident: BrowserContext, site: str, address: str) -> None:
    look_at(resident, address, PHONE_LOOKS, site, PUBLIC[address])


@pytest.mark.parametrize("address", DESK)
def test_a_desk_page_is_clean(officer: BrowserContext, site: str, address: str) -> None:
    look_at(officer, address, DESK_LOOKS, site, DESK[address])
