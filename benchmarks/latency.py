"""From a slider's release, from a link in a fresh browser, from a link to another page, and from a
question that takes long to what they show, in a real browser:
python benchmarks/latency.py [--old FOLDER] [TABLE ...].

Needs playwright and chromium, as the browser tests do. With the folder of an older checkout both
take turns, and ratios are told.
"""

import os
import shutil
import statistics
import sys
from contextlib import ExitStack
from pathlib import Path

from common import arguments, as_installed, heading, spread, table
from playwright.sync_api import sync_playwright

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests"))

from servers_for_tests import ROOT, Server

FLAGS = ["--no-sandbox", "--disable-gpu"]
# The tools of this script evaluate texts, which the page forbids
WINDOW = {"width": 1280, "height": 720}
VISITS = {"default (sampled)": "", "exact": "?optimizer=exact"}

# Questions that take long, and their addresses
LONG = {
    "the verdict on 16 seeds": "Seeds",
    "map of dimension and epochs": "Seeds?seeds_part=Other+causes&seeds_map=dimension+and+epochs",
    "maps of learning rate and decay": "Weight_decay?decay_experiment=Learning+rate+×+decay",
    "weight decay, first page": "Weight_decay",
}
READS = 6  # seconds that a visitor looks at the first page before asking
# The verdict, and that of the old state
ANSWERED = {
    "the verdict on 16 seeds": """document.querySelector(".st-key-verdict [data-testid=stAlert]")
        ?? [...document.querySelectorAll("[data-testid=stAlert]")]
            .find((box) => /guilty|no verdict/i.test(box.innerText))"""
}
FIRST_CHART = "document.querySelector('[data-testid=stVegaLiteChart] svg')"
PAGES = "Text", "Seeds", "Optimizers", "Weight_decay", "Dropout"  # that an older state has, too
FORESIGHT = "WORD2VEC_LAB_FORESIGHT"
SETTLED = """() => {
  const app = document.querySelector("[data-testid=stApp]");
  return app?.dataset.testScriptState === "notRunning";
}"""
STAGES = "first change on the page", "first vectors", "final picture", "whole page"
# The player of the words and what it shows, by the names of today and of state 552e17b
PLAYER = "(window.__players?.main ?? window.__players?.film)"
ANIMATION = f"({PLAYER}?.animation ?? {PLAYER}?.movie)"
DRAWN = f"{PLAYER}?.wanted?.frames.length > 1"
# Words are on the canvas of the player
FIRST_PICTURE = """(() => { const look = () => {
  const player = PLAYER;
  if (player?.view && player.frames > 0) window.__pictured = performance.now();
  else requestAnimationFrame(look); }; look(); })()""".replace("PLAYER", PLAYER)

WATCH = """() => {
  const main = document.querySelector("[data-testid=stMain]");
  const old = ANIMATION;
  const times = window.__times = {};
  addEventListener("keyup", () => {
    const released = performance.now(), passed = () => performance.now() - released;
    new MutationObserver((_, observer) => { times.first ??= passed(); observer.disconnect(); })
      .observe(main, { subtree: true, childList: true, characterData: true });
    const look = () => {
      const animation = ANIMATION;
      if (animation?.frames.length && animation.run !== old.run) times.moved ??= passed();
      if (times.moved && animation.labels.at(-1) === old.labels.at(-1)) times.last ??= passed();
      const app = document.querySelector("[data-testid=stApp]");
      const rests = app.dataset.testScriptState === "notRunning";
      if (times.last && times.first && rests && PLAYER.wanted.frames.length) times.page = passed();
      else requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
  }, { once: true });
}""".replace("ANIMATION", ANIMATION).replace("PLAYER", PLAYER)


def visit(browser, url, repeat):
    """Milliseconds to the first change, the first vectors, the last ones, and the rest of the page,
    for each press of a key.
    """
    page = browser.new_page(viewport=WINDOW, bypass_csp=True)
    page.goto(url)
    found = []
    for _ in range(repeat + 1):
        page.wait_for_function(DRAWN, timeout=60_000)
        page.wait_for_timeout(2_000)  # the script rests
        page.evaluate(WATCH)
        page.locator(".st-key-seed [role=slider], .st-key-seed input[type=range]").first.press(
            "ArrowRight"
        )
        page.wait_for_function("window.__times.page", timeout=60_000)
        found.append(page.evaluate("[__times.first, __times.moved, __times.last, __times.page]"))
    page.close()
    return found[1:]  # the first one warms up


def cold(browser, url):
    """Seconds to the first picture of the words in a browser that has nothing of the program."""
    context = browser.new_context(viewport=WINDOW, bypass_csp=True)
    context.add_init_script(FIRST_PICTURE)
    page = context.new_page()
    page.goto(url)
    page.wait_for_function("window.__pictured", timeout=120_000)
    found = page.evaluate("window.__pictured") / 1000
    context.close()
    return found


def compare(browser, homes, repeat):
    """Rows of the table of a cold browser: homes take turns, each with the same seeds."""
    for home in homes:
        cold(browser, home)  # the server starts its workers
    rows = []
    for name, queries in (
        ("known result", [""] * repeat),
        ("new seed", [f"?seed={50 + k}" for k in range(repeat)]),
    ):
        found = [[cold(browser, f"{home}/{query}") for home in homes] for query in queries]
        columns = list(zip(*found, strict=True))
        rows.append([name, *map(spread, columns), *ratio(columns)])
    return rows


