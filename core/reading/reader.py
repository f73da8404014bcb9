"""Reads files of any origin: bytes -> text -> running text -> sentences -> words, with a note on
every decision.
"""

import contextlib
import re
from collections.abc import Generator, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice

import numpy as np

from core.errors import UserError
from core.reading import (
    archives,
    decoding,
    markup,
    records,
    sentences,
    subtitles,
    tables,
)
from core.reading.extracted_text import Found, doubts
from core.reading.sentences import Pieces
from core.reading.words import Spoken, spoken
from core.segmentation import segmenting
from core.settings import TextSettings
from core.training_loop import Progress, finished

# Of a text, brought in any way, and of all that an archive holds: about thirty million words, which
# are read in half a minute and 1.5 GB of memory
MAX_BYTES = 200_000_000
AUTO = TextSettings()
# Shares of the work after which files are unpacked, and their formats read
UNPACKED, DECODED = 0.05, 0.4
FIRST_LINES = 8  # lines of the file that are shown unchanged
LOOKED_AT = 50_000  # pieces in which the first sentences are searched

READ = {
    "prose": lambda text, column: Found(text),
    "table": tables.read_table,
    "json": records.read_records,
    "subtitles": lambda text, column: subtitles.read_subtitles(text),
    "chat": lambda text, column: subtitles.read_chat(text),
    "html": lambda text, column: markup.read_document(text),
    "word a line": lambda text, column: tables.read_vertical(text),
}
COLUMNS = {"table": tables.columns_of, "json": records.columns_of}
# Pieces that are not words of the text, by their name in a note: signs of which each has one, and
# what they look like
NO_WORDS = {
    "web and mail addresses": (
        ("://", "www.", "@"),
        re.compile(r"\W*(?:https?://|ftp://|www\.)\S+|\W*[\w.+-]+@[\w-]+(?:\.[\w-]+)+\W*"),
    ),
    "@names": (("@",), re.compile(r"\W*@\w+\W*")),
    "labels such as __label__1": (("__label__",), re.compile(r"__label__\S+")),
    "marks such as <unk>": (
        (">", "]"),
        re.compile(
            r"<(?:unk|pad|s|/s|bos|eos|eot|pause|mask|num|user|url)>\W*|"
            r"\[(?:UNK|PAD|CLS|SEP|MASK)\]",
            re.IGNORECASE,
        ),
    ),
    "Treebank brackets": (("-",), re.compile(r"-[LR][RSC]B-", re.IGNORECASE)),
}
# Each of those patterns needs one of these signs: a quick test
_SIGN = re.compile(r"[@/<_\[]|www\.|-[LRlr][RSCrsc][Bb]-")
_RETWEET = re.compile(r"\W*RT\W*")


@dataclass(frozen=True, eq=False)
class Reading:
    """A text as it was read, with the decisions made and the notes and warnings for the user."""

    pieces: Pieces
    spoken: Spoken
    decided: dict[str, str] = field(default_factory=dict)  # name of a setting -> what was done
    notes: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    first_lines: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()  # of a table
    turkish: bool = False
    dropped: frozenset[int] = frozenset()  # numbers of the pieces that are not words
    samples: tuple[str, ...] = ()  # the beginning of a cell of each column

    def sentences(self) -> Iterator[str]:
        """The sentences that contain a letter."""
        return self.pieces.sentences(self.dropped)

    def first_sentences(self, most: int) -> tuple[str, ...]:
        """Up to `most` sentences from the beginning of the text."""
        beginning = replace(self.pieces, ids=self.pieces.ids[:LOOKED_AT])
        return tuple(islice(beginning.sentences(self.dropped), most))

    def words(self) -> Iterator[tuple[str, ...]]:
        """The words of each distinct piece."""
        for piece in range(len(self.pieces.spelled)):
            yield tuple(self.spoken.words[k] for k in self.spoken.of(piece).tolist() if k)


@dataclass(frozen=True)
class Glimpse:
    """What is known of a file without its text."""

    first_lines: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    samples: tuple[str, ...] = ()  # the beginning of a cell of each column


@dataclass(frozen=True)
class _Member:
    """One file after decoding and reading its format."""

    found: Found
    encoding: str
    format: str
    decoded: tuple[str, ...]
    lost: int
    lines: tuple[str, ...]


def read(name: str, data: bytes, how: TextSettings = AUTO, most: int = MAX_BYTES) -> Reading:
    """Read a file; UserError if it holds no text.

    name: only its ending is used. how: the settings for reading, of which "auto" ones are decided
    here. most: bytes allowed, of the file and of its unpacked content.
    """
    return read_files([(name, data)], how, most)


def read_files(
    files: Sequence[tuple[str, bytes]], how: TextSettings = AUTO, most: int = MAX_BYTES
) -> Reading:
    """Read several files, given as (name, content), as one text in this order; errors as for
    `read`.
    """
    return finished(reading(files, how, most))


