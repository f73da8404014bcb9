"""From a slider's release to the picture, in a real browser: python benchmarks/latency.py.

Needs playwright and chromium, as the browser tests do.
"""

import shutil
import sys
from pathlib import Path

from common import arguments, heading, spread, table
from playwright.sync_api import sync_playwright

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests"))

from servers_for_tests import Server

FLAGS = ["--no-sandbox", "--disable-gpu"]
VISITS = {"default (sampled)": "", "exact": "?optimizer=exact"}

WATCH = """() => {
  const main = document.querySelector("[data-testid=stMain]");
  const old = window.__players.main.animation;
  const times = window.__times = {};
  addEventListener("keyup", () => {
    const released = performance.now(), passed = () => performance.now() - released;
    new MutationObserver((_, observer) => { times.first ??= passed(); observer.disconnect(); })
      .observe(main, { subtree: true, childList: true, characterData: true });
    const look = () => {
      const animation = window.__players?.main?.animation;
      if (animation?.frames.length && animation.run !== old.run) times.moved ??= passed();
      if (times.moved && animation.labels.at(-1) === old.labels.at(-1)) times.last ??= passed();
      const app = document.querySelector("[data-testid=stApp]");
      const rests = app.dataset.testScriptState === "notRunning";
      if (times.last && rests && window.__players.main.wanted.frames.length) times.page = passed();
      else requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
  }, { once: true });
}"""


def visit(browser, url, repeat):
    """Milliseconds to the first change, the first vectors, the last ones, and the rest of the page,
    for each press of a key.
    """
    page = browser.new_page(viewport={"width": 1280, "height": 720})
    page.goto(url)
    found = []
    for _ in range(repeat + 1):
        page.wait_for_function("window.__players?.main?.wanted?.frames.length > 1", timeout=60_000)
        page.wait_for_timeout(2_000)  # the script rests
        page.evaluate(WATCH)
        page.locator(".st-key-seed [role=slider], .st-key-seed input[type=range]").first.press(
            "ArrowRight"
        )
        page.wait_for_function("window.__times.page", timeout=60_000)
        found.append(page.evaluate("[__times.first, __times.moved, __times.last, __times.page]"))
    page.close()
    return found[1:]  # the first one warms up


def main():
    """Print the table."""
    options = arguments(__doc__, text=False).parse_args()
    rows = []
    with Server() as server, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        for name, query in VISITS.items():
            found = visit(browser, f"{server.url}/{query}", options.repeat)
            rows.append(
                [name, *(spread([t / 1000 for t in column]) for column in zip(*found, strict=True))]
            )
        browser.close()
    print(heading("Seconds from the release of the seed's slider: median (least-most)"))
    print(
        table(
            [
                "mode",
                "first change on the page",
                "first vectors of the new run",
                "final picture",
                "whole page",
            ],
            rows,
        )
    )


if __name__ == "__main__":
    main()
