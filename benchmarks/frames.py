"""How smoothly the large picture of the page Explore answers the mouse, in a real browser:
python benchmarks/frames.py [--repeat N].

Needs playwright and chromium, as the browser tests do. The vectors are random; the time of a frame
is what passes between two callbacks of requestAnimationFrame, 17 ms where nothing is late.
"""

import os
import shutil
import sys
import tempfile
from pathlib import Path

import numpy as np
from common import arguments, heading, spread, table
from playwright.sync_api import sync_playwright

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests"))

from servers_for_tests import ROOT, Server

from core.vectors import vector_files

FLAGS = ["--no-sandbox", "--disable-gpu"]
WINDOW = {"width": 1280, "height": 720}
POINTS, DIM = (1_000, 5_000, 20_000), 50
MOVES = 60  # of the mouse, across the picture
COUNT = """() => {
  const times = window.__times = [];
  let last = performance.now();
  const look = () => { const now = performance.now(); times.push(now - last); last = now;
    if (window.__times === times) requestAnimationFrame(look); };
  requestAnimationFrame(look);
}"""


def frames(page, act):
    """Milliseconds of each frame while something is done: the median, 95% and the longest."""
    page.evaluate(COUNT)
    act()
    times = page.evaluate(
        "() => { const found = window.__times; window.__times = null; return found.slice(1); }"
    )
    return np.percentile(times, [50, 95, 100])


def across(page, box, held=False):
    """Move the mouse over the picture in a zigzag, with the button held for a lasso."""
    places = [(0.2, 0.2), (0.8, 0.3), (0.7, 0.8), (0.25, 0.7)]
    places = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in places]
    page.mouse.move(*places[0])
    if held:
        page.mouse.down()
    for place in places[1:]:
        page.mouse.move(*place, steps=MOVES // 3)


def visit(browser, url, points):
    """Seconds until the picture is drawn, and frames while pointing and while drawing a lasso."""
    page = browser.new_page(viewport=WINDOW, bypass_csp=True)
    page.goto(
        f"{url}/Explore?ex_part=picture&ex_map=pca&ex_source=run&ex_run=frames.bin&ex_most={points}"
    )
    chart = page.locator(".st-key-lasso canvas")
    chart.wait_for(timeout=120_000)
    drawn = page.evaluate("performance.now() / 1000")
    page.wait_for_timeout(4_000)  # the rest of the page
    box = chart.bounding_box()
    pointing = frames(page, lambda: across(page, box))
    lasso = frames(page, lambda: across(page, box, held=True))
    page.mouse.up()
    page.close()
    return drawn, pointing, lasso


def main():
    """Print the table."""
    options = arguments(__doc__, text=False).parse_args()
    rng = np.random.default_rng(0)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        words = tuple(f"word{k}" for k in range(max(POINTS)))
        vectors = rng.normal(size=(len(words), DIM)).astype(np.float32)
        vector_files.write(Path(folder) / "frames.bin", words, vectors)
        os.environ["WORD2VEC_LAB_RUNS"] = folder
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        rows = []
        with Server(ROOT) as server:
            visit(browser, server.url, POINTS[0])  # the server starts its workers
            for points in POINTS:
                found = [visit(browser, server.url, points) for _ in range(options.repeat)]
                drawn, *shown = zip(*found, strict=True)
                row = [f"{points:,}", spread(drawn)]
                for kind in shown:
                    row += [spread(times, 0) for times in zip(*kind, strict=True)]
                rows.append(row)
        browser.close()
    columns = ["points", "seconds to the picture"]
    columns += [
        f"{what}, {name}"
        for what in ("pointing", "lasso")
        for name in ("median frame", "95%", "longest")
    ]
    print(heading("Milliseconds of a frame of the large picture: median (least-most)"))
    print(table(columns, rows))


if __name__ == "__main__":
    main()
