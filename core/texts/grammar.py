"""Generates text from a readable grammar: a lexicon of inflected words and a list of sentence
patterns.

A lexicon (`data/*/lexicon.txt`) declares the inflected forms of its words, then lists the words,
class by class:

    alternate z ze before [szśźż][^aeiouyąęó]      "z" becomes "ze" before a word that matches
    inline m f n v o                               order of the forms in {był|była|było @x}
    plural m1=v m2=o m3=o f=o n=o in pl.nom pl.gen agreement of a noun in these forms
    paradigm noun: sg.nom sg.gen pl.nom pl.gen     the forms an entry lists, in this order
    derive noun: sg.voc = sg.nom -ł +le            a further form, made from a listed one

    [rank] noun group=army
    generał, m1, general: generał generała generałowie generałów

A word's line is `lemma, agreement, gloss: forms`; `-` marks a form that does not exist. The order
of the words in a class is their order of frequency. A list of patterns (`data/*/patterns.txt`) has
one sentence per line, by topic:

    [army] 2
    {w=rank sg.nom} {wydał|wydała|wydało|wydali|wydały @w} (dziś|wczoraj|) rozkaz
    {adj nom @w} {w=rank pl.nom} ...

`{class form}` is a slot. `{name=class form}` is a slot that others agree with. `{class form @name}`
agrees with it (its form is `form.agreement`), and so does `{a|b|c @name}`, which spells the forms
out. `(a|b|)` picks one of its alternatives. The number after a topic is its weight. `[joins]` lists
the words that join two statements of different topics into one sentence.
"""

import re
from bisect import bisect
from collections import defaultdict
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import numpy as np


@dataclass(frozen=True)
class Word:
    """One lexeme: its lemma, agreement tag, English gloss and forms by feature."""

    lemma: str
    agreement: str
    gloss: str
    forms: dict


@dataclass
class Grammar:
    """A parsed lexicon and its patterns."""

    words: dict = field(default_factory=dict)  # class name -> [Word], most frequent first
    groups: dict = field(default_factory=dict)  # group name -> [lemma]
    patterns: dict = field(default_factory=dict)  # topic -> [pattern]
    weights: dict = field(default_factory=dict)  # topic -> weight
    joins: list = field(default_factory=list)  # the words between two joined statements
    # First letters of the agreement tags, in {a|b} order
    inline: list = field(default_factory=list)
    plural: dict = field(default_factory=dict)  # agreement tag -> tag in the plural
    plural_forms: set = field(default_factory=set)  # forms in which a noun takes that tag
    alternates: list = field(default_factory=list)  # (regular expression, replacement)

    def forms(self) -> set[str]:
        """All word forms that a text of this grammar can contain, in lower case."""
        listed = {
            form for words in self.words.values() for word in words for form in word.forms.values()
        }
        literal = {
            token
            for patterns in self.patterns.values()
            for pattern in patterns
            for token in re.findall(r"[^\W\d_]+", re.sub(r"\{[^|}]*\}|@\w+", " ", pattern))
        }
        return {part.lower() for form in listed | literal for part in form.split()}

    def glosses(self) -> dict[str, str]:
        """Map each lower-case form to its English gloss and grammatical feature, e.g. "general
        (sg.gen)".
        """
        found: dict[str, str] = {}
        for words in self.words.values():
            for word in words:
                for feature, form in word.forms.items():
                    base = form == word.lemma
                    found.setdefault(
                        form.lower(), word.gloss if base else f"{word.gloss} ({feature})"
                    )
        return found


def load(folder: Path) -> Grammar:
    """Read `lexicon.txt` and `patterns.txt` of a folder; ValueError names file and line of a
    mistake.
    """
    grammar, folder = Grammar(), Path(folder)
    _each_line(folder / "lexicon.txt", _lexicon_reader(grammar))
    _each_line(folder / "patterns.txt", _pattern_reader(grammar))
    return grammar


def _each_line(path, read):
    for number, line in enumerate(path.read_text(encoding="utf8").splitlines(), 1):
        line = line.split("#")[0].strip()
        try:
            if line:
                read(line)
        except (ValueError, KeyError, IndexError) as error:
            raise ValueError(f"{path.name}, line {number}: {error}: {line}") from error


