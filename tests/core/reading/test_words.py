import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.reading.words import LONGEST, tokenize
from core.reading.words import words as words_of


@pytest.mark.parametrize(
    "sentence, words",
    [
        ("Jean-Luc's café", ["jean-luc's", "café"]),
        ("It does n't", ["it", "does", "n't"]),
        ("John 's", ["john", "s"]),
        ("don’t don´t don`t don＇t donʼt well‐known", ["don't"] * 5 + ["well-known"]),
        ("'quoted' -- rock-'n'-roll-", ["quoted", "rock", "n", "roll"]),
        ("numpy.array read_csv x86 2nd", ["numpy", "array", "read", "csv", "x", "nd"]),
        ("ZAŻÓŁĆ Gęślą", ["zażółć", "gęślą"]),
        ("zaz\u0307o\u0301l", ["zażól"]),
        ("m² ½ x₁ ① Ⅳ", ["m", "x"]),
        ("x\u0304y", ["x\u0304y"]),
        ("co\u00adoperate", ["cooperate"]),
        ("ΣΊΣΥΦΟΣ straße", ["σίσυφος", "straße"]),
        ("ﬁlm Ｆｉｌｍ difﬁcult 𝓯𝓲𝓵𝓶", ["film", "film", "difficult", "film"]),
        ("हिन्दी किताब।", ["हिन्दी", "किताब"]),
        ("قَرَأَتِ كـتـاب", ["قَرَأَتِ", "كتاب"]),
        ("בְּרֵאשִׁית", ["בְּרֵאשִׁית"]),
        ("wonder\u200bful fi\u200clm\ufeff a\u2060b", ["wonderful", "film", "ab"]),
        ("می\u200cخواند", ["می\u200cخواند"]),
        ("แมว\u200bบ้าน", ["แมว", "บ้าน"]),
        ("İstanbul", ["istanbul"]),
        ("col·lecció", ["col·lecció"]),
        ("\ufffd 12", []),
    ],
)
def test_words(sentence, words):
    assert tokenize(sentence) == [unicodedata.normalize("NFC", word) for word in words]


def test_turkish_has_two_letters_i():
    assert tokenize("IŞIK ışık İYİ", turkish=True) == ["ışık", "ışık", "iyi"]


def test_a_run_of_letters_that_is_too_long_is_no_word():
    assert tokenize("a" * (LONGEST + 1) + " b") == ["b"]


@given(st.text())
def test_tokenizing_again_changes_nothing(sentence):
    words = tokenize(sentence)
    assert tokenize(" ".join(words)) == words


@given(st.text(st.sampled_from("aŻ\u0301'-’‐_.7 ²İ")))
def test_words_are_lower_case_letters_with_inner_marks(sentence):
    for word in tokenize(sentence):
        assert word == unicodedata.normalize("NFC", word).lower()
        assert word[0].isalpha() and word[-1] not in "'-" and not set(word) & set("_.7²’‐ ")


def test_letters_that_need_no_closer_look_are_read_like_others():
    for letter in map(chr, range(0x250)):
        if letter.isalpha():
            piece = f"a{letter}b"
            # The full stop keeps the piece from the quick way
            assert words_of(piece) == words_of(f"{piece}."), hex(ord(letter))
