"""Nothing jumps: layout shift of a first load and of a slider's move, on every page. No chart is
drawn anew when only its data change, and what moves takes no place from its chart.

Scores as in Web Vitals (https://web.dev/articles/cls), but summed over the whole visit, and
including shifts soon after an input, which Web Vitals leaves out.
"""

import pytest
from browser_for_tests import until

from ui.server import paths

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]

FIRST, MOVE = 0.1, 0.01
WATCH = """window.shifts = [];
new PerformanceObserver((list) => { for (const { value, sources } of list.getEntries())
  window.shifts.push([value, ...sources.map(({ node }) =>
    (node?.nodeType === 1 ? node : node?.parentElement)?.className)]);
}).observe({ type: 'layout-shift', buffered: true });"""
RESTS = "document.querySelector('[data-testid=stApp]')?.dataset.testScriptState === 'notRunning'"
# Streamlit's key classes of the containers in which a visible slider is
KEYS = """[...new Set([...document.querySelectorAll('input[type=range]')]
  .filter((slider) => slider.checkVisibility())
  .flatMap((slider) => [...slider.closest('[class*=st-key-]')?.classList ?? []])
  .filter((name) => name.startsWith('st-key-')))]"""
FEW = "seeds_n=3&epochs=2&tokens=5000"
# Notes the charts that are embedded from now on, inside players, too
CHARTS = """() => { window.embedded = [];
  const isChart = (node) => node.matches?.('.marks') || node.querySelector?.('.marks');
  const look = (root) => new MutationObserver((news) => { for (const { addedNodes, target } of news)
    for (const node of addedNodes) if (isChart(node)) window.embedded.push(target.className);
  }).observe(root, { childList: true, subtree: true });
  look(document.body);
  for (const player of Object.values(window.__players ?? {})) look(player.parts.chart); }"""
HOW_MANY = "document.querySelectorAll('[data-testid=stVegaLiteChart]').length"
# Sliders that ask for other charts; a page can also have more charts than before
OTHER_CHARTS = "st-key-seeds_n", "st-key-seeds_each"
# The least height of each animated chart over its frames, as a share of that at the end
HEIGHTS = """async () => { const found = {};
  for (const [key, player] of Object.entries(window.__players ?? {})) {
    const heights = [];
    for (let k = 0; player.view && k <= 8; k += 1) {
      player.seek((player.last * k) / 8);
      await player.view.resize().runAsync();
      heights.push(player.view.height());
    }
    if (heights.length) found[key] = Math.min(...heights) / heights.at(-1);
  }
  return found; }"""
VIEWS = [
    *(path for path in paths().values() if path != "/Seeds"),
    f"/Seeds?{FEW}",
    f"/Seeds?{FEW}&seeds_part=Which+randomness",
    "/Optimizers?opt_loss=word2vec",
]


def rested(page):
    for _ in range(3):  # the script also rests between two runs
        until(page, RESTS, 180)
        page.wait_for_timeout(400)
    page.wait_for_timeout(600)
    return page


def shifts(page):
    """The score so far, and the elements that moved."""
    found = page.evaluate("window.shifts")
    return sum(value for value, *_ in found), found


@pytest.fixture(autouse=True, scope="module")
def a_server_that_is_awake(server, chromium):
    """The visits are those of new browsers to a server that has served one page before."""
    page = chromium.new_page()
    page.goto(server.url)
    rested(page)
    page.close()


@pytest.mark.parametrize("view", VIEWS)
def test_neither_a_first_load_nor_a_move_of_a_slider_jumps(visit, server, view):
    page = rested(visit(server.url + view, script=WATCH))
    score, found = shifts(page)
    assert score <= FIRST, found
    squeezed = {key: share for key, share in page.evaluate(HEIGHTS).items() if not share > 0.9}
    assert not squeezed, "a mark beyond the chart takes its place"
    page.evaluate(CHARTS)
    for key in page.evaluate(KEYS):
        slider = page.locator(f".{key} input[type=range]").first
        slider.scroll_into_view_if_needed()
        page.wait_for_timeout(200)
        page.evaluate("window.shifts.length = 0")
        charts = page.evaluate(HOW_MANY)
        slider.focus()
        page.keyboard.press("ArrowRight")
        page.wait_for_timeout(300)
        score, found = shifts(rested(page))
        assert score <= MOVE, (key, found)
        embedded = page.evaluate("window.embedded.splice(0)")
        more = max(0, page.evaluate(HOW_MANY) - charts)
        assert len(embedded) <= more or key in OTHER_CHARTS, (key, embedded)