def reading(
    files: Sequence[tuple[str, bytes]], how: TextSettings = AUTO, most: int = MAX_BYTES
) -> Generator[Progress, None, Reading]:
    """The same; yields Progress."""
    if sum(len(data) for _, data in files) > most:
        raise UserError(
            f"The text is larger than {most // 1_000_000} MB; cut it to the part you want to train "
            "on."
        )
    members, notes = _members(files, most)
    del files
    yield Progress(UNPACKED)
    # Nothing here refers to the text: it may be four times as large as the file
    return (yield from _finished(*_joined((yield from _texts(members, how)), notes), how))


def _joined(
    texts: list[_Member], notes: list[str]
) -> tuple[Found, dict[str, str], tuple[str, ...]]:
    """The texts as one, what was decided, and the first lines."""
    first, *others = texts
    text, main = first.found.text, first.found
    if others:
        notes.append(f"{1 + len(others)} files are read as one text, in their order")
        text = "\n\n".join(
            # Other files may have wrapped lines: here a blank line marks the end of a sentence
            member.found.text.replace("\n", "\n\n" if member.found.lines_end else "\n")
            for member in (first, *others)
        )
        members_notes = [note for other in others for note in (*other.decoded, *other.found.notes)]
    else:
        members_notes = []
    notes += dict.fromkeys([*first.decoded, *main.notes, *members_notes])
    decided = {"encoding": first.encoding, "format": first.format, "column": main.column}
    lines_end = main.lines_end and all(other.found.lines_end for other in others)
    lost = sum(member.lost + member.found.lost for member in (first, *others))
    found = replace(main, text=text, notes=tuple(notes), lines_end=lines_end, lost=lost)
    return found, decided, first.lines


def glimpse(files: Sequence[tuple[str, bytes]], how: TextSettings = AUTO) -> Glimpse:
    """What can be shown of files that cannot be read in this way; empty if even that fails."""
    found = Glimpse()
    with contextlib.suppress(UserError):
        name, data = _members(files, MAX_BYTES)[0][0]
        text = decoding.decode(data, how.encoding).text
        found = replace(found, first_lines=_first_lines(text))
        kind = how.format if how.format != "auto" else recognized(name, text)
        columns, samples = COLUMNS[kind](text) if kind in COLUMNS else ((), ())
        found = replace(found, columns=columns, samples=samples)
    return found


def _members(
    files: Sequence[tuple[str, bytes]], most: int
) -> tuple[list[tuple[str, bytes]], list[str]]:
    """The files, and those inside archives, as (name, content), and notes."""
    members: list[tuple[str, bytes]] = []
    notes: list[str] = []
    for name, data in files:
        inside, unpacked = archives.unpacked(data, most) or ([(name, data)], ())
        members += [(member or name.removesuffix(".gz"), content) for member, content in inside]
        notes += unpacked
    return members, notes


def of_prose(text: str) -> Reading:
    """Read running text that needs no cleaning."""
    pieces, _ = sentences.unended(sentences.split(text))
    pieces, _, told = sentences.ended(pieces, "auto")
    return Reading(pieces, spoken(pieces), notes=(told,))


def of_sentences(written: Iterable[str]) -> Reading:
    """Read sentences that are already separated."""
    pieces, _, _ = sentences.ended(sentences.split("\n".join(written)), "only lines")
    return Reading(pieces, spoken(pieces))


def _texts(
    members: list[tuple[str, bytes]], how: TextSettings
) -> Generator[Progress, None, list[_Member]]:
    """The texts in the files; files without a text are left out if another file has one."""
    read: list[_Member] = []
    problems: list[UserError] = []
    size = sum(len(data) for _, data in members)
    while members:
        name, data = members.pop(0)
        try:
            read.append(_text(name, data, how))
        except UserError as problem:
            if not read and not members:
                raise problems[0] if problems else problem from None
            problems.append(problem)
        del data
        left = sum(len(data) for _, data in members) / max(size, 1)
        yield Progress(UNPACKED + (DECODED - UNPACKED) * (1 - left))
    if problems:
        first = read[0]
        said = f"files that hold no text are left out ({len(problems)})"
        read[0] = replace(first, decoded=(*first.decoded, said))
    return read


def _text(name: str, data: bytes, how: TextSettings) -> _Member:
    decoded = decoding.decode(data, how.encoding)
    text = decoded.text
    kind = how.format if how.format != "auto" else recognized(name, text)
    found = READ[kind](text, how.column)
    # Nobody has seen the markup inside a document
    lines = _first_lines(found.text if name in archives.PAGES else text)
    return _Member(found, decoded.encoding, kind, decoded.notes, decoded.lost, lines)


def _first_lines(text: str) -> tuple[str, ...]:
    return tuple(line[:200] for line in islice(_lines(text), FIRST_LINES))


