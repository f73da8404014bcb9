"""The registry of texts to train on; `load` turns a name or a file into a `Corpus`."""

import os
import tomllib
from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path

import numpy as np

from core.errors import UserError
from core.reading import reader
from core.reading.reader import Reading
from core.settings import TextSettings
from core.texts import corpus, downloads, grammar, python_docs, text_files
from core.texts.corpus import Corpus
from core.texts.download_catalog import BY_NAME, LEE_GROUPS, of_packages
from core.training_loop import Progress

DATA = Path(__file__).parents[2] / "data"
EXCERPT = 40  # sentences shown of a text


@dataclass(frozen=True)
class Text:
    """A text before it becomes a corpus: as it was read, and what is known about it."""

    reading: Reading
    groups: Mapping[str, Sequence[str]] | None = None  # name of a group -> its words
    glosses: dict[str, str] | None = None  # word -> English gloss


@dataclass(frozen=True)
class Entry:
    """One text that can be trained on."""

    name: str
    language: str
    kind: str  # generated, collected, download or file
    license: str
    obtained: str  # where it comes from
    groups: str  # planted by the grammar, chosen by hand, or none
    read: Callable  # TextSettings -> Text
    # The words that the exercise plots, in this language, by their groups
    exercise: dict[str, tuple[str, ...]] = field(default_factory=dict)
    path: Path | None = None  # of a text that is a file
    member: str = "*"  # of an archive: a pattern for the names of the files that are the text

    @property
    def sized(self) -> bool:
        """True if the number of words can be chosen."""
        return self.kind in ("generated", "collected")


def registry() -> dict[str, Entry]:
    """All texts by name: generated and collected ones, finished downloads, those of installed
    packages, and every file and folder of texts in `data/`.

    A folder of `data/` with a lexicon is a generated text.
    """
    files = [_file_entry(name, path) for name, path in text_files.in_folder(DATA).items()]
    return {entry.name: entry for entry in (*files, *_built_in(), *_real())}


def shadowed() -> list[str]:
    """The files in `data/` that cannot be chosen because another text has their name."""
    names = {entry.name for entry in (*_built_in(), *_real())}
    return [path.name for name, path in text_files.in_folder(DATA).items() if name in names]


def _built_in():
    own = [_generated_entry(folder) for folder in sorted(DATA.iterdir()) if _is_grammar(folder)]
    own.sort(key=lambda entry: entry.name != TextSettings().corpus)  # the default stands first
    docs = Entry(
        "python-docs",
        "English",
        "collected",
        "PSF and BSD licenses of the packages",
        "help topics of Python and docstrings of the installed scientific packages",
        "chosen",
        _pydocs,
    )
    return [*own, docs]


def _real():
    """The texts that have been downloaded, and those of installed packages."""
    return [
        *(_download_entry(s) for s in BY_NAME.values() if downloads.path_of(s).is_file()),
        *(_package_entry(name, path) for name, path in of_packages().items()),
    ]


def _package_entry(name, path):
    return replace(
        _file_entry(name, path),
        language="English",
        license="a part of gensim",
        obtained="news of 2000 and 2001 (Lee et al. 2005), brought by the installed gensim",
        groups="chosen",
        read=lambda settings: Text(text_files.read(path, settings), LEE_GROUPS),
    )


def _download_entry(source):
    path = downloads.path_of(source)
    return Entry(
        source.name,
        source.language,
        "download",
        source.license,
        f"{source.title}; {source.address}",
        "chosen" if source.groups else "none",
        lambda settings: Text(text_files.read(path, settings, source.member), source.groups),
        path=path,
        member=source.member,
    )


def find(name: str) -> Entry:
    """The entry with this name, or that of the file at this path; UserError if there is neither."""
    entries = registry()
    if name in entries:
        return entries[name]
    if name and text_files.is_text(Path(name)):
        return _file_entry(name, Path(name))
    if name in BY_NAME:
        raise UserError(
            f"The text {name} is not downloaded yet ({BY_NAME[name].size}): the Text page has a "
            f"button for it, and the command line a command: python -m core fetch {name}."
        )
    if os.sep in name[1:]:
        last = text_files.shown(Path(name).name)[:60]
        raise UserError(
            f"The text {last!r} is not there: choose another one, or bring it again; the corpora "
            f"are {', '.join(entries)}."
        )
    raise UserError(
        f"There is no corpus or file {name[:60]!r}; the corpora are {', '.join(entries)}."
    )


