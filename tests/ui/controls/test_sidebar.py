"""The controls of the sidebar: values in their ranges, from the URL and back."""

from dataclasses import asdict, fields, replace
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import parse_qsl, urlsplit

import pytest
import streamlit as st
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.testing.v1 import AppTest

from core.seeds import exercise
from core.settings import TextSettings, TrainSettings, check
from core.texts import registry
from core.word2vec import training
from core.word2vec.training import Streams
from ui import visitor_files
from ui.controls import address, text_upload
from ui.controls.control import Number
from ui.controls.model_table import KNOBS, ROWS
from ui.controls.sidebar import MORE
from ui.controls.table import CONTROLS
from ui.escaping import shown
from ui.jobs import follow
from ui.seeds.run_links import run_link


def script():
    import streamlit as st

    from ui.controls import address, sidebar

    address.start("Train", st.sidebar.container())
    st.session_state["settings"] = sidebar.settings()


def open_with(more=True, **query):
    app = AppTest.from_function(script, default_timeout=30)
    app.session_state[MORE] = more
    for name, value in query.items():
        app.query_params[name] = value
    app.run()
    assert not app.exception
    return app


def chosen(app):
    text, train = app.session_state["settings"]
    return {f.name: getattr(kind, f.name) for kind in (text, train) for f in fields(kind)}


def keys(block):
    return {
        widget.key
        for kind in ("slider", "selectbox", "number_input")
        for widget in getattr(block, kind)
    }


def said(app):
    return [warning.value for warning in app.sidebar.warning]


@pytest.fixture(autouse=True)
def own_folder(tmp_path, monkeypatch):
    monkeypatch.setattr(visitor_files, "_folder", SimpleNamespace(name=tmp_path))


def test_without_a_url_the_settings_are_the_defaults():
    app = open_with()
    assert app.session_state["settings"] == (TextSettings(), TrainSettings())
    assert said(app) == []


def test_four_sliders_are_in_view_and_the_rest_in_an_expander():
    app = open_with()
    assert [slider.key for slider in app.sidebar.slider][:4] == [
        "seed",
        "dim",
        "window",
        "negatives",
    ]
    assert keys(app.expander[0]) == keys(app.sidebar) - {
        "corpus",
        "seed",
        "dim",
        "window",
        "negatives",
    }


def test_closed_settings_are_not_drawn_and_act_as_when_open():
    link = {"optimizer": "adam", "lr": "0.02", "epochs": "7", "min_count": "3"}
    closed, opened = (open_with(more=more, **link) for more in (False, True))
    assert keys(closed.expander[0]) == set() < keys(opened.expander[0])
    assert chosen(closed) == chosen(opened)
    assert (chosen(closed)["lr"], chosen(closed)["epochs"]) == (0.02, 7)


def test_every_label_has_a_control_that_some_optimizer_shows():
    shown = set().union(
        *(
            keys(open_with(optimizer=name, subsample="0.01").sidebar)
            for name in ("adagrad", "adamw", "exact")
        )
    )
    files = {row.key for row in ROWS if row.group == "How the file is read"}
    assert shown == {row.key for row in ROWS} - files == set(KNOBS) - files


def test_what_a_control_can_be_the_core_accepts():
    for row in ROWS:
        if isinstance(row, Number):
            for value in (row.low, row.high):
                texts = row.key in {f.name for f in fields(TextSettings)}
                kind = TextSettings if texts else TrainSettings
                check(kind(**{row.key: type(KNOBS[row.key].default)(value)}))


@pytest.mark.parametrize(
    "name, value",
    [
        ("seed", 7),
        ("dim", 50),
        ("window", 2),
        ("negatives", 15),
        ("loss", "softmax"),
        ("optimizer", "adam"),
        ("lr", 0.25),
        ("epochs", 3),
        ("batch", 256),
        ("window_mode", "drawn"),
        ("schedule", "constant"),
        ("subsample", 1e-5),
        ("iterations", 777),
        ("thinning", "paper"),
        ("noise_power", 0.5),
        ("init_seed", 4),
        ("order_seed", 5),
        ("negatives_seed", 6),
        ("min_count", 9),
        ("max_vocabulary", 300),
        ("tokens", 20_000),
        ("rare", 0.4),
        ("mixing", 0.0),
        ("text_seed", 8),
        ("corpus", "english"),
    ],
)
def test_each_control_follows_the_url_and_the_hand(name, value):
    assert name in KNOBS
    needed = {"subsample": 0.01} if name == "thinning" else {}
    expected = {**asdict(TextSettings()), **asdict(TrainSettings()), **needed, name: value}
    app = open_with(**needed, **{name: str(value)})
    assert chosen(app) == expected
    assert said(app) == []
    by_hand = open_with(**needed)
    widget = next(
        w
        for kind in ("slider", "selectbox", "number_input")
        for w in getattr(by_hand.sidebar, kind)
        if w.key == name
    )
    widget.set_value(value).run()
    assert chosen(by_hand) == expected


