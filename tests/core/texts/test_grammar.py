import re
from collections import Counter
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from scipy import stats
from texts_for_tests import generated

from core.reading.words import tokenize
from core.settings import TextSettings
from core.texts import grammar, registry

LANGUAGES = "polish", "english"
LEXICON = """
# a language of its own
alternate z ze before sz
inline m f n v o
plural m1=v m2=o m3=o f=o n=o in pl.nom
paradigm noun: sg.nom pl.nom
paradigm adj: nom.m1 nom.f nom.n nom.v nom.o
derive noun: sg.ins = sg.nom -t +tem
paradigm plain: base

[person] noun group=people
brat, m1, brother: brat bracia

[thing] noun
kot, m2, cat: kot koty

[big] adj
duży, adj, big: duży duża duże duzi duże

[word] plain
""" + "\n".join(f"{letter}, x, the letter {letter}: {letter}" for letter in "abcdefgh")


def make(tmp_path, patterns, lexicon=LEXICON):
    (tmp_path / "lexicon.txt").write_text(lexicon, encoding="utf8")
    (tmp_path / "patterns.txt").write_text(patterns, encoding="utf8")
    return grammar.load(tmp_path)


def written(rules, tokens=400, seed=0, **options):
    return grammar.write(rules, tokens, np.random.default_rng(seed), **options)


@pytest.fixture(scope="module", params=LANGUAGES)
def rules(request):
    return grammar.load(registry.DATA / request.param)


# -- the two languages
# ------------------------------------------------------------------------------------------------


def test_each_language_has_300_patterns_and_1500_forms(rules):
    assert sum(map(len, rules.patterns.values())) >= 300
    assert len(rules.forms()) >= 1_500
    assert len({p for patterns in rules.patterns.values() for p in patterns}) >= 300, (
        "patterns repeat"
    )
    seen = {word for sentence in written(rules, 60_000) for word in tokenize(sentence)}
    assert len(seen) >= 1_500, "a text of the default size shows fewer"


def test_every_pattern_gives_clean_sentences(rules):
    every = [pattern for patterns in rules.patterns.values() for pattern in patterns]
    each = replace(
        rules, patterns={pattern: [pattern] for pattern in every}, weights=dict.fromkeys(every, 1.0)
    )
    for sentence in written(each, 120_000, rare=0.5, mixing=0.02):  # each pattern some twenty times
        assert not re.search(r"[{}|@()_=#\[\]\\]|\s\s|\s[,.?!]|[,.?!][,.]|^\s|\s$|-\s", sentence), (
            sentence
        )
        assert (
            sentence[-1] in ".?!" and not sentence[0].islower() and len(tokenize(sentence)) >= 2
        ), sentence


def test_planted_groups_share_no_word_and_are_all_written(rules):
    assert len(rules.groups) >= 8
    lemmas = [lemma for group in rules.groups.values() for lemma in group]
    assert len(lemmas) == len(set(lemmas)), [x for x, n in Counter(lemmas).items() if n > 1]
    seen = Counter(word for sentence in written(rules, 60_000) for word in tokenize(sentence))
    for name, group in rules.groups.items():
        assert sum(seen[lemma] >= 20 for lemma in group) >= 5, f"{name}: fewer than 5 words to plot"


@pytest.mark.parametrize("name", LANGUAGES)
def test_the_fourteen_words_are_frequent_and_in_the_right_groups(name):
    text, groups = generated(name), registry.registry()[name].exercise
    assert list(groups) == ["film talk", "army"]
    words = [word for group in groups.values() for word in group]
    assert len(words) == 14 == len(set(words))
    assert min(text.counts[text.index[w]] for w in words) >= 100
    film, army = text.groups["film"], text.groups["army"]
    assert [w in film for w in words] == [True] * 9 + [False] * 5
    assert [w in army for w in words] == [False] * 9 + [True] * 5


