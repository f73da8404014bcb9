"""Damaged files: the cases, mutated at random. Each is read, or refused with one sentence.

Ten thousand others of each kind: see tests/test_hostile_input.py.
"""

import gzip
import io
import os
import zipfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, seed
from hypothesis import settings as settings_of_hypothesis
from hypothesis import strategies as st

from core.errors import UserError
from core.reading import reader
from core.settings import ABBREVIATIONS, FORMATS, MARKUP, SENTENCE_ENDS, TextSettings
from core.texts import corpus

FILES = int(os.environ.get("WORD2VEC_LAB_FUZZ", "300"))
SEED = int(os.environ.get("WORD2VEC_LAB_FUZZ_SEED", "0"))
A_TEST = 100  # files per test, because the time limit is per test
CASES = sorted((Path(__file__).parent / "cases").iterdir())
PIECES = (
    *(
        b"\0",
        b'"',
        b"\\",
        b"\n\n",
        b"\r",
        b"\t",
        b",",
        b";",
        b"|",
        b"{",
        b"}",
        b"[",
        b"]",
        b"<",
        b">",
    ),
    *(b"&amp;", b"&#x110000;", b"&#0;", b"<!--", b"-->", b"<script>", b"</p>", b"<![CDATA[", b"{{"),
    *(b"]]", b"@", b"http://", b"__label__", b"<unk>", b"1\n00:00:01,000 --> 00:00:02,000\n"),
    *(b"\xff\xfe", b"\xef\xbb\xbf", b"\xc3", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\xe2\x80\xa8"),
    *("\u0301".encode(), "\u200d".encode(), "。".encode(), "ı".encode(), "İ".encode(), b"sep=;\n"),
)
NAMES = [
    ".txt",
    ".csv",
    ".tsv",
    ".json",
    ".jsonl",
    ".srt",
    ".ass",
    ".html",
    ".xml",
    ".zip",
    ".docx",
    "",
    "/\\\"'*[x](y)",
]


def mutated(rng):
    """A case that was cut, repeated, corrupted, mixed with another, re-encoded or compressed."""
    data = CASES[rng.integers(len(CASES))].read_bytes()[:20_000]
    for _ in range(rng.integers(1, 5)):
        a, b = sorted(rng.integers(0, len(data) + 1, 2))
        kind = rng.integers(9)
        if kind == 0:
            data = data[:a] + data[b:]
        elif kind == 1:
            data = data[:a] + data[a:b] * int(rng.integers(2, 5)) + data[b:]
        elif kind == 2:
            data = (
                data[:a] + PIECES[rng.integers(len(PIECES))] * int(rng.integers(1, 50)) + data[a:]
            )
        elif kind == 3:
            spoiled = np.frombuffer(data, np.uint8).copy()
            spoiled[rng.random(len(spoiled)) < 0.02] = rng.integers(256)
            data = spoiled.tobytes()
        elif kind == 4:
            data = data[:a] + CASES[rng.integers(len(CASES))].read_bytes()[:5_000] + data[b:]
        elif kind == 5:
            codec = ("utf-16", "utf-16-be", "utf-32-le", "cp1250", "koi8-r", "cp1252", "gb18030")
            data = data.decode("utf8", "ignore").encode(codec[rng.integers(len(codec))], "ignore")
        elif kind == 6:
            data = data.replace(b"\n", PIECES[rng.integers(len(PIECES))])
        elif kind == 7:
            data = gzip.compress(data, mtime=0)[: None if rng.integers(2) else -5]
        else:
            packed = io.BytesIO()
            with zipfile.ZipFile(packed, "w") as archive:
                name = "a" + NAMES[rng.integers(len(NAMES))]
                archive.writestr(zipfile.ZipInfo(name), data)  # without the time: the same bytes
            data = packed.getvalue()
        data = data[:60_000]
    return data


def settings(rng):
    def one(choices):
        return choices[rng.integers(len(choices))] if rng.integers(3) == 0 else "auto"

    return TextSettings(
        encoding=one(("auto", "utf-8", "cp1250", "utf-16")),
        format=one(FORMATS),
        column=one(("auto", "1", "text", "nope")),
        sentence_end=one(SENTENCE_ENDS),
        abbreviations=one(ABBREVIATIONS),
        markup=one(MARKUP),
        segment=one(("auto", "none")),
    )


@pytest.mark.timeout(120)
@pytest.mark.parametrize("part", range(FILES // A_TEST))
def test_a_mutated_file_is_a_text_or_one_sentence(part):
    refused = []
    for number in range(A_TEST):
        rng = np.random.default_rng((SEED, part, number))
        data, how = mutated(rng), settings(rng)
        name = "a" + NAMES[rng.integers(len(NAMES))]
        try:
            reading = reader.read(name, data, how)
            found = corpus.encode_reading(reading, min_count=1, max_vocabulary=1_000)
        except UserError as problem:
            refused.append(str(problem))
            reader.glimpse([(name, data)], how)
            continue
        assert all(map(str.strip, found.words)) and len(found.ids) == found.starts[-1]
        for told in (*reading.notes, *reading.warnings, *reading.first_lines):
            told.encode("utf8")
    assert not [said for said in refused if "\n" in said or len(said) > 600]
    assert len(refused) < 0.7 * A_TEST


def encoded(text):
    return text.encode("utf8", "surrogatepass")


PARTS = st.sampled_from(PIECES) | st.binary(max_size=30) | st.text(max_size=30).map(encoded)


@pytest.mark.timeout(900)
@seed(SEED)
@settings_of_hypothesis(max_examples=FILES, deadline=None)
@given(
    st.lists(PARTS, max_size=40),
    st.integers(1, 30),
    st.sampled_from(NAMES),
    st.sampled_from(FORMATS),
    st.sampled_from(SENTENCE_ENDS),
    st.sampled_from(MARKUP),
)
def test_a_made_up_file_is_a_text_or_one_sentence(parts, times, name, kind, ends, markup):
    how = TextSettings(format=kind, sentence_end=ends, markup=markup)
    said = "."
    try:
        reading = reader.read("a" + name, b"".join(parts) * times, how)
        corpus.encode_reading(reading, min_count=1, max_vocabulary=1_000)
    except UserError as problem:
        said = str(problem)
        reader.glimpse([("a" + name, b"".join(parts) * times)], how)
    assert "\n" not in said and said.endswith(".")
