import pickle
from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from texts_for_tests import encode

from core.errors import UserError
from core.texts import corpus

TEXTS = st.lists(st.lists(st.sampled_from("abcdefgh"), max_size=8), max_size=12)


def test_words_are_numbered_by_frequency_and_then_by_spelling():
    text = encode("b a c", "c b a c", "d c")
    assert text.words == ("c", "a", "b", "d")  # 4, 2, 2, 1 times
    assert text.counts.tolist() == [4, 2, 2, 1]
    assert text.ids.tolist() == [2, 1, 0, 0, 2, 1, 0, 3, 0]
    assert text.starts.tolist() == [0, 3, 7, 9]
    assert (text.sentences, text.tokens, text.different, text.coverage) == (3, 9, 4, 1.0)
    assert text.index == {"c": 0, "a": 1, "b": 2, "d": 3}


def test_rare_words_go_and_with_them_sentences_that_keep_one_word():
    text = encode("a b a", "a rare", "b a odd b", "single", min_count=2)
    assert text.words == ("a", "b")
    assert text.starts.tolist() == [0, 3, 6]  # "a rare" keeps one word, "single" none
    assert [text.words[k] for k in text.ids] == ["a", "b", "a", "b", "a", "b"]
    assert (text.sentences, text.tokens, text.different) == (4, 10, 5)
    assert text.coverage == pytest.approx(7 / 10)  # "a" of "a rare" is in the vocabulary, too


def test_the_vocabulary_is_cut_to_the_most_frequent():
    text = encode("a a a b b c", "a b c d", max_vocabulary=2)
    assert text.words == ("a", "b") and text.coverage == pytest.approx(7 / 10)


@pytest.mark.parametrize(
    "sentences, words",
    [
        ([], "no words"),
        ([""], "no words"),
        (["alone"], "at least two words, but only 1 of the 1 different"),
        (["same same same"], "only 1 of the 1"),
        (["a b c"], "only 0 of the 3"),
        (["a", "a", "b", "b"], "no pair"),
    ],
)
def test_a_text_with_nothing_to_learn_from_is_refused_in_one_sentence(sentences, words):
    with pytest.raises(UserError, match=words) as error:
        encode(*sentences, min_count=1 if words != "only 0 of the 3" else 2)
    assert str(error.value).endswith(".") and "\n" not in str(error.value)


@given(TEXTS, st.integers(1, 4), st.integers(2, 8))
def test_nothing_is_lost_or_invented(sentences, min_count, most):
    counted = Counter(word for sentence in sentences for word in sentence)
    try:
        text = corpus.encode(sentences, min_count=min_count, max_vocabulary=most)
    except UserError:
        kept = {
            w
            for w, _ in sorted(counted.items(), key=lambda x: (-x[1], x[0]))[:most]
            if counted[w] >= min_count
        }
        assert len(kept) < 2 or all(sum(w in kept for w in s) < 2 for s in sentences)
        return
    assert all(counted[w] >= min_count for w in text.words) and len(text.words) <= most
    assert (
        min(counted[w] for w in text.words)
        >= max((c for w, c in counted.items() if w not in text.index), default=0)
        or len(text.words) < most
    )
    assert text.counts.tolist() == [counted[w] for w in text.words]
    read = [
        [text.words[k] for k in text.ids[a:b]]
        for a, b in zip(text.starts[:-1], text.starts[1:], strict=True)
    ]
    assert read == [kept for s in sentences if len(kept := [w for w in s if w in text.index]) > 1]
    assert text.ids.dtype == np.int32 and text.starts.dtype == np.int64


def test_the_digest_sees_words_order_and_sentence_ends_and_nothing_else():
    same = [
        encode("a b c", "b c"),
        corpus.encode(
            [["a", "b", "c"], ["b", "c"]],
            min_count=1,
            max_vocabulary=99,
            notes=("read twice",),
            glosses={"a": "an a"},
        ),
    ]
    other = [
        encode("a b c", "c b"),
        encode("a b", "c b c"),
        encode("b c", "a b c"),
        encode("a b d", "b d"),
        encode("a b c b c"),
    ]
    assert same[0].digest == same[1].digest
    assert len({text.digest for text in [same[0], *other]}) == 1 + len(other)


def test_facts_are_all_but_the_text_and_travel_between_processes():
    text = corpus.encode(
        [["a", "b"], ["b", "a"]],
        min_count=1,
        max_vocabulary=9,
        excerpt=("A b.",),
        notes=("n",),
        groups={"g": ["a"]},
        glosses={"a": "an a", "z": "not in the text"},
    )
    facts = pickle.loads(pickle.dumps(text.facts()))
    assert not hasattr(facts, "ids") and not hasattr(facts, "starts")
    assert (
        facts.words,
        facts.excerpt,
        facts.notes,
        facts.groups,
        facts.digest,
        facts.coverage,
    ) == (text.words, ("A b.",), ("n",), {"g": ["a"]}, text.digest, 1.0)
    assert facts.glosses == {"a": "an a"} and facts.index["b"] == 1
