"""Pictures in a real browser: equal units, no chart is rebuilt, and a training plays."""

import pytest
from browser_for_tests import until

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

PLAYER = "window.__players?.main"
QUICK = "tokens=5000&epochs=2&batch=256"
RESTS = "document.querySelector('[data-testid=stApp]').dataset.testScriptState === 'notRunning'"
# Counts the charts that are added to the page from now on, inside components, too
WATCH = """() => { window.embedded = 0;
  const isChart = (node) => node.matches?.('.vega-embed, [data-testid=stVegaLiteChart]')
    || node.querySelector?.('.vega-embed');
  const look = (root) => new MutationObserver((news) => { for (const { addedNodes } of news)
    for (const node of addedNodes) if (isChart(node)) window.embedded += 1;
  }).observe(root, { childList: true, subtree: true });
  look(document.body);
  for (const player of Object.values(window.__players ?? {})) look(player.parts.chart); }"""


# Counts the turns in which the page could hear somebody, and notes those at which charts are drawn
TURNS = """() => { let draw, turn = 0;
  window.drawn = [];
  Object.defineProperty(window, 'vegaEmbedOffline', {
    set: (given) => { draw = given; },
    get: () => draw && ((...given) => {
      window.drawn.push(turn);
      setTimeout(() => { turn += 1; });
      return draw(...given);
    }),
  }); }"""


def rested(page):
    for _ in range(2):  # the script also rests between two runs
        until(page, f"{RESTS} && {PLAYER}?.frames > 1")
        page.wait_for_timeout(300)
    return page


def units(page):
    """The number of pixels per unit along x and y."""
    return page.evaluate(f"""() => {{ const {{ view }} = {PLAYER}, x = view.scale('x');
        const y = view.scale('y'); return [x(1) - x(0), y(0) - y(1)]; }}""")


@pytest.mark.parametrize("width, height", [(1280, 720), (1920, 1080), (390, 844)])
def test_a_unit_is_as_long_along_both_axes_at_every_width(visit, server, width, height):
    page = rested(visit(f"{server.url}/?{QUICK}", width=width, height=height))
    across, up = units(page)
    assert across == pytest.approx(up, rel=1e-6) and across > 20


def test_another_seed_embeds_no_chart_again(visit, server):
    page = rested(visit(f"{server.url}/?{QUICK}"))
    page.wait_for_timeout(1_000)
    page.evaluate(WATCH)
    page.locator(".st-key-seed input[type=range]").focus()
    for _ in range(3):
        run = page.evaluate(f"{PLAYER}.animation.run")
        page.keyboard.press("ArrowRight")
        until(page, f"{PLAYER}.animation.run !== '{run}'")
        rested(page)
    assert page.evaluate("window.embedded") == 0


def test_a_page_hears_somebody_while_its_charts_are_drawn(visit, server):
    page = visit(f"{server.url}/Optimizers", script=f"({TURNS})()")
    until(page, "window.drawn?.length >= 3")
    first, _, third = page.evaluate("window.drawn.slice(0, 3)")
    assert third > first


def test_a_training_plays_once_and_the_loss_follows(visit, server):
    page = visit(f"{server.url}/?{QUICK}")
    until(page, f"{PLAYER}?.playing")
    until(page, f"!{PLAYER}.playing && {PLAYER}.step === {PLAYER}.last")
    page.get_by_role("slider", name="Position").first.focus()
    page.keyboard.press("Home")
    assert page.evaluate("window.__players.main_loss.step") == 0
    page.locator(".st-key-seed input[type=range]").focus()
    run = page.evaluate(f"{PLAYER}.animation.run")
    page.keyboard.press("ArrowRight")
    until(page, f"{PLAYER}.animation.run !== '{run}'")
    rested(page)
    # The playhead stays where the visitor has put it
    assert page.evaluate(f"[{PLAYER}.playing, {PLAYER}.step]") == [False, 0]
    # Whoever goes to another page watches it no more
    assert not page.evaluate(f"""() => {{
        const player = {PLAYER};
        const link = document.querySelector('[data-testid=stSidebar] a[href*=Text]');
        player.start();
        link.click();
        return player.playing; }}""")


