"""The main page in a real browser."""

import re
import time

import pytest
from browser_for_tests import until
from servers_for_tests import ROOT, Server, most_workers

pytestmark = [pytest.mark.browser, pytest.mark.timeout(400)]

PLAYER = "window.__players?.main"
QUICK = "tokens=5000&epochs=2&batch=256"
PAGES = sorted((ROOT / "pages").glob("[0-9]*.py"))


def settled(page):
    """Wait until a training has ended and is shown completely, and the script rests."""
    page.get_by_text("Trained in").first.wait_for()  # a slow browser still shows the last one
    page.locator(".st-key-words_shown table").first.wait_for()
    resting = (
        "document.querySelector('[data-testid=stApp]').dataset.testScriptState === 'notRunning'"
    )
    for _ in range(2):  # the script also rests between two runs
        until(page, f"{resting} && {PLAYER}?.frames > 1 && !{PLAYER}.playing")
        page.wait_for_timeout(200)
    assert page.locator("[data-testid=stException]").count() == 0
    return page


def player(page, what):
    return page.evaluate(f"{PLAYER}.{what}")


def shown(page):
    """What the page shows of the model: its numbers, and the distances of the words in the last
    picture.
    """
    metrics = page.locator("[data-testid=stMetricValue]").all_inner_texts()
    last = player(page, "animation.frames.at(-1)")
    far = [round((x**2 + y**2) ** 0.5, 3) for x, y in zip(last["x"], last["y"], strict=True)]
    return metrics, far


def value_of(page, key):
    """The value that the slider of a key shows."""
    return int(page.locator(f".st-key-{key} input[type=range]").input_value())


def canvas(page):
    """The picture as pixels, when all that was to be drawn is."""
    pixels = f"{PLAYER}.parts.chart.querySelector('canvas').toDataURL()"
    return page.evaluate(f"{PLAYER}.view.runAsync().then(() => {pixels})")


@pytest.fixture(scope="module")
def home(server):
    return f"{server.url}/?{QUICK}"


# --- the animation


def test_the_animation_plays_and_pauses(visit, home):
    page = settled(visit(home))
    assert player(page, "step") == player(page, "last") >= 7  # the playhead waits at the end
    page.get_by_role("button", name="Play", exact=True).click()
    until(page, f"{PLAYER}.step > 1.5 && {PLAYER}.step < {PLAYER}.last")
    page.get_by_role("button", name="Pause", exact=True).click()
    at, picture = player(page, "step"), canvas(page)
    assert 1.5 < at < player(page, "last")
    page.wait_for_timeout(300)
    assert player(page, "step") == at and canvas(page) == picture
    page.get_by_role("combobox", name="Speed").select_option("8")
    page.get_by_role("button", name="Play", exact=True).click()
    until(page, f"{PLAYER}.step === {PLAYER}.last && !{PLAYER}.playing")
    assert canvas(page) != picture


def test_the_animation_scrubs(visit, home):
    page = settled(visit(home))
    end, bar = canvas(page), page.get_by_role("slider", name="Position").first
    bar.scroll_into_view_if_needed()
    box = bar.bounding_box()
    page.mouse.move(box["x"] + box["width"] - 12, box["y"] + box["height"] / 2)
    page.mouse.down()
    for share in (0.8, 0.6, 0.4, 0.25):
        page.mouse.move(box["x"] + share * box["width"], box["y"] + box["height"] / 2)
    page.mouse.up()
    assert 0.15 < player(page, "step") / player(page, "last") < 0.35
    assert not player(page, "playing")
    assert canvas(page) != end
    label = page.locator("[data-part=label]").first.inner_text()
    assert label == player(page, "animation.labels")[
        int(player(page, "step"))
    ] and label.startswith("epoch 0.")


def test_the_animation_steps_by_keyboard(visit, home):
    page = settled(visit(home))
    last = player(page, "last")
    page.locator("[data-part=chart]").first.focus()
    for key, step in (
        ("ArrowLeft", last - 1),
        ("ArrowLeft", last - 2),
        ("ArrowRight", last - 1),
        ("Home", 0),
        ("ArrowRight", 1),
        ("End", last),
    ):
        page.keyboard.press(key)
        assert player(page, "step") == step
    page.keyboard.press(" ")
    assert player(page, "playing")
    page.keyboard.press(" ")
    assert not player(page, "playing")
    assert page.evaluate("window.scrollY") == 0  # the keys did not scroll the page