@pytest.mark.parametrize(
    "name, given, used",
    [
        ("seed", "1000", 99),
        ("seed", "-3", 0),
        ("dim", "0", 2),
        ("dim", "100000", 100),
        ("window", "99", 10),
        ("window", "0", 1),
        ("negatives", "-1", 1),
        ("negatives", "5000", 20),
        ("epochs", "0", 1),
        ("batch", "1", 16),
        ("lr", "-1", 0.0),
        ("lr", "inf", 1000.0),
        ("tokens", "999999999", 500_000),
        ("rare", "1.5", 1.0),
        ("max_vocabulary", "0", 2),
        ("init_seed", "-2", 0),
        ("noise_power", "7", 1.0),
        ("min_count", "0", 1),
        ("iterations", "-5", 1),
        ("iterations", "9999999", 200_000),
    ],
)
def test_what_is_out_of_range_in_the_url_is_moved_with_a_notice(name, given, used):
    app = open_with(**{name: given})
    assert chosen(app)[name] == used
    (sentence,) = said(app)
    assert (
        CONTROLS[name].label in sentence
        and shown(given) in sentence
        and sentence.endswith(f"{used:,} is used.")
    )


@pytest.mark.parametrize(
    "given", ["abc", "", "nan", "1e400", "0x10", "1,5", "<b>", "9" * 400, "None", "\ud83d\ude00"]
)
def test_bad_values_in_the_url_leave_the_default_with_a_notice(given):
    given = given.encode("utf16", "surrogatepass").decode("utf16")
    app = open_with(seed=given)
    # 99 digits: a number too large for any control
    assert chosen(app)["seed"] in (TrainSettings().seed, 99)
    assert len(said(app)) == 1 and len(said(app)[0]) < 100


@pytest.mark.parametrize(
    "name", ["corpus", "optimizer", "loss", "window_mode", "schedule", "thinning"]
)
def test_an_unknown_choice_in_the_url_gets_a_notice(name):
    app = open_with(**{name: "no-such-thing"})
    assert chosen(app)[name] == KNOBS[name].default
    (sentence,) = said(app)
    assert "no-such-thing" in sentence and CONTROLS[name].told(KNOBS[name].default) in sentence


def test_a_path_in_the_url_opens_no_file():
    app = open_with(corpus="/etc/passwd")
    assert chosen(app)["corpus"] == "polish"


def test_every_mistake_gets_a_notice_and_the_rest_is_kept():
    app = open_with(seed="-5", dim="1000", optimizer="magic", window="3")
    assert (
        chosen(app)["seed"],
        chosen(app)["dim"],
        chosen(app)["window"],
        chosen(app)["optimizer"],
    ) == (0, 100, 3, "adagrad")
    assert len(said(app)) == 3


def test_the_notice_goes_when_the_control_moves():
    app = open_with(seed="1000", dim="1000")
    assert len(said(app.run())) == 2
    app.sidebar.slider(key="seed").set_value(5).run()
    assert len(said(app)) == 1 and "Dimension" in said(app)[0]
    assert chosen(app)["seed"] == 5


def test_the_url_is_corrected():
    app = open_with(seed="1000", optimizer="magic")
    assert dict(app.query_params) == {"seed": "99"}


def test_parameters_of_others_are_left_alone():
    app = open_with(seed="3", unknown="value")
    assert app.query_params["unknown"] == "value"
    assert said(app) == []


@pytest.mark.parametrize(
    "name", ["utm_source", "utm_content", "fbclid", "token", "from", "id", "v" * 10**6]
)
def test_names_of_others_are_not_taken_for_misspelled(name):
    assert said(open_with(**{name: "1"})) == []


@pytest.mark.parametrize(
    "name, meant",
    [("sed", "seed"), ("Dim", "dim"), ("windows", "window"), ("epoch", "epochs")],
)
def test_a_misspelled_name_is_told_and_left_out(name, meant):
    app = open_with(**{name: "7", "epochs": "3"})
    assert chosen(app)["epochs"] == 3 and chosen(app)["seed"] == TrainSettings().seed
    assert said(app) == [f"The address has no setting “{name}”; did you mean “{meant}”?"]


@pytest.mark.parametrize("optimizer, name, value", [("adamw", "decay", 0.1), ("exact", "l2", 5.0)])
def test_what_belongs_to_an_optimizer_is_shown_with_it_alone(optimizer, name, value):
    assert name not in keys(open_with())
    app = open_with(optimizer=optimizer, **{name: str(value)})
    assert chosen(app)[name] == value
    assert chosen(open_with(**{name: str(value)}))[name] == KNOBS[name].default


