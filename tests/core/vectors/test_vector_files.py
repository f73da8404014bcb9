"""Files of vectors: they are read back, also by other programs; damaged files are refused."""

import errno
import gzip
import json
import os
import zipfile

import numpy as np
import pytest

from core.errors import UserError
from core.vectors import vector_files
from core.vectors.vector_files import read, write

WORDS = ("zły", "świetny", "kot", "don't", "naïve")
VECTORS = np.random.default_rng(0).normal(size=(5, 3)).astype(np.float32)


@pytest.mark.parametrize("kind", list(vector_files.WRITERS))
def test_every_format_gives_back_what_was_written(tmp_path, kind):
    write(tmp_path / f"v.{kind}", WORDS, VECTORS)
    found = read(tmp_path / f"v.{kind}")
    assert found.words == WORDS and found.notes == ()
    np.testing.assert_array_equal(found.vectors, VECTORS)


def test_the_format_can_be_named(tmp_path):
    write(tmp_path / "vectors.model", WORDS, VECTORS, "bin")
    assert read(tmp_path / "vectors.model").words == WORDS
    with pytest.raises(UserError, match="Choose an ending or a format"):
        write(tmp_path / "vectors.model", WORDS, VECTORS)


@pytest.mark.parametrize("kind", ["txt", "bin"])
def test_a_gzip_file_is_unpacked(tmp_path, kind):
    write(tmp_path / f"v.{kind}", WORDS, VECTORS)
    packed = tmp_path / f"v.{kind}.gz"
    packed.write_bytes(gzip.compress((tmp_path / f"v.{kind}").read_bytes()))
    np.testing.assert_array_equal(read(packed).vectors, VECTORS)


def test_gloves_text_has_no_first_line(tmp_path):
    (tmp_path / "glove.txt").write_text("the 0.1 0.2 0.3\n. . 1 2 3\nnew york 4 5 6\n")
    found = read(tmp_path / "glove.txt")
    assert found.words == ("the", ". .", "new york") and found.vectors[2].tolist() == [4, 5, 6]
    (tmp_path / "glove.txt").write_text("the 0.1 0.2 0.3\nof 1 2\n")
    with pytest.raises(UserError, match=r"Line 2 of glove.txt should hold a word and 3 numbers"):
        read(tmp_path / "glove.txt")


@pytest.mark.parametrize("size", [1, 70_000])
def test_a_file_longer_than_what_is_looked_at_first_is_read_whole(tmp_path, size):
    words = tuple(f"word{k}" for k in range(size))
    vectors = np.arange(2.0 * size, dtype=np.float32).reshape(size, 2)
    for kind in ("txt", "bin"):
        write(tmp_path / f"v.{kind}", words, vectors)
        found = read(tmp_path / f"v.{kind}")
        assert found.words == words
        np.testing.assert_array_equal(found.vectors, vectors)


def test_of_repeated_words_the_first_counts(tmp_path):
    (tmp_path / "v.txt").write_text("3 1\na 1\nb 2\na 3\n")
    found = read(tmp_path / "v.txt")
    assert found.words == ("a", "b") and found.vectors.ravel().tolist() == [1, 2]
    assert "1 repeated words" in found.notes[0]


REFUSED = {
    "empty": (b"", "holds no vectors"),
    "one word": (b"hello\n", "holds no vectors"),
    "no words": (b"0 3\n", "holds no words"),
    "too few": (b"3 2\na 1 2\n", "declares 3 words on its first line but holds 1"),
    "ragged": (b"2 2\na 1 2\nb 1\n", "Line 3"),
    "nan": (b"2 2\na 1 2\nb nan 1\n", "vector of 'b'"),
    "infinite": (b"1 2\na 1 1e999\n", "vector of 'a'"),
    "a million dimensions": (b"5 1000000\na 1\n", "1,000,000 numbers"),
    "too large": (b"99999999999 300\na 1\n", "up to 300,000,000 are read"),
    "cut off": (b"2 2\na " + b"\xff\xff\x80?" * 2 + b"\nb \0", "ends after 1 of the 2 words"),
    "text": ("Ala ma kota. Kot ma Alę.\n".encode(), "Line 1"),
    "one long line": (b"a" * 1_000_000, "holds no vectors"),
    "cut gzip": (gzip.compress(b"2 2\na 1 2\nb 1 2\n")[:-9], "Cannot read"),
}


