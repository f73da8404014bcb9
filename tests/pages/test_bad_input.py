"""Bad input on the pages: hostile names, a full disk, texts that vanish, two visitors at once."""

import re
from types import SimpleNamespace

import pytest
from pages_for_tests import finished, metrics, opened

from core import files
from ui import visitor_files

PAGE = "pages/1_Text.py"
STORY = b"The cat likes the dog. The dog likes the old mouse. " * 40
HOSTILE = [
    "a/b\\c \"d\" 'e' ![i](http://a.example/x.png) [l](http://a.example) **b** $x^2$ :red[r].txt",
    "../<img src=x onerror=alert(1)><script>alert(2)</script> | a |\n# heading.txt",
    "x" * 300 + ".txt",
]
# What Markdown, HTML or a formula would need, without the signs that take its effect away
ACTIVE = re.compile(r"(?<!\\)(?:<img|<script|!\[|\]\(|\*\*b|\$x|:red\[)")


@pytest.fixture(autouse=True)
def own_folder(tmp_path, monkeypatch):
    monkeypatch.setattr(visitor_files, "_folder", SimpleNamespace(name=tmp_path))
    monkeypatch.setattr(visitor_files, "_owners", {})
    return tmp_path


def upload(app, name, data):
    app.file_uploader(key="upload").set_value([(name, data, "text/plain")])
    return finished(app.run())


def said(app):
    """All sentences of a page that Markdown acts on, but for the program's own bold words."""
    kinds = app.error, app.warning, app.caption, app.markdown
    return [one.value for kind in kinds for one in kind if "Look for" not in one.value]


def test_a_hostile_name_of_a_file_is_a_name_and_nothing_else(own_folder):
    app = opened(PAGE, tokens="5000")
    for name in HOSTILE:
        app = upload(app, name, b"%PDF-1.7 ...")
        (error,) = app.main.error
        assert "PDF" in error.value and not ACTIVE.search(error.value) and "\n" not in error.value
        app = upload(app, name, STORY)
        assert not app.main.error and metrics(app)["Sentences"] == "80"
        assert len(list(own_folder.iterdir())) == 1
        assert re.fullmatch(r"own-[\w-]*", app.selectbox(key="corpus").value)
        assert not [told for told in said(app) if ACTIVE.search(told)]


def test_hostile_names_and_cells_of_columns_are_shown_as_they_are():
    names = ["![i](http://a.example/x.png)", "<img src=x onerror=alert(1)>", "$x$ | **b**"]
    row = "<script>alert(2)</script> the dog ran;![j](http://a.example/y.png);3\n"
    app = upload(opened(PAGE, min_count="1"), "a.csv", (";".join(names) + "\n" + row * 9).encode())
    assert len(app.selectbox(key="column").options) == 4
    assert not [told for told in said(app) if ACTIVE.search(told.replace("**read**", ""))]
    app.selectbox(key="column").set_value(names[2])
    finished(app.run())
    assert app.main.error and not [told for told in said(app) if ACTIVE.search(told)]


def test_a_full_disk_is_a_sentence_and_the_same_file_is_whole_once_there_is_room(
    own_folder, monkeypatch
):
    def full(path, content):
        path.write_bytes(content[:9])  # a part of it was written
        path.unlink()
        raise OSError(28, "No space left on device")

    app = opened(PAGE, tokens="5000")
    with monkeypatch.context() as patched:
        patched.setattr(files, "write_whole", full)
        upload(app, "story.txt", STORY)
    assert "No space left" in app.main.error[0].value and list(own_folder.iterdir()) == []
    assert metrics(app)["Sentences"]  # the text before is still there
    app = upload(app, "story.txt", STORY)
    assert not app.main.error and metrics(app)["Sentences"] == "80"


def test_the_same_file_twice_is_one_text_and_once_more_beside_itself_is_read_twice(own_folder):
    app = upload(opened(PAGE), "story.txt", STORY)
    first = app.selectbox(key="corpus").value
    assert upload(app, "story.txt", STORY).selectbox(key="corpus").value == first
    assert len(list(own_folder.iterdir())) == 1
    app.file_uploader(key="upload").set_value([("story.txt", STORY, ""), ("story.txt", STORY, "")])
    assert metrics(finished(app.run()))["Sentences"] == "160"


def test_a_text_that_vanishes_is_a_sentence_on_the_page_that_trains(own_folder):
    app = upload(opened("dashboard.py", epochs="1"), "story.txt", STORY)
    assert not app.main.error
    for path in own_folder.iterdir():
        path.unlink()
    app.slider(key="seed").set_value(9)
    finished(app.run())
    told = [*app.main.error, *app.sidebar.warning]
    assert told and not any("Traceback" in one.value for one in told)


def test_two_visitors_with_files_of_one_name_each_keep_their_own_text():
    # One after the other: sessions of a test share a runtime, which threads would take away
    apps = [opened(PAGE, tokens="5000") for _ in range(2)]
    for k, app in enumerate(apps, 1):
        upload(app, "story.txt", STORY + b"A bird sang. " * k)
    for app, sentences in zip(apps, ("81", "82"), strict=True):
        assert metrics(finished(app.run()))["Sentences"] == sentences
