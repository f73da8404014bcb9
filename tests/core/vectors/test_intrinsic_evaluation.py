"""Similarity lists and analogies, on vectors with known answers."""

import os
from pathlib import Path

import numpy as np
import pytest

from core.errors import UserError
from core.vectors.intrinsic_evaluation import (
    Pair,
    Question,
    read_pairs,
    read_questions,
    scorecard,
    similarity,
)

EVAL = Path(os.environ.get("WORD2VEC_LAB_CORPORA", "nowhere")) / "eval"
WORDS = ("king", "queen", "man", "woman", "apple")
VECTORS = np.array(
    [[3, 1, 0], [3, -1, 0], [0, 1, 0.2], [0, -1, 0.2], [0, 0.1, 5]], dtype=np.float32
)


def rng():
    return np.random.default_rng(0)


def test_a_list_in_the_order_of_the_cosines_correlates_perfectly():
    unit = VECTORS / np.linalg.norm(VECTORS, axis=1, keepdims=True)
    pairs = [
        Pair(WORDS[a], WORDS[b], float(unit[a] @ unit[b]))
        for a, b in ((0, 1), (0, 2), (2, 3), (1, 4))
    ]
    found = similarity(WORDS, VECTORS, pairs, rng())
    assert found.spearman == pytest.approx(1) and found.coverage == 1 and found.readable
    turned = [Pair(p.one, p.two, -p.score) for p in pairs]
    assert similarity(WORDS, VECTORS, turned, rng()).spearman == pytest.approx(-1)


def test_pairs_with_unknown_words_count_in_the_coverage_alone():
    pairs = [Pair("king", "queen", 9), *[Pair("king", f"unknown{k}", k) for k in range(9)]]
    found = similarity(WORDS, VECTORS, pairs, rng())
    assert found.coverage == 0.1 and not found.readable and np.isnan(found.spearman)


@pytest.mark.parametrize(
    "line", ["love\tsex\t6.77", "1\tlove\tsex\t6.77\t3.1", "love sex 6.77", "Love;Sex;6,77"]
)
def test_lists_of_several_shapes_are_read(line):
    assert read_pairs(f"# comment\n\n{line}\n") == [Pair("love", "sex", 6.77)]


def test_a_list_without_pairs_is_refused():
    for text in ("", "# only a comment", "just some words", "1\t2\t3"):
        with pytest.raises(UserError):
            read_pairs(text)
    with pytest.raises(UserError):
        read_questions(": section\nthree words here\n")


def test_the_scorecard_counts_by_section_what_is_right_asked_and_listed():
    questions = read_questions(
        ": royal\nman king woman queen\nman king woman apple\n: none\na b c d\n"
    )
    assert questions[0] == Question("man", "king", "woman", "queen", "royal")
    royal, none = scorecard(WORDS, VECTORS, questions)
    assert (royal.section, royal.right, royal.asked, royal.listed) == ("royal", 1, 2, 2)
    assert (none.right, none.asked, none.listed) == (0, 0, 1)


@pytest.mark.skipif(not EVAL.exists(), reason="WORD2VEC_LAB_CORPORA names no folder with eval/")
def test_the_published_lists_are_read_whole():
    sizes = {"wordsim353.tsv": 353, "simlex999.txt": 999, "MSimLex999_Polish.txt": 999}
    for name, size in sizes.items():
        pairs = read_pairs((EVAL / name).read_text(encoding="utf8"))
        assert len(pairs) == size and all(0 <= pair.score <= 10 for pair in pairs)
    for name, size in {"questions-words.txt": 19_544, "questions-words-pl.txt": 24_570}.items():
        assert len(read_questions((EVAL / name).read_text(encoding="utf8"))) == size
