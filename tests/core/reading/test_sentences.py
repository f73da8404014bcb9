import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.reading import reader, sentences
from core.reading.words import tokenize
from core.settings import TextSettings


def split(text, rule="auto"):
    pieces, _ = sentences.unhyphenated(sentences.split(text))
    pieces, _, note = sentences.ended(pieces, rule)
    return list(pieces.sentences()), note


@pytest.mark.parametrize(
    "text, found",
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
        ("no marks\nat all\vhere\u2028or there", ["no marks", "at all", "here", "or there"]),
        ("Only 1. 2. --- ! letters", ["Only 1.", "letters"]),
        ("他去学校。小猫在睡觉！今天", ["他去学校。", "小猫在睡觉！", "今天"]),
        ("هل قرأت؟ نعم۔ है। ठीक", ["هل قرأت؟", "نعم۔", "है।", "ठीक"]),
        ("", []),
    ],
)
def test_sentences(text, found):
    assert split(text)[0] == found


def test_the_rule_for_line_ends_is_noted_and_can_be_chosen():
    assert "each line end" in split("a b.\nc d.")[1]
    assert "wrapped" in split("a b. c\nd e.")[1]
    text = "One two. Three\nfour five.\n\nsix"
    assert split(text, "lines")[0] == ["One two.", "Three", "four five.", "six"]
    assert split(text, "blank lines")[0] == ["One two.", "Three four five.", "six"]
    assert split(text, "only lines")[0] == ["One two. Three", "four five.", "six"]


def test_whether_a_sentence_goes_on_after_an_abbreviation_can_be_chosen():
    data = b"We met Dr. Brown. She lives at No. 5 there.\nNobody else came. It was late."
    auto, on, end = (
        reader.read("a.txt", data, TextSettings(abbreviations=rule))
        for rule in ("auto", "go on", "end")
    )
    assert next(auto.sentences()) == "We met Dr. Brown." and list(on.sentences()) == list(
        auto.sentences()
    )
    assert list(end.sentences())[:2] == ["We met Dr.", "Brown."]
    assert "2 times" in auto.notes[-1] and "also after abbreviations" in end.notes[-1]
    assert [found.decided["abbreviations"] for found in (auto, end)] == ["go on", "end"]


def test_words_cut_at_a_line_end_are_joined_and_keep_a_hyphen_they_have_elsewhere():
    text = "The com-\nputer is well-\nknown, a well-known machine. The com-\nputer runs."
    assert split(text)[0] == [
        "The computer is well-known, a well-known machine.",
        "The computer runs.",
    ]
    assert split("No-\nbody")[0] == ["Nobody"] and split("Who--\nme")[0] == ["Who--", "me"]


def test_of_very_many_different_words_the_late_ones_are_left_out(monkeypatch):
    monkeypatch.setattr(sentences, "MOST", 10)
    monkeypatch.setattr(sentences, "CHUNK", 40)
    text = " ".join(f"w{chr(97 + k)}" for k in range(26)) + " wa."
    reading = reader.read("a.txt", text.encode())
    found = {word for words in reading.words() for word in words}
    assert "wa" in found and "wz" not in found
    assert any("new words after" in note for note in reading.notes)


@given(st.text(st.sampled_from("ab.!?…\"') \n\x85-ą。")))
def test_sentences_keep_every_word_in_order(text):
    pieces, _, _ = sentences.ended(sentences.split(text), "auto")
    assert [w for s in pieces.sentences() for w in tokenize(s)] == tokenize(text)


@pytest.mark.timeout(60)
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
        "ab-\n" * 10**5,
        "。" * 10**5,
        ('"' * 300 + ".") * 300,
        "<a " * 10**5,
        "<!--" * 10**5,
        "&" * 10**5,
        "{{" * 10**5,
        "[[" * 10**5,
        "[a](" * 10**5,
        "@a" * 10**5,
        "a@" * 10**5,
        "www." * 10**5,
        "\u200d" * 10**5,
    ],
)
def test_no_text_takes_more_than_linear_time(text):
    """An algorithm of quadratic time would take minutes here."""
    list(reader.read("a.txt", ("It is a text. " + text).encode()).words())


@pytest.mark.parametrize(
    "text, sentences",
    [
        ("Mr. Brown met Dr. Low. He left.", ["Mr. Brown met Dr. Low.", "He left."]),
        (
            "J. R. R. Tolkien and C.S. Lewis met. So?",
            ["J. R. R. Tolkien and C.S. Lewis met.", "So?"],
        ),
        ("It costs 3.50 now. See Fig. 3 there.", ["It costs 3.50 now.", "See Fig. 3 there."]),
        ("No. I am sure. Room No. 5 is it.", ["No.", "I am sure.", "Room No. 5 is it."]),
        (
            "At 5 p.m. he left. “Why?” she asked. Why? So.",
            ["At 5 p.m. he left.", "“Why?” she asked.", "Why?", "So."],
        ),
        ("Prof. Lis z ul. Polnej. Tak.", ["Prof. Lis z ul. Polnej.", "Tak."]),
        (
            "Lubi np. koty, psy itd. i ptaki. Koniec.",
            ["Lubi np. koty, psy itd. i ptaki.", "Koniec."],
        ),
        ("W 1999 r. był tu. O godz. 12 wstał.", ["W 1999 r. był tu.", "O godz. 12 wstał."]),
        ("Pomógł im. Potem wyszedł.", ["Pomógł im.", "Potem wyszedł."]),
        ("А. С. Пушкин жил тут. Да.", ["А. С. Пушкин жил тут.", "Да."]),
    ],
)
def test_abbreviations_and_initials_end_no_sentence(text, sentences):
    reading = reader.read("a.txt", text.encode())
    assert list(reading.sentences()) == sentences
    told = any("abbreviations" in note for note in reading.notes)
    assert told == (text.count(".") + text.count("?") > len(sentences) + ("3.50" in text))


def test_a_text_in_small_letters_ends_its_sentences_at_each_mark():
    text = "the film was good. it was long. but fun! i liked mr. low."
    assert len(list(reader.read("a.txt", text.encode()).sentences())) == 4


def test_an_abbreviation_before_a_wrapped_line_goes_on_there():
    text = ("He lives with Mr.\nLow in the town and is glad. " * 9) + "\n\nThe end."
    found = list(reader.read("a.txt", text.encode()).sentences())
    assert found[0] == "He lives with Mr. Low in the town and is glad." and len(found) == 10