def test_the_default_rate_of_the_optimizer_is_shown():
    app = open_with()
    before = app.number_input(key="lr").placeholder
    app.selectbox(key="optimizer").set_value("adam").run()
    assert "Adam" in app.number_input(key="lr").placeholder != before


@pytest.mark.parametrize(
    "corpus, has",
    [("polish", {"tokens", "rare", "mixing", "text_seed"}), ("python-docs", {"tokens"})],
)
def test_only_controls_that_do_something_are_shown(corpus, has):
    app = open_with(corpus=corpus)
    assert keys(app) & {"tokens", "rare", "mixing", "text_seed"} == has


def test_a_control_without_effect_is_not_drawn():
    app = open_with()
    assert "epochs" in keys(app) and "thinning" not in keys(app)
    app.number_input(key="iterations").set_value(500)
    app.number_input(key="subsample").set_value(1e-3).run()
    assert "epochs" not in keys(app) and "thinning" in keys(app)
    app.number_input(key="iterations").set_value(None).run()
    assert "epochs" in keys(app)


@pytest.mark.parametrize(
    "query, gone, kept",
    [
        ({"loss": "softmax"}, {"negatives", "noise_power", "negatives_seed"}, {"iterations"}),
        ({"optimizer": "exact"}, {"lr", "batch", "order_seed"}, {"negatives", "noise_power", "l2"}),
    ],
)
def test_what_a_loss_or_an_optimizer_has_no_use_for_is_not_drawn(query, gone, kept):
    drawn = keys(open_with(**query))
    assert not drawn & gone and drawn >= kept


# --- addresses


@pytest.fixture
def query(monkeypatch):
    """The query of the link that the page draws."""
    said = {}
    monkeypatch.setattr(address, "settings_of_all", lambda: said)
    return said


def read(address):
    assert address.startswith("./?")
    return dict(parse_qsl(urlsplit(address).query))


@pytest.mark.parametrize(
    "text, train",
    [
        (TextSettings(min_count=1), exercise.preset(10.0, 7)),
        (
            TextSettings(corpus="english", tokens=7_000, rare=0.4),
            TrainSettings(optimizer="adamw", decay=0.02, seed=99, epochs=2),
        ),
        (TextSettings(), TrainSettings(optimizer="exact", l2=5.0, loss="negative-sampling")),
    ],
)
def test_an_address_opens_the_same_run(text, train):
    app = open_with(**read(run_link(text, train)))
    assert app.session_state["settings"] == (text, train) and said(app) == []


def test_an_address_leaves_defaults_out_and_keeps_the_words(query):
    query.update(show=["own"], words=["kot pies"], seeds_n=["4"], dim=["50"], seed=["3"])
    assert read(run_link(TextSettings(), TrainSettings(seed=7))) == {
        "seed": "7",
        "show": "own",
        "words": "kot pies",
    }


@pytest.mark.parametrize("change", [{"dim": 101}, {"iterations": 200_001}, {"batch": 1}])
def test_what_no_control_can_show_has_no_address(query, change):
    assert run_link(TextSettings(), replace(TrainSettings(), **change)) == ""


def test_a_seed_beyond_the_slider_is_the_seed_of_each_stream(query):
    far = replace(TrainSettings(), seed=123_456, order_seed=7)
    given = read(run_link(TextSettings(), far))
    assert given == {"init_seed": "123456", "order_seed": "7", "negatives_seed": "123456"}
    same = replace(TrainSettings(), **{name: int(value) for name, value in given.items()})
    drawn = [
        [getattr(training.streams(run), field.name).integers(2**60) for field in fields(Streams)]
        for run in (far, same)
    ]
    assert drawn[0] == drawn[1]


def test_an_own_text_has_an_address_while_it_is_kept(query):
    identity, _ = visitor_files.keep("bajka.txt", b"Ala ma kota. " * 50)
    path = visitor_files.path_of(identity)
    assert read(run_link(TextSettings(corpus=str(path)), TrainSettings())) == {"corpus": path.stem}
    assert run_link(TextSettings(corpus=str(Path("/elsewhere") / path.name)), TrainSettings()) == ""
    path.unlink()
    assert run_link(TextSettings(corpus=str(path)), TrainSettings()) == ""


# --- a visitor's own texts


def test_an_uploaded_text_becomes_the_chosen_one():
    app = open_with()
    app.file_uploader(key="upload").set_value(
        [("bajka.txt", b"Ala ma kota. " * 50, "text/plain")]
    ).run()
    identity = app.selectbox(key="corpus").value
    assert identity.startswith("own-bajka-")
    assert chosen(app)["corpus"] == str(visitor_files.path_of(identity))
    assert app.selectbox(key="corpus").options == [*registry.registry(), identity]
    assert not app.error


