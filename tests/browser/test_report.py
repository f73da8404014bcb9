"""The report of a verdict in a real browser: it prints to one sheet of A4."""

import re

import pytest

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]


@pytest.mark.parametrize("query", ["", "&dim=2&window=1&show=groups", "&lr=0.001"])
def test_the_report_prints_to_one_sheet(visit, server, tmp_path, query):
    page = visit(f"{server.url}/Seeds?tokens=5000&epochs=2&batch=256&seeds_n=4{query}")
    button = page.get_by_role("button", name="Report of this verdict")
    button.wait_for(timeout=180_000)
    with page.expect_download() as download:
        button.click()
    assert re.match(r"verdict-seeds-polish-seed-\d+", download.value.suggested_filename)
    path = tmp_path / "report.html"
    download.value.save_as(path)
    report = visit("about:blank")
    report.set_content(path.read_text(encoding="utf8"))
    text = report.inner_text("body")
    for part in ("Was it the seed?", "The groups", "these runs", "Text: polish", "seeds_n=4"):
        assert part in text, part
    assert report.locator("figure svg").count() == 2
    assert report.evaluate("document.body.scrollHeight - document.body.clientHeight") <= 1
    pdf = report.pdf(prefer_css_page_size=True, path=tmp_path / "report.pdf")
    assert len(re.findall(rb"/Type\s*/Page\b", pdf)) == 1
    report.screenshot(path=tmp_path / "report.png", full_page=True)