def _match(pattern, text):
    if found := re.fullmatch(pattern, text):
        return found
    raise ValueError("not written as the format asks for")


def _lexicon_reader(grammar):
    paradigms, derived = {}, defaultdict(list)
    here: dict[str, str] = {}

    def read(line):
        head, _, rest = line.partition(" ")
        if line.startswith("["):
            name, kind, group = _match(r"\[(\w+)\] (\w+)(?: group=(\w+))?", line).groups()
            here.update(name=name, kind=kind, group=group)
            grammar.words.setdefault(name, [])
        elif head == "alternate":
            short, long, _, pattern = rest.split(" ", 3)
            grammar.alternates.append((re.compile(rf"\b{short} (?={pattern})"), f"{long} "))
        elif head == "inline":
            grammar.inline.extend(rest.split())
        elif head == "plural":
            pairs, forms = _match(r"(.+) in (.+)", rest).groups()
            grammar.plural.update(pair.split("=") for pair in pairs.split())
            grammar.plural_forms.update(forms.split())
        elif head == "paradigm":
            kind, keys = rest.split(":")
            paradigms[kind] = keys.split()
        elif head == "derive":
            kind, rule = rest.split(":")
            derived[kind].append(
                _match(r"\s*(\S+) = (\S+)(?: -(\S+))?(?: \+(\S+))?", rule).groups("")
            )
        else:
            word = _word(line, paradigms[here["kind"]], derived[here["kind"]])
            grammar.words[here["name"]].append(word)
            if here["group"]:
                grammar.groups.setdefault(here["group"], []).append(word.lemma)

    return read


def _word(line, keys, derived):
    described, forms = line.split(":")
    lemma, agreement, gloss = (part.strip() for part in described.split(",", 2))
    listed = forms.split()
    if len(listed) != len(keys):
        raise ValueError(f"{len(listed)} forms where the paradigm has {len(keys)}")
    by_key = {
        key: form.replace("_", " ") for key, form in zip(keys, listed, strict=True) if form != "-"
    }
    for key, source, ending, replacement in derived:
        if source in by_key:
            if not by_key[source].endswith(ending):
                raise ValueError(f"{by_key[source]} does not end in {ending}")
            by_key[key] = by_key[source].removesuffix(ending) + replacement
    return Word(lemma, agreement, gloss, by_key)


def _pattern_reader(grammar):
    here = {}

    def read(line):
        if topic := re.fullmatch(r"\[(\w+)\](?: ([\d.]+))?", line):
            here["topic"] = topic[1]
            grammar.weights[topic[1]] = float(topic[2] or 1)
        elif here["topic"] == "joins":
            grammar.joins.append(line)
        else:
            for slot in re.findall(r"\{([^{}]*)\}", line):
                _check_slot(grammar, slot, line)
            grammar.patterns.setdefault(here["topic"], []).append(line)

    return read


def _check_slot(grammar, slot, line):
    _, choices, form, other = _parse_slot(slot)
    if other and f"{{{other}=" not in line:
        raise ValueError(f"nothing is called {other}")
    if len(choices) == 1:
        words = grammar.words.get(choices[0])
        if not words:
            raise ValueError(f"no class {choices[0]}")
        if not any(
            form == key or key.startswith(form + ".") for word in words for key in word.forms
        ):
            raise ValueError(f"class {choices[0]} has no form {form}")
    elif len(choices) != len(grammar.inline):
        raise ValueError(f"{len(choices)} forms where inline has {len(grammar.inline)}")


def _parse_slot(slot):
    """`name=class form @other` or `a|b|c @other` -> name, [class or forms], form, other."""
    body, _, other = slot.partition("@")
    name, _, body = body.rpartition("=")
    choices = body.strip().split("|")
    if len(choices) > 1:
        return name.strip(), choices, "", other.strip()
    word_class, _, form = choices[0].partition(" ")
    return name.strip(), [word_class], form.strip(), other.strip()


