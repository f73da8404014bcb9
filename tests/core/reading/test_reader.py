"""The decisions about a text, and the notes and warnings on them."""

import base64
import os
import tomllib
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import UserError
from core.reading import reader, sentences
from core.settings import TextSettings, knobs

CORPORA = os.environ.get("WORD2VEC_LAB_CORPORA")
needs_corpora = pytest.mark.skipif(
    not CORPORA, reason="WORD2VEC_LAB_CORPORA does not name the folder of corpora"
)


def read(name, data, **how):
    return reader.read(name, data.encode(), TextSettings(**how))


def test_every_decision_is_a_setting_and_what_was_done_is_never_auto():
    decided = read("a.txt", "One two. Three four.").decided
    settings = knobs(TextSettings)
    assert set(decided) == {
        "encoding",
        "format",
        "column",
        "sentence_end",
        "abbreviations",
        "markup",
        "segment",
    }
    for name, value in decided.items():
        choices = settings[name].metadata["choices"]
        assert value != "auto" and (not choices or value in choices)


def test_what_was_decided_can_be_asked_for_and_gives_the_same():
    for path in sorted((Path(__file__).parent / "cases").iterdir()):
        if path.stem in ("chinese", "japanese", "thai", "emoji_only"):
            continue
        found = reader.read(path.name, path.read_bytes())
        asked = {k: v for k, v in found.decided.items() if v}
        again = reader.read("other", path.read_bytes(), TextSettings(**asked))
        assert list(again.sentences()) == list(found.sentences()), path.name
        assert again.decided == found.decided, path.name


def test_the_first_lines_are_those_of_the_file():
    assert read("a.csv", "id,text\n\n1,<b>one</b> two three\n").first_lines == (
        "id,text",
        "1,<b>one</b> two three",
    )


@pytest.mark.parametrize(
    "name, data, lines, columns, samples",
    [
        ("a.csv", b"id;name\n7;Ala\n8;Ola\n", 3, ("id", "name"), ("7", "Ala")),
        ("a.tsv", b"7\tAla\n8\tOla\n", 2, ("1", "2"), ("7", "Ala")),
        ("a.jsonl", b'{"id": 7, "n": {"a": "Ala"}}\n' * 3, 3, ("n.a",), ("Ala",)),
        ("a.json", b'["Ala", "Ola"]', 1, (), ()),
        ("a.txt", b"one cat\n\ntwo dogs", 2, (), ()),
        ("a.pdf", b"%PDF-1.4 ...", 0, (), ()),
        ("a.zip", b"PK\x03\x04broken", 0, (), ()),
    ],
)
def test_of_a_file_that_is_refused_the_beginning_and_the_columns_are_known(
    name, data, lines, columns, samples
):
    found = reader.glimpse([(name, data)])
    assert len(found.first_lines) == lines
    assert (found.columns, found.samples) == (columns, samples)


@pytest.mark.parametrize(
    "name, text, words",
    [
        ("a.txt", "x y z w q " * 99, "single letters"),
        ("a.txt", "ab 12345 67890 " * 99, "more digits than letters"),
        ("a.txt", "http www com html word other " * 99, "parts of addresses"),
        ("a.csv", "text,id\n" + "good film,1\nbad film,2\n" * 99, "as labels do"),
        ("a.txt", "wo\ufffdd \ufffd\ufffd " * 99, "could not be read"),
    ],
)
def test_a_doubtful_reading_is_a_warning_with_what_to_try(name, text, words):
    (warning,) = (w for w in read(name, text, format="auto").warnings if words in w)
    assert "Try" in warning


def test_an_ordinary_text_has_no_warning():
    assert read("a.txt", "The cat sat on the mat. A dog ran home in 2024.\n" * 20).warnings == ()


def test_several_files_are_one_text_in_their_order():
    files = [
        ("b.txt", b"one two."),
        ("bad", b"\x89PNG"),
        ("a.csv", b"id,text\n1,three four five\n"),
    ]
    reading = reader.read_files(files)
    assert list(reading.sentences()) == ["one two.", "three four five"]
    assert "files that hold no text are left out (1)" in reading.notes


def test_too_large_a_text_is_refused_with_the_limit():
    with pytest.raises(UserError, match="larger than 20 MB"):
        reader.read("a.txt", b"a" * 20_000_001, most=20_000_000)


def test_coded_data_are_doubted():
    coded = base64.b64encode(np.random.default_rng(0).bytes(9_000)).decode()
    assert "long runs" in " ".join(
        read("a.txt", f"a letter with something in it: {coded}").warnings
    )


def test_the_limit_of_an_upload_is_that_of_any_text():
    config = Path(__file__).parents[3] / ".streamlit" / "config.toml"
    most = tomllib.loads(config.read_text(encoding="utf8"))["server"]["maxUploadSize"]
    assert most * 1_000_000 == reader.MAX_BYTES


@given(
    st.text(st.sampled_from("ab ż.\n\t,;\"'<>&{}[]()@#:/-1|=*$\\!？。\u200b\u0301"), max_size=120),
    st.sampled_from(["a.csv", "a.tsv", "a.txt", "a.json", "a.srt", "a.html"]),
    st.sampled_from(["auto", *list(reader.READ)]),
)
def test_any_text_in_any_format_is_read_or_refused_in_one_sentence(text, name, kind):
    try:
        reading = read(name, text, format=kind)
    except UserError:
        return
    assert all(isinstance(word, str) for words in reading.words() for word in words)


@needs_corpora
def test_the_stanford_treebank_is_read_whole_and_repaired():
    path = Path(CORPORA) / "sst" / "datasetSentences.txt"
    reading = reader.read(path.name, path.read_bytes())
    text = "\n".join(reading.sentences())
    assert "-LRB-" not in text and "``" not in text and "\\/" not in text and "Ã" not in text
    assert reading.notes[0].startswith("104 lines")  # lines with bytes typical of mojibake


@needs_corpora
@pytest.mark.parametrize(
    "name, rule", [("pan-tadeusz", "wrapped"), ("cdscorpus_sentences", "each line end")]
)
def test_verse_is_joined_and_a_sentence_a_line_is_not(name, rule):
    path = Path(CORPORA) / "polish" / f"{name}.txt"
    assert any(rule in note for note in reader.read(path.name, path.read_bytes()).notes)


def test_while_reading_the_share_that_is_read_grows_from_file_to_file_and_inside_one(monkeypatch):
    monkeypatch.setattr(sentences, "CHUNK", 100)
    files = [("a.txt", b"one cat ran. " * 500), ("b.txt", b"a dog sat. " * 500)]
    shares = [news.done for news in reader.reading(files)]
    assert shares == sorted(shares) and len(set(shares)) > 5 and 0 < shares[0] < shares[-1] <= 1
