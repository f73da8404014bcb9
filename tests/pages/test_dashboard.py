"""The main page without a browser: it trains at once, each control changes what is shown, and
bad input loses nothing.
"""

import io
import json
import re
from types import SimpleNamespace

import numpy as np
import pytest
from pages_for_tests import animation, finished, metrics, opened, widget

from core.settings import TrainSettings
from core.texts import registry, words_to_plot
from core.training_loop import Progress
from ui import visitor_files
from ui.jobs import broker as jobs
from ui.jobs import follow

SMALL = {"tokens": "5000", "epochs": "2", "batch": "256"}  # trains in a tenth of a second
STORY = "Ala ma kota i psa. Kot ma Alę i mysz. Pies nie lubi kota ani myszy. " * 40


def open_page(script="dashboard.py", **query):
    return opened(script, **query)


def neighbors_drawn(app):
    """The columns of the chart of the nearest neighbors."""
    (chart,) = (
        node for node in app.get("bidi_component") if node.proto.component_name == "still_chart"
    )
    return json.loads(chart.proto.json)["columns"]


def numbers(app):
    """All that the page shows of a training: numbers, distances in the picture, neighbors."""
    last = animation(app)["frames"][-1]
    far = np.hypot(last["x"], last["y"]).round(3).tolist()
    return (
        list(metrics(app).values()),
        far,
        [m.value for m in app.markdown if m.value.startswith("| word")],
    )


def upload(app, name, data):
    app.file_uploader(key="upload").set_value([(name, data, "text/plain")])
    return finished(app.run())


@pytest.fixture(scope="module")
def default():
    return open_page()


@pytest.fixture(scope="module")
def small():
    return open_page(**SMALL)


# --- what a visitor sees first


def test_the_first_visit_shows_a_trained_polish_embedding(default):
    assert widget(default, "corpus").value == "polish"
    message = animation(default)
    assert message["static"]["word"] == [
        word for group in registry.registry()["polish"].exercise.values() for word in group
    ]
    assert len(message["frames"]) >= 8 and len(message["labels"]) == len(message["frames"])
    assert (
        message["labels"][0] == "epoch 0.0"
        and message["labels"][-1] == f"epoch {TrainSettings().epochs:.1f}"
    )


def test_it_has_learned_something_and_its_words_cluster(default):
    shown = metrics(default)
    assert float(shown["Silhouette score (all dimensions)"]) > 0.3
    assert 0 < float(shown["Loss per pair"]) < 0.5
    assert float(shown["Cost of shuffling the center words"]) > 0.1
    assert "Above chance" in " ".join(caption.value for caption in default.caption)


def test_every_number_has_a_unit_or_a_baseline(default):
    told = " ".join(caption.value for caption in default.main.caption)
    for words_beside in (
        "with shuffled group labels, 95% of scores stay below",
        "of the variance",
        "nats",
        "Before training",
        "0 means",
    ):
        assert words_beside in told


def test_every_chart_says_what_to_look_for(default):
    charts = len(default.get("vega_lite_chart")) + 3  # the animation, its loss, the neighbors
    assert sum("**Look for:**" in caption.value for caption in default.main.caption) == charts == 3


def test_the_animation_has_gloss_count_and_neighbors_of_each_word(default):
    static = animation(default)["static"]
    assert "army" in static["gloss"][static["word"].index("wojsko")]
    assert all(count == "once" or count.endswith("times") for count in static["count"])
    assert all(len(nearest.split(", ")) == 5 for nearest in static["nearest"])


def test_a_result_computed_once_is_reused(default):
    seconds = [m.value for m in default.markdown if "Trained in" in m.value]
    again = open_page()
    assert [m.value for m in again.markdown if "Trained in" in m.value] == seconds
    assert numbers(again) == numbers(default)


# --- each control changes what is shown


@pytest.mark.parametrize("key, value", [("seed", 2), ("dim", 20), ("window", 2), ("negatives", 10)])
def test_moving_a_slider_trains_again(key, value):
    app = open_page(**SMALL)
    before = numbers(app)
    widget(app, key).set_value(value)
    after = numbers(finished(app.run()))
    assert after != before
    assert after[0] != before[0]  # a number next to the picture changes, too
    assert numbers(open_page(**SMALL, **{key: str(value)})) == after


