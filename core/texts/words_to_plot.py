"""Which words a picture shows, and the groups they belong to."""

import re
from dataclasses import dataclass

from core.texts.corpus import Corpus, Facts
from core.texts.function_words import LISTED, SPREAD
from core.texts.registry import exercises

ENOUGH = 5  # words of the exercise that a text must contain before they are offered
EACH_GROUP = 5  # words shown of each group
EXAMPLE = 4  # words in each group of an example: enough for a test
FREQUENT = 30  # words shown of a text without groups
MOST = 60  # words shown of a list that the user typed
FEW = 3  # with fewer words a picture shows nothing
RARE = 20  # words that occur less often are counted and reported to the user


@dataclass(frozen=True)
class Chosen:
    """The words to plot, the group of each, and the chosen words that are not in the vocabulary."""

    words: tuple
    groups: tuple
    missing: tuple = ()

    @property
    def labels(self) -> list[int]:
        """The number of each word's group, from 0 in the order in which the groups appear."""
        order = list(dict.fromkeys(self.groups))
        return [order.index(group) for group in self.groups]


def choices(facts: Facts | Corpus) -> list[str]:
    """The names of the sets of words that a text offers, the best first."""
    found = []
    if facts.groups:
        found.append("groups")
    if _covered(facts, _spoken(facts)) >= ENOUGH:
        found.insert(0, "exercise")
    return [*found, "frequent", "own"]


def choose(facts: Corpus | Facts, choice: str, own: str = "") -> Chosen:
    """The words of one of the `choices`; own: a typed list, its groups separated by semicolons or
    line breaks.
    """
    return {"exercise": _exercise, "groups": _groups, "frequent": _frequent}.get(
        choice, lambda f: _own(f, own)
    )(facts)


def _exercise(facts):
    return _known(facts, _spoken(facts))


def _spoken(facts):
    """The words of the exercise, in the language in which the text contains most of them."""
    return max(exercises(), key=lambda groups: _covered(facts, groups), default={})


def _covered(facts, groups):
    return sum(word in facts.index for words in groups.values() for word in words)


def _groups(facts):
    ranked = {
        name: sorted(
            (w for w in words if w in facts.index), key=lambda w: -facts.counts[facts.index[w]]
        )
        for name, words in facts.groups.items()
    }
    return _known(facts, {name: words[:EACH_GROUP] for name, words in ranked.items()})


def example(facts: Corpus | Facts) -> str:
    """An example of a typed list for this text: two of its groups, or frequent words in two
    parts.
    """
    chosen = choose(facts, choices(facts)[0])
    groups = dict.fromkeys(chosen.groups)
    parts = [
        [w for w, g in zip(chosen.words, chosen.groups, strict=True) if g == group]
        for group in groups
    ]
    if len(parts) < 2:
        parts = [list(chosen.words[:EXAMPLE]), list(chosen.words[EXAMPLE : 2 * EXAMPLE])]
    return "; ".join(" ".join(part[:EXAMPLE]) for part in parts[:2] if part)


def _frequent(facts):
    """The most frequent words without function words; those of up to three letters come last."""
    content = [
        word
        for k, word in enumerate(facts.words[: 40 * FREQUENT])
        if word not in LISTED and not (k < len(facts.spread) and facts.spread[k] > SPREAD)
    ]
    if len(content) < FEW:  # the words of a small text are in many of its sentences
        content = [word for word in facts.words if word not in LISTED]
    if len(content) < FEW:
        content = list(facts.words)
    ranked = sorted(content, key=lambda word: len(word) <= 3)
    return _known(facts, {"frequent words": ranked[:FREQUENT]})


def _own(facts, text):
    lists = [facts.tokenize(part) for part in re.split(r"[;\n]", text)]
    return _known(
        facts, {f"group {k}": words for k, words in enumerate(filter(None, lists), 1)}, MOST
    )


def _known(facts, groups, most=None):
    group_of: dict[str, str] = {}
    for name, words in groups.items():
        for word in words:
            group_of.setdefault(word, name)  # a word listed twice stays in its first group
    known = [word for word in group_of if word in facts.index][:most]
    return Chosen(
        tuple(known),
        tuple(group_of[w] for w in known),
        tuple(w for w in group_of if w not in facts.index),
    )
