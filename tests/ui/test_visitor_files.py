"""Texts and vector files that visitors upload or paste."""

import re
import shutil
import threading
import time
from dataclasses import replace
from types import SimpleNamespace

import pytest

from core import files
from core.errors import UserError
from core.reading import reader
from core.settings import TextSettings
from core.texts import registry
from ui import visitor_files

STORY = "Ala ma kota. Kot ma Alę. Pies nie ma kota.\n" * 20


def keep(name, data):
    return visitor_files.keep(name, data)[0]


@pytest.fixture(autouse=True)
def own_folder(tmp_path, monkeypatch):
    monkeypatch.setattr(visitor_files, "_folder", SimpleNamespace(name=tmp_path))
    monkeypatch.setattr(visitor_files, "_owners", {})
    monkeypatch.setattr(visitor_files, "_asked", {})
    return tmp_path


def test_a_kept_text_can_be_trained_on():
    path = visitor_files.path_of(keep("bajka.txt", STORY.encode()))
    corpus = registry.load(TextSettings(corpus=str(path)))
    assert corpus.sentences == 60
    assert "kota" in corpus.index


def test_a_folder_that_was_cleared_away_is_made_again(own_folder):
    lost = keep("bajka.txt", STORY.encode())
    shutil.rmtree(own_folder)
    assert visitor_files.path_of(lost) is None
    assert visitor_files.path_of(keep("bajka.txt", STORY.encode())).is_file()


def test_how_a_text_was_read_is_noted():
    (rule,) = visitor_files.keep("a.txt", STORY.encode())[1]
    assert "sentences end" in rule
    note, _ = visitor_files.keep("a.txt", (STORY * 2).encode("cp1250"))[1]
    assert "cp1250" in note and "not UTF-8" in note


def test_the_identity_names_the_text_and_its_content():
    identity = keep("Moja bajka!.txt", STORY.encode())
    assert identity.startswith("own-Moja-bajka")
    assert identity != keep("Moja bajka!.txt", (STORY + "Koniec.").encode())
    assert visitor_files.path_of(identity).read_bytes() == STORY.encode()


def test_the_same_text_again_is_the_same_file():
    first = visitor_files.path_of(keep("a.txt", STORY.encode()))
    stamp = registry.stamp(str(first))
    time.sleep(0.02)
    assert visitor_files.path_of(keep("a.txt", STORY.encode())) == first
    # otherwise thirty students with one text would cause thirty trainings
    assert registry.stamp(str(first)) == stamp


@pytest.mark.parametrize("name", ["t.csv", "t.CSV", "t.Tsv"])
def test_a_table_stays_a_table(name):
    sign = "," if name.lower().endswith("csv") else "\t"
    data = f"id{sign}text\n" + "".join(f"{k}{sign}ala ma kota numer {k}\n" for k in range(9))
    path = visitor_files.path_of(keep(name, data.encode()))
    corpus = registry.load(TextSettings(corpus=str(path), min_count=1))
    assert "id" not in corpus.index
    assert corpus.sentences == 9


def test_one_content_as_table_and_as_text_are_two_texts():
    data = b"id,text\n1,a cat sat here\n2,a dog sat there\n"
    table, plain = keep("a.csv", data), keep("a.txt", data)
    assert {visitor_files.path_of(table).suffix, visitor_files.path_of(plain).suffix} == {
        ".csv",
        ".txt",
    }


@pytest.mark.parametrize(
    "name",
    [
        "../../outside.txt",
        "/etc/passwd",
        "a/b\\c.txt",
        ".txt",
        "\0.txt",
        "x" * 500,
        "日本.txt",
        "ksi\udcb9ka.txt",
    ],
)
def test_no_name_leads_out_of_the_folder(own_folder, name):
    path = visitor_files.path_of(keep(name, STORY.encode()))
    assert path.parent == own_folder
    assert list(own_folder.iterdir()) == [path]


@pytest.mark.parametrize(
    "identity", ["", "..", "../x", "own-unknown-0", "/etc/passwd", "*", "own-"]
)
def test_an_unknown_identity_has_no_path(identity):
    keep("a.txt", STORY.encode())
    assert visitor_files.path_of(identity) is None


@pytest.mark.parametrize(
    "name, data",
    [
        ("empty.txt", b""),
        ("blank.txt", b" \n\n"),
        ("binary.txt", bytes(range(256)) * 9),
        ("picture.txt", b"\x89PNG\r\n\x1a\n" + bytes(100)),
        ("numbers.csv", b"a,b\n1,2\n3,4\n"),
    ],
)
def test_what_is_no_text_is_refused_and_not_kept(own_folder, name, data):
    with pytest.raises(UserError):
        keep(name, data)
    assert list(own_folder.iterdir()) == []


def test_of_a_table_of_a_few_words_nothing_is_offered_to_choose():
    with pytest.raises(UserError, match="No column of running text") as refused:
        keep("names.csv", b"id,name,year\n" + b"1,Ala,1990\n" * 90)
    assert "choose" not in str(refused.value) and str(refused.value).endswith(".")


