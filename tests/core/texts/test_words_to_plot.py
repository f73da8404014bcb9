import pytest
from texts_for_tests import generated

from core.texts import corpus, words_to_plot
from core.vectors import neighbors_and_clusters


def facts(sentences, **told):
    return corpus.encode(
        [s.split() for s in sentences], min_count=1, max_vocabulary=1_000, **told
    ).facts()


@pytest.mark.parametrize("name, first", [("polish", "świetny"), ("english", "great")])
def test_the_exercise_is_the_first_choice_where_its_words_are(name, first):
    text = generated(name)
    assert words_to_plot.choices(text) == ["exercise", "groups", "frequent", "own"]
    chosen = words_to_plot.choose(text, "exercise")
    assert len(chosen.words) == 14 and chosen.words[0] == first and not chosen.missing
    assert (
        chosen.groups == ("film talk",) * 9 + ("army",) * 5 and chosen.labels == [0] * 9 + [1] * 5
    )


def test_a_text_without_groups_offers_frequent_words_and_one_s_own():
    text = facts(["the tiny words and some longer ones", "the tiny words and"])
    assert words_to_plot.choices(text) == ["frequent", "own"]
    # More than three letters
    assert words_to_plot.choose(text, "frequent").words == (
        "tiny",
        "words",
        "longer",
        "ones",
    )


def test_function_words_are_no_examples_and_short_words_are_where_none_is_longer():
    polish = facts(["nie jest to ale kot ma psa i las oraz dom albo żubra"] * 3)
    assert words_to_plot.example(polish) == "żubra dom kot las; psa"
    chinese = facts(["我 喜欢 看 电影", "今天 天气 很 好"])
    other = facts([f"cun {word}aa" for word in "bcdefgh"])
    assert "cun" not in words_to_plot.example(other)
    for text in (polish, chinese, other):
        read = words_to_plot.choose(text, "own", words_to_plot.example(text))
        assert read.words and not read.missing


@pytest.mark.parametrize("name", ["polish", "english"])
def test_the_example_of_a_text_with_groups_has_two_that_can_be_tested(name):
    text = generated(name)
    read = words_to_plot.choose(text, "own", words_to_plot.example(text))
    assert (
        len(set(read.labels)) == 2
        and not read.missing
        and not neighbors_and_clusters.too_few(read.labels)
    )


def test_a_typed_word_is_read_as_the_text_is():
    text = facts(["świetny don't film"])
    for typed in ("ŚWIETNY.", "s\u0301wietny", "don’t", "ﬁlm"):
        assert words_to_plot.choose(text, "own", typed).words, typed


def test_groups_show_their_most_frequent_words():
    text = facts(
        ["a b c d e f g", "b c d e f g", "c d e f g", "x y"],
        groups={"one": list("gfedcba"), "two": ["x", "nope"]},
    )
    chosen = words_to_plot.choose(text, "groups")
    assert chosen.groups == ("one",) * 5 + ("two",) and set(chosen.words) == {
        "c",
        "d",
        "e",
        "f",
        "g",
        "x",
    }
    assert chosen.missing == ()  # only typed words are reported as missing


@pytest.mark.parametrize(
    "typed, found, groups, missing",
    [
        ("a, b; c x", "abc", ("group 1", "group 1", "group 2"), ("x",)),
        ("A B\nC\n\n;", "abc", ("group 1", "group 1", "group 2"), ()),
        ("a a; a b", "ab", ("group 1", "group 2"), ()),
        ("", "", (), ()),
        (" ;;\n 12 !", "", (), ()),
        ("x-y z", "", (), ("x-y", "z")),
    ],
)
def test_one_s_own_list_in_groups(typed, found, groups, missing):
    chosen = words_to_plot.choose(facts(["a b c"]), "own", typed)
    assert (chosen.words, chosen.groups, chosen.missing) == (tuple(found), groups, missing)


def test_one_s_own_list_is_bounded():
    text = facts([" ".join(f"w{chr(97 + k // 26)}{chr(97 + k % 26)}" for k in range(100))])
    assert len(words_to_plot.choose(text, "own", " ".join(text.words)).words) == words_to_plot.MOST


def test_words_are_known_in_composed_and_decomposed_spelling():
    import unicodedata

    text = facts(["zły świetny"])
    assert words_to_plot.choose(text, "own", unicodedata.normalize("NFD", "ZŁY Świetny")).words == (
        "zły",
        "świetny",
    )


def test_a_way_that_does_not_exist_for_a_text_is_harmless():
    assert words_to_plot.choose(facts(["a b"]), "groups").words == ()
    assert len(words_to_plot.choose(facts(["a b"]), "exercise").missing) == 14