@pytest.mark.parametrize("name", list(REFUSED))
def test_what_is_no_file_of_vectors_is_refused_in_one_sentence(tmp_path, name):
    content, reason = REFUSED[name]
    (tmp_path / "v.txt").write_bytes(content)
    with pytest.raises(UserError, match=reason) as refused:
        read(tmp_path / "v.txt")
    assert "\n" not in str(refused.value)


def test_an_npz_with_objects_loads_nothing(tmp_path):
    class Bomb:
        def __reduce__(self):
            return print, ("never",)

    np.savez(tmp_path / "v.npz", words=np.array([Bomb()], dtype=object), vectors=np.ones((1, 2)))
    with pytest.raises(UserError, match="holds objects or broken arrays"):
        read(tmp_path / "v.npz")
    np.savez(tmp_path / "v.npz", words=np.array(["a"]))
    with pytest.raises(UserError, match="needs two arrays"):
        read(tmp_path / "v.npz")
    np.savez(tmp_path / "v.npz", words=np.array(["a"]), vectors=np.ones((2, 2)))
    with pytest.raises(UserError, match="one row of numbers for each word"):
        read(tmp_path / "v.npz")


def test_bombs_are_refused_before_they_unpack(tmp_path, monkeypatch):
    monkeypatch.setattr(vector_files, "MOST_UNPACKED", 1_000_000)
    monkeypatch.setattr(vector_files, "MOST_NUMBERS", 100_000)
    lines = b"a 1 2\n" * 1_000_000
    (tmp_path / "bomb.txt.gz").write_bytes(gzip.compress(lines))
    with pytest.raises(UserError, match=r"unpacks to more than|are read"):
        read(tmp_path / "bomb.txt.gz")
    with zipfile.ZipFile(tmp_path / "bomb.npz", "w", zipfile.ZIP_DEFLATED) as bomb:
        bomb.writestr("vectors.npy", bytes(1_000_000))
    with pytest.raises(UserError, match="unpacks to more than"):
        read(tmp_path / "bomb.npz")


def test_the_projector_gets_a_config_that_names_its_files(tmp_path):
    write(tmp_path / "v.tsv", WORDS, VECTORS)
    (entry,) = json.loads((tmp_path / "v-config.json").read_text())["embeddings"]
    assert entry["tensorShape"] == [5, 3]
    assert (tmp_path / entry["tensorPath"]).exists() and (tmp_path / entry["metadataPath"]).exists()
    with pytest.raises(UserError, match="word with white space"):
        write(tmp_path / "v.tsv", ("a b",), VECTORS[:1])


@pytest.mark.peer
@pytest.mark.parametrize("kind", ["txt", "bin"])
def test_gensim_reads_what_is_written_and_its_files_are_read(tmp_path, kind):
    models = pytest.importorskip("gensim.models", reason="gensim is not installed")
    write(tmp_path / f"v.{kind}", WORDS, VECTORS)
    theirs = models.KeyedVectors.load_word2vec_format(tmp_path / f"v.{kind}", binary=kind == "bin")
    np.testing.assert_array_equal(theirs[list(WORDS)], VECTORS)
    theirs.save_word2vec_format(str(tmp_path / "theirs"), binary=kind == "bin")
    found = read(tmp_path / "theirs")
    assert sorted(found.words) == sorted(WORDS)
    np.testing.assert_allclose(found.vectors[found.index["kot"]], VECTORS[2], rtol=1e-5)


