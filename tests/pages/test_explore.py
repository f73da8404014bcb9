"""The page Explore: each question, each source of vectors, each control, and bad input."""

from types import SimpleNamespace

import numpy as np
import pytest
from pages_for_tests import finished, metrics, opened

from core.__main__ import main
from core.vectors import vector_files
from ui import visitor_files
from ui.controls import text_upload
from ui.explore import picture, source

QUESTIONS = "neighbors", "training", "picture", "analogies", "axes", "lists"


def page(**query):
    return opened("pages/8_Explore.py", 120, **({"tokens": "20000"} | query))


def said(app):
    kinds = app.main.caption, app.main.markdown, app.main.info, app.main.error
    return " ".join(one.value.replace("\\", "").replace("\u2060", "") for k in kinds for one in k)


@pytest.fixture(autouse=True)
def own_folder(tmp_path, monkeypatch):
    monkeypatch.setattr(visitor_files, "_folder", SimpleNamespace(name=tmp_path))


@pytest.mark.parametrize("part", QUESTIONS)
def test_each_question_has_an_answer(part):
    app = page(ex_part=part)
    assert not app.main.error
    expected = {"neighbors": 1, "training": 2, "analogies": 2, "axes": 1}
    assert len(app.get("vega_lite_chart")) == expected.get(part, 0)
    assert len(app.get("bidi_component")) == (part in ("picture", "neighbors"))


@pytest.mark.parametrize("side", ["context", "summed"])
@pytest.mark.parametrize("by", ["cosine", "dot"])
def test_each_side_and_measure_is_asked(side, by):
    app = page(ex_side=side, ex_by=by)
    assert {"cosine": "nearest by the cosine", "dot": "by the dot product"}[by] in said(app)
    assert {"context": "the context vectors", "summed": "the summed vectors"}[side] in said(app)


@pytest.mark.parametrize("kind", ["pca", "tsne"])
def test_each_picture_is_judged(kind):
    app = page(ex_map=kind, ex_most="60", ex_perplexity="5")
    share = float(metrics(app)["Real neighbors in the picture"].rstrip("%"))
    assert 17 < share <= 100 and "By chance: **17%**" in said(app)


def test_two_axes_span_a_picture():
    query = {"ex_map": "axes", "ex_x": "zły -> generał", "ex_y": "film → kot", "ex_most": "50"}
    app = page(ex_part="picture", **query)
    assert "both have a meaning" in said(app) and len(app.get("bidi_component")) == 1
    app = page(ex_part="picture", **query | {"ex_y": "film"})
    assert "Two axes are needed" in app.main.error[0].value


def test_another_seed_of_t_sne_is_compared():
    app = page(ex_part="picture", ex_map="tsne", ex_most="60", ex_perplexity="5", ex_reseed="true")
    assert "Neighbors that another seed shows too" in metrics(app)


def test_clusters_and_a_selection():
    app = page(
        ex_part="picture", ex_map="pca", ex_most="80", ex_clusters="4", ex_picked="film kot pies"
    )
    assert app.code[0].value == "film\nkot\npies"
    app.button[[b.label for b in app.button].index("Show as a group")].click()
    app = finished(app.run())
    assert app.query_params["words"] in ("film kot pies", ["film kot pies"])
    assert "these 3 words" in said(app) and not app.main.error


def test_unknown_words_get_the_nearest_spellings():
    assert "Similar: generał" in said(page(word="generla"))
    app = page(ex_part="analogies", ex_a="qqq", ex_one="qqq film")
    assert said(app).count("“qqq” is not among") == 1 and "Not among these words: qqq" in said(app)


@pytest.mark.parametrize("perplexity", ["60", "500"])
def test_a_perplexity_above_the_number_of_points_is_a_sentence(perplexity):
    app = page(ex_map="tsne", ex_most="40", ex_perplexity=perplexity)
    assert "perplexity" in app.main.error[0].value


def test_an_axis_between_equal_ends_is_a_sentence():
    assert "Both ends" in page(ex_part="axes", ex_x="film → film").main.error[0].value
    assert "both sides of an arrow" in said(page(ex_part="axes", ex_x="film"))


def test_a_lean_is_tested_against_shuffled_ends():
    app = page(ex_part="axes", ex_lean="porucznik mundur")
    assert "Lean to the right end" in metrics(app) and "shuffled ends give" in said(app)


def typed(app, kind, text):
    app.text_area(key=f"ex_typed_{kind}").set_value(text)
    return finished(app.run())


def test_a_scorecard_says_how_much_of_the_list_can_be_asked():
    app = typed(page(ex_part="lists"), "analogies", ": a\nfilm kot pies generał\nq w e r\n")
    assert "50% of the list can be asked" in said(app)
    assert "No line of this list" in said(typed(app, "analogies", "one two"))


def test_a_correlation_on_few_pairs_is_gray_with_the_reason():
    pairs = "film kot 1\nfilm serial 9\nkot pies 8\ngenerał kot 1\n"
    app = typed(page(ex_part="lists", ex_list="similarity"), "similarity", pairs)
    assert "Spearman's correlation with people" in metrics(app)
    app = typed(app, "similarity", pairs + "q w 1\n" * 20)
    assert "Spearman's correlation with people" not in metrics(app)
    assert ":gray[" in said(app) and "below 30%" in said(app)


