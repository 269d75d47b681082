"""Whole walks as people take them, with and without a script."""

from playwright.sync_api import Browser, BrowserContext, Page, expect


def test_a_resident_without_a_script_finds_the_way_to_a_station(browser: Browser, site: str) -> None:
    context = browser.new_context(base_url=site, java_script_enabled=False, locale="zh-CN")
    page = context.new_page()
    page.goto("/")
    page.get_by_role("link", name="选小区").click()
    page.locator("button[name=compound]").first.click()
    expect(page.locator(".near h2")).to_be_visible()
    page.locator(".near h2 a").click()
    expect(page.get_by_role("heading", name="怎么走")).to_be_visible()
    page.goto("/circle/")
    assert page.locator(".places li").count() >= 1
    context.close()


def test_one_tap_makes_the_text_large_and_one_tap_back(context: BrowserContext, page: Page) -> None:
    page.goto("/")
    size = page.evaluate("parseFloat(getComputedStyle(document.body).fontSize)")
    page.get_by_role("button", name="大字").click()
    expect(page.locator("html")).to_have_attribute("data-mode", "elder")
    assert page.evaluate("parseFloat(getComputedStyle(document.body).fontSize)") >= 22 > size
    page.get_by_role("button", name="标准字").click()
    expect(page.locator("html")).not_to_have_attribute("data-mode", "elder")


def test_everything_can_be_reached_with_the_keyboard(resident: BrowserContext) -> None:
    page = resident.new_page()
    page.goto("/circle/")
    page.keyboard.press("Tab")
    expect(page.locator(":focus")).to_have_class("skip")
    seen = set()
    for _step in range(60):
        page.keyboard.press("Tab")
        seen.add(page.evaluate("document.activeElement.getAttribute('href') || ''"))
    assert any(href.startswith("/s/") for href in seen)


def test_an_officer_opens_on_the_biggest_gap_and_tries_another_corner(officer: BrowserContext) -> None:
    page = officer.new_page()
    page.goto("/desk/cover/")
    biggest = page.locator(".gaps .sel")
    expect(biggest).to_be_visible()
    before = page.locator(".try-row b").first.inner_text()
    other = page.locator(".try-more a")
    if other.count() > 1:
        other.nth(1).click()
        expect(page.locator(".try-row b").first).to_be_visible()
    assert float(before.rstrip("%")) > float(page.locator(".cover-fig .fig b").inner_text())


def test_a_stranger_is_led_to_sign_in_and_told_nothing(page: Page) -> None:
    page.goto("/desk/cover/")
    expect(page).to_have_url("/sign-in/?next=%2Fdesk%2Fcover%2F")


def test_a_missing_page_is_a_sentence(page: Page) -> None:
    answer = page.goto("/no/such/page/")
    assert answer is not None
    assert answer.status == 404
    expect(page.get_by_role("heading").first).to_be_visible()
