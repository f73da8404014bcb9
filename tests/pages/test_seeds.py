"""The page Seeds: its parts, its controls, and its sentences about bad input."""

import itertools
import json
import re
from dataclasses import replace
from urllib.parse import parse_qsl, urlsplit

import numpy as np
import pyarrow
import pytest
from pages_for_tests import finished, opened

from core.__main__ import main
from core.seeds import exercise, sweep_folder
from ui.charts.theme import EDGE
from ui.controls.table import seeds_from
from ui.seeds import charts as seeds_charts
from ui.seeds import finished_sweep, suspects, view

SMALL = {"tokens": "6000", "epochs": "3", "seeds_n": "3"}


def open_page(**query):
    return opened("pages/2_Seeds.py", 100, **{**SMALL, **query})


def verdict(app):
    boxes = (*app.success, *app.error, *app.info)
    verdict = view.many_seeds.verdict
    titles = [rule.verdict for rule in (*verdict.RULES, verdict.OPEN)]
    titles += [f"So far: {title[0].lower()}{title[1:]}" for title in titles]
    return next(box.value for box in boxes if any(f"**{t}.**" in box.value for t in titles))


def shared(app):
    """The overlap of neighbors and its chance value, as the page shows them, in percent."""
    told = next(m.value for m in app.markdown if m.value.startswith("Two runs share"))
    return [float(n) for n in re.findall(r"\*\*([\d.]+)%\*\*", told)]


def charts(app):
    return [chart.proto for chart in app.get("vega_lite_chart")]


def rows(chart):
    return pyarrow.ipc.open_stream(chart.datasets[0].data.data).read_pandas()


def links(chart):
    cells = rows(chart).query("kind == 'cell'")
    return dict(zip(cells["title"], cells["link"], strict=True))


@pytest.fixture(scope="module")
def page():
    return open_page()


def test_the_page_gives_a_verdict_with_its_rule_and_its_numbers(page):
    overlap, chance = shared(page)
    assert verdict(page) and 0 < chance < 50 and 0 < overlap <= 100
    assert {m.label for m in page.metric} == {
        "Share in the strongest direction",
        "Cost of shuffling the center words",
        "Unstable words",
    }
    assert len(charts(page)) == 6
    table = next(t.value for t in page.table if "then" in t.value)
    assert list(table["then"]) == [rule.verdict for rule in view.many_seeds.verdict.RULES]
    assert (table.iloc[:, 0] == "reached: it decides").sum() == 1
    told = " ".join(m.value for m in page.markdown)
    assert "**The groups.**" in told and "**Neighbors of one run.**" in told


def test_every_chart_says_what_to_look_for(page):
    assert sum("**Look for:**" in c.value for c in page.caption) == 6


def test_k_and_the_floor_change_the_numbers():
    app = open_page()
    before = shared(app)
    app.slider(key="seeds_k").set_value(5)
    five = shared(finished(app.run()))
    app.slider(key="seeds_floor").set_value(5)
    assert before[1] > five[1] > shared(finished(app.run()))[1]


def test_another_seed_gives_other_runs_and_wraps_around():
    app = open_page()
    before = shared(app)[0]
    app.slider(key="seed").set_value(50)
    assert shared(finished(app.run()))[0] != before
    assert seeds_from(98, 4) == [98, 99, 0, 1]


def test_alignment_can_be_switched_off():
    app = open_page()
    pictures = rows(charts(app)[0])
    app.toggle(key="seeds_aligned").set_value(False)
    assert not rows(charts(finished(app.run()))[0]).equals(pictures)


def test_a_picture_links_to_its_run(page):
    found = links(charts(page)[0])
    assert {title.split(":")[0]: link for title, link in found.items()} == {
        str(seed): "./?tokens=6000" + (f"&seed={seed}" if seed > 1 else "") + "&epochs=3"
        for seed in (1, 2, 3)
    }
    assert any("to open its run" in c.value for c in page.caption)


def test_the_best_and_the_worst_picture_have_a_sign(page):
    cells = rows(charts(page)[0]).query("kind == 'cell'")
    score = cells["title"].str.split(": ").str[1].astype(float)
    best, worst = cells["sign"] == "▲", cells["sign"] == "▼"
    assert best.sum() == worst.sum() == 1 and (best | worst | (cells["sign"] == "")).all()
    assert score[best].item() == score.max() and score[worst].item() == score.min()