def test_the_files_for_tensorboard_are_written_all_or_none(tmp_path, monkeypatch):
    words, vectors = ("a", "b"), np.ones((2, 3), np.float32)
    vector_files.write(tmp_path / "v.tsv", words, vectors)
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    replace, calls = os.replace, []

    def refused(old, new):
        calls.append(new)
        if len(calls) == 4:
            raise OSError(errno.EACCES, "Permission denied")
        return replace(old, new)

    monkeypatch.setattr(os, "replace", refused)
    with pytest.raises(UserError, match="Permission denied"):
        vector_files.write(tmp_path / "v.tsv", words, 2 * vectors)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_what_a_killed_writer_left_is_removed(tmp_path):
    (tmp_path / ".unfinished-x1").mkdir()
    (tmp_path / ".seed-0001-ab.npz-999999999-1").write_bytes(b"cut")
    (tmp_path / ".mine-not").write_bytes(b"kept")
    vector_files.write(tmp_path / "v.txt", ("a", "b"), np.ones((2, 3), np.float32))
    assert sorted(path.name for path in tmp_path.iterdir()) == [".mine-not", "v.txt"]


@pytest.mark.peer
def test_the_projector_of_tensorboard_reads_config_vectors_and_words(tmp_path):
    plugin = pytest.importorskip("tensorboard.plugins.projector.projector_plugin")
    context = pytest.importorskip("tensorboard.plugins.base_plugin")
    client = pytest.importorskip("werkzeug.test").Client

    words = ("żółć", "it's", '"quoted"', "日本")
    vectors = np.random.default_rng(4).normal(size=(4, 3)).astype(np.float32)
    vector_files.write(tmp_path / "v.tsv", words, vectors)
    vector_files.write(tmp_path / "other.tsv", words[:2], vectors[:2])
    vector_files.write(tmp_path / "v.tsv", words, vectors)
    apps = plugin.ProjectorPlugin(context.TBContext(logdir=str(tmp_path))).get_plugin_apps()

    def ask(route, **query):
        answer = client(apps[route]).get("/", query_string=query)
        assert answer.status_code == 200, answer.text
        return answer

    assert ask("/runs").json == ["."]
    other, found = ask("/info", run=".").json["embeddings"]
    assert (other["tensorShape"], found["tensorShape"]) == ([2, 3], [4, 3])
    name = found["tensorName"]
    read = np.frombuffer(ask("/tensor", run=".", name=name).data, np.float32).reshape(4, 3)
    np.testing.assert_allclose(read, vectors, rtol=1e-6)
    assert ask("/metadata", run=".", name=name).text.splitlines() == list(words)


@pytest.mark.parametrize("kind", ["txt", "bin", "txt.gz"])
def test_reading_tells_how_far_it_is(tmp_path, monkeypatch, kind):
    monkeypatch.setattr(vector_files, "ROWS", 100)
    vectors = np.random.default_rng(0).normal(size=(3_000, 40)).astype(np.float32)
    plain, _, packed = kind.partition(".")
    (content,) = vector_files.contents(
        f"v.{plain}", tuple(map(str, range(3_000))), vectors
    ).values()
    path = tmp_path / f"v.{kind}"
    path.write_bytes(gzip.compress(content) if packed else content)
    *progress, found = vector_files.load(str(path), 0.0)
    shares = [one.done for one in progress]
    assert len(shares) >= 20 and shares == sorted(shares) and shares[0] > 0 and shares[-1] == 1
    assert shares[3] < 0.9 or kind == "bin"  # of which a megabyte is read at once
    np.testing.assert_array_equal(found.vectors, vectors)


@pytest.mark.parametrize("dim", [1, 2, 9_000])
@pytest.mark.parametrize("first", ["new york", "new", "new york 7"])
def test_words_may_hold_spaces_the_first_one_too(tmp_path, first, dim):
    row = " ".join(["-1.25"] * dim)
    (tmp_path / "x.txt").write_text(f"2 {dim}\n{first} {row}\nsan josé {row}\n", "utf8")
    found = vector_files.read(tmp_path / "x.txt")
    assert found.words == (first, "san josé") and (found.vectors == -1.25).all()
