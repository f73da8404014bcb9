"""The page Text: what the model will read, for every corpus and for a visitor's own text."""

import io
import zipfile
from pathlib import Path
from types import SimpleNamespace

import pytest
from pages_for_tests import finished, metrics, opened

from core.texts import downloads, registry
from ui import visitor_files

CASES = Path(__file__).parents[1] / "core" / "reading" / "cases"


def open_page(**query):
    return opened("pages/1_Text.py", **query)


def number(app, label):
    return int(metrics(app)[label].replace(",", ""))


@pytest.fixture(autouse=True)
def own_folder(tmp_path, monkeypatch):
    monkeypatch.setattr(visitor_files, "_folder", SimpleNamespace(name=tmp_path))


def upload(app, name, data):
    app.file_uploader(key="upload").set_value([(name, data, "text/plain")])
    return finished(app.run())


def test_the_numbers_of_the_default_text():
    app = open_page()
    assert set(metrics(app)) == {"Sentences", "Words of text", "Vocabulary", "Coverage"}
    assert 60_000 <= number(app, "Words of text") < 61_000
    assert number(app, "Vocabulary") > 1_000
    assert 90 < float(metrics(app)["Coverage"].rstrip("%")) <= 100


@pytest.mark.parametrize(
    "key, value, label",
    [
        ("tokens", 5000, "Words of text"),
        ("min_count", 20, "Vocabulary"),
        ("max_vocabulary", 100, "Coverage"),
        ("text_seed", 5, "Sentences"),
        ("rare", 0.9, "Vocabulary"),
    ],
)
def test_each_control_of_the_text_changes_its_number(key, value, label):
    app = open_page(tokens="6000")
    before = metrics(app)[label]
    app.number_input(key=key).set_value(value)
    assert metrics(finished(app.run()))[label] != before


def test_the_excerpt_is_what_the_model_sees(own_folder):
    data = (
        b"The Cat sat, and sat! A dog saw the cat: the cat sat. Zebra." * 1
        + b" The cat sat on the dog." * 9
    )
    app = upload(open_page(min_count="3"), "cats.txt", data)
    excerpt = next(m.value for m in app.markdown if "the cat sat" in m.value)
    assert excerpt.split("\n\n")[0] == "the cat sat :gray[···] sat"
    assert "Zebra" not in excerpt and "zebra" not in excerpt


def test_polish_sentences_have_english_beneath_and_english_ones_have_not():
    polish, english = (
        "\n\n".join(m.value for m in open_page(corpus=name).main.markdown)
        for name in ("polish", "english")
    )
    assert "czyj to chomik  \n:gray[:small[whose this/it hamster]]" in polish
    assert ":small[" not in english.split("as the model sees them")[1]


def test_signs_of_markdown_in_a_text_are_shown_as_they_are(own_folder):
    data = (
        "<script>alert(1)</script> $x$ *bold* _low_ `code` :red[colored] "
        "[link](http://example.org). " * 20
    )
    app = upload(open_page(), "signs.txt", data.encode())
    shown = " ".join(m.value for m in app.main.markdown)
    assert "<script>" not in shown and "](http" not in shown and "alert" in shown


def test_every_text_is_listed_with_its_license_and_origin():
    app = open_page(tokens="5000")
    table = app.dataframe[0].value
    assert list(table["name"]) == list(registry.registry())
    assert (table[["language", "kind", "license", "how it was obtained"]] != "").all(axis=None)


def test_notes_on_a_file_are_shown(own_folder):
    app = upload(open_page(), "stary.txt", ("Świetny film, żółty pies. " * 60).encode("cp1250"))
    assert any("cp1250" in caption.value for caption in app.main.caption)


TABLE = "id;tytuł;tekst opinii;link\n" + "".join(
    f"{k};Bardzo dobry film numer {w} tu;film {w} był świetny i polecam;https://a.b/{k}\n"
    for k, w in enumerate(("raz", "dwa", "trzy") * 9)
)


def shown(app):
    """All texts of the page but the table of columns."""
    return " ".join(m.value for m in app.main.markdown if m not in columns(app))


def columns(app):
    """The table of the file's columns, if there is one."""
    return [m for m in app.main.markdown if m.value.startswith("| column")]


def test_the_first_lines_are_shown_with_the_decisions(own_folder):
    app = upload(open_page(), "recenzje.csv", TABLE.encode())
    assert app.code[0].value.startswith("id;tytuł;tekst opinii;link\n0;Bardzo dobry")
    column = app.selectbox(key="column")
    assert column.options == [
        "auto: tekst opinii",
        "id (0)",
        "tytuł (Bardzo dobry film numer raz tu)",
        "tekst opinii (film raz był świetny i polecam)",
        "link (https://a.b/0)",
    ]
    table = columns(app)[0].value
    assert "| tekst opinii | film raz był świetny i polecam | **read** |" in table
    assert "| id | :gray[0] | |" in table and table.count("read") == 1
    assert "polecam" in shown(app) and "numer" not in shown(app)


@pytest.mark.parametrize(
    "key, value, there, gone",
    [
        ("column", "tytuł", "numer", "polecam"),
        ("format", "prose", "link", "nothing"),
        ("markup", "keep", "polecam", "nothing"),
        ("encoding", "cp1250", "polecam", "świetny"),
        ("sentence_end", "only lines", "polecam", "nothing"),
        ("abbreviations", "end", "polecam", "nothing"),
    ],
)
def test_each_decision_can_be_changed_and_is_in_the_address(key, value, there, gone, own_folder):
    app = upload(open_page(min_count="1"), "recenzje.csv", TABLE.encode())
    app.selectbox(key=key).set_value(value)
    finished(app.run())
    assert app.query_params[key] in (value, [value])
    assert there in shown(app) and gone not in shown(app)


