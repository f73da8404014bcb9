import os
import time
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import UserError
from core.texts.reading import MAX_BYTES, decode, read_text, split_sentences, tokenize

POLISH = "Zażółć gęślą jaźń — „świetny” film… 😀\n"
CORPORA = os.environ.get("WORD2VEC_LAB_CORPORA")
needs_corpora = pytest.mark.skipif(
    not CORPORA, reason="WORD2VEC_LAB_CORPORA does not name the folder of corpora"
)


def mojibake(text):
    return text.encode("utf8").decode("latin1")


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
def test_unicode_is_decoded_with_and_without_mark(codec):
    assert decode(POLISH.encode(codec)) == (POLISH, [])


@pytest.mark.parametrize(
    "codec, mark", [("utf-16-be", b"\xfe\xff"), ("utf-32-be", b"\0\0\xfe\xff")]
)
def test_big_endian_is_decoded(codec, mark):
    assert decode(mark + POLISH.encode(codec)) == (POLISH, [])


def test_a_stray_nul_in_utf16_is_dropped():
    assert decode("one\0 two".encode("utf-16")) == ("one two", [])


def test_polish_in_one_byte_encoding_is_read_with_a_note_that_counts_the_losses():
    sentence = "Świetny film, bardzo dobrze się ogląda i jeszcze lepiej wspomina"
    text, (note,) = decode(sentence.encode("cp1250"))
    assert text == "\ufffdwietny film, bardzo dobrze si\ufffd ogl\ufffdda i jeszcze lepiej wspomina"
    assert note.startswith("3 bytes were not UTF-8 and replaced by \ufffd") and "cp1250" in note


def test_one_lost_byte_is_singular_and_utf16_is_named():
    assert decode(b"\xff\xfea\0b\0c")[1][0].startswith("1 byte was not UTF-16")


@pytest.mark.parametrize(
    "data, words",
    [
        (b"", "empty"),
        (b" \r\n\t", "empty"),
        (b"\xef\xbb\xbf", "empty"),
        (b"\xff\xfe", "empty"),
        (b"%PDF-1.7 text", "a PDF"),
        (b"PK\x03\x04word/document.xml", ".docx"),
        (b"\x1f\x8b\x08", "gzip"),
        (b"plain\0text", "binary"),
        (bytes(range(1, 32)), "binary"),
        ("Привет, мир".encode("cp1251"), "convert"),
        (b"a" * (MAX_BYTES + 1), "20 MB"),
    ],
)
def test_what_is_no_text_is_refused_in_one_sentence(data, words):
    with pytest.raises(UserError, match=words) as error:
        decode(data)
    assert str(error.value).endswith(".") and "\n" not in str(error.value)


@given(
    st.binary(max_size=200),
    st.sampled_from([b"", b"\xff\xfe", b"\xfe\xff", b"\xff\xfe\0\0", b"\xef\xbb\xbf"]),
)
def test_any_bytes_are_text_or_a_user_error(data, mark):
    try:
        text, notes = decode(mark + data)
    except UserError:
        return
    assert text.strip() and "\0" not in text and len(notes) <= 1
    text.encode("utf-8")  # no lone surrogates


@given(st.text(st.sampled_from('ab ,;\t"\n.1')), st.sampled_from(["a.csv", "a.tsv", "a.txt", "a"]))
def test_any_table_is_text_or_a_user_error(text, name):
    try:
        found, notes = read_text(name, text.encode())
    except UserError:
        return
    assert found.strip() and all(isinstance(note, str) for note in notes)


FIRST, SECOND = "The cat, as always, sat down.", "Dogs; well, dogs ran away!"


def table(delimiter, rows):
    return "\r\n".join(delimiter.join(f'"{cell}"' for cell in row) for row in rows).encode()


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize(
    "header, label",
    [
        (["id", "Review", "label"], "'Review' of 3"),
        (["id", "blurb", "label"], "'blurb' of 3"),
        ([], "2 of 3"),
    ],
)
def test_the_text_column_is_found_by_name_or_by_its_words(delimiter, header, label):
    rows = [["1", FIRST, "good"], ["2", SECOND, "good"]]
    text, notes = read_text("reviews.csv", table(delimiter, [header] * bool(header) + rows))
    assert (text, notes) == (f"{FIRST}\n\n{SECOND}", [f"column {label}"])


