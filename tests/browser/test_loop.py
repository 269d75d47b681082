"""The loop as people walk it in a browser: said in three taps, handed on by one key, judged by its asker."""

import re

from playwright.sync_api import Browser, BrowserContext, StorageState, expect


def test_a_need_is_said_in_three_taps_without_a_script_and_followed(
    browser: Browser, site: str, at_home: StorageState
) -> None:
    context = browser.new_context(
        base_url=site, java_script_enabled=False, locale="zh-CN", storage_state=at_home
    )
    page = context.new_page()
    page.goto("/say/")
    page.get_by_role("link", name="东西坏了").click()
    page.locator("main a[href*='/say/words/'], main button").first.click()
    expect(page.locator("textarea[name=text]")).to_be_visible()
    page.locator("textarea[name=text]").fill("三号楼门口的路灯不亮，走路看不清台阶")
    page.get_by_role("button", name="就这样，说出去").click()
    expect(page).to_have_url(re.compile("/say/done/"))
    number = re.search(r"n=(\d{4}-\d{4})", page.url)
    assert number is not None
    page.goto(f"/m/{number[1]}/")
    expect(page.get_by_role("heading", level=1)).to_contain_text("路灯")
    stranger = browser.new_context(base_url=site, locale="zh-CN").new_page()
    stranger.goto(f"/m/{number[1]}/")
    expect(stranger.get_by_text("台阶")).to_have_count(0)
    stranger.context.close()
    context.close()


def test_words_of_danger_stop_the_form_and_keep_what_was_typed(resident: BrowserContext) -> None:
    page = resident.new_page()
    page.goto("/say/words/?kind=broken&at=here")
    page.locator("textarea[name=text]").fill("三号楼着火了，快来人")
    page.get_by_role("button", name="就这样，说出去").click()
    expect(page.locator("a[href='tel:119']").first).to_be_visible()
    expect(page.locator("textarea[name=text]")).to_have_value("三号楼着火了，快来人")


def test_a_desk_is_worked_by_keys_alone(browser: Browser, site: str) -> None:
    context = browser.new_context(base_url=site, viewport={"width": 1440, "height": 900}, locale="zh-CN")
    page = context.new_page()
    page.goto("/demo/")
    with page.expect_navigation():
        page.click("button[value=demo-clerk]")
    page.goto("/desk/needs/")
    first = page.locator(".tl-a[aria-current]").inner_text()
    page.keyboard.press("j")
    expect(page.locator(".tl-a[aria-current]")).not_to_have_text(first)
    chosen = page.locator(".tl-a[aria-current] b").first.inner_text()
    expect(page.locator(".tdoc h2").first).to_have_text(chosen)
    page.keyboard.press("/")
    expect(page.locator("input[type=search]")).to_be_focused()
    page.keyboard.type("路灯")
    page.keyboard.press("Enter")
    expect(page.locator(".tl-a").first).to_contain_text("灯")
    context.close()