@pytest.mark.parametrize(
    "key, value",
    [
        ("loss", "softmax"),
        ("optimizer", "sgd"),
        ("lr", 0.05),
        ("epochs", 3),
        ("batch", 512),
        ("window_mode", "drawn"),
        ("schedule", "constant"),
        ("subsample", 0.001),
        ("noise_power", 0.0),
        ("init_seed", 5),
        ("order_seed", 5),
        ("negatives_seed", 5),
        ("min_count", 8),
        ("max_vocabulary", 150),
        ("tokens", 6000),
        ("rare", 0.6),
        ("mixing", 0.5),
        ("text_seed", 3),
        ("corpus", "english"),
        ("iterations", 60),
    ],
)
def test_every_other_control_trains_again(small, key, value):
    assert numbers(open_page(**{**SMALL, key: str(value)})) != numbers(small)


def test_the_rule_of_subsampling_trains_again():
    thinned = {**SMALL, "subsample": "0.001"}
    assert numbers(open_page(**thinned, thinning="paper")) != numbers(open_page(**thinned))


def test_the_axis_of_the_loss_ends_with_the_training(small):
    def end(app):
        return animation(app, "main_loss")["params"]["epochs"]

    assert end(small) == 2
    drawn = open_page(**SMALL, iterations="100")
    assert animation(drawn)["labels"][-1] == f"epoch {end(drawn):.1f}" and end(drawn) > 4


@pytest.mark.parametrize("optimizer, key, value", [("adamw", "decay", 1.0), ("exact", "l2", 20.0)])
def test_what_belongs_to_an_optimizer_trains_again(optimizer, key, value):
    app = open_page(**{**SMALL, "optimizer": optimizer})
    before = numbers(app)
    widget(app, key).set_value(value)
    assert numbers(finished(app.run())) != before


def test_another_seed_leaves_the_groups_on_their_side():
    app, sides = open_page(**{**SMALL, "tokens": "20000", "epochs": "4"}), []
    for seed in range(1, 6):
        widget(app, "seed").set_value(seed)
        message = animation(finished(app.run()))
        groups, last = np.array(message["static"]["group"]), message["frames"][-1]
        sides.append(np.array([last["x"], last["y"]])[:, groups == "army"].mean(1))
    sides = np.array(sides)
    assert (sides[1:] @ sides[0] > 0).all()  # less than 90 degrees from where it was
    assert sides[0, 0] > 0  # the first group is on the left


def test_the_picture_can_be_shown_as_computed(small):
    app = open_page(**SMALL)
    turned = animation(app)["frames"]
    widget(app, "as_computed").set_value(True)
    raw = animation(finished(app.run()))["frames"]
    before, after = (np.array([[f["x"], f["y"]] for f in frames]) for frames in (turned, raw))
    assert not np.allclose(before, after, atol=1e-3)
    # All distances are the same: the picture is turned, perhaps mirrored
    np.testing.assert_allclose(
        np.hypot(*before.swapaxes(0, 1)), np.hypot(*after.swapaxes(0, 1)), atol=1e-4
    )


def test_the_loss_is_under_the_playhead_of_the_animation(small):
    words, loss = animation(small), animation(small, "main_loss")
    assert loss["follows"] == "main" and len(loss["frames"]) == len(words["frames"])
    low, high = loss["params"]["low"], loss["params"]["high"]
    assert all(low < nats < high for frame in loss["frames"] for nats in frame["nats"])
    assert loss["params"]["last"] == len(loss["frames"]) - 1 and loss["static"]["gone"][0] is None


@pytest.mark.parametrize("query", [{"window": "1"}, {"dim": "50"}, {"negatives": "1"}])
def test_the_axis_of_the_loss_holds_its_curves(query):
    loss = animation(open_page(**query), "main_loss")
    nats = np.array([frame["nats"] for frame in loss["frames"]])
    assert loss["params"]["low"] < nats.min() and nats.max() < loss["params"]["high"]


def test_the_words_shown_can_be_chosen(small):
    app = open_page(**SMALL)
    assert widget(app, "show").value == "exercise"
    sizes = {}
    for choice in ("groups", "frequent"):
        widget(app, "show").set_value(choice)
        finished(app.run())
        sizes[choice] = len(animation(app)["static"]["word"])
    assert sizes["groups"] > 14 and sizes["frequent"] == words_to_plot.FREQUENT
    # with one group there is no cluster test
    assert "Silhouette score (all dimensions)" not in metrics(app)


