"""Links, pages and Back in a real browser: the address, the controls and what is computed agree.

Every test begins with a fresh browser profile, as a first visit by link does.
"""

from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from browser_for_tests import until

from ui.controls.control import Choice, Number
from ui.controls.pages import PAGES
from ui.controls.table import CONTROLS

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]

LINK = {"seed": "7", "dim": "12", "tokens": "5000", "epochs": "2", "decay_size": "60"}
ELSEWHERE = "127.0.0.9:9"  # no server listens there; a request would still be recorded
HOSTILE = (
    f"![i](http://{ELSEWHERE}/a.png)",
    f"[x](http://{ELSEWHERE}/y) http://{ELSEWHERE}/z www.example.com",
    "$x$ :red[x] :smile: <b>x</b> `x`",
    "x" * 1_000,
)


def resting(page):
    """Wait until the script rests, and check that no exception is shown."""
    rests = "document.querySelector('[data-testid=stApp]')?.dataset.testScriptState"
    for _ in range(2):  # the script also rests between two runs
        until(page, f"{rests} === 'notRunning'", 120)
        page.wait_for_timeout(300)
    assert page.locator("[data-testid=stException]").count() == 0
    return page


def address(page):
    """The settings in the address."""
    return {name: values[-1] for name, values in parse_qs(urlsplit(page.url).query).items()}


def go(page, title):
    """Click a page in the navigation."""
    page.locator(".st-key-navigation").get_by_role("link", name=title, exact=True).click()
    page.get_by_role("heading", name=title).first.wait_for()
    return resting(page)


def slider(page, key):
    return page.locator(f".st-key-{key} input[type=range]")


def move(page, key, by=1):
    slider(page, key).focus()
    page.keyboard.press("ArrowRight" if by > 0 else "ArrowLeft")
    page.wait_for_timeout(200)
    return resting(page)


def warnings(page):
    return page.locator("[data-testid=stSidebar] [data-testid=stAlert]").all_inner_texts()


def test_an_untouched_link_holds_over_all_pages_and_back(visit, server):
    page = resting(visit(f"{server.url}/?{urlencode(LINK)}"))
    for title in (*list(PAGES)[1:], *list(PAGES)[-2::-1]):
        go(page, title)
        assert address(page) == LINK, title
        if title in ("Train", "Seeds"):
            assert slider(page, "seed").input_value() == "7"
            assert slider(page, "dim").input_value() == "12"
    assert "5,0" in page.locator(".st-key-status").inner_text()


@pytest.mark.parametrize("path", ["Text", "Seeds", "Weight_decay"])
def test_a_link_into_another_page_holds_as_well(visit, server, path):
    page = resting(visit(f"{server.url}/{path}?{urlencode(LINK)}"))
    go(page, "Train")
    assert address(page) == LINK and slider(page, "seed").input_value() == "7"
    move(page, "seed")
    go(page, "Text")
    go(page, "Seeds")
    assert address(page) == LINK | {"seed": "8"} and slider(page, "seed").input_value() == "8"


def test_back_and_forward_walk_through_the_settings_one_by_one(visit, server):
    page = resting(visit(f"{server.url}/?{urlencode(LINK)}"))
    move(page, "seed")
    move(page, "dim")
    go(page, "Text")
    steps = [LINK | {"seed": "8", "dim": "13"}, LINK | {"seed": "8"}, LINK]
    for expected in steps:
        page.go_back()
        page.wait_for_timeout(300)
        resting(page)
        assert address(page) == expected
        assert slider(page, "seed").input_value() == expected["seed"]
        assert slider(page, "dim").input_value() == expected["dim"]
    page.go_forward()
    page.wait_for_timeout(300)
    assert address(resting(page)) == steps[1] and slider(page, "seed").input_value() == "8"


def test_a_corrected_link_has_a_notice_and_back_passes_over_it(visit, server):
    page = resting(visit(f"{server.url}/?tokens=5000&epochs=1&seed=3"))
    page.goto(f"{server.url}/?seed=1000&tokens=5000&epochs=1")
    resting(page)
    assert "1000" in warnings(page)[0] and "99 is used" in warnings(page)[0]
    assert address(page)["seed"] == "99" == slider(page, "seed").input_value()
    for _ in range(3):
        page.go_back()
        page.wait_for_timeout(500)
        resting(page)
        assert address(page)["seed"] == slider(page, "seed").input_value()
        if address(page)["seed"] == "3":
            return
    pytest.fail("Back does not lead behind the mended link")


def test_undo_and_reset(visit, server):
    page = resting(visit(f"{server.url}/?{urlencode(LINK)}"))
    move(page, "seed")
    page.get_by_role("button", name="Undo").first.click()
    page.wait_for_timeout(300)
    resting(page)
    assert address(page) == LINK and slider(page, "seed").input_value() == "7"
    page.get_by_role("button", name="Reset").first.click()
    page.wait_for_timeout(300)
    resting(page)
    assert address(page) == {} and slider(page, "seed").input_value() == "1"
    page.get_by_role("button", name="Undo").first.click()
    page.wait_for_timeout(300)
    assert address(resting(page)) == LINK


