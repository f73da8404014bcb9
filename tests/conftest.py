"""Settings of all tests, a running server, and a browser where one is installed."""

import os
import shutil

import pytest
from hypothesis import settings
from servers_for_tests import Server

# no deadline and a fixed seed: a busy machine or an unusual draw must not fail a test
settings.register_profile("lab", deadline=None, derandomize=True)
settings.load_profile("lab")

# What nobody asked for would be computed beside every test; those of foresight switch it on
os.environ.setdefault("WORD2VEC_LAB_FORESIGHT", "off")

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
# on a deep link the first requests of Streamlit go below the page, and get a 404
PROBES = ("/_stcore/health", "/_stcore/host-config")


def pytest_make_parametrize_id(config, val, argname):
    """Files as parameters are numbered: the names of tests must not hold the time at which an
    archive was made, or two processes that share the tests know different ones.
    """
    return argname if isinstance(val, bytes) else None


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    """If WORD2VEC_LAB_NOTHING_SKIPPED is 1, a skipped test counts as failed."""
    report = yield
    if report.skipped and os.environ.get("WORD2VEC_LAB_NOTHING_SKIPPED") == "1":
        report.outcome, report.longrepr = (
            "failed",
            f"skipped where nothing may be: {report.longrepr}",
        )
    return report


@pytest.fixture(scope="session")
def server():
    """One server for all tests that do not need a fresh one."""
    with Server() as running:
        yield running


@pytest.fixture(scope="module")
def chromium():
    """A headless Chromium; without one the test is skipped."""
    playwright = pytest.importorskip(
        "playwright.sync_api", reason="playwright is not installed (requirements-dev.txt)"
    )
    program = (
        os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    )
    if not program:
        pytest.skip("there is no chromium on this machine")
    with playwright.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def visit(chromium):
    """Open a page as a new visitor; fails if a page had an error, or sent a request to another
    host. late: files whose address is like this come two seconds late.
    """
    contexts, problems = [], []

    def open_page(url, *, width=1280, height=720, dark=False, script="", late=""):
        context = chromium.new_context(
            viewport={"width": width, "height": height},
            color_scheme="dark" if dark else "light",
        )
        contexts.append(context)
        context.set_default_timeout(60_000)
        context.add_init_script(script)
        page, home = context.new_page(), "/".join(url.split("/")[:3])
        if late:
            page.route(late, lambda route: (page.wait_for_timeout(2000), route.continue_()))
        probes = (
            {f"{home}/{url.split('/')[3].split('?')[0]}{probe}" for probe in PROBES}
            if url.count("/") > 2
            else set()
        )
        page.on(
            "console",
            lambda said: (
                problems.append(f"console: {said.text} {said.location['url']}")
                if said.type == "error" and said.location["url"] not in probes
                else None
            ),
        )
        page.on("pageerror", lambda error: problems.append(f"error: {error}"))
        page.on(
            "request",
            lambda request: (
                problems.append(f"request: {request.url}")
                if not request.url.startswith(
                    (home + "/", home.replace("http", "ws") + "/", "data:", "blob:")
                )
                else None
            ),
        )
        page.goto(url)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert problems == []
