"""Arrows, numbers and words are moved by hand in a real browser, and Python takes over what the
hand has left.
"""

import re
from urllib.parse import parse_qs, urlsplit

import pytest
from browser_for_tests import until

from core.equations import one_step

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

RESTS = "document.querySelector('[data-testid=stApp]').dataset.testScriptState === 'notRunning'"
# Whether the first line of pixels of each chart holds ink: then its title is cut
CUT = """[...document.querySelectorAll('[class*=st-key-cells], [class*=st-key-bars]')].map((p) => {
  const { shadowRoot } = [...p.querySelectorAll('*')].find((element) => element.shadowRoot);
  const canvas = shadowRoot.querySelector('canvas');
  return canvas.getContext('2d').getImageData(0, 0, canvas.width, 1).data.some((value) => value);
})"""
BY_HAND = "document.documentElement.classList.contains('by-hand')"


def taken_over(page):
    """The matrix V of the address, once Python has it."""
    until(page, f"!({BY_HAND}) && {RESTS}")
    (text,) = parse_qs(urlsplit(page.url).query)["gr_V"]
    return one_step.read_vectors(text, tuple("abcdef"), 2, "V")


def seen(page):
    """The loss before the step, and the arithmetic of an entry with its result."""
    loss = float(page.locator(".losses b").first.inner_text())
    said = page.locator(".formula").first.inner_text().replace("−", "-")
    said = re.sub(r"\s+", " ", said)
    products = re.findall(r"\(([-\d.]+) - ([01])\) · ([-\d.]+)", said)
    done = sum((float(p) - float(y)) * float(x) for p, y, x in products)
    return loss, done, float(re.search(r"= ([-\d.]+)$", said.strip())[1])


def test_arrows_and_numbers_are_moved_by_hand_and_by_keys(visit, server):
    page = visit(f"{server.url}/Equations")
    page.locator(".ring").first.wait_for()
    before, done, result = seen(page)
    assert page.evaluate(CUT) == [False] * 5
    assert done == pytest.approx(result, abs=5e-3)
    box = page.locator(".ring").first.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 60, y + 30, steps=6)
    page.evaluate("new Promise(requestAnimationFrame)")
    page.evaluate("new Promise(requestAnimationFrame)")
    loss, done, result = seen(page)  # the hand still holds the arrow
    assert page.evaluate(BY_HAND) and loss != before and done == pytest.approx(result, abs=5e-3)
    page.mouse.up()
    moved = taken_over(page)[0]
    assert seen(page)[0] == loss and moved[0] > 0.3 and moved[1] < 0.6
    page.locator(".ring").first.focus()
    page.keyboard.press("ArrowUp")
    assert taken_over(page)[0].tolist() == pytest.approx([moved[0], moved[1] + 0.05])
    number = page.get_by_role("spinbutton", name="v water, entry 1").last
    number.focus()
    page.keyboard.press("ArrowDown")
    assert taken_over(page)[0][0] == pytest.approx(moved[0] - 0.05)


def test_words_are_placed_by_hand_and_by_keys(visit, server):
    query = "seeds_part=Your+board&show=own&words=jest+nie;+to+ale"
    page = visit(f"{server.url}/Seeds?{query}")
    page.locator(".word").first.wait_for()
    board, word = page.locator(".board").bounding_box(), page.locator(".word").first.bounding_box()
    page.mouse.move(word["x"] + 10, word["y"] + word["height"] / 2)
    page.mouse.down()
    page.mouse.move(board["x"] + board["width"] / 2, board["y"] + board["height"] / 4, steps=4)
    page.mouse.up()
    page.get_by_text("3 words wait").wait_for()
    page.locator(".word").nth(1).focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowLeft")
    page.get_by_text("2 words wait").wait_for()
    assert parse_qs(urlsplit(page.url).query)["board"] == ["0 0.5 jest; -0.05 0.95 nie"]