def test_normalizing_changes_the_picture_but_not_the_model(small):
    app = open_page(**SMALL)
    before, score = animation(app)["frames"][-1], metrics(app)["Silhouette score (all dimensions)"]
    widget(app, "normalize").set_value(False)
    finished(app.run())
    assert animation(app)["frames"][-1] != before
    assert metrics(app)["Silhouette score (all dimensions)"] == score
    assert metrics(app)["Variance shown"] != metrics(small)["Variance shown"]


def test_typed_words_make_groups_and_missing_ones_are_named():
    app = open_page(**SMALL, show="My own", words="pies kot; wojsko qwertyuiop; ŁÓDŹKA")
    static = animation(app)["static"]
    assert static["word"] == ["pies", "kot", "wojsko"]
    assert static["group"] == ["group 1", "group 1", "group 2"]
    (warning,) = app.main.warning
    assert "qwertyuiop" in warning.value and "łódźka" in warning.value


@pytest.mark.parametrize(
    "text", ["", "  ;; \n", "qwerty asdf", "12 34 !?", "<script>alert(1)</script>"]
)
def test_a_list_without_known_words_is_an_empty_state_and_not_an_error(text):
    app = open_page(**SMALL, show="My own", words=text)
    assert any("Type words that occur in the text" in info.value for info in app.info)
    assert "Loss per pair" in metrics(app)


@pytest.mark.parametrize("corpus, not_in_it", [("polish", "soup"), ("english", "wojsko")])
def test_until_words_are_typed_an_example_of_this_text_is_shown(corpus, not_in_it):
    app = open_page(**SMALL, show="own", corpus=corpus)
    example = widget(app, "words").placeholder
    assert not_in_it not in example and ";" in example
    assert animation(app)["static"]["word"] == example.replace(";", "").split()
    assert metrics(app)["Silhouette score (all dimensions)"]


@pytest.mark.parametrize("text", ["pies", "pies pies", "pies kot", "pies; kot"])
def test_few_words_are_shown(text):
    app = open_page(**SMALL, show="My own", words=text)
    assert animation(app)["static"]["word"] == list(dict.fromkeys(text.replace(";", "").split()))


def test_nearest_words_of_a_chosen_word(small):
    app = open_page(**SMALL)
    before = neighbors_drawn(app)
    widget(app, "word").set_value("  PIES ")
    finished(app.run())
    assert len(neighbors_drawn(app)["word"]) == 10 and neighbors_drawn(app) != before
    assert any(
        caption.value.startswith("pies ") and "occurs" in caption.value for caption in app.caption
    )


def test_an_english_word_is_not_explained_by_itself():
    app = open_page(**SMALL, corpus="english")
    table = next(m.value for m in app.markdown if m.value.startswith("| word"))
    assert "meaning" not in table
    assert any(c.value.startswith("great occurs") for c in app.caption)


def test_a_word_outside_the_vocabulary_is_named_with_similar_ones():
    app = open_page(**SMALL, word="wojskoo")
    (info,) = (info.value for info in app.info if "not in the vocabulary" in info.value)
    assert "wojsko" in info.split("Similar words: ")[1]


# --- the URL


def test_a_link_restores_all_controls():
    link = {
        "corpus": "english",
        "seed": "7",
        "dim": "12",
        "window": "3",
        "negatives": "4",
        "loss": "negative-sampling",
        "optimizer": "adam",
        "lr": "0.02",
        "epochs": "2",
        "batch": "300",
        "window_mode": "drawn",
        "schedule": "constant",
        "subsample": "0.01",
        "thinning": "paper",
        "noise_power": "0.5",
        "init_seed": "1",
        "order_seed": "2",
        "negatives_seed": "3",
        "min_count": "4",
        "max_vocabulary": "500",
        "tokens": "6000",
        "rare": "0.2",
        "mixing": "0.3",
        "text_seed": "9",
        "show": "My own",
        "words": "army soup; rain",
        "normalize": "false",
        "word": "army",
    }
    app = open_page(**link)
    restored = {key: widget(app, key).value for key in link}
    for key, value in link.items():
        same = value.lower() == str(restored[key]).lower() or (
            key == "show" and restored[key] == "own"
        )
        assert same or float(value) == restored[key], key
    assert not app.warning
    assert animation(app)["static"]["word"] == ["army", "soup", "rain"]