def test_a_doubtful_reading_is_a_warning(own_folder):
    app = upload(open_page(min_count="1"), "a.txt", b"x y z w q. " * 90)
    assert "single letters" in app.main.warning[0].value


def test_a_wrong_decision_is_one_sentence_with_the_controls_to_mend_it(own_folder):
    app = upload(open_page(column="nope"), "recenzje.csv", TABLE.encode())
    assert "no column 'nope'" in app.main.error[0].value.replace("\\", "")
    assert app.code[0].value.startswith("id;tytuł;tekst opinii;link")
    column = app.selectbox(key="column")
    assert column.value == "nope" and "tytuł (Bardzo dobry film numer raz tu)" in column.options
    column.set_value("tekst opinii")
    finished(app.run())
    assert not app.main.error and "polecam" in shown(app)


def test_a_table_without_running_text_is_kept_to_try_another_column(own_folder):
    data = "id;name\n" + "".join(
        f"{k};{chr(97 + k % 26)}{chr(97 + k // 26)}la\n" for k in range(90)
    )
    app = upload(open_page(min_count="1"), "names.csv", data.encode())
    assert "No column of running text" in app.main.error[0].value
    assert app.selectbox(key="column").options == [
        "auto: by the content",
        "id (0)",
        "name (aala)",
    ]
    assert "| name | :gray[aala] | |" in columns(app)[0].value
    app.selectbox(key="format").set_value("prose")
    finished(app.run())
    assert not app.main.error and "bala" in shown(app)


@pytest.mark.parametrize(
    "name, said, there",
    [
        ("popcorn_like.tsv", "column review of 3", "bravo"),
        ("excel_unicode_text.txt", "read as a table", "film"),
        ("pl_cp1250.txt", "cp1250", "sierżant"),
        ("subtitles.srt", "read as subtitles", "actors"),
        ("tweets.jsonl", "read as JSON lines", "café"),
    ],
)
def test_a_messy_file_is_read_and_explained(name, said, there, own_folder):
    data = (CASES / name).read_bytes()
    app = upload(open_page(min_count="1"), name, data)
    told = " ".join(caption.value for caption in app.main.caption).replace("'", "")
    assert said.lower() in told.lower() and there in shown(app) and not app.main.error


def test_a_text_that_is_gone_is_one_sentence_and_offers_no_other_reading(own_folder, tmp_path):
    app = upload(open_page(min_count="1"), "cats.txt", b"one cat ran here. a dog sat. " * 9)
    for path in tmp_path.glob("own-*"):
        path.unlink()
    finished(app.run())
    assert "no longer here" in app.main.error[0].value and len(app.main.error) == 1
    assert not [box for box in app.main.selectbox if box.key == "format"]


def test_of_a_wide_table_the_column_that_is_read_is_shown(own_folder):
    names = [f"c{k}" for k in range(30)]
    rows = "".join(
        ",".join(["1"] * 20 + [f"the dog number {k} ran home"] + ["x"] * 9) + "\n"
        for k in range(30)
    )
    app = upload(open_page(min_count="1"), "a.csv", (",".join(names) + "\n" + rows).encode())
    table = columns(app)[0].value
    assert table.count("\n") == 9 and "| c20 | the dog number 0 ran home | **read** |" in table
    assert any("30 columns" in caption.value for caption in app.main.caption)


def test_the_first_lines_of_a_document_are_its_text_and_not_its_markup(own_folder):
    page = "<?xml version='1.0'?><html><body>" + "<p>one cat ran here</p>" * 9 + "</body></html>"
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("META-INF/container.xml", "<c/>")
        archive.writestr("1.xhtml", page)
    app = upload(open_page(min_count="1"), "a.epub", packed.getvalue())
    assert app.code[0].value.startswith("one cat ran here\none cat")


def test_several_files_are_one_text(own_folder):
    app = open_page(min_count="1")
    app.file_uploader(key="upload").set_value(
        [
            ("b.txt", b"one cat. " * 9, "text/plain"),
            ("a.csv", b"id,text\n1,a dog ran here\n" * 2, ""),
        ]
    )
    finished(app.run())
    assert "one cat" in shown(app) and "a dog ran here" in shown(app)


def test_a_file_that_a_built_in_text_hides_gets_a_sentence(monkeypatch):
    monkeypatch.setattr(registry, "shadowed", lambda: ["polish.txt"])
    app = open_page(tokens="5000")
    assert any("data/polish" in warning.value for warning in app.main.warning)


def test_a_download_that_fails_is_a_sentence(monkeypatch):
    monkeypatch.setenv(downloads.MIRROR, "http://127.0.0.1:9")
    app = open_page(tokens="5000")
    app.button(key="fetch_sst").click()
    app = finished(app.run())
    assert any("What works without a network" in error.value for error in app.main.error)


def test_a_text_with_nothing_to_learn_is_a_sentence(own_folder):
    app = upload(open_page(), "short.txt", b"word")
    assert "at least two words" in app.main.error[0].value
    app.selectbox(key="corpus").set_value("polish")
    assert number(finished(app.run()), "Sentences") > 100


def test_bad_values_in_the_url_get_a_notice():
    app = open_page(tokens="-1", corpus="nope")
    assert len(app.sidebar.warning) == 2
    assert 5_000 <= number(app, "Words of text") < 5_100


def test_both_charts_and_tables_say_what_to_look_for():
    app = open_page(tokens="5000")
    assert len(app.get("vega_lite_chart")) == 1
    assert sum("**Look for:**" in caption.value for caption in app.main.caption) == 2