def write(
    grammar: Grammar,
    tokens: int,
    rng: np.random.Generator,
    *,
    rare: float = 0.15,
    mixing: float = 0.1,
    topics_run: float = 4,
) -> list[str]:
    """Generate sentences from a grammar until they contain at least `tokens` words.

    rare: share of slots filled evenly from the rarer half of their class instead of by Zipf's law.
    mixing: share of sentences that a statement of another random topic is joined to. topics_run:
    mean number of sentences before a new topic is drawn. The same state of the generator gives the
    same text.
    """
    writer = _Writer(grammar, rng, rare)
    topics = list(grammar.patterns)
    weights = _running_shares([grammar.weights[topic] for topic in topics])
    sentences, written, topic = [], 0, None
    while written < tokens:
        if topic is None or writer.random() < 1 / topics_run:
            topic = topics[bisect(weights, writer.random())]
        sentence = writer.sentence(topic)
        if sentence[-1] not in "?!" and writer.random() < mixing:
            second = writer.sentence(topics[bisect(weights, writer.random())])
            if second[-1] not in "?!":
                sentence += f"{writer.pick(grammar.joins)} {second}"
        sentences.append(sentence[0].upper() + sentence[1:] + ("" if sentence[-1] in "?!" else "."))
        written += sentence.count(" ") + 1
    return sentences


class _Writer:
    """Fills patterns; keeps the running Zipf shares of every class."""

    def __init__(self, grammar, rng, rare):
        self.grammar, self.rare = grammar, rare
        self.random = _floats(rng).__next__
        # Zipf-Mandelbrot: rank + 1.5 makes the first words less dominant
        self.zipf = {
            name: _running_shares(1 / (np.arange(len(words)) + 1.5))
            for name, words in grammar.words.items()
        }

    def pick(self, options: list[str]) -> str:
        """One of the options, all equally likely."""
        return options[int(self.random() * len(options))]

    def sentence(self, topic: str) -> str:
        """One sentence without its full stop."""
        pattern = self.pick(self.grammar.patterns[topic])
        while found := _ALTERNATIVES.search(pattern):  # innermost first
            pattern = (
                pattern[: found.start()] + self.pick(_options(found[1])) + pattern[found.end() :]
            )
        filled = self._fill(pattern)
        for alternate, replacement in self.grammar.alternates:
            filled = alternate.sub(replacement, filled)
        return _BEFORE_MARK.sub(r"\1", " ".join(filled.split()))

    def _fill(self, pattern):
        parts, slots = _parse_pattern(pattern)
        tags, filled = {}, {}
        # Nouns first: they decide the agreement
        for k, (name, choices, form, other) in enumerate(slots):
            if not other:
                word = self._word(choices[0], form)
                filled[k] = word.forms[form]
                plural = form in self.grammar.plural_forms
                tags[name] = self.grammar.plural[word.agreement] if plural else word.agreement
        for k, (_, choices, form, other) in enumerate(slots):
            if other and len(choices) > 1:
                filled[k] = choices[self.grammar.inline.index(tags[other][0])]
            elif other:
                key = f"{form}.{tags[other]}"
                filled[k] = self._word(choices[0], key).forms[key]
        return parts[0] + "".join(filled[k] + part for k, part in enumerate(parts[1:]))

    def _word(self, name, key):
        words = self.grammar.words[name]
        half = len(words) // 2
        for _ in range(100):  # a word without this form is drawn again
            if self.random() < self.rare:
                word = words[half + int(self.random() * (len(words) - half))]
            else:
                word = words[bisect(self.zipf[name], self.random())]
            if key in word.forms:
                return word
        raise ValueError(f"class {name} has no word with the form {key}")


_ALTERNATIVES = re.compile(r"\(([^()]*)\)")
_SLOT = re.compile(r"\{([^{}]*)\}")
_BEFORE_MARK = re.compile(r" ([,?!])")


def _floats(rng):
    """Uniform numbers in [0, 1), drawn a thousand at a time: one by one takes ten times as long."""
    while True:
        yield from rng.random(1_000).tolist()


def _running_shares(weights):
    """Running sums of weights, scaled to end at one; the last is left out so that `bisect` never
    passes the end.
    """
    return (np.cumsum(weights) / np.sum(weights))[:-1].tolist()


@cache
def _options(text):
    return re.split(r"\|(?![^{}]*\})", text)  # not the bars inside braces


@cache
def _parse_pattern(pattern):
    """The text between the slots of a pattern, and its parsed slots."""
    return _SLOT.split(pattern)[::2], [_parse_slot(slot) for slot in _SLOT.findall(pattern)]