def _lines(text: str) -> Iterator[str]:
    for line in text[:20_000].split("\n"):
        if line.strip():
            yield line


def recognized(name: str, text: str) -> str:
    """The format of a text by its content; only a table is also recognized by the file's name."""
    if records.is_records(text):
        return "json"
    if subtitles.is_subtitles(text):
        return "subtitles"
    if subtitles.is_chat(text):
        return "chat"
    if markup.is_document(text):
        return "html"
    if tables.is_vertical(text):
        return "word a line"
    return "table" if tables.is_table(name, text) else "prose"


def _finished(
    found: Found, decided: dict[str, str], lines: tuple[str, ...], how: TextSettings
) -> Generator[Progress, None, Reading]:
    text, notes = found.text, list(found.notes)
    found = replace(found, text="")
    keep = how.markup == "keep"
    if not keep:
        text, cleaned = markup.clean(text, found.lines_end)
        notes += cleaned
    language = segmenting.language(text[:100_000].split()) if how.segment == "auto" else how.segment
    language = "" if language == "none" else language
    warnings = []
    if language and (how.segment != "auto" or segmenting.installed(language)):
        text = segmenting.spaced(text, language)
        notes.append(
            f"words of {segmenting.titled(language)} text, which has no spaces, found with the "
            f"package {segmenting.PACKAGES[language]}"
        )
    elif language:
        packages = "Try: pip install -r requirements-segmenting.txt, or a text with spaces."
        warnings.append(
            f"This looks like {segmenting.titled(language)} text, whose words have no spaces "
            "between them, and no package that finds them is installed: what is read as a word is "
            "a whole sentence. "
            + (packages if language in segmenting.PACKAGES else "Try a text with spaces.")
        )
        language = ""
    turkish = "ı" in text and sum(text.count(letter) for letter in "ğışİ") > len(text) / 500
    pieces = yield from _split(text)
    del text
    pieces, joined = sentences.unhyphenated(pieces)
    if joined:
        notes.append(f"words cut by a hyphen at a line end are joined ({joined:,})")
    known = how.abbreviations != "end"
    pieces, going_on = sentences.unended(pieces) if known else (pieces, 0)
    rule = how.sentence_end
    if rule == "auto" and found.lines_end:
        rule = "lines"
    pieces, rule, told = sentences.ended(pieces, rule)
    if going_on and rule != "only lines":
        told += f"; not after abbreviations, initials or before a small letter ({going_on:,} times)"
    if not known and rule != "only lines":
        told += "; also after abbreviations and initials"
    notes.append(told)
    dropped, said = (frozenset(), []) if keep else _no_words(pieces)
    found_words = spoken(pieces, dropped, turkish)
    late = (
        int((pieces.ids == sentences.OTHER).sum()) if len(pieces.spelled) >= sentences.MOST else 0
    )
    if late := late + found_words.left_out:
        said.append(f"new words after the first {sentences.MOST:,} are left out ({late:,})")
    if turkish:
        notes.append("as in Turkish, I is the capital of ı, and İ of i")
    decided |= {
        "sentence_end": rule,
        "abbreviations": "go on" if known else "end",
        "markup": "keep" if keep else "remove",
        "segment": language or "none",
    }
    warnings += doubts(pieces, found_words, bool(found.columns), found.lost)
    return Reading(
        pieces,
        found_words,
        decided,
        (*notes, *said),
        tuple(warnings),
        lines,
        found.columns,
        turkish,
        dropped,
        found.samples,
    )


def _split(text: str) -> Generator[Progress, None, Pieces]:
    splitting = sentences.splitting(text)
    del text
    while True:
        try:
            share = next(splitting).done
        except StopIteration as end:
            return end.value
        yield Progress(DECODED + (1 - DECODED) * share)


def _no_words(pieces: Pieces) -> tuple[frozenset[int], list[str]]:
    """The numbers of the pieces that are addresses, user names, labels or marks, and notes."""
    counts = np.bincount(pieces.ids, minlength=len(pieces.spelled))
    dropped: set[int] = set()
    notes = []
    signed = [
        k for k, p in enumerate(pieces.spelled) if k > 1 and not p.isalpha() and _SIGN.search(p)
    ]
    for what, (signs, kind) in NO_WORDS.items():
        likely = (k for k in signed if any(sign in pieces.spelled[k] for sign in signs))
        found = {k for k in likely if kind.fullmatch(pieces.spelled[k])}
        if what == "@names" and found:
            said = (k for k, piece in enumerate(pieces.spelled) if "RT" in piece)
            found |= {k for k in said if _RETWEET.fullmatch(pieces.spelled[k])}
        if number := int(sum(counts[k] for k in found - dropped)):
            notes.append(f"{what} are dropped ({number:,})")
        dropped |= found
        signed = [k for k in signed if k not in found]
    return frozenset(dropped), notes