def test_late_frames_of_a_training_do_not_shorten_the_finished_animation(visit, home):
    page = settled(visit(home))
    before = shown(page), player(page, "frames")
    page.evaluate(f"""() => {{ const player = {PLAYER};
        const {{ run, frames, labels }} = player.animation;
        player.feed({{key: 'main', run, at: 2, frames: [frames[1]], labels}}); }}""")
    assert (shown(page), player(page, "frames")) == before


def test_a_word_shows_its_gloss_count_and_neighbors(visit, home):
    page = settled(visit(home))
    at = page.evaluate(f"""() => {{ const view = {PLAYER}.view, animation = {PLAYER}.animation;
        const frame = animation.frames.at(-1);
        const canvas = {PLAYER}.parts.chart.querySelector('canvas');
        const corner = canvas.getBoundingClientRect(), origin = view.origin();
        return [animation.static.word[0], corner.x + origin[0] + view.scale('x')(frame.x[0]),
                corner.y + origin[1] + view.scale('y')(frame.y[0])]; }}""")
    page.mouse.move(at[1] + 1, at[2] + 1)
    page.mouse.move(at[1], at[2])
    tip = page.locator("#vg-tooltip-element.visible")
    tip.wait_for()
    text = tip.inner_text()
    assert all(part in text for part in ("meaning", "occurs", "times", "nearest neighbors"))


def test_while_training_the_picture_moves_and_the_time_left_is_shown(visit, server):
    page = visit(f"{server.url}/?tokens=300000&epochs=100&dim=100&seed=90")  # minutes of work
    bar = page.locator("[data-testid=stProgress]")
    bar.get_by_text(re.compile(r"Training: \d+%, about \d+ (s|min) left")).wait_for()
    assert page.get_by_role("button", name="Stop").count() == 1  # no Stop of Streamlit's
    assert not page.locator("[data-testid=stStatusWidget]").is_visible()
    until(page, f"{PLAYER}?.frames > 1")
    first, frames = canvas(page), player(page, "frames")
    until(page, f"{PLAYER}.frames > {frames}")
    page.wait_for_timeout(200)
    assert canvas(page) != first
    page.locator(".stButton").get_by_role("button", name="Stop").click()
    page.get_by_text(re.compile(r"Stopped at \d+%")).wait_for()
    label = page.get_by_role("button", name="Go on").locator("p")
    label.wait_for()
    assert label.evaluate("label => label.scrollWidth <= label.clientWidth")  # not cut
    assert not bar.count()
    page.locator("[data-testid=stMetricValue]").first.wait_for()
    assert player(page, "frames") > 1


# --- the controls


def test_dragging_a_slider_trains_again_and_shows_the_last_value(visit, home):
    page = settled(visit(home))
    before = shown(page)
    thumb = page.locator(".st-key-seed [data-testid=stSliderThumbValue]").locator("..")
    box, track = (
        thumb.bounding_box(),
        page.locator(".st-key-seed [data-testid=stSlider]").bounding_box(),
    )
    y = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + box["width"] / 2, y)
    page.mouse.down()
    for share in (0.2, 0.5, 0.9, 0.4):
        page.mouse.move(track["x"] + share * track["width"], y, steps=4)
    page.mouse.up()
    seed = value_of(page, "seed")
    assert 25 < seed < 55
    until(page, f"location.search.includes('seed={seed}')")
    page.wait_for_timeout(300)
    settled(page)
    assert shown(page) != before
    assert shown(page) == shown(settled(visit(f"{home}&seed={seed}")))


# What is sent to the server waits until `__send` is called
LATE = """() => { const send = WebSocket.prototype.send;
    const go = new Promise((resolve) => { window.__send = resolve; });
    WebSocket.prototype.send = function (data) { go.then(() => send.call(this, data)); }; }"""


