"""Small messy files, each read as a person would read it: `cases.txt` has the expected result."""

from collections import Counter
from itertools import islice
from pathlib import Path

import pytest

from core import background_tasks
from core.__main__ import main
from core.errors import UserError
from core.reading import reader, sentences, tables, words
from core.segmentation import segmenting
from core.settings import TextSettings
from core.texts import corpus, registry

HERE = Path(__file__).parent
SEGMENTED = {"chinese.txt": "chinese", "japanese.txt": "japanese", "thai.txt": "thai"}


def told():
    """The blocks of cases.txt by file: the format found, first sentences, words, notes."""
    blocks, name = {}, ""
    for line in (HERE / "cases.txt").read_text(encoding="utf8").split("\n"):
        if line.startswith("    "):
            blocks[name].append(line[4:])
        elif line.strip() and not line.startswith("#"):
            name, *kinds = line.split(" | ")
            blocks[name] = [kinds]
    return blocks


TOLD = told()


def most_frequent(reading, most=5):
    words = list(reading.words())
    seen = Counter(word for piece in reading.pieces.ids.tolist() for word in words[piece])
    return sorted(seen, key=lambda word: (-seen[word], word))[:most]


def test_every_file_is_in_the_table():
    assert set(TOLD) == {path.name for path in (HERE / "cases").iterdir()}
    assert len(TOLD) >= 50


@pytest.mark.parametrize(
    "name",
    [pytest.param(name, marks=pytest.mark.peer if name in SEGMENTED else ()) for name in TOLD],
)
def test_a_file_is_read_as_a_person_would(name):
    if name in SEGMENTED and not segmenting.installed(SEGMENTED[name]):
        pytest.skip("requirements-segmenting.txt is not installed")
    reading = reader.read(name, (HERE / "cases" / name).read_bytes())
    kinds, *lines = TOLD[name]
    assert [reading.decided[k] for k in ("format", "encoding", "sentence_end")] == kinds
    marked = {mark: [line[2:] for line in lines if line[0] == mark] for mark in ">=-!"}
    first = marked[">"]
    found = [sentence[:70] for sentence in islice(reading.sentences(), len(first))]
    assert found == first
    assert marked["="] == [" ".join(most_frequent(reading))]
    said = [note for note in reading.notes if not note.startswith("sentences end")]
    assert said == marked["-"] and list(reading.warnings) == marked["!"]


@pytest.mark.parametrize("name", TOLD)
def test_the_worker_of_the_page_and_the_command_line_say_the_same(name, tmp_path, capsys):
    path = str(HERE / "cases" / name)
    text = TextSettings(corpus=path, min_count=1)
    try:
        *_, facts = background_tasks.read(text, registry.stamp(path))
    except UserError as problem:
        facts, said = None, [str(problem)]
    else:
        reading = reader.read(name, Path(path).read_bytes())
        assert facts.excerpt == reading.first_sentences(registry.EXCERPT)
        assert (facts.notes, facts.warnings) == (reading.notes, reading.warnings)
        said = [*facts.notes, *(f"Warning: {warning}" for warning in facts.warnings)]
    options = ["--min-count", "1", "--epochs", "1", "--dim", "2", "--out"]
    status = main(["train", path, *options, str(tmp_path / "out")])
    printed = capsys.readouterr().err
    assert (status == 0) == (facts is not None)
    assert all(line in printed for line in said) and "Traceback" not in printed


@pytest.mark.parametrize("name", TOLD)
def test_a_file_is_the_same_text_whatever_is_read_at_a_time(name, monkeypatch):
    def encoded():
        reading = reader.read(name, (HERE / "cases" / name).read_bytes())
        try:
            text = corpus.encode_reading(reading, min_count=1, max_vocabulary=99)
        except UserError as problem:
            return str(problem)
        return text.digest, text.spread, text.sentences, text.tokens, reading.warnings

    at_once = encoded()
    monkeypatch.setattr(sentences, "CHUNK", 5)
    monkeypatch.setattr(sentences, "MARKED", 3)
    monkeypatch.setattr(words, "PART", 4)
    monkeypatch.setattr(tables, "BLOCK", 6)
    monkeypatch.setattr(corpus, "CHUNK", 2)
    assert encoded() == at_once


def test_one_long_line_is_one_sentence():
    reading = reader.read("one_line.txt", ("Ala lubi las " * 20_000).encode())
    assert sum(1 for _ in reading.sentences()) == 1 and most_frequent(reading) == [
        "ala",
        "las",
        "lubi",
    ]


@pytest.mark.parametrize("name, language", SEGMENTED.items())
def test_without_its_package_a_text_without_spaces_is_told(name, language, monkeypatch):
    monkeypatch.setattr(segmenting, "installed", lambda name: False)
    (warning,) = reader.read(name, (HERE / "cases" / name).read_bytes()).warnings
    assert language.title() in warning and "requirements-segmenting.txt" in warning