def test_bad_values_in_a_link_get_a_notice_and_the_page_works():
    app = open_page(
        **SMALL,
        seed="1000",
        dim="many",
        corpus="nope",
        optimizer="magic",
        show="nothing",
        normalize="perhaps",
    )
    told = [warning.value for warning in app.sidebar.warning]
    assert len(told) == 6
    assert "99 is used" in " ".join(told)
    assert widget(app, "seed").value == 99
    assert numbers(app) == numbers(open_page(**SMALL, seed="99"))


# --- a visitor's own texts


@pytest.fixture
def own_folder(tmp_path, monkeypatch):
    monkeypatch.setattr(visitor_files, "_folder", SimpleNamespace(name=tmp_path))


def test_an_uploaded_text_is_trained_on(own_folder):
    app = upload(open_page(**SMALL), "bajka.txt", STORY.encode())
    assert not app.error
    assert any("120 sentences" in m.value for m in app.markdown)
    assert "kota" in animation(app)["static"]["word"]


def test_a_pasted_text_is_trained_on(own_folder):
    app = open_page(**SMALL)
    app.text_area(key="pasted").input(STORY)
    finished(app.run())
    assert any("120 sentences" in m.value for m in app.markdown)


def test_the_treebank_format_and_a_csv_are_read(own_folder):
    rows = "".join(f"{k}\tThe movie -LRB- a very good one -RRB- is great .\n" for k in range(30))
    app = upload(
        open_page(**SMALL), "datasetSentences.txt", b"sentence_index\tsentence\n" + rows.encode()
    )
    assert any("30 sentences" in m.value for m in app.markdown)
    table = io.StringIO()
    table.write("id,tekst\n" + "".join(f'{k},"Ala, kot i pies"\n' for k in range(30)))
    app = upload(app, "tabela.csv", table.getvalue().encode())
    assert any("30 sentences" in m.value for m in app.markdown)


@pytest.mark.parametrize(
    "name, data, says",
    [
        ("empty.txt", b"", "empty"),
        ("binary.txt", bytes(range(256)) * 9, "binary"),
        ("numbers.csv", b"a,b\n1,2\n3,4\n", "column"),
    ],
)
def test_a_bad_upload_gets_a_note_and_the_picture_stays(own_folder, small, name, data, says):
    app = upload(open_page(**SMALL), name, data)
    assert says in app.main.error[0].value
    assert numbers(app) == numbers(small)


@pytest.mark.parametrize(
    "data, says",
    [
        (b"word", "at least two words"),
        (b"word " * 500, "at least two words"),
        (b"one two three four", "minimum count"),
        (b"12 34 56 78. 9!", "no words"),
        (b"a\n\nb\n\n" * 50, "no pair"),
    ],
)
def test_a_text_with_nothing_to_learn_is_a_sentence(own_folder, data, says):
    app = upload(open_page(**SMALL), "short.txt", data)
    (error,) = app.main.error
    assert says in error.value
    assert "Traceback" not in error.value
    widget(app, "corpus").set_value("polish")
    assert "Loss per pair" in metrics(finished(app.run()))


def test_a_text_shorter_than_the_window_and_a_giant_line_work(own_folder):
    app = upload(open_page(**SMALL, min_count="1", window="10"), "tiny.txt", b"ala ma kota")
    assert "Loss per pair" in metrics(app)
    app = upload(app, "line.txt", b"ala ma kota i psa " * 5_000)
    assert any("(1 sentence)" in m.value for m in app.markdown)


def test_a_text_in_another_encoding_is_read_with_a_note(own_folder):
    app = upload(open_page(**SMALL), "stary.txt", (STORY * 2).encode("cp1250"))
    assert not app.error
    assert any("how your text was read" in note.value for note in app.sidebar.caption)
    widget(app, "corpus").set_value("polish")
    told = [note.value for note in finished(app.run()).sidebar.caption]
    # the note was about the other text
    assert not any("how your text was read" in note for note in told)