def test_the_picture_of_a_move_does_not_wait_for_the_page(visit, home):
    page = settled(visit(home))
    before = player(page, "animation.run")
    page.evaluate(LATE)
    page.locator(".st-key-seed input[type=range]").press("ArrowRight")
    until(page, f"{PLAYER}.animation.run !== '{before}'")
    run, last = player(page, "animation.run"), player(page, "animation.frames.at(-1)")
    assert player(page, "followers[0].animation.run") == run
    assert "seed=2" not in page.url
    page.evaluate("window.__send()")
    until(page, "location.search.includes('seed=2')")
    page.wait_for_timeout(300)
    settled(page)
    assert player(page, "animation.run") == run
    assert player(page, "animation.frames.at(-1)") == last
    assert player(page, "step") == player(page, "last")
    assert shown(page) == shown(settled(visit(f"{home}&seed=2")))


def test_a_move_that_is_undone_at_once_leaves_the_picture_of_the_page(visit, home):
    page = settled(visit(home))
    page.locator(".st-key-seed input[type=range]").press("ArrowRight")
    until(page, "location.search.includes('seed=2')")
    page.wait_for_timeout(300)
    settled(page)
    before = player(page, "animation.run")
    page.evaluate(LATE)
    page.locator(".st-key-seed input[type=range]").press("ArrowRight")
    until(page, f"{PLAYER}.animation.run !== '{before}'")
    page.get_by_role("button", name="Undo").click()
    page.evaluate("window.__send()")
    page.wait_for_timeout(1_500)
    settled(page)
    assert value_of(page, "seed") == 2 and player(page, "animation.run") == before
    assert player(page, "followers[0].animation.run") == before
    assert shown(page) == shown(settled(visit(f"{home}&seed=2")))


def test_a_second_slider_waits_for_the_page_of_the_first(visit, home):
    page = settled(visit(home))
    asked = []
    page.on("request", lambda request: "/ahead/" in request.url and asked.append(request.url))
    page.evaluate("WebSocket.prototype.send = function () {}")  # the page never hears of it
    page.locator(".st-key-seed input[type=range]").press("ArrowRight")
    page.locator(".st-key-dim input[type=range]").press("ArrowRight")
    page.wait_for_timeout(1_000)
    assert asked and all("seed=2" in url for url in asked)


def test_a_slider_that_is_held_shows_what_is_there_and_trains_nothing(visit, home):
    settled(visit(f"{home}&seed=61"))
    page = settled(visit(f"{home}&seed=60"))
    before, asked = player(page, "animation.run"), []
    page.on("request", lambda request: "/ahead/" in request.url and asked.append(request.url))
    thumb = page.locator(".st-key-seed [data-testid=stSliderThumbValue]").locator("..")
    box = thumb.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    for step in range(30):  # to the next seed, and no further
        page.mouse.move(x + step / 4, y)
        if value_of(page, "seed") == 61:
            break
    until(page, f"{PLAYER}.animation.run !== '{before}'")
    page.mouse.move(x, y)  # and back
    until(page, f"{PLAYER}.animation.run === '{before}'")
    assert value_of(page, "seed") == 60
    page.mouse.up()
    page.wait_for_timeout(500)
    settled(page)
    assert asked and all("held" in url for url in asked)
    assert player(page, "animation.run") == before
    assert shown(page) == shown(settled(visit(f"{home}&seed=60")))


def test_ten_quick_moves_show_the_last_and_leave_no_trainer_behind(visit, server):
    page = settled(visit(f"{server.url}/?tokens=20000&epochs=10"))
    page.locator(".st-key-seed input[type=range]").focus()
    workers = 0
    for _ in range(10):
        page.keyboard.press("ArrowRight")
        page.wait_for_timeout(60)
        workers = max(workers, len(server.workers()))
    assert value_of(page, "seed") == 11
    until(page, "location.search.includes('seed=11')")
    page.wait_for_timeout(300)
    settled(page)
    assert workers <= most_workers()
    assert shown(page) == shown(settled(visit(f"{server.url}/?tokens=20000&epochs=10&seed=11")))
    page.wait_for_timeout(1_500)
    assert busy(server.workers()) < 0.2 * len(server.workers())


def busy(processes, seconds=1.0):
    """How many processors these processes use."""

    def ticks():
        return sum(
            sum(map(int, open(f"/proc/{pid}/stat").read().rpartition(")")[2].split()[11:13]))
            for pid in processes
        )

    before = ticks()
    time.sleep(seconds)
    return (ticks() - before) / 100 / seconds


