from pages_for_tests import finished, opened

SMALL = {"tokens": "5000", "epochs": "1"}


def press(app, key):
    return finished(app.button(key=key).click().run())


def style(app):
    return " ".join(one.proto.body for one in app.get("html"))


def test_one_key_begins_and_ends_the_presenters_view():
    page = opened("dashboard.py", **SMALL, seed="3")
    assert "presenter" not in style(page)
    page = press(page, "present")
    assert ".stSidebar" in style(page) and page.query_params["present"] in ("1", ["1"])
    page = press(page, "presenter_black")
    assert "background: #000" in style(page)
    page = press(page, "presenter_black")
    assert "background: #000" not in style(page)
    page = press(page, "present")
    assert style(page) == "" and "present" not in page.query_params
    assert page.query_params["seed"] in ("3", ["3"])


def test_keys_of_a_remote_control_walk_only_while_one_presents():
    lesson = {"lesson": "1_was_it_the_seed", "lr": "0.3", "optimizer": "sgd", **SMALL}
    page = opened("dashboard.py", **lesson)
    assert page.button(key="lesson_next").proto.shortcut == ""
    page = opened("dashboard.py", **lesson, present="1")
    assert page.button(key="lesson_next").proto.shortcut.lower() == "pagedown"
