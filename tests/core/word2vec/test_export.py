import errno
import json
import os
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import pytest
from texts_for_tests import generated, train

from core.errors import UserError
from core.settings import TextSettings
from core.word2vec import export

TEXT = TextSettings(tokens=2_000)


@pytest.fixture(scope="module")
def run():
    return train(generated("polish", 2_000), epochs=1, dim=7)[1]


def parse(path):
    """Read the text format of word2vec by hand: words and vectors."""
    head, *lines = path.read_text(encoding="utf8").splitlines()
    words, rows = zip(*((line.split(" ")[0], line.split(" ")[1:]) for line in lines), strict=True)
    vectors = np.array(rows, dtype=np.float64).astype(np.float32)
    assert head == f"{len(words)} {vectors.shape[1]}"
    return list(words), vectors


def test_the_files_hold_exactly_the_vectors_of_the_run(run, tmp_path):
    text = generated("polish", 2_000)
    export.write(tmp_path, text, TEXT, run)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["context.txt", "run.json", "vectors.txt"]
    for name, vectors in (("vectors.txt", run.center), ("context.txt", run.context)):
        words, found = parse(tmp_path / name)
        assert words == list(text.words)
        # Every bit of single precision is in the digits
        np.testing.assert_array_equal(found, vectors)


@pytest.mark.peer
def test_gensim_reads_the_vectors(run, tmp_path):
    models = pytest.importorskip("gensim.models", reason="gensim is not installed")
    text = generated("polish", 2_000)
    export.write(tmp_path, text, TEXT, run)
    for name, vectors in (("vectors.txt", run.center), ("context.txt", run.context)):
        found = models.KeyedVectors.load_word2vec_format(str(tmp_path / name), binary=False)
        assert found.index_to_key == list(text.words)
        np.testing.assert_array_equal(found.vectors, vectors)


def test_words_hold_no_space_that_would_break_a_line(run):
    assert all(len(word.split()) == 1 for word in generated("english", 2_000).words)


def test_the_record_holds_what_was_done(run, tmp_path):
    text = generated("polish", 2_000)
    export.write(tmp_path, text, TEXT, run)
    told = json.loads((tmp_path / "run.json").read_text(encoding="utf8"))
    assert told["settings"] == {**asdict(TEXT), **asdict(run.settings)}
    assert {"python", "numpy", "scipy"} <= set(told["versions"]) and told["versions"][
        "numpy"
    ] == np.__version__
    assert (told["tokens"], told["vocabulary"], told["sentences"]) == (
        text.tokens,
        len(text.words),
        text.sentences,
    )
    assert told["tokens_in_vocabulary"] == len(text.ids) and told["coverage"] == text.coverage
    assert (told["pairs"], told["seconds"]) == (run.pairs, run.seconds) and told["corpus"][
        "digest"
    ] == text.digest
    assert [tuple(p.values()) for p in told["loss_curve"]] == list(run.curve)
    assert told["loss_at_start"] == run.references.at_start and told["diverged_at_epoch"] is None


@pytest.mark.parametrize("call", [1, 2, 3])
def test_a_full_disk_leaves_the_files_of_the_run_before(run, tmp_path, monkeypatch, call):
    for name in ("vectors.txt", "context.txt", "run.json"):
        (tmp_path / name).write_text("the run before", encoding="utf8")
    write_bytes, calls = Path.write_bytes, []

    def full(path, content):
        calls.append(path)
        if len(calls) == call:
            write_bytes(path, content[:10])
            raise OSError(errno.ENOSPC, "No space left on device")
        return write_bytes(path, content)

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(UserError, match=r"Cannot write to .*: No space left on device\."):
        export.write(tmp_path, generated("polish", 2_000), TEXT, run)
    assert {p.name: p.read_text(encoding="utf8") for p in tmp_path.iterdir()} == dict.fromkeys(
        ("vectors.txt", "context.txt", "run.json"), "the run before"
    )


