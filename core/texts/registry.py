"""The registry of what can be trained on, and the way from a name or a file to a `Corpus`."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from itertools import islice
from pathlib import Path

import numpy as np

from core.errors import UserError
from core.reading import reader
from core.reading.reader import Reading
from core.texts import corpus, grammar, python_docs

DATA = Path(__file__).parents[2] / "data"
EXCERPT = 40  # sentences shown of a text


@dataclass(frozen=True)
class Text:
    """A text before it becomes a corpus: as it was read, and what is known about it."""

    reading: Reading
    groups: dict = None  # name of a group -> its words
    glosses: dict = None  # word -> English gloss


@dataclass(frozen=True)
class Entry:
    """One text that can be trained on."""

    name: str
    language: str
    kind: str  # generated, collected or file
    license: str
    obtained: str
    groups: str  # planted, chosen or none
    read: Callable  # TextSettings -> Text
    exercise: tuple = ()  # the words that the exercise plots, in this language
    path: Path = None  # the file of a kind "file"

    @property
    def sized(self):
        """True if the number of words can be chosen."""
        return self.kind != "file"


EXERCISE = {
    "polish": (
        "świetny głupi wspaniały spoko dobrze ekstra słodki nudny zły artyleria generał porucznik "
        "sierżant wojsko"
    ),
    "english": "great stupid wonderful cool well super sweet boring bad artillery general "
    "lieutenant sergeant army",
}


def registry():
    """All texts by name: the generated ones, the collected one, and every .txt file in `data/`."""
    own = [
        Entry(
            name,
            name.capitalize(),
            "generated",
            "MIT, part of this program",
            f"written by the grammar in data/{name}; not real language",
            "planted",
            _generated(name),
            tuple(EXERCISE[name].split()),
        )
        for name in ("polish", "english")
    ]
    docs = Entry(
        "python-docs",
        "English",
        "collected",
        "PSF and BSD licenses of the packages",
        "help topics of Python and docstrings of the installed scientific packages",
        "chosen",
        _pydocs,
    )
    files = [_file_entry(path.stem, path) for path in sorted(DATA.glob("*.txt"))]
    return {entry.name: entry for entry in (*files, *own, docs)}


def find(name):
    """The entry of a name, or of the path of a file; UserError lists the names there are."""
    entries = registry()
    if name in entries:
        return entries[name]
    if os.path.isfile(name):  # unlike Path.is_file, False for a name that is too long
        return _file_entry(name, Path(name))
    raise UserError(f"There is no corpus or file {name!r}; the corpora are {', '.join(entries)}.")


def load(settings):
    """Read, tokenize and number the text that the settings name; UserError if there is nothing to
    learn from.
    """
    text = find(settings.corpus).read(settings)
    read = text.reading
    try:
        return corpus.encode_reading(
            read,
            min_count=settings.min_count,
            max_vocabulary=settings.max_vocabulary,
            excerpt=tuple(islice(read.sentences(), EXCERPT)),
            notes=read.notes,
            warnings=read.warnings,
            first_lines=read.first_lines,
            decided=read.decided,
            columns=read.columns,
            turkish=read.turkish,
            groups=text.groups or {},
            glosses=text.glosses,
        )
    except UserError as problem:
        raise UserError(" ".join((str(problem), *read.warnings))) from None


def stamp(name):
    """A number that changes when the file of a text changes; 0 for a text that is not a file."""
    path = find(name).path
    return path.stat().st_mtime_ns if path and path.exists() else 0


@cache
def _grammar(name):
    return grammar.load(DATA / name)


def _generated(name):
    def read(settings):
        rules = _grammar(name)
        sentences = grammar.write(
            rules,
            settings.tokens,
            np.random.default_rng(settings.text_seed),
            rare=settings.rare,
            mixing=settings.mixing,
        )
        return Text(
            reader.of_sentences(sentences),
            rules.groups,
            {**_glosses(DATA / name / "glosses.txt"), **rules.glosses()},
        )

    return read


def _glosses(path):
    """Lines `word = gloss` of a file; a language without such a file needs none."""
    if not path.exists():
        return {}
    lines = (line.split("#")[0] for line in path.read_text(encoding="utf8").splitlines())
    return {
        word.strip(): gloss.strip()
        for word, _, gloss in (line.partition("=") for line in lines)
        if gloss
    }


def _pydocs(settings):
    text = python_docs.collect(settings.tokens)
    return Text(reader.of_prose(text), python_docs.GROUPS)


def _file_entry(name, path):
    return Entry(name, "unknown", "file", "yours", str(path), "none", _file(path), path=path)


def _file(path):
    def read(settings):
        try:
            data = path.read_bytes()
        except OSError as error:
            raise UserError(f"Cannot read {path}: {error.strerror}.") from error
        return Text(reader.read(path.name, data, settings))

    return read