def test_two_controls_moved_at_once_are_both_kept(visit, server):
    page = resting(visit(f"{server.url}/?{urlencode(LINK)}"))
    for key in ("seed", "dim", "window", "negatives"):
        slider(page, key).focus()
        page.keyboard.press("ArrowRight")
    page.wait_for_timeout(500)
    resting(page)
    assert address(page) == LINK | {"seed": "8", "dim": "13", "window": "6", "negatives": "6"}


@pytest.mark.parametrize("title", [t for t in PAGES if t not in ("Glossary", "Class")])
def test_hostile_values_of_every_control_are_shown_as_text(visit, server, title):
    script = PAGES[title].removeprefix("pages/").removesuffix(".py").partition("_")[2]
    page = visit(f"{server.url}/{script}")
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    rows = [row for row in CONTROLS.values() if title in row.pages]
    told = [row for row in rows if isinstance(row, Number | Choice)][: len(HOSTILE)]
    # Each control gets each value; then a few controls alone, whose notices are all shown
    views = [spread(rows, first) for first in range(len(HOSTILE))] + [spread(told, 0)]
    for values in views:
        page.goto(f"{server.url}/{script}?{urlencode(values)}")
        page.wait_for_timeout(500)
        resting(page)
        text = page.locator("[data-testid=stApp]")
        assert {urlsplit(url).netloc for url in asked} <= {urlsplit(server.url).netloc, ""}
        hosts = set(page.evaluate("[...document.querySelectorAll('a')].map(a => a.host)"))
        assert not hosts & {ELSEWHERE, "www.example.com"}
        assert text.locator("[data-testid=stAlert] .katex, [data-testid=stAlert] b").count() == 0
        assert text.locator("[data-testid=stAlert] img").count() == 0
    shown = [one.replace("\u2060", "") for one in warnings(page)]
    assert any(value[:8] in one for value in spread(told, 0).values() for one in shown)


def spread(rows, first):
    """The hostile values, dealt to the controls in turn."""
    return {row.key: HOSTILE[(first + at) % len(HOSTILE)] for at, row in enumerate(rows)}


def test_the_former_address_of_the_equations_leads_there(server, visit):
    page = visit(f"{server.url}/Gradients?gr_centre=bank&seed=7")
    page.get_by_role("heading", name="Equations").first.wait_for()
    resting(page)
    assert urlsplit(page.url).path == "/Equations"
    assert {"seed": "7", "gr_center": "bank"}.items() <= address(page).items()


# --- controls that are changed within milliseconds of each other


def _then_a_segment(page):
    page.locator(".st-key-show").get_by_text("Frequent", exact=True).click()
    return {"seed": "8", "show": "frequent"}


def _then_a_switch_in_a_popover(page):
    page.get_by_test_id("stPopoverButton").first.click()
    page.locator(".st-key-normalize label").first.click()
    return {"seed": "8", "normalize": "false"}


def _then_another_page(page):
    page.locator(".st-key-navigation").get_by_role("link", name="Seeds", exact=True).click()
    page.get_by_role("heading", name="Seeds").first.wait_for()
    return {"seed": "8"}


def _then_sliders(page):
    for key in ("dim", "window", "seed", "negatives"):
        slider(page, key).focus()
        page.keyboard.press("ArrowRight")
    return {"seed": "9", "dim": "13", "window": "6", "negatives": "6"}


@pytest.mark.parametrize("delay", [0, 300])
@pytest.mark.parametrize(
    "then", [_then_a_segment, _then_a_switch_in_a_popover, _then_another_page, _then_sliders]
)
def test_what_follows_a_slider_at_once_is_kept_with_it(visit, server, then, delay):
    page = resting(visit(f"{server.url}/?{urlencode(LINK)}"))
    slider(page, "seed").focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_timeout(delay)
    expected = LINK | then(page)
    page.wait_for_timeout(600)
    assert address(resting(page)) == expected
    for key in {"seed", "dim"} & expected.keys():
        assert slider(page, key).input_value() == expected[key]
    if "normalize" in expected:
        assert not page.locator(".st-key-normalize input").is_checked()


@pytest.mark.parametrize("delay", [0, 300])
def test_reset_and_a_slider_at_once(visit, server, delay):
    page = resting(visit(f"{server.url}/?{urlencode(LINK)}"))
    slider(page, "seed").focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_timeout(delay)
    page.get_by_role("button", name="Reset").first.click()
    page.wait_for_timeout(600)
    assert address(resting(page)) == {} and slider(page, "seed").input_value() == "1"
    page.get_by_role("button", name="Undo").first.click()
    page.wait_for_timeout(delay)
    slider(page, "window").focus()
    page.keyboard.press("ArrowRight")
    until(page, "location.search.includes('window=6')")
    found = address(resting(page))
    assert found["window"] == "6" == slider(page, "window").input_value()
    assert found["seed"] == slider(page, "seed").input_value() in ("7", "8")
    assert found["dim"] == slider(page, "dim").input_value() == "12"