def test_a_pasted_text_becomes_the_chosen_one():
    app = open_with()
    app.text_area(key="pasted").input("Kot ma Alę. " * 50).run()
    assert "pasted" in app.selectbox(key="corpus").value
    assert "Kot ma Alę." in visitor_files.path_of(app.selectbox(key="corpus").value).read_text(
        encoding="utf8"
    )


@pytest.mark.parametrize(
    "name, data, says",
    [
        ("empty.txt", b"", "empty"),
        ("binary.bin.txt", bytes(range(256)) * 9, "binary"),
        ("a.pdf.txt", b"%PDF-1.7 ...", "PDF"),
        ("numbers.csv", b"a,b\n1,2\n3,4\n", "column"),
    ],
)
def test_a_bad_upload_is_a_sentence_and_nothing_is_lost(name, data, says):
    app = open_with(seed="7", corpus="english")
    app.file_uploader(key="upload").set_value([(name, data, "text/plain")]).run()
    (error,) = app.main.error
    assert error.value.startswith(name) and says in error.value and "“english”" in error.value
    assert chosen(app)["corpus"] == "english" and chosen(app)["seed"] == 7
    assert app.run().main.error  # the page reruns when a training is done
    app.file_uploader(key="upload").set_value(
        [("good.txt", b"Ala ma kota. " * 50, "text/plain")]
    ).run()
    assert not app.error and "good" in app.selectbox(key="corpus").value


def test_what_was_wrong_with_an_upload_is_forgotten_with_it_and_with_another_text():
    for then in ("removed", "another"):
        app = open_with(corpus="english")
        app.file_uploader(key="upload").set_value([("a.pdf", b"%PDF-1.7 ...", "")]).run()
        assert app.main.error
        if then == "removed":
            app.file_uploader(key="upload").set_value([]).run()
        else:
            app.selectbox(key="corpus").set_value("polish").run()
        assert not app.main.error


def test_a_large_upload_leaves_the_list_and_the_servers_memory_once_it_is_a_file(monkeypatch):
    monkeypatch.setattr(text_upload, "LARGE", 1_000)
    removed = []
    monkeypatch.setattr(
        MemoryUploadedFileManager,
        "remove_file",
        lambda self, session_id, file_id: removed.append(file_id),
    )
    app = open_with()
    story = [("story.txt", b"Ala ma kota. " * 100, "text/plain")]
    app.file_uploader(key="upload").set_value(story).run()
    assert len(removed) == 1 and "story" in app.selectbox(key="corpus").value
    (uploader,) = app.sidebar.file_uploader
    assert uploader.key == "upload 1" and not uploader.value
    uploader.set_value([("small.txt", b"Ala ma psa. " * 9, "text/plain")]).run()
    assert len(removed) == 1 and "small" in app.selectbox(key="corpus").value


def test_an_upload_that_is_stopped_is_not_chosen_and_can_go_on(monkeypatch):
    def stopped(place, requests, draw, key, *_):
        st.session_state[follow.STOPPED][key] = {"requests": requests, "items": {}, "done": 0.4}
        return {}, False

    app = open_with(corpus="english")
    with monkeypatch.context() as patched:
        patched.setattr(follow, "_computed", stopped)
        story = [("story.txt", b"Ala ma kota. " * 100, "text/plain")]
        app.file_uploader(key="upload").set_value(story).run()
    app.run()
    assert chosen(app)["corpus"] == "english" and "Stopped at 40%" in app.main.warning[0].value
    app.button(key=f"{text_upload.ARRIVED}_again").click().run()
    assert "story" in app.selectbox(key="corpus").value and not app.main.warning


def test_a_link_to_a_text_of_another_visitor_works_while_it_is_kept():
    first = open_with()
    first.file_uploader(key="upload").set_value(
        [("bajka.txt", b"Ala ma kota. " * 50, "text/plain")]
    ).run()
    identity = first.selectbox(key="corpus").value
    second = open_with(corpus=identity)
    assert chosen(second)["corpus"] == chosen(first)["corpus"]
    second.slider(key="seed").set_value(9).run()
    assert chosen(second)["corpus"] == chosen(first)["corpus"]
    visitor_files.path_of(identity).unlink()
    gone = open_with(corpus=identity)
    assert chosen(gone)["corpus"] == "polish" and identity[:20] in said(gone)[0]


def test_boxes_that_need_a_number_cannot_be_emptied():
    app = open_with(optimizer="adamw")
    for box in app.sidebar.number_input:
        assert (CONTROLS[box.key].default is None) == (box.proto.HasField("default") is False)