def test_a_link_restores_all_controls_and_the_same_picture(visit, server):
    link = (
        f"{server.url}/?"
        "corpus=english&seed=7&dim=12&window=3&negatives=4&loss=softmax&optimizer=adam&"
        "lr=0.02&epochs=2&batch=300&window_mode=drawn&schedule=constant&subsample=0.01&"
        "noise_power=0.5&init_seed=1&order_seed=2&negatives_seed=3&min_count=4&"
        "max_vocabulary=500&tokens=6000&rare=0.2&mixing=0.3&text_seed=9&show=My+own&"
        "words=army+soup%3B+rain&normalize=false&word=army"
    )
    page = settled(visit(link))
    page.get_by_text("More settings").click()
    page.locator(".st-key-text_seed input").wait_for()
    assert [value_of(page, key) for key in ("seed", "dim", "window", "epochs", "batch")] == [
        7,
        12,
        3,
        2,
        300,
    ]
    for key, value in {
        "lr": 0.02,
        "subsample": 0.01,
        "init_seed": 1,
        "order_seed": 2,
        "min_count": 4,
        "max_vocabulary": 500,
        "tokens": 6000,
        "rare": 0.2,
        "mixing": 0.3,
        "text_seed": 9,
    }.items():
        assert float(page.locator(f".st-key-{key} input").input_value()) == value, key
    for key, value in {
        "corpus": "english",
        "loss": "softmax",
        "optimizer": "adam",
        "window_mode": "random for each word",
        "schedule": "constant",
    }.items():
        box = page.locator(f".st-key-{key}")
        assert value in (
            box.inner_text() + (box.locator("input").first.get_attribute("value") or "")
        ), key
    assert page.locator(".st-key-words input").input_value() == "army soup; rain"
    assert page.locator(".st-key-word input").input_value() == "army"
    page.get_by_test_id("stPopoverButton").first.click()
    assert not page.locator(".st-key-normalize input").is_checked()
    page.keyboard.press("Escape")
    assert player(page, "animation.static.word") == ["army", "soup", "rain"]
    again = settled(visit(page.url, late="**/*.woff2"))
    assert shown(again) == shown(page)
    assert canvas(again) == canvas(page)  # also where the font comes after the words


def test_what_is_set_by_hand_is_in_the_url(visit, home):
    page = settled(visit(home))
    page.locator(".st-key-dim input[type=range]").focus()
    page.keyboard.press("ArrowRight")
    until(page, "location.search.includes('dim=11')")
    page.get_by_test_id("stPopoverButton").first.click()
    page.locator(".st-key-normalize label").first.click()
    until(page, "location.search.includes('dim=11') && location.search.includes('normalize=false')")
    settled(page)
    again = settled(visit(page.url))
    assert value_of(again, "dim") == 11
    assert shown(again) == shown(page)


def test_bad_values_in_a_link_are_corrected_with_a_notice(visit, home):
    page = settled(visit(f"{home}&seed=1000&optimizer=magic"))
    assert value_of(page, "seed") == 99
    told = page.locator("[data-testid=stSidebar] [data-testid=stAlert]").all_inner_texts()
    assert len(told) == 2
    assert "seed=99" in page.url and "magic" not in page.url


def test_an_upload_is_trained_on_and_its_link_works(visit, home):
    page = settled(visit(home))
    page.get_by_text("Your own text").click()
    upload = page.locator("[data-testid=stSidebar] input[type=file]")
    # A request for the picture, or a dialog, would fail the visit
    sign = "![i](http://a.example/x.png)<img src=x onerror=alert(1)>"
    labels = f"id,{sign}\n" + "1,Ala\n" * 9
    name = "![my](http:) <img src=x onerror=alert(1)> $x$.csv"
    upload.set_input_files({"name": name, "mimeType": "text/csv", "buffer": labels.encode()})
    refused = page.locator(".stMain [data-testid=stAlert]")
    refused.get_by_text("No column of running text").wait_for()
    said = refused.inner_text().replace("\u2060", "")
    assert name in said and sign[:20] in said and refused.locator("img, a, .katex").count() == 0
    story = (
        b"The cat likes the dog. The dog likes the old mouse. "
        b"A mouse eats the red apple of the cat. " * 60
    )
    upload.set_input_files({"name": "my story.txt", "mimeType": "text/plain", "buffer": story})
    page.get_by_text("180 sentences").wait_for()
    settled(page)
    until(page, "location.search.includes('corpus=own--my-http')")  # both files are one text
    assert refused.count() == 0
    again = settled(visit(page.url))
    assert again.get_by_text("180 sentences").count() == 1
    assert shown(again) == shown(page)