def crossings(names, x, y):
    """How many pairs of labels, centered at these pixels, overlap."""
    boxes = [(7 * len(name), *place) for name, *place in zip(names, x, y, strict=True)]
    return sum(
        abs(a[1] - b[1]) < (a[0] + b[0]) / 2 and abs(a[2] - b[2]) < 15
        for a, b in itertools.combinations(boxes, 2)
    )


def test_labels_of_the_charts_with_words_do_not_overlap(page):
    stable, clouds = (
        table.query("label != '' and kind in ('chosen', 'name')")
        for table in map(rows, charts(page)[3:5])
    )
    ends = rows(charts(page)[3]).query("kind == 'chance'")["count"]
    width, height = seeds_charts.STABILITY
    x = np.log(stable["label_x"]) / np.log(ends.max() / ends.min()) * width
    assert len(stable) >= 5 and crossings(stable["label"], x, stable["label_y"] * height) == 0
    width, height = seeds_charts.CLOUDS
    unit = min(width, height) / (2 * EDGE)
    x, y = clouds["label_x"] * unit, clouds["label_y"] * unit
    assert len(clouds) >= 5 and crossings(clouds["label"], x, y) == 0


def test_a_label_in_a_crowd_is_left_out():
    points, names = np.tile([100.0, 100.0], (40, 1)), ["word"] * 40
    offsets, told = seeds_charts._labels(points, names, seeds_charts.CLOUDS)
    here = np.array(told) == "word"
    assert 3 <= here.sum() < 40 and not offsets[~here].any() and set(told) == {"word", ""}
    assert crossings(np.array(told)[here], *(points + offsets)[here].T) == 0


def test_numbers_from_the_url_are_moved_into_their_range():
    app = open_page(seeds_n="1", seeds_k="10")
    assert app.slider(key="seeds_n").value == 2
    assert any("Number of seeds: 1 is not between" in w.value for w in app.warning)


def test_a_floor_that_leaves_too_few_words_is_lowered_and_that_is_said():
    app = open_page(seeds_k="50", seeds_floor="200")
    (told,) = [m.value for m in app.markdown if m.value.startswith("Two runs share")]
    assert "50 of the 149 other words" in told and "Too few occur 200 times" in told
    shared = re.search(r"share \*\*([\d.]+%)", told)[1]
    assert any(f"two runs share {shared} of their neighbors" in m.value for m in app.markdown)


def test_my_own_words_of_one_group_need_a_second_group():
    app = open_page(show="My own", words="i w na")
    assert any("two groups" in i.value for i in app.info)
    assert any("No groups to test" in m.value for m in app.markdown) and verdict(app)


@pytest.mark.parametrize(
    "words, said",
    [
        ("pies; kot", "No groups to test"),
        ("pies kot; xyzzy", "No groups to test"),
        ("pies kot koń; deszcz śnieg wiatr", "Too few words to tell"),
        ("pies kot koń krowa; pies deszcz śnieg wiatr mróz", "The groups are"),
    ],
)
def test_typed_words_get_a_verdict_and_both_findings(words, said):
    app = open_page(show="My own", words=words, tokens="4000", epochs="2", seeds_n="2")
    assert verdict(app) and any(said in m.value for m in app.markdown)


def test_unknown_words_leave_a_verdict_on_neighbors():
    app = open_page(show="My own", words="xyzzy; plugh", tokens="4000", epochs="2", seeds_n="2")
    assert verdict(app) and any("Neighbors of one run" in m.value for m in app.markdown)


def test_the_suspects_have_nine_bars_and_one_of_them_may_be_guilty(page):
    bars = rows(charts(page)[-1])
    assert len(bars) == 9 and bars["guilty"].sum() <= 1
    empty = bars["share"].isna() | (bars["share"] < suspects.EMPTY)
    assert (empty == (bars["note"] != "")).all()
    told = next(c.value for c in page.caption if "left to the seed" in c.value)
    assert ("none is marked" in told) == (not bars["guilty"].any())


def test_the_overlap_of_each_word_is_compared_with_chance(page):
    table = next(t.value for t in page.dataframe if "by chance" in t.value)
    assert {"word", "occurs (times)", "neighbors shared by two runs"} < set(table.columns)
    shares = table["neighbors shared by two runs"].str.rstrip("%").astype(float)
    assert len(table) >= 5 and shares.is_monotonic_increasing