@pytest.mark.parametrize("name", LANGUAGES)
def test_frequencies_fall_like_zipf(name):
    counts = generated(name).counts[:500]
    line = stats.linregress(np.log(np.arange(1, 501)), np.log(counts))
    assert -1.2 < line.slope < -0.65 and line.rvalue**2 > 0.95


@pytest.mark.parametrize("options", [{}, {"text_seed": 7, "rare": 0.6, "mixing": 1.0}])
def test_every_polish_form_has_an_english_gloss(options):
    text = registry.load(TextSettings(corpus="polish", tokens=120_000, min_count=1, **options))
    assert [w for w in text.words if not text.glosses.get(w)] == []
    plain = {w: re.sub(r"\([^)]*\)", "", gloss) for w, gloss in text.glosses.items()}
    assert {
        w: g for w, g in plain.items() if re.search(r"\b[a-ząćęłńóśźż]*[ąćęłńóśźż]", g)
    } == {}, "Polish but for names"


def test_who_is_addressed_in_polish_stands_in_the_vocative():
    text = registry.load(TextSettings(corpus="polish", tokens=200_000, min_count=1))
    tokens = [text.words[k] for k in text.ids]
    addressed = {after for word, after in pairwise(tokens) if word == "kochana"}
    assert addressed == {"mamo", "babciu", "ciociu", "siostro"}


def test_first_persons_are_glossed_as_such():
    text = registry.load(TextSettings(corpus="polish", tokens=120_000, min_count=1))
    nouns = {"orłem", "stołem"} | {  # of the patterns, and of the lexicon
        word.forms["sg.ins"]
        for words in grammar.load(registry.DATA / "polish").words.values()
        for word in words
        if "sg.ins" in word.forms
    }
    ends = re.compile(r"(?:łam|łem|liśmy)$")
    verbs = [word for word in text.words if ends.search(word) and word not in nouns]
    assert len(verbs) > 15
    assert not [w for w in verbs if not re.match(r"(?:I|we) [a-z]+", text.glosses[w])]
    assert text.glosses["poszłam"] == "I went (woman)"
    persons = re.compile(r"\((?:i|he|she|we)\)")  # "(she)" is the third person alone
    assert not any(persons.search(text.glosses[w]) for w in verbs)


def test_no_sentence_says_what_nobody_would_say():
    for name, never in (
        ("polish", ("pierwszy finał", "przerwa trwa, nauczyciel stoi", "brązowy bocian")),
        ("english", ("than the exam recently", "than the test yesterday", "left the playground")),
    ):
        rules = grammar.load(registry.DATA / name)
        text = "\n".join(grammar.write(rules, 300_000, np.random.default_rng(3)))
        assert not [words for words in never if words in text]


def test_polish_adjectives_agree_with_the_nouns_behind_them():
    """An adjective right before a noun shares case and gender with it: read from the lexicon,
    judged in the text.
    """
    rules = grammar.load(registry.DATA / "polish")
    kinds = {"adj": {}, "noun": {}}
    for words in rules.words.values():
        for word in words:
            for feature, form in word.forms.items():
                if adjective := re.fullmatch(r"(nom|gen|dat|acc|ins|loc)\.(\w+)", feature):
                    kinds["adj"].setdefault(form, set()).add(adjective.groups())
                elif noun := re.fullmatch(r"(sg|pl)\.(nom|gen|dat|acc|ins|loc)", feature):
                    tag = rules.plural[word.agreement] if noun[1] == "pl" else word.agreement
                    kinds["noun"].setdefault(form, set()).add((noun[2], tag))
    only = {
        kind: {form: found for form, found in kinds[kind].items() if form not in kinds[other]}
        for kind, other in (("adj", "noun"), ("noun", "adj"))
    }
    checked, wrong = 0, Counter()
    for sentence in written(rules, 120_000, mixing=0.0):
        for part in re.split(r"[,.?!]", sentence):
            for a, b in zip(words := tokenize(part), words[1:], strict=False):
                if a in only["adj"] and b in only["noun"]:
                    checked += 1
                    wrong[a, b] += not only["adj"][a] & only["noun"][b]
    assert checked > 3_000
    assert not +wrong, (+wrong).most_common(20)