def ratio(columns):
    """New / old, the median of the turns, if there is an old one."""
    if len(columns) == 1:
        return []
    old, new = columns
    return [f"{statistics.median(b / a for a, b in zip(old, new, strict=True)):.2f}"]


def moves(browser, homes, repeat):
    """Rows of the table of a slider: seconds to each stage, for each mode and home in turn.

    homes: addresses by their names.
    """
    rows = []
    for mode, query in VISITS.items():
        found = [visit(browser, f"{home}/{query}", repeat) for home in homes.values()]
        for name, times in zip(homes, found, strict=True):
            stages = zip(*times, strict=True)
            rows.append([mode, name, *(spread([t / 1000 for t in stage]) for stage in stages)])
    return rows


def switches(browser, homes, repeat):
    """Rows of the table of pages: seconds from a click on a link to a page, which this browser has
    seen before, until it is complete.
    """
    found = {path: [] for path in PAGES}
    for _ in range(repeat + 1):
        turns = [_tour(browser, home) for home in homes]
        for path in PAGES:
            found[path].append([turn[path] for turn in turns])
    rows = []
    for path, turns in found.items():
        columns = list(zip(*turns[1:], strict=True))  # the first one computes
        rows.append([path.replace("_", " "), *map(spread, columns), *ratio(columns)])
    return rows


def _tour(browser, home):
    """Seconds for each page, from the first page and back again."""
    page, seconds = browser.new_page(viewport=WINDOW, bypass_csp=True), {}
    page.goto(home)
    for path in PAGES:
        link = page.locator(f"[data-testid=stSidebar] a[href*='{path}']").first
        link.wait_for(timeout=60_000)
        page.wait_for_function(SETTLED, timeout=120_000)
        seconds[path] = -page.evaluate("performance.now()") / 1000
        link.click()
        page.wait_for_url(f"**/{path}*")
        page.wait_for_timeout(50)  # the script begins
        page.wait_for_function(SETTLED, timeout=300_000)
        seconds[path] += page.evaluate("performance.now()") / 1000
    page.close()
    return seconds


def questions(browser, roots, repeat):
    """Rows of the table of questions that take long: seconds from the address to the first chart,
    and to the answer, each by a fresh server that has computed nothing but its first page, after
    READS seconds there.
    """
    rows = []
    for name, path in LONG.items():
        turns = [[_asked(browser, root, name, path) for root in roots] for _ in range(repeat)]
        for k, stage in enumerate(("first chart", "answer")):
            columns = [[turn[home][k] for turn in turns] for home in range(len(roots))]
            rows.append([f"{name}: {stage}", *map(spread, columns), *ratio(columns)])
    return rows


def _asked(browser, root, name, path):
    with Server(root, environment=as_installed(root)) as server:
        page = browser.new_page(viewport=WINDOW, bypass_csp=True)
        page.goto(server.url)
        page.wait_for_function(DRAWN, timeout=60_000)
        page.wait_for_function(SETTLED, timeout=60_000)
        page.wait_for_timeout(1_000 * READS)  # now all workers are awake
        page.goto(f"{server.url}/{path}")
        page.wait_for_function(FIRST_CHART, timeout=100_000)
        first = page.evaluate("performance.now()") / 1000
        page.wait_for_function(ANSWERED.get(name, f"({SETTLED})()"), timeout=100_000)
        answer = page.evaluate("performance.now()") / 1000
        page.close()
    return first, answer


TABLES = {
    "cold": "the first picture in a cold browser",
    "slider": "each stage, from the release of the seed's slider",
    "pages": "the complete page, from a click on a link",
    "questions": "the answer of a question that takes long",
}


def main():
    """Print the tables."""
    parser = arguments(__doc__, text=False)
    parser.add_argument("tables", nargs="*", metavar="TABLE", help=f"of {', '.join(TABLES)}")
    parser.add_argument("--old", type=Path, help="folder of an older checkout to compare with")
    options = parser.parse_args()
    unknown = set(options.tables) - set(TABLES)
    if unknown:
        parser.error(f"no table {', '.join(sorted(unknown))}; there are {', '.join(TABLES)}")
    with ExitStack() as stack:
        roots = {"old": options.old, "new": ROOT} if options.old else {"new": ROOT}
        os.environ[FORESIGHT] = "off"
        homes = {
            name: stack.enter_context(Server(root, environment=as_installed(root))).url
            for name, root in roots.items()
        }
        playwright = stack.enter_context(sync_playwright())
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        asked = list(homes.values())
        names = [*roots, *(["new / old"] if options.old else [])]
        for kind in options.tables or TABLES:
            print(heading(f"Seconds to {TABLES[kind]}: median (least-most)"))
            if kind == "cold":
                print(table(["the picture", *names], compare(browser, asked, options.repeat)))
            elif kind == "slider":
                os.environ[FORESIGHT] = "on"
                with Server(ROOT) as foreseeing:
                    every = homes | {"new, foreseen": foreseeing.url}
                    print(
                        table(["mode", "program", *STAGES], moves(browser, every, options.repeat))
                    )
                os.environ[FORESIGHT] = "off"
            elif kind == "pages":
                print(table(["page", *names], switches(browser, asked, options.repeat)))
            else:
                found = questions(browser, roots.values(), options.repeat)
                print(table(["question", *names], found))
            sys.stdout.flush()
        browser.close()


if __name__ == "__main__":
    main()