def test_the_first_verdict_needs_no_other_comparison(monkeypatch):
    """The numbers and the charts of the page are stopped before they are there."""
    follow = view.many_seeds.follow

    def stopped(requests, draw, **options):
        items, _ = follow({"evidence": requests["evidence"]}, draw, **options)
        return {"study": [], **items}, False

    monkeypatch.setattr(view.many_seeds, "follow", stopped)
    app = open_page(tokens="4000", epochs="2", seeds_n="2")
    assert verdict(app) and len(charts(app)) == 1


def test_stopped_and_impossible_controls_are_named(monkeypatch):
    """One of the control experiments is impossible, one has ended, the others were stopped."""
    follow = suspects.follow

    def stopped(requests, *draw, **options):
        items, _ = follow({"longer training": requests["longer training"]}, *draw, **options)
        return {"another optimizer": [None], **items}, False

    monkeypatch.setattr(suspects, "follow", stopped)
    app = open_page(tokens="4000", epochs="2", seeds_n="2")
    assert any("The controls were stopped" in i.value for i in app.info) and verdict(app)
    assert "Not run so far" in verdict(app) and "**So far: " in verdict(app)
    table = next(t.value for t in app.table if "what it changes" in t.value)
    assert "exact solver takes its place" in table.loc["another optimizer", "what it changes"]
    assert "stopped" in table.loc["shuffled text", "what it changes"]
    assert table.loc["longer training", "agreement"].endswith("%")
    assert "not looked at" in rows(charts(app)[-1])["note"].to_list()


def test_which_randomness():
    app = open_page(seeds_part="Which randomness", seeds_levels="2")
    assert len(charts(app)) == 2
    assert any("differ in one part" in m.value for m in app.markdown)


def test_other_causes_draws_two_maps_and_names_both_winners():
    app = open_page(
        seeds_part="Other causes", epochs="1", tokens="8000", seeds_k="3", seeds_floor="5"
    )
    assert len(charts(app)) == 2
    assert re.search(
        r"Most stable: \*\*.*Lowest loss: \*\*",
        next(m.value for m in app.markdown if "Most stable" in m.value),
    )


def test_the_exercise_waits_for_a_click():
    app = open_page(seeds_part="The exercise")
    assert not charts(app) and any(b.label.startswith("Train 9 runs") for b in app.button)


def test_pictures_of_the_exercise_link_to_their_runs(monkeypatch):
    monkeypatch.setattr(
        exercise, "PRESET", replace(exercise.PRESET, iterations=200, subsample=0.01)
    )
    app = open_page(seeds_part="The exercise", seeds_each="2")
    finished(app.button[0].click().run())
    assert len(charts(app)) == len(exercise.RATES) and any(
        "to open its run" in c.value for c in app.caption
    )
    for chart, rate in zip(charts(app), exercise.RATES, strict=True):
        for seed, link in enumerate(links(chart).values(), 1):
            query = dict(parse_qsl(urlsplit(link).query))
            assert query.get("seed", "1") == str(seed) and float(query["lr"]) == rate
            assert (query["iterations"], query["thinning"], query["min_count"]) == (
                "200",
                "paper",
                "1",
            )


