import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.reading import sentences
from core.reading import words as words_module
from core.reading.words import LONGEST, spoken, tokenize
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


@given(st.text() | st.text(st.sampled_from("aΣB ,1'-i\u0307\u00ad\u200cé。我")))
def test_a_long_piece_has_the_words_of_its_parts(piece):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(words_module, "PART", 2)
        parts = list(words_module._in_parts(piece))
    assert "".join(parts) == piece
    assert tuple(word for part in parts for word in words_of(part)) == words_of(piece)


def test_words_are_numbered_in_their_order_and_new_ones_are_left_out_at_the_end(monkeypatch):
    pieces = sentences.split("a,b b. c,a d,e\nb d")
    found = spoken(pieces)
    said = [found.words[k] for k in found.said(pieces.ids).tolist()]
    assert said == ["a", "b", "b", "", "c", "a", "d", "e", "b", "d"] and found.left_out == 0
    monkeypatch.setattr(words_module, "MOST", 3)
    found = spoken(pieces)
    assert found.words == ["", "a", "b", "c"] and found.left_out == 3
    said = [found.words[k] for k in found.said(pieces.ids).tolist()]
    assert said == ["a", "b", "b", "", "c", "a", "b"]


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