# --- every page


@pytest.mark.parametrize("script", PAGES[::4], ids=lambda path: path.stem)
def test_a_deep_link_as_the_first_request_to_a_fresh_server(visit, script):
    name = re.sub(r"^\d+_", "", script.stem)
    title = re.search(r"page\.start\(\s*\"([^\"]+)\"", script.read_text(encoding="utf8"))[1]
    with Server() as fresh:
        page = visit(f"{fresh.url}/{name}")
        page.get_by_role("heading", name=re.compile(f"^{re.escape(title)}")).wait_for()
        links = page.locator(".st-key-navigation").get_by_role("link")
        links.nth(len(PAGES)).wait_for()
        assert links.count() == len(PAGES) + 1
        assert page.get_by_role("dialog").count() == 0
        assert page.get_by_text("Page not found").count() == 0
        assert page.locator("[data-testid=stException]").count() == 0
        assert page.title() == f"{title} · word2vec lab"
        page.close()  # closed before its server stops


def test_going_to_another_page_and_back_keeps_the_settings(visit, home):
    page = settled(visit(f"{home}&seed=5"))
    before = shown(page)
    navigation = page.locator(".st-key-navigation")
    navigation.get_by_role("link", name="Text", exact=True).click()
    page.get_by_role("heading", name=re.compile("^Text")).wait_for()
    navigation.get_by_role("link", name="Train", exact=True).click()
    settled(page)
    assert value_of(page, "seed") == 5
    assert shown(page) == before


# --- looks


@pytest.mark.parametrize("dark", [False, True])
def test_the_picture_follows_the_theme(visit, home, dark):
    page = settled(visit(home, dark=dark))
    ink, paper = (brightness(page, f"{PLAYER}.view.signal('{name}')") for name in ("ink", "paper"))
    behind = brightness(
        page, "getComputedStyle(document.querySelector('[data-testid=stApp]')).backgroundColor"
    )
    assert abs(ink - paper) > 0.6
    assert (ink > paper) == dark
    assert abs(behind - paper) < 0.1


def brightness(page, color):
    return page.evaluate(f"""() => {{
        const paint = document.createElement('canvas').getContext('2d');
        paint.fillStyle = {color}; paint.fillRect(0, 0, 1, 1);
        const [r, g, b] = paint.getImageData(0, 0, 1, 1).data;
        return (0.3 * r + 0.59 * g + 0.11 * b) / 255; }}""")


def test_a_phone_needs_no_sideways_scrolling(visit, home):
    page = settled(visit(home, width=390, height=844))
    page.wait_for_timeout(300)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert (
        page.evaluate(
            "(() => { const main = document.querySelector('[data-testid=stMain]'); return "
            "main.scrollWidth - main.clientWidth; })()"
        )
        <= 0
    )
    wide = page.evaluate(f"{PLAYER}.parts.chart.getBoundingClientRect().width")
    assert 280 < wide <= 390
    assert page.locator("[data-part=play]").first.bounding_box()["x"] >= 0


def test_where_motion_is_reduced_the_picture_is_drawn_at_once(visit, home):
    page = settled(visit(home))
    page.emulate_media(reduced_motion="reduce")
    for _ in range(2):  # it was left out now and then
        page.reload()
        drawn = canvas(settled(page))
        page.evaluate(f"{PLAYER}.view.resize().runAsync().then(() => null)")
        page.wait_for_timeout(200)
        assert canvas(page) == drawn
        assert player(page, "step") == player(page, "last")


def test_on_a_projector_picture_and_controls_are_in_view_without_scrolling(visit, home):
    page = settled(visit(home))
    box = page.locator("[data-part=frame]").first.bounding_box()
    assert box["y"] + box["height"] <= 720
    assert box["width"] > 500 and page.evaluate(f"{PLAYER}.parts.chart.clientHeight") > 250
