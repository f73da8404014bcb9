"""Explore and Compare in a real browser: the keyboard, a lasso, a shared playhead."""

from urllib.parse import parse_qs, urlsplit

import pytest
from browser_for_tests import until

pytestmark = [pytest.mark.browser, pytest.mark.timeout(400)]

QUICK = "tokens=20000&epochs=2"


def resting(page):
    """Wait until the script rests, and check that no exception is shown."""
    rests = "document.querySelector('[data-testid=stApp]').dataset.testScriptState === 'notRunning'"
    for _ in range(2):
        until(page, rests)
        page.wait_for_timeout(300)
    assert page.locator("[data-testid=stException]").count() == 0
    return page


def test_a_word_is_found_by_typing_a_few_letters(visit, server):
    page = resting(visit(f"{server.url}/Explore?{QUICK}"))
    search = page.locator(".st-key-word input")
    search.focus()
    page.keyboard.press("Control+a")
    page.keyboard.type("gener", delay=40)
    page.get_by_role("option", name="generał", exact=True).first.wait_for()
    page.keyboard.press("Enter")
    page.get_by_text("nearest to “generał”").first.wait_for()
    resting(page)
    assert parse_qs(urlsplit(page.url).query)["word"] == ["generał"]


def test_a_lasso_lists_the_words_in_it(visit, server):
    page = resting(visit(f"{server.url}/Explore?{QUICK}&ex_part=picture&ex_map=pca&ex_most=200"))
    chart = page.locator(".st-key-lasso canvas")
    chart.wait_for()
    page.wait_for_timeout(800)
    box = chart.bounding_box()
    corners = (0.3, 0.3), (0.7, 0.3), (0.7, 0.7), (0.3, 0.7)
    places = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in corners]
    page.mouse.move(*places[0])
    page.mouse.down()
    for place in places[1:]:
        page.mouse.move(*place, steps=4)
    page.mouse.up()
    page.get_by_text("words selected", exact=False).last.wait_for()
    resting(page)
    listed = page.locator("[data-testid=stCode]").inner_text().split()
    assert len(listed) > 5
    assert parse_qs(urlsplit(page.url).query)["ex_picked"] == [" ".join(listed)]


def test_both_pictures_follow_one_playhead(visit, server):
    page = resting(visit(f"{server.url}/Compare?{QUICK}"))
    until(page, "Object.keys(window.__players ?? {}).length === 3")
    until(page, "!window.__players.compared.playing")
    page.evaluate("window.__players.compared.jump(3)")
    steps = page.evaluate("Object.values(window.__players).map((player) => player.step)")
    assert steps == [3, 3, 3]
    page.evaluate("window.__players.compared.jump(window.__players.compared.last)")
    at = page.evaluate(
        """() => { const { view, animation, parts } = window.__players.compared_A;
        const frame = animation.frames.at(-1), origin = view.origin();
        const corner = parts.chart.querySelector('canvas').getBoundingClientRect();
        return [corner.x + origin[0] + view.scale('x')(frame.x[0]),
                corner.y + origin[1] + view.scale('y')(frame.y[0])]; }"""
    )
    page.mouse.move(*at, steps=4)
    page.wait_for_timeout(300)
    lit = page.evaluate("['A', 'B'].map(k => window.__players['compared_' + k].view.signal('lit'))")
    assert lit[0] == lit[1] and len(lit[0]) == 4


def test_b_goes_on_from_a_at_the_playhead(visit, server):
    page = resting(visit(f"{server.url}/Compare?{QUICK}"))
    until(page, "window.__players?.compared?.playing === false")
    page.locator("[data-part=chart]").last.click()
    page.get_by_role("button", name="Let B go on from A at epoch").click()
    page.get_by_text("B begins with A's vectors at epoch").wait_for()
    assert "ab_fork" in parse_qs(urlsplit(resting(page).url).query)