def test_polish_prepositions_take_their_vowel():
    text = " ".join(written(grammar.load(registry.DATA / "polish"), 120_000)).lower()
    assert re.findall(r"\bz (?:sz[bcćdfghjkłmnprstwz]|st|ws|wz|mną|zł|źr)\w*", text) == []
    assert re.findall(r"\bw (?:w[bcćdfghjklłmnprstwz]|f[rl]|mnie)\w*", text) == []
    assert " ze " in text and " we " in text


# -- what the parameters do
# -------------------------------------------------------------------------------------------


def test_the_same_generator_state_gives_the_same_text_and_another_another(rules):
    assert written(rules, 2_000) == written(rules, 2_000) != written(rules, 2_000, seed=1)


@pytest.mark.parametrize("name", LANGUAGES)
def test_tokens_is_the_size_of_the_text(name):
    for tokens in (1_000, 20_000):
        text = registry.load(TextSettings(corpus=name, tokens=tokens, min_count=1))
        assert tokens <= text.tokens < tokens * 1.01 + 40, "more than one sentence too many"


@pytest.mark.parametrize("rare", [0.0, 0.3, 1.0])
def test_slots_follow_zipf_but_for_the_share_filled_evenly_from_the_rarer_half(tmp_path, rare):
    rules = make(tmp_path, "[t]\n{word base}")
    seen = Counter(
        word
        for sentence in written(rules, 20_000, rare=rare, mixing=0.0)
        for word in tokenize(sentence)
    )
    zipf = 1 / (np.arange(8) + 1.5)
    expected = (1 - rare) * zipf / zipf.sum() + rare * np.repeat([0, 1 / 4], 4)
    found = np.array([seen[letter] for letter in "abcdefgh"])
    assert found[expected == 0].sum() == 0
    some = expected > 0
    assert stats.chisquare(found[some], found.sum() * expected[some]).pvalue > 1e-4


def test_rare_makes_the_frequent_words_less_frequent_in_both_languages(rules):
    def top(rare):
        seen = Counter(
            word for sentence in written(rules, 20_000, rare=rare) for word in tokenize(sentence)
        )
        firsts = {words[0].lemma for words in rules.words.values() if len(words) >= 4}
        return sum(seen[lemma] for lemma in firsts)

    assert top(0.0) > 1.3 * top(0.5) > 1.3 * 1.3 * top(1.0)


@pytest.mark.parametrize("mixing", [0.0, 0.25, 1.0])
def test_mixing_is_the_share_of_joined_sentences(tmp_path, mixing):
    rules = make(tmp_path, "[joins]\n, and so\n[t]\n{word base} here\n[u]\n{word base} there")
    sentences = written(rules, 12_000, mixing=mixing)
    joined = sum(", and so " in s for s in sentences)
    assert stats.binomtest(joined, len(sentences), mixing).pvalue > 1e-4


def test_questions_are_not_joined(tmp_path):
    rules = make(tmp_path, "[joins]\n, and\n[t]\nis it?\nit is\nit is!")
    assert set(written(rules, 2_000, mixing=1.0)) == {
        "Is it?",
        "It is.",
        "It is!",
        "It is, and it is.",
    }


def test_topics_have_their_weights_and_come_in_runs(tmp_path):
    rules = make(tmp_path, "[t] 3\nfirst one\n[u] 1\nsecond one")
    sentences = written(rules, 60_000, mixing=0.0, topics_run=5)
    first = np.array([s.startswith("First") for s in sentences])
    assert first.mean() == pytest.approx(3 / 4, abs=0.02)
    # a new topic with chance 1/5, another with 2 * 3/4 * 1/4
    changes = (first[1:] != first[:-1]).mean()
    assert changes == pytest.approx(1 / 5 * 3 / 8, abs=0.006)