def test_runs_and_files_of_a_folder(tmp_path, monkeypatch):
    monkeypatch.setenv(source.VARIABLE, str(tmp_path))
    assert "There is no run" in said(page(ex_source="run"))
    arguments = "--tokens", "20000", "--out", str(tmp_path / "polish")
    assert main(["train", "polish", *arguments]) == 0
    found = vector_files.read(tmp_path / "polish")
    vector_files.write(tmp_path / "mine.bin", found.words, found.vectors)
    app = page(ex_source="run", ex_run="polish", ex_side="summed", word="film")
    assert "the summed vectors of polish" in said(app) and not app.main.error
    app = page(ex_source="run", ex_run="mine.bin", word="film")
    assert "vectors of mine.bin" in said(app)
    assert "holds no training" in said(page(ex_source="run", ex_run="mine.bin", ex_part="training"))


def test_a_run_is_compared_with_the_model_on_the_words_of_both(tmp_path, monkeypatch):
    monkeypatch.setenv(source.VARIABLE, str(tmp_path))
    arguments = "--tokens", "20000", "--seed", "2", "--out", str(tmp_path / "second")
    assert main(["train", "polish", *arguments]) == 0
    query = {"ex_part": "against", "ex_source": "run", "ex_run": "second"}
    app = page(**query)
    assert 1 < float(metrics(app)["Neighbors shared with this model"].rstrip("%")) < 100
    assert metrics(page(**query, seed="2"))["Neighbors shared with this model"] == "100%"
    vector_files.write(tmp_path / "else.txt", ("qq", "ww"), np.eye(2))
    app = page(**query | {"ex_run": "else.txt"})
    assert "The two share 0 words" in app.main.error[0].value
    assert "Choose a saved run" in said(page(ex_part="against"))


def bring(app, name, data):
    app.file_uploader(key="vectors_upload").set_value([(name, data, "")])
    return finished(app.run())


def test_a_visitor_brings_a_file(tmp_path):
    words = tuple("abcdefgh")
    made = np.random.default_rng(0).normal(size=(8, 3))
    path = tmp_path / "x.npz"
    vector_files.write(path, words, made)
    for name, data in (
        ("x.npz", path.read_bytes()),
        ("x.vec", vector_files.text(words, made).encode()),
    ):
        app = bring(page(ex_source="file"), name, data)
        assert "8 words of 3 numbers" in said(app) and not app.main.error


def test_a_large_upload_leaves_the_list_and_the_memory_of_the_server(monkeypatch):
    monkeypatch.setattr(text_upload, "LARGE", 10)
    app = page(ex_source="file")
    removed = []
    monkeypatch.setattr(
        "streamlit.runtime.memory_uploaded_file_manager.MemoryUploadedFileManager.remove_file",
        lambda self, session, file: removed.append(file),
    )
    app = bring(app, "x.vec", b"3 2\na 1 2\nb 1 1\nc 3 1\n")
    assert "3 words of 2 numbers" in said(app) and len(removed) == 1
    assert app.file_uploader(key="vectors_upload 1")


def test_the_pair_of_the_projector_is_one_file():
    rows, labels = b"1\t2\n3\t4\n5\t7\n", "żółw\nfilm\nkot\n".encode()
    app = page(ex_source="file", show="frequent")
    given = [("v.tsv", rows, ""), ("v-metadata.tsv", labels, "")]
    app.file_uploader(key="vectors_upload").set_value(given)
    assert "3 words of 2 numbers" in said(finished(app.run()))
    app.file_uploader(key="vectors_upload").set_value([given[0], ("x.tsv", rows, "")])
    assert "Bring one file" in said(finished(app.run()))


BROKEN = {
    "ragged": (b"2 3\na 1 2 3\nb 1 2\n", "should hold a word and 3 numbers"),
    "no number": (b"2 2\na 1 nan\nb 1 2\n", "is not finite"),
    "a million dimensions": (b"2 1000000\na 1\n", "vectors of 1,000,000 numbers"),
    "wrong header": (b"3 2\na 1 2\nb 1 2\n", "declares 3 words"),
    "nothing": (b"\n", "holds no vectors"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_file_is_one_sentence_and_nothing_is_loaded(name):
    data, sentence = BROKEN[name]
    app = bring(page(ex_source="file"), "mine.txt", data)
    assert sentence in said(app) and "Choose vectors" in said(app)
    assert not app.get("vega_lite_chart")


def test_an_address_of_a_file_that_is_gone_says_so():
    app = page(ex_source="file", ex_file="vectors-x-0123456789")
    assert any("no longer kept" in one.value for one in app.main.warning)
    app = page(ex_source="run", ex_run="nosuch")
    assert any("“nosuch”" in one.value for one in app.main.warning)


def test_words_inside_a_lasso_are_in_the_address_or_kept_if_they_are_too_many(monkeypatch):
    put = {}
    monkeypatch.setattr(picture.address, "put", put.update)
    monkeypatch.setattr(picture.st, "session_state", {})
    monkeypatch.setattr(picture.lasso, "selected", lambda key: [2, 0, 9])
    picture._select(["król", "pies", "kot"])
    assert put == {"ex_picked": "kot król"}
    monkeypatch.setattr(picture.lasso, "selected", lambda key: list(range(900)))
    picture._select([f"word{k}" for k in range(900)])
    assert put == {"ex_picked": None}
    assert len(picture.st.session_state[picture.SELECTED]) == 900