def test_a_text_above_the_limit_is_refused(own_folder, monkeypatch):
    monkeypatch.setattr(visitor_files, "TEXT", replace(visitor_files.TEXT, most=1_000_000))
    with pytest.raises(UserError, match="larger than 1 MB"):
        visitor_files.keep("large.txt", b"a" * 1_000_001, kind=visitor_files.TEXT)
    assert visitor_files.VECTORS.most < reader.MAX_BYTES and list(own_folder.iterdir()) == []


def test_the_oldest_texts_go_when_there_are_too_many(monkeypatch):
    monkeypatch.setattr(visitor_files, "KEPT_BYTES", 2.5 * len(STORY))
    monkeypatch.setattr(visitor_files, "IN_USE", 0)
    kept = [keep("a.txt", (STORY + str(k)).encode()) for k in range(4)]
    assert [visitor_files.path_of(identity) is not None for identity in kept] == [
        False,
        False,
        True,
        True,
    ]


def test_a_text_larger_than_the_bound_is_kept_while_it_is_the_newest(monkeypatch):
    monkeypatch.setattr(visitor_files, "KEPT_BYTES", 10)
    assert visitor_files.path_of(keep("a.txt", STORY.encode())) is not None


def test_many_visitors_may_bring_texts_at_once(monkeypatch):
    monkeypatch.setattr(visitor_files, "KEPT_BYTES", 3 * len(STORY))
    problems = []

    def bring(k):
        try:
            for n in range(5):
                keep("a.txt", (STORY + str(n + k)).encode())
                visitor_files.path_of("own-nothing")
        except UserError:  # refused: the other texts fill the folder and are in use
            pass
        except Exception as problem:
            problems.append(problem)

    visitors = [threading.Thread(target=bring, args=(k,)) for k in range(12)]
    for visitor in visitors:
        visitor.start()
    for visitor in visitors:
        visitor.join()
    assert problems == []


def test_the_real_folder_is_private_and_stays_the_same(monkeypatch):
    monkeypatch.undo()
    assert visitor_files.folder() == visitor_files.folder()
    assert visitor_files.folder().stat().st_mode & 0o077 == 0


def test_a_visitor_has_a_share_and_cannot_push_out_the_texts_of_others(monkeypatch):
    monkeypatch.setattr(visitor_files, "SHARE", 2.5 * len(STORY))
    first = visitor_files.keep("a.txt", STORY.encode(), "Ala")[0]
    greedy = [visitor_files.keep("a.txt", (STORY + str(k)).encode(), "Ola")[0] for k in range(4)]
    there = [visitor_files.path_of(identity) is not None for identity in (first, *greedy)]
    assert there == [True, False, False, True, True]


def test_what_is_in_use_stays_and_a_new_text_is_refused(monkeypatch):
    monkeypatch.setattr(visitor_files, "KEPT_BYTES", 1.5 * len(STORY))
    first = visitor_files.keep("a.txt", STORY.encode(), "Ala")[0]
    with pytest.raises(UserError, match="no room"):
        visitor_files.keep("a.txt", (STORY + "b").encode(), "Ola")
    assert visitor_files.path_of(first) and len(list(visitor_files.folder().iterdir())) == 1


def test_a_full_disk_is_one_sentence_and_keeps_nothing(own_folder, monkeypatch):
    def full(path, content):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(visitor_files.files, "write_whole", full)
    with pytest.raises(UserError, match="No space left"):
        keep("a.txt", STORY.encode())
    assert list(own_folder.iterdir()) == []


def test_the_same_content_under_another_name_is_the_same_file():
    one, other = keep("a.txt", STORY.encode()), keep("b.txt", STORY.encode())
    assert one != other and visitor_files.path_of(one) == visitor_files.path_of(other)
    assert visitor_files.path_of(visitor_files.path_of(one).stem) == visitor_files.path_of(one)


def test_folders_of_servers_that_were_killed_are_removed(tmp_path, monkeypatch):
    monkeypatch.setattr(visitor_files.tempfile, "gettempdir", lambda: str(tmp_path))
    monkeypatch.setattr(visitor_files.tempfile, "tempdir", str(tmp_path))
    monkeypatch.setattr(visitor_files, "_folder", None)
    dead, reused, other = (
        tmp_path / f"word2vec-lab-{name}" for name in ("999999999-1-x", "1-0-x", "else")
    )
    for path in (dead, reused, other):  # process 1 lives, but did not start at that time
        path.mkdir()
    mine = visitor_files.folder()
    files.remove_left_behind()
    assert set(tmp_path.iterdir()) == {mine, other}


def test_vector_files_are_kept_with_texts_under_distinct_names():
    data = b"2 2\na 1 2\nb 3 4\n"
    arrived = visitor_files.write("my vectors.vec", data, visitor_files.VECTORS)
    visitor_files.accept(arrived, "me")
    assert re.fullmatch(r"vectors-my-vectors-[0-9a-f]{10}", arrived.identity)
    assert visitor_files.path_of(arrived.identity).read_bytes() == data
    assert visitor_files.path_of(arrived.identity.replace("vectors-", "own-", 1)) is None
    with pytest.raises(UserError, match="holds no vectors"):
        visitor_files.keep("x.vec", b"\n", "me", visitor_files.VECTORS)