@pytest.mark.parametrize("place", [2, 4, 6])
def test_a_file_that_cannot_be_placed_brings_all_old_ones_back(run, tmp_path, monkeypatch, place):
    names = ("vectors.txt", "context.txt", "run.json")
    for name in names:
        (tmp_path / name).write_text("the run before", encoding="utf8")
    replace, calls = os.replace, []

    def refused(old, new):
        calls.append(new)
        if len(calls) == place:
            raise OSError(errno.EACCES, "Permission denied")
        return replace(old, new)

    monkeypatch.setattr(os, "replace", refused)
    with pytest.raises(UserError, match="Permission denied"):
        export.write(tmp_path, generated("polish", 2_000), TEXT, run)
    found = {p.name: p.read_text(encoding="utf8") for p in tmp_path.iterdir()}
    assert found == dict.fromkeys(names, "the run before")


def test_a_path_that_is_no_utf8_is_recorded(run, tmp_path):
    odd = replace(TEXT, corpus="ksi\udcb9\udcbfka.txt")
    export.write(tmp_path, generated("polish", 2_000), odd, run)
    told = json.loads((tmp_path / "run.json").read_text(encoding="utf8"))
    assert told["settings"]["corpus"] == "ksi\udcb9\udcbfka.txt"


def test_an_interruption_while_writing_leaves_nothing_behind(run, tmp_path, monkeypatch):
    def interrupted(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr(Path, "write_bytes", interrupted)
    with pytest.raises(KeyboardInterrupt):
        export.write(tmp_path, generated("polish", 2_000), TEXT, run)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_is_made_and_nothing_is_left_in_it(tmp_path):
    export.check_writable(tmp_path / "a" / "b")
    assert list((tmp_path / "a" / "b").iterdir()) == []


@pytest.mark.parametrize("folder", ["file", "file/below", "/proc/nothing", "/dev/null", "x" * 300])
def test_a_folder_that_cannot_be_written_is_refused(tmp_path, folder):
    (tmp_path / "file").write_text("in the way", encoding="utf8")
    with pytest.raises(UserError, match="Cannot write to") as error:
        export.check_writable(tmp_path / folder)
    assert (
        "\n" not in str(error.value)
        and (tmp_path / "file").read_text(encoding="utf8") == "in the way"
    )


def test_a_folder_that_went_away_meanwhile_is_the_users_to_mend(run, tmp_path):
    with pytest.raises(UserError, match="Cannot write to"):
        export.write(tmp_path / "gone", generated("polish", 2_000), TEXT, run)


def test_a_page_that_has_no_text_writes_the_same_record(run):
    text = generated("polish", 2_000)
    assert export.record(text.facts(), TEXT, run) == export.record(text, TEXT, run)


def test_a_record_is_read_as_it_was_written(run, tmp_path):
    assert export.read_record(tmp_path) is None
    export.write(tmp_path, generated("polish", 2_000), TEXT, run)
    found = export.read_record(tmp_path)
    assert (found.text, found.settings) == (TEXT, run.settings)
    assert found.curve == tuple((epoch, loss) for epoch, loss, _ in run.curve)
    assert found.without_center == run.references.without_center


@pytest.mark.parametrize(
    "broken",
    [
        "",
        "[1]",
        "{}",
        "[" * 100_000,
        '"loss_curve": []',
        '"loss_curve": [{"epoch": NaN, "loss": 1}]',
        '"loss_without_center": 0',
        '"settings": {"dim": 1e99}',
        '"settings": {"dim": []}',
    ],
    ids=lambda broken: broken[:30],
)
def test_a_record_that_is_none_is_refused_in_a_sentence(run, tmp_path, broken):
    export.write(tmp_path, generated("polish", 2_000), TEXT, run)
    path = tmp_path / "run.json"
    if broken.startswith('"'):
        right = json.loads(path.read_text("utf8"))
        broken = json.dumps(right | json.loads("{" + broken + "}"))
    path.write_text(broken, "utf8")
    with pytest.raises(UserError, match=r"run\.json"):
        export.read_record(tmp_path)
