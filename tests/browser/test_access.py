"""Accessibility: axe-core on every page, in the light and the dark theme, and a text for each
picture; the presenter's view on a large projector.
"""

import itertools

import pytest
from browser_for_tests import until

from ui.server import paths

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]

RESTS = "document.querySelector('[data-testid=stApp]')?.dataset.testScriptState === 'notRunning'"
GRAVE = {"serious", "critical"}
# Findings in Streamlit's and Vega's own elements: (rule, part of the element's HTML)
THEIRS = [
    ("color-contrast", "disabled"),  # exempt: WCAG 2.2, 1.4.3
    ("color-contrast", "token"),  # Streamlit's colors of code
    ("svg-img-alt", "graphics-symbol"),  # marks of a chart that has a text of its own
    ("svg-img-alt", "graphics-object"),
    ("scrollable-region-focusable", "stMarkdown"),
    ("scrollable-region-focusable", "katex"),
    ("aria-allowed-attr", "stDataFrame"),
]

CHARTS = """[...document.querySelectorAll('[data-testid=stVegaLiteChart] svg.marks')]
    .map((chart) => chart.getBoundingClientRect().toJSON())"""


def rested(page):
    for _ in range(3):  # the script also rests between two runs
        until(page, RESTS, 180)
        page.wait_for_timeout(400)
    page.wait_for_timeout(1_000)
    return page


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("title", paths())
def test_no_page_has_a_serious_barrier_and_every_picture_has_a_text(visit, server, title, dark):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    page = rested(visit(server.url + paths()[title], dark=dark))
    page.evaluate("document.fonts.ready")
    found = [
        (rule["id"], node["html"][:300], node.get("failureSummary", "")[-250:])
        for rule in axe.run(page).response["violations"]
        if rule["impact"] in GRAVE
        for node in rule["nodes"]
        if not any(rule["id"] == theirs and part in node["html"] for theirs, part in THEIRS)
    ]
    assert found == []
    assert all(len(text) > 20 for text in texts_of_pictures(page))
    if title == "Weight decay":  # charts of Streamlit, in places of a fixed height
        fills_the_screen(page)


def fills_the_screen(page):
    """The presenter's view on a projector of more than 720 lines: each chart is as high."""
    page.set_viewport_size({"width": 1920, "height": 1080})
    page.locator("body").press("p")
    until(page, f"{CHARTS}.length > 1 && {CHARTS}.every((chart) => chart.height > 950)")
    places = sorted((chart["top"], chart["bottom"]) for chart in page.evaluate(CHARTS))
    assert places[0][0] >= 0 and places[0][1] <= 1080
    assert all(this[1] <= below[0] for this, below in itertools.pairwise(places))


def texts_of_pictures(page):
    """The text alternatives of all still and animated charts."""
    still = page.evaluate("""[...document.querySelectorAll(
        '[data-testid=stVegaLiteChart] [role=graphics-document]')]
        .map((chart) => chart.getAttribute('aria-label') ?? '')""")
    return still + page.evaluate("""Object.values(window.__players ?? {})
        .map((player) => player.parts.chart.getAttribute('aria-label'))""")