def reading(
    settings: TextSettings, most: int = reader.MAX_BYTES
) -> Generator[Progress, None, None]:
    """Read the file of the text that the settings name, if it is one of up to `most` bytes, for
    `load` to find it read; yields Progress. Errors as for `load`.
    """
    entry = find(settings.corpus)
    if entry.path:
        yield from text_files.reading(entry.path, settings, entry.member, most)


def load(settings: TextSettings) -> Corpus:
    """Read, tokenize and number the text that the settings name; UserError if it is not there or
    there is nothing to learn from.
    """
    entry = find(settings.corpus)
    text = entry.read(settings)
    read = text.reading
    try:
        found = corpus.encode_reading(
            read,
            min_count=settings.min_count,
            max_vocabulary=settings.max_vocabulary,
            excerpt=read.first_sentences(EXCERPT),
            notes=read.notes,
            warnings=read.warnings,
            first_lines=read.first_lines,
            decided=read.decided,
            columns=read.columns,
            samples=read.samples,
            turkish=read.turkish,
            groups=text.groups or {},
            glosses=text.glosses,
        )
    except UserError as problem:
        raise UserError(" ".join((str(problem), *read.warnings))) from None
    return _with_known_groups(found) if entry.path else found


def _with_known_groups(found: Corpus) -> Corpus:
    """The corpus of a file without the words chosen for its pictures that it does not have, and a
    note on them: the file may be another edition than the one they were chosen for.
    """
    chosen = {name: [w for w in words if w in found.index] for name, words in found.groups.items()}
    every = list(dict.fromkeys(word for words in found.groups.values() for word in words))
    missing = [word for word in every if word not in found.index]
    if not missing:
        return found
    note = (
        f"of the {len(every)} words chosen for its pictures, {len(missing)} are not in the "
        f"vocabulary and are left out: {', '.join(missing[:8])}" + " ..." * (len(missing) > 8)
    )
    groups = {name: tuple(words) for name, words in chosen.items() if words}
    return replace(found, groups=groups, notes=(*found.notes, note))


def stamp(name: str) -> int:
    """A number that changes when the file of a text changes; 0 if there is no file."""
    try:
        path = find(name).path
    except UserError:
        return 0
    return text_files.stamp(path) if path else 0


def exercises() -> list[dict[str, tuple[str, ...]]]:
    """The words that the exercise plots, by their groups; one dictionary for each language."""
    return [entry.exercise for entry in registry().values() if entry.exercise]


def _is_grammar(folder):
    return (folder / "lexicon.txt").is_file()


def _generated_entry(folder):
    about = _about(folder)
    return Entry(
        folder.name,
        about.get("language", folder.name.capitalize()),
        "generated",
        "MIT, part of this program",
        f"written by the grammar in data/{folder.name}; not real language",
        "planted",
        _generated(folder),
        {group: tuple(words.split()) for group, words in about.get("exercise", {}).items()},
    )


@cache
def _about(folder):
    path = folder / "about.toml"
    return tomllib.loads(path.read_text(encoding="utf8")) if path.is_file() else {}


@cache
def _grammar(folder):
    return grammar.load(folder)


def _generated(folder):
    def read(settings):
        rules = _grammar(folder)
        sentences = grammar.write(
            rules,
            settings.tokens,
            np.random.default_rng(settings.text_seed),
            rare=settings.rare,
            mixing=settings.mixing,
        )
        glosses = {**_glosses(folder / "glosses.txt"), **rules.glosses()}
        return Text(reader.of_sentences(sentences), rules.groups, glosses)

    return read


def _glosses(path):
    """The lines `word = gloss` of a file by word; nothing if there is no such file."""
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
    return Entry(
        name,
        "unknown",
        "file",
        "yours",
        text_files.shown(str(path)),
        "none",
        lambda settings: Text(text_files.read(path, settings)),
        path=path,
    )