# -- the rules of the format
# ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "pattern, sentences",
    [
        ("{k=person sg.nom} {był|była|było|byli|były @k}", {"Brat był."}),
        # The adjective may come first
        ("{był|była|było|byli|były @k} {k=person pl.nom}", {"Byli bracia."}),
        (
            "{big nom @k} {k=thing pl.nom} i {big nom @p} {p=person pl.nom}",
            {"Duże koty i duzi bracia."},
        ),
        ("z {person sg.ins}", {"Z bratem."}),
        ("z szumem i z {thing sg.ins}", {"Ze szumem i z kotem."}),
        ("(tu|(tam|gdzieś)|) {thing sg.nom}", {"Tu kot.", "Tam kot.", "Gdzieś kot.", "Kot."}),
        ("({thing sg.nom}|{k=person sg.nom} {big nom @k}) !", {"Kot!", "Brat duży!"}),
        ("({był|była|było|byli|były @k}|x) , {k=thing pl.nom}", {"Były, koty.", "X, koty."}),
    ],
)
def test_agreement_alternatives_and_spelling(tmp_path, pattern, sentences):
    assert set(written(make(tmp_path, "[t]\n" + pattern), 300, mixing=0.0)) == sentences


def test_forms_and_glosses_are_those_of_lexicon_and_patterns(tmp_path):
    rules = make(tmp_path, "[t]\n(Hej|no) {k=thing sg.nom} {był|była|było|byli|były @k}")
    words = "brat bracia bratem kot koty kotem duży duża duże duzi hej no był była było byli były"
    assert rules.forms() == {*words.split(), *"abcdefgh"}
    glosses = rules.glosses()
    assert (
        glosses["brat"] == "brother"
        and glosses["bracia"] == "brother (pl.nom)"
        and glosses["kotem"] == "cat (sg.ins)"
    )


@pytest.mark.parametrize(
    "old, new, line, complaint",
    [
        ("brat bracia", "brat", 12, "1 forms where the paradigm has 2"),
        ("brat bracia", "pies psy", 12, "pies does not end in t"),
        ("brat, m1, brother: brat bracia", "brat brother brat", 12, ""),
        ("brat, m1, brother:", "brat, m1:", 12, ""),
        ("[thing] noun", "[thing", 14, ""),
        ("[thing] noun", "[thing] animal", 15, "animal"),
        ("derive noun: sg.ins = sg.nom -t +tem", "derive noun: sg.ins", 8, ""),
    ],
)
def test_a_mistake_in_the_lexicon_is_named_with_file_and_line(tmp_path, old, new, line, complaint):
    assert old in LEXICON
    with pytest.raises(ValueError, match=rf"lexicon\.txt, line {line}: .*{re.escape(complaint)}"):
        make(tmp_path, "[t]\nx y", LEXICON.replace(old, new))


@pytest.mark.parametrize(
    "pattern, complaint",
    [
        ("{nobody sg.nom}", "no class nobody"),
        ("{person sg.dat}", "class person has no form sg.dat"),
        ("{big nom @k} person", "nothing is called k"),
        ("{k=person sg.nom} {był|była @k}", "2 forms where inline has 5"),
    ],
)
def test_a_mistake_in_a_pattern_is_named_with_file_and_line(tmp_path, pattern, complaint):
    with pytest.raises(ValueError, match=rf"patterns\.txt, line 4: {re.escape(complaint)}"):
        make(tmp_path, f"# a comment\n[t]\nfine words\n{pattern}\n")


def test_a_pattern_before_any_topic_is_a_mistake(tmp_path):
    with pytest.raises(ValueError, match=r"patterns\.txt, line 1"):
        make(tmp_path, "{person sg.nom}\n")