def test_a_name_beats_longer_text_and_the_names_have_an_order():
    rows = [
        ["title", "summary", "Tekst"],
        ["A title of words", "a much longer summary of the words", "Ala ma kota"],
    ]
    assert read_text("a.csv", table(",", rows))[0] == "Ala ma kota"


def test_of_several_columns_of_text_the_longest_is_taken():
    rows = [
        ["blurb", "story"],
        ["one two three", "four five six seven"],
        ["one two six", "three four five six"],
    ]
    assert read_text("a.csv", table(";", rows))[1] == ["column 'story' of 2"]


def test_the_line_that_names_the_delimiter_is_no_row():
    assert read_text("a.csv", b"sep=;\nid;tekst\n1;Ala ma kota\n")[0] == "Ala ma kota"


def test_a_named_column_without_words_is_passed_over():
    rows = [["content", "opis"], ["17", "Ala ma kota i psa"], ["18", "Kot ma mleko i mysz"]]
    assert read_text("a.csv", table(";", rows))[1] == ["column 'opis' of 2"]


def test_a_table_without_running_text_names_its_columns():
    with pytest.raises(UserError, match="'id', 'score'"):
        read_text("a.csv", b"id,score\n1,0.5\n2,0.7\n")


def test_one_column_with_commas_inside_stays_one_column():
    lines = [
        "Good film, I think, it is",
        "No comma in here at all",
        "Yes, one here, and one more, too",
    ]
    assert read_text("a.csv", "\n".join(lines).encode()) == ("\n\n".join(lines), ["column 1 of 1"])


def test_cells_keep_quotes_and_lose_line_breaks():
    data = b'id,text\n1,"He said ""well""\nand left, of course"\n'
    assert read_text("a.csv", data)[0] == 'He said "well" and left, of course'


def test_ragged_rows_are_skipped_or_joined():
    data = b"id,text\n1,one two three\n2\n\n3,four, five, six\n"
    assert read_text("a.csv", data)[0] == "one two three\n\nfour, five, six"
    assert (
        read_text("a.csv", b"id,text,label\n1,one two three,good\n2\n3,four\n")[0]
        == "one two three\n\nfour"
    )


def test_a_quote_that_never_closes_costs_its_own_row_only():
    data = b'id,text\n1,"an open quote here\n2,a second row here\n3,"a ""third"" row here"\n'
    text, notes = read_text("a.csv", data)
    assert text.split("\n\n") == ["an open quote here", "a second row here", 'a "third" row here']
    assert "do not balance" in notes[1]


def test_a_very_long_cell_is_read():
    cell = "many words " * 100_000
    assert len(read_text("a.csv", f'id,text\n1,"{cell}"\n'.encode())[0]) == len(cell) - 1


def test_treebank_is_known_by_its_header_and_its_marks_are_undone():
    line = r"1	`` Fast\/slow '' -LRB- it does n't bore -RRB- **\** ."
    text, notes = read_text(
        "sst.bin", f"sentence_index\tsentence\n{line}\n2\t{mojibake('naïve café')}\n".encode()
    )
    assert text == '" Fast/slow " ( it does n\'t bore ) **** .\n\nnaïve café'
    assert "column 'sentence' of 2" in notes[0] and notes[1].startswith("1 line")


def test_treebank_marks_may_be_lower_case_and_rows_must_hold_something():
    assert read_text("a", b"sentence_index\tsentence\n1\t-lrb- so -rrb-\n")[0] == "( so )"
    with pytest.raises(UserError, match="no text"):
        read_text("a", b"sentence_index\tsentence\n1\t \n")


def test_plain_text_is_not_searched_for_columns():
    assert read_text("a.txt", b"id,text\r\n1,a\rb") == ("id,text\n1,a\nb", [])


