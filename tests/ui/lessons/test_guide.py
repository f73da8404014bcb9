import pytest
from pages_for_tests import finished, opened
from streamlit.testing.v1 import AppTest

from ui import warm_up
from ui.controls.pages import PAGES
from ui.jobs import broker
from ui.lessons import guide, lesson_files

SMALL = {"tokens": "5000", "epochs": "1"}


def texts(page):
    return " ".join(one.value for kind in ("markdown", "caption") for one in page.get(kind))


def test_all_lessons_of_the_program_are_whole():
    found = lesson_files.found()
    assert len(found) == 4
    assert not [problem for lesson in found.values() for problem in lesson.problems]
    for lesson in found.values():
        assert {"en", "pl"} <= set(lesson.languages)
        assert all(set(step.caption) == {"en", "pl"} for step in lesson.steps)


def test_a_link_hides_fixes_and_asks_without_a_file():
    page = opened(
        "dashboard.py",
        **SMALL,
        dim="3",
        hide=["window", "nothing"],
        fix="dim",
        caption="**Look** ![x](http://a.example/b.png) here",
        question="Why?",
    )
    sliders = {slider.label: slider for slider in page.sidebar.slider}
    assert "Window size C" not in sliders and "Negative samples K" in sliders
    assert sliders["Dimension"].disabled and sliders["Dimension"].value == 3
    assert not sliders["Seed"].disabled
    assert "Why?" in texts(page) and "![x](" not in texts(page)


def test_a_page_without_a_lesson_has_no_band():
    page = opened("dashboard.py", **SMALL)
    assert not [b for b in page.button if b.label in ("Next", "Explore")]


@pytest.mark.parametrize(
    "lesson, step, told",
    [
        ("nothing", "1", "There is no lesson “nothing” here."),
        ("2_why_negative_sampling", "99", "no step “99”; step 4 is shown"),
        ("2_why_negative_sampling", "x", "no step “x”; step 1 is shown"),
    ],
)
def test_a_link_to_a_lesson_or_a_step_that_is_not_there_is_told(lesson, step, told):
    page = opened("dashboard.py", **SMALL, lesson=lesson, step=step)
    assert [one for one in page.sidebar.warning if told in one.value.replace("\u2060", "")]


def walk():
    app = AppTest.from_file(str(broker.ROOT / "dashboard.py"), default_timeout=60)
    app.query_params["lesson"], app.query_params["tokens"] = "1_was_it_the_seed", "5000"
    app.query_params["lr"], app.query_params["epochs"] = "0.3", "1"
    app.query_params["optimizer"] = "sgd"
    return finished(app.run())


def press(app, label):
    (button,) = [button for button in app.button if button.label == label]
    return finished(button.click().run())


def test_a_step_hides_and_fixes_until_one_explores_and_comes_back():
    app = walk()
    assert {slider.label for slider in app.sidebar.slider} & {"Dimension", "Seed"} == {"Seed"}
    assert "This is the classmate" in texts(app)
    app = press(app, "Explore")
    assert "Dimension" in {slider.label for slider in app.sidebar.slider}
    assert "You are exploring" in texts(app)
    app = press(app, "Back to step 1")
    assert "Dimension" not in {slider.label for slider in app.sidebar.slider}
    app = press(app, "Polski")
    assert "To jest obraz kolegi" in texts(app)
    app = press(app, "Reset")  # what is fixed stays
    assert app.query_params["lr"] in ("0.3", ["0.3"]) and app.query_params["lesson"]


def test_the_address_of_a_step_leads_to_its_page_with_its_values():
    lesson = lesson_files.found()["1_was_it_the_seed"]
    for number, step in enumerate(lesson.steps, 1):
        query = guide.step_query(lesson, number)
        assert query["step"] == [str(number)] and query.items() >= step.values.items()
        assert step.page in PAGES


def test_the_editor_writes_lines_that_are_read_back():
    page = opened("pages/10_Class.py", seed="9", dim="3")
    page = finished(page.text_area(key="step_caption").set_value("See: “x”").run())
    page = finished(page.multiselect(key="step_fix").set_value(["dim"]).run())
    lines, link = [code.value for code in page.code][:2]
    from core.classroom import lessons

    found = lessons.lesson("x", lines.encode(), tuple(PAGES), lesson_files.check)
    assert found.problems == () and found.steps[0].values == {"seed": ["9"], "dim": ["3"]}
    assert found.steps[0].fix == ("dim",) and link.startswith("/?seed=9&dim=3&fix=dim&caption=")


def test_a_broken_lesson_is_told_when_the_server_starts_and_the_rest_works(
    tmp_path, monkeypatch, caplog
):
    (tmp_path / "broken.toml").write_text("[title", "utf8")
    (tmp_path / "works.toml").write_text('[title]\nen = "x"\n[[step]]\npage = "Train"\n', "utf8")
    monkeypatch.setattr(lesson_files, "FOLDER", tmp_path)
    lesson_files.found.cache_clear()
    try:
        warm_up.prepare()
        assert "Lesson broken:" in caplog.text and "works" not in caplog.text
        assert lesson_files.found()["works"].steps
    finally:
        lesson_files.found.cache_clear()