def test_a_click_lights_a_word_and_its_neighbors(visit, server):
    page = rested(visit(f"{server.url}/?{QUICK}"))
    until(page, f"!{PLAYER}.playing")
    at = page.evaluate(f"""() => {{ const {{ view, animation }} = {PLAYER};
        const frame = animation.frames.at(-1), origin = view.origin();
        const corner = {PLAYER}.parts.chart.querySelector('canvas').getBoundingClientRect();
        return [corner.x + origin[0] + view.scale('x')(frame.x[0]),
                corner.y + origin[1] + view.scale('y')(frame.y[0])]; }}""")
    page.mouse.click(*at)
    lit = page.evaluate(f"{PLAYER}.view.signal('lit')")
    words = page.evaluate(f"{PLAYER}.animation.static.word")
    assert len(lit) == 4 and set(lit) <= set(words)
    page.mouse.click(*at)
    again = page.evaluate(f"{PLAYER}.view.signal('lit')")
    assert again == [] or again[0] != lit[0]


def test_the_story_is_on_the_first_screen(visit, server):
    page = rested(visit(f"{server.url}/"))
    for text in ("Was it the seed?", "Fails as in the exercise", "Try 16 seeds", "planted in it"):
        box = page.get_by_text(text).first.bounding_box()
        assert box["y"] >= 0 and box["y"] + box["height"] <= 720, text
    for key in ("main", "main_loss"):
        box = page.evaluate(
            f"window.__players.{key}.root.querySelector('.player').getBoundingClientRect().toJSON()"
        )
        assert box["bottom"] <= 720 and box["width"] > 300
    page.get_by_role("button", name="Fails as in the exercise").click()
    page.get_by_text("No clusters", exact=True).wait_for()
    assert "optimizer=sgd" in page.url and "lr=0.3" in page.url
    page.get_by_role("button", name="The seed decides").click()
    until(page, "location.search.slice(1).split('&').sort().join() === 'dim=2,seed=11,window=1'")


OPACITIES = """[...document.querySelectorAll('[data-testid=stVegaLiteChart]')].map((chart) =>
  [...chart.querySelectorAll('.mark-symbol.role-mark path')]
    .filter((mark) => Number(mark.getAttribute('opacity')) > 0.5).length)"""


def test_pointing_at_a_still_picture_lights_the_words_in_all_and_a_click_keeps_them_lit(
    visit, server
):
    page = visit(f"{server.url}/Seeds?tokens=5000&epochs=2&batch=256&seeds_n=4")
    page.get_by_role("button", name="Report of this verdict").wait_for(timeout=180_000)
    until(page, RESTS)
    page.wait_for_timeout(1_000)
    before, at = page.evaluate(OPACITIES), page.url
    pictures = page.locator("[data-testid=stVegaLiteChart]").first
    mark = pictures.locator(".mark-symbol.role-mark path").nth(3)
    mark.hover(force=True)
    page.wait_for_timeout(300)
    pointed = page.evaluate(OPACITIES)
    page.mouse.move(5, 5, steps=4)
    page.wait_for_timeout(300)
    assert page.evaluate(OPACITIES) == before
    mark.click(force=True)
    page.mouse.move(5, 5, steps=4)
    page.wait_for_timeout(300)
    words = page.evaluate("document.getElementById('lit').value").split("|")
    assert len(words) == 4 and page.url == at
    after = page.evaluate(OPACITIES)
    assert pointed == after
    # The small pictures and the clouds: 4 runs, 14 words
    assert [k for k, n in enumerate(before) if n == 56 and after[k] == 16] == [0, 4]