@pytest.mark.parametrize(
    "text, sentences",
    [
        ("One. Two! Three?", ["One.", "Two!", "Three?"]),
        (
            "He left… (Really.) “No.” ’Twas 3.14 a.m. now",
            ["He left…", "(Really.)", "“No.”", "’Twas 3.14 a.m.", "now"],
        ),
        ("Wait... What?!\tYes", ["Wait...", "What?!", "Yes"]),
        (
            "wrapped lines of\nprose. And more\nof it. The\nend.",
            ["wrapped lines of prose.", "And more of it.", "The end."],
        ),
        ("Title\n \nwrapped lines. Of\nprose.", ["Title", "wrapped lines.", "Of prose."]),
        ("A dog runs .\nA cat sleeps .\nno mark\n", ["A dog runs .", "A cat sleeps .", "no mark"]),
        ("no marks\r\nat all\rhere\u2028or there", ["no marks", "at all", "here", "or there"]),
        ("Only 1. 2. --- ! letters", ["Only 1.", "letters"]),
        ("", []),
    ],
)
def test_sentences(text, sentences):
    assert split_sentences(text)[0] == sentences


def test_the_rule_for_line_ends_is_told():
    assert "each line end" in split_sentences("a b.\nc d.")[1]
    assert "wrapped" in split_sentences("a b. c\nd e.")[1]


@given(st.text(st.sampled_from("ab.!?…\"') \n\r\x85-ą")))
def test_sentences_keep_every_word_in_order(text):
    words = [word for sentence in split_sentences(text)[0] for word in tokenize(sentence)]
    assert words == tokenize(text)


@pytest.mark.parametrize(
    "text",
    [
        "." * 10**5,
        "." + '"' * 10**5,
        " \n" * 10**5,
        "\n" + " " * 10**5 + "a",
        "a-" * 10**5,
        "word " * 10**5,
        "a\u0301" * 10**5,
        ('"' * 300 + ".") * 300,
    ],
)
def test_reading_takes_linear_time(text):
    start = time.perf_counter()
    for sentence in split_sentences(text)[0]:
        tokenize(sentence)
    assert time.perf_counter() - start < 3  # seconds, measured 0.1; quadratic time takes minutes


@pytest.mark.parametrize(
    "sentence, words",
    [
        ("Jean-Luc's café", ["jean-luc's", "café"]),
        ("It does n't", ["it", "does", "n't"]),
        ("John 's", ["john", "s"]),
        ("don’t well‐known", ["don't", "well-known"]),
        ("'quoted' -- rock-'n'-roll-", ["quoted", "rock", "n", "roll"]),
        ("numpy.array read_csv x86 2nd", ["numpy", "array", "read", "csv", "x", "nd"]),
        ("ZAŻÓŁĆ Gęślą", ["zażółć", "gęślą"]),
        ("zaz\u0307o\u0301l", ["zażól"]),
        ("m² ½ x₁ ①", ["m", "x"]),
        ("x\u0304y", ["x\u0304y"]),
        ("co\u00adoperate", ["cooperate"]),
        ("ΣΊΣΥΦΟΣ straße", ["σίσυφος", "straße"]),
        ("\ufffd 12", []),
    ],
)
def test_words(sentence, words):
    assert tokenize(sentence) == words


@given(st.text())
def test_tokenizing_again_changes_nothing(sentence):
    words = tokenize(sentence)
    assert tokenize(" ".join(words)) == words


@given(st.text(st.sampled_from("aŻ\u0301'-’‐_.7 ²İ")))
def test_words_are_lower_case_letters_with_inner_marks(sentence):
    for word in tokenize(sentence):
        assert word == unicodedata.normalize("NFC", word).lower()
        assert word[0].isalpha() and word[-1] not in "'-" and not set(word) & set("_.7²’‐ ")


@needs_corpora
def test_the_stanford_treebank_is_read_whole_and_repaired():
    path = Path(CORPORA) / "sst" / "datasetSentences.txt"
    text, notes = read_text(path.name, path.read_bytes())
    lines = text.split("\n\n")
    assert len(lines) == 11_855 and "-LRB-" not in text and "``" not in text and "\\/" not in text
    assert "Ã" not in text and notes[-1].startswith("104 lines")  # the bytes that betray mojibake
    words = [tokenize(sentence) for sentence in split_sentences(text)[0]]
    assert 190_000 < sum(map(len, words)) < 227_000 and any("n't" in sentence for sentence in words)


@needs_corpora
@pytest.mark.parametrize(
    "name, rule", [("pan-tadeusz", "wrapped"), ("cdscorpus_sentences", "each line end")]
)
def test_verse_is_joined_and_a_sentence_a_line_is_not(name, rule):
    path = Path(CORPORA) / "polish" / f"{name}.txt"
    text, notes = read_text(path.name, path.read_bytes())
    assert notes == [] and rule in split_sentences(text)[1]