@pytest.fixture
def sweeps(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv(finished_sweep.VARIABLE, str(tmp_path))
    return tmp_path


def test_a_sweep_is_opened_and_reported(sweeps):
    assert (
        main(
            [
                "sweep",
                "polish",
                "--tokens",
                "6000",
                "--epochs",
                "2",
                "--seeds",
                "1-3",
                "--grid",
                "dim=4,6",
                "--jobs",
                "2",
                "--out",
                str(sweeps / "one"),
            ]
        )
        == 0
    )
    app = open_page(seeds_part="A finished sweep")
    assert app.selectbox(key="seeds_folder").options == ["one"] and app.selectbox(
        key="seeds_cell"
    ).options == ["dim 4", "dim 6"]
    first = shared(app)
    assert any("3 of 3 runs are finished" in m.value for m in app.markdown) and verdict(app)
    assert [link for title, link in links(charts(app)[0]).items() if title.startswith("2")] == [
        "./?tokens=6000&seed=2&dim=4&epochs=2"
    ]
    app.selectbox(key="seeds_cell").set_value("dim 6")
    assert shared(finished(app.run()))[0] != first[0]
    file = sweeps / "one" / "sweep.json"
    plan = json.loads(file.read_text(encoding="utf8"))
    name = next(run["file"] for run in plan["runs"] if run["settings"]["dim"] == 6)
    (sweeps / "one" / name).write_bytes(b"")
    (problem,) = finished(app.run()).error
    assert name in problem.value
    file.write_text("{")
    (problem,) = finished(app.run()).error
    assert "sweep.json was cut off or edited" in problem.value


def test_sweeps_that_cannot_be_judged_as_a_whole_say_so_and_give_the_verdict_that_is_left(sweeps):
    """A run that diverged among good ones, one seed, and a text that has changed."""
    text, folder, x = sweeps / "text.txt", sweeps / "runs", "abcdefghi"
    text.write_text(
        "\n".join(f"a{x[k % 9]} b{x[k % 7]} c{x[k % 5]} d{x[k % 4]}" for k in range(300))
    )
    command = ["sweep", str(text), "--min-count", "1", "--epochs", "1", "--jobs", "1"]
    assert main([*command, "--seeds", "1-3", "--out", str(folder)]) == 0
    assert main([*command, "--seeds", "1", "--out", str(sweeps / "single")]) == 0
    _, facts, planned = sweep_folder.read_plan(folder)
    *_, last = planned
    run = sweep_folder.read_run(folder, planned[last], last, facts)
    vectors = np.full_like(run.vectors, 1e6)
    sweep_folder.store(folder, replace(run, diverged=0.5, loss=1e9, vectors=vectors))
    app = open_page(seeds_part="A finished sweep", seeds_k="2", seeds_floor="1")
    assert "1 of 3 runs diverged and took no part" in verdict(app)
    text.write_text("\n".join(f"a{x[k % 9]} c{x[k % 5]} d{x[k % 4]}" for k in range(300)))
    app = open_page(seeds_part="A finished sweep", seeds_k="2", seeds_floor="1")
    assert any("no longer the one that these runs read" in w.value for w in app.warning)
    assert "Not run so far" in verdict(app)
    app.selectbox(key="seeds_folder").set_value("single")
    finished(app.run())
    assert "one run proves nothing" in verdict(app)


def test_what_the_exact_solver_cannot_have_is_averaged_instead(page):
    app = open_page(tokens="5000", epochs="1", seeds_n="2", loss="softmax")
    table = next(t.value for t in app.table if "what it changes" in t.value)
    assert "mean of the last half of the steps" in table.loc["less noise", "what it changes"]
    assert table.loc["less noise", "agreement"].endswith("%")


def test_without_a_sweep_the_page_says_how_to_make_one(sweeps):
    app = open_page(seeds_part="A finished sweep")
    assert "There is no sweep" in app.info[0].value and "python -m core sweep" in app.code[0].value
    assert not list(sweeps.glob(f"*/{sweep_folder.PLAN}"))


def test_normalizing_changes_the_pictures_and_orientation_has_one_switch():
    app = open_page()
    before = rows(charts(app)[0])
    app.toggle(key="normalize").set_value(False)
    after = rows(charts(finished(app.run()))[0])
    assert not after[["dx", "dy"]].equals(before[["dx", "dy"]])
    assert "as_computed" not in {toggle.key for toggle in app.toggle}


BOARD = "; ".join(
    f"{np.cos(k):.2f} {np.sin(k):.2f} {w}" for k, w in enumerate(["jest", "nie", "to"])
)


def test_a_board_waits_for_all_words_and_shows_no_model_before():
    app = open_page(seeds_part="Your board", show="own", words="jest nie; to ale", board=BOARD)
    assert "**One** word waits" in app.info[0].value and not app.warning
    assert not any(toggle.key == "board_judged" for toggle in app.toggle)
    placed = json.loads(app.get("bidi_component")[0].proto.json)["places"]
    assert placed["jest"] == [1, 0] and set(placed) == {"jest", "nie", "to"}


def test_what_a_board_in_a_link_cannot_place_is_told():
    words = {"show": "own", "words": "jest nie; to ale", "board": f"{BOARD}; 0 0 wine; nonsense"}
    app = open_page(seeds_part="Your board", **words)
    assert "“0 0 wine”" in app.warning[0].value and len(app.warning) == 1


def test_a_board_is_compared_with_each_seed():
    words = {"show": "own", "words": "jest nie; to ale", "board": f"{BOARD}; 0.5 0.1 ale"}
    app = open_page(seeds_part="Your board", **words)
    assert not charts(app)
    app.toggle(key="board_judged").set_value(True).run()
    finished(app)
    said = next(m.value for m in app.markdown if "with your board" in m.value)
    assert re.search(r"Seeds? [\d, and]+ agrees? most", said) and "chance: 33%" in said
    assert len(charts(app)) == 1
    next(b for b in app.button if b.label == "Take all words off").click().run()
    assert "**4** words wait" in app.info[0].value and "board" not in app.query_params