# --- what may go wrong


def test_a_rate_that_is_too_high_gets_a_warning_and_the_last_vectors_are_shown():
    app = open_page(**{**SMALL, "optimizer": "sgd", "lr": "1000", "schedule": "constant"})
    assert any("learning rate is too high" in warning.value for warning in app.main.warning)
    assert all(value is not None for value in animation(app)["frames"][-1]["x"])
    loss = animation(app, "main_loss")
    assert loss["static"]["gone"][0] > 0  # the line leaves the chart there
    assert loss["params"]["high"] <= 3.1 * loss["frames"][0]["nats"][3]
    assert "nan" not in " ".join(metrics(app).values()).lower()


def stop(app, key, items):
    """Put the page into the state after Stop, with these results."""
    stopped = {
        "requests": {"run": ("core.background_tasks:train", *key)},
        "items": {"run": items},
        "done": next((n.done for n in reversed(items) if isinstance(n, Progress)), 0.0),
    }
    app.session_state[follow.STOPPED] = {"model": stopped}
    return finished(app.run())


def test_stop_keeps_what_was_learned(small):
    app = open_page(**SMALL)
    news = jobs.broker().jobs["core.background_tasks:train", *last_key()].news
    half = [item for item in news[:-1] if getattr(item, "done", 0) < 0.6]
    stop(app, last_key(), half)
    assert any(re.match("Stopped at [456].%", warning.value) for warning in app.main.warning)
    assert 1 < len(animation(app)["frames"]) < len(animation(small)["frames"])
    again = next(button for button in app.button if button.label == "Go on")
    again.click()
    assert numbers(finished(app.run())) == numbers(small)


def test_stopped_before_the_first_vectors_shows_no_picture_and_no_error():
    app = stop(open_page(**SMALL), last_key(), [])
    assert any("Stopped at 0%" in warning.value for warning in app.warning)
    assert not app.metric


def last_key():
    return next(
        key[1:] for key in reversed(jobs.broker().jobs) if key[0] == "core.background_tasks:train"
    )


def test_moving_on_from_a_stopped_training_trains_the_next():
    app = open_page(**SMALL)
    app.session_state["stopped"] = {"key": last_key(), "news": []}
    finished(app.run())
    widget(app, "seed").set_value(TrainSettings().seed + 1)
    assert "Loss per pair" in metrics(finished(app.run()))


def test_the_vectors_can_be_downloaded(small):
    assert [button.label for button in small.get("download_button")]


# --- the first screen


@pytest.mark.parametrize(
    "query, word",
    [
        ({}, "Clusters"),
        ({"optimizer": "sgd", "lr": "0.3"}, "No clusters"),
        ({"show": "own", "words": "pies kot; wojsko"}, "Too few words to tell"),
        ({"show": "frequent"}, "One group, nothing to compare"),
        ({"optimizer": "sgd", "lr": "1000"}, "Diverged"),
    ],
)
def test_a_headline_says_what_this_run_shows(query, word):
    app = open_page(**query)
    assert [m.value for m in app.main.markdown if f"[**{word}**]" in m.value]


def test_beside_the_headline_a_sentence_compares_the_score_with_chance(default):
    score = metrics(default)["Silhouette score (all dimensions)"]
    said = [m.value for m in default.main.markdown if m.value.startswith("Silhouette")]
    assert len(said) == 1 and f"**{score}**. Shuffled groups stay below 0." in said[0]
    few = open_page(show="own", words="film aktor; żołnierz")
    assert any(m.value.endswith(", perhaps by chance.") for m in few.main.markdown)


def test_the_first_screen_asks_the_question_and_says_that_groups_are_planted(default):
    assert any("Was it the seed?" in m.value for m in default.main.markdown)
    assert any("groups of words planted" in c.value for c in default.main.caption)


def test_a_starting_point_sets_all_controls_and_the_address():
    app = open_page(**SMALL, window="2")
    (fails,) = (b for b in app.button if b.label == ":blue[Fails as in the exercise]")
    finished(fails.click().run())
    assert widget(app, "optimizer").value == "sgd" and widget(app, "window").value == 5
    assert dict(app.query_params) == {"optimizer": "sgd", "lr": "0.3"}
