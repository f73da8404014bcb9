import os
import shutil

import pytest
from texts_for_tests import generated

from core.errors import UserError
from core.settings import TextSettings
from core.texts import registry


@pytest.fixture
def data(tmp_path, monkeypatch):
    """A data folder for this test, with the grammars in it."""
    for name in ("polish", "english"):
        shutil.copytree(registry.DATA / name, tmp_path / name)
    monkeypatch.setattr(registry, "DATA", tmp_path)
    return tmp_path


def test_the_registry_has_all_facts_about_each_text():
    entries = registry.registry()
    assert {"polish", "english", "python-docs"} <= set(entries)
    for name, entry in entries.items():
        assert entry.name == name and all(
            (entry.language, entry.kind, entry.license, entry.obtained, entry.groups)
        )
        assert entry.sized == (entry.kind in ("generated", "collected"))


@pytest.mark.parametrize(
    "name",
    [
        "",
        "Polish",
        "nope",
        "data",
        "/",
        "/nowhere/text.txt",
        "a" * 5_000,
        "nul\0byte",
        "ż" * 300,
        "\ud800",
    ],
)
def test_an_unknown_name_is_refused_with_the_names_there_are(name):
    with pytest.raises(UserError, match="polish, english, python-docs") as error:
        registry.find(name)
    assert "\n" not in str(error.value) and "\0" not in str(error.value)


def test_a_text_dropped_into_data_is_listed_and_read(data):
    (data / "my story.txt").write_text("A dog ran. A dog sat. A cat ran.", encoding="utf8")
    entry = registry.registry()["my story"]
    assert (entry.kind, entry.sized, entry.groups) == ("file", False, "none")
    text = registry.load(TextSettings(corpus="my story", min_count=1))
    assert (
        text.words == ("a", "dog", "ran", "cat", "sat") and text.sentences == 3 and text.tokens == 9
    )
    assert text.excerpt == ("A dog ran.", "A dog sat.", "A cat ran.") and any(
        "sentences end" in note for note in text.notes
    )


def test_a_file_cannot_take_the_place_of_a_built_in_text(data):
    (data / "polish.txt").write_text("Not Polish at all. Not Polish at all.", encoding="utf8")
    assert registry.registry()["polish"].kind == "generated"
    assert registry.shadowed() == ["polish.txt"]


def test_a_name_that_is_no_utf_8_is_shown_with_escapes(data):
    name = b"ksi\xb9\xbfka.txt"
    with open(os.path.join(os.fsencode(data), name), "wb") as file:
        file.write(b"A dog ran. A dog sat.")
    entry = registry.registry()["ksi\\udcb9\\udcbfka"]
    entry.obtained.encode("utf8")
    assert registry.load(TextSettings(corpus=entry.name, min_count=1)).tokens == 6


def test_a_folder_of_texts_is_one_text(data):
    (data / "diary").mkdir()
    (data / "diary" / "b.txt").write_text("A dog sat.")
    (data / "diary" / "a.csv").write_text("id,text\n1,a cat ran home\n2,the cat sat\n")
    for name in ("diary", str(data / "diary")):
        text = registry.load(TextSettings(corpus=name, min_count=1))
        assert text.excerpt == ("a cat ran home", "the cat sat", "A dog sat.")


def test_the_stamp_of_a_text_that_is_gone_is_a_number(data):
    assert registry.stamp(str(data / "gone.txt")) == 0 == registry.stamp("nope")


def test_another_minimum_count_does_not_read_the_file_again(data, monkeypatch):
    path = data / "notes.txt"
    path.write_text("one two one two. one three.")
    registry.load(TextSettings(corpus="notes", min_count=1))
    monkeypatch.setattr(registry.text_files.reader, "read_files", None)
    assert registry.load(TextSettings(corpus="notes", min_count=2)).words == ("one", "two")


def test_the_stamp_changes_with_the_file_and_only_with_it(data):
    path = data / "notes.txt"
    path.write_text("one two", encoding="utf8")
    before = registry.stamp("notes")
    assert registry.stamp("notes") == before != 0 == registry.stamp("polish")
    os.utime(path, ns=(before + 5, before + 5))
    assert registry.stamp("notes") == before + 5 == registry.stamp(str(path))


def test_a_path_is_read_by_its_kind(tmp_path):
    table = tmp_path / "talk.CSV"
    table.write_text("id,text\n1,the dog ran home\n2,the cat ran home\n", encoding="utf8")
    text = registry.load(TextSettings(corpus=str(table), min_count=1))
    assert (
        set(text.words) == {"the", "dog", "cat", "ran", "home"} and text.decided["column"] == "text"
    )


def test_a_file_that_went_away_is_the_user_s_to_mend(tmp_path):
    path = tmp_path / "gone.txt"
    path.write_text("one two", encoding="utf8")
    entry = registry.find(str(path))
    path.unlink()
    with pytest.raises(UserError, match=r"gone\.txt cannot be read any more"):
        entry.read(TextSettings())


@pytest.mark.parametrize(
    "data_bytes, words",
    [
        (b"", "empty"),
        (b" \n\n ", "empty"),
        (b"\0\1\2" * 100, "binary"),
        (b"word", "at least two words"),
        (b"12 34 56. 78", "no words"),
        (b"Every word here differs.", "minimum count 3"),
    ],
)
def test_a_file_without_text_to_learn_from_is_refused(tmp_path, data_bytes, words):
    path = tmp_path / "bad.txt"
    path.write_bytes(data_bytes)
    with pytest.raises(UserError, match=words):
        registry.load(TextSettings(corpus=str(path)))


def test_the_same_settings_read_the_same_text_and_each_knob_another_one():
    settings = {"corpus": "polish", "tokens": 3_000}
    base = registry.load(TextSettings(**settings))
    assert registry.load(TextSettings(**settings)).digest == base.digest
    others = [
        registry.load(TextSettings(**{**settings, **change})).digest
        for change in (
            {"tokens": 4_000},
            {"rare": 0.5},
            {"mixing": 0.6},
            {"text_seed": 1},
            {"min_count": 2},
            {"max_vocabulary": 50},
            {"corpus": "english"},
        )
    ]
    assert len({base.digest, *others}) == 8


def test_more_text_begins_with_less_text():
    """To ask whether more text helps, a class compares a text with its own continuation."""
    short, long = (registry.load(TextSettings(tokens=n, min_count=1)) for n in (1_000, 2_000))
    assert [long.words[k] for k in long.ids[:900]] == [short.words[k] for k in short.ids[:900]]


@pytest.mark.parametrize("name", ["polish", "english"])
def test_the_planted_groups_are_words_of_the_text(name):
    text = generated(name)
    for group, words in text.groups.items():
        assert sum(word in text.index for word in words) >= 5, group


def test_python_docs_has_chosen_groups_that_occur():
    text = registry.load(TextSettings(corpus="python-docs", tokens=100_000))
    assert 80_000 < text.tokens <= 100_000
    for group, words in text.groups.items():
        assert sum(word in text.index for word in words) >= 3, group
