"""From running text to sentences of pieces; a piece is what stands between two white spaces.

A text of three million words has only a hundred thousand distinct pieces. Each is examined once,
and the text itself is a sequence of their numbers.
"""

import re
from collections import defaultdict
from collections.abc import Generator, Iterator
from dataclasses import dataclass, replace
from itertools import chain, repeat

import numpy as np
from numpy.typing import NDArray

from core.training_loop import Progress, finished

WIDE = 25  # mean words per line above which lines are paragraphs and not wrapped
# Characters split at a time: so few that their pieces are still in the processor's cache when they
# are looked up
CHUNK = 100_000
MARKED = 1_000_000  # pieces that are searched for marks at a time
TOLD = 20  # chunks between two signs of progress
MOST = 800_000  # distinct pieces kept; later new ones all become OTHER, which has no words
# The pieces for a line break, for a line break that ends a sentence, and for pieces beyond MOST
LINE, END, OTHER = 0, 1, 2
_OTHER = "\u2060·\u2060"
_RARE_LINE_ENDS = "\v\f\x85\u2028\u2029"
_CLOSERS = "\"'”’»)]」』"
_CLOSING = f"[{re.escape(_CLOSERS)}]*"
_SPACE = re.compile(r"\s")
# Marks that end a sentence before white space, and those of scripts that need none
_MARKS, _UNSPACED = tuple(".!?…؟۔։።︒"), frozenset("。！？｡।॥")
_INNER = re.compile(rf"(?<=[。！？｡।॥]){_CLOSING}(?=[^。！？｡।॥」』”’\"'])")
_HYPHENS = "-‐\u00ad"
_AROUND = re.compile(r"^\W+|\W+$")
_LETTER = re.compile(r"[^\W\d_]")
# Abbreviations before a name: Mr. Brown, ul. Polna
_NAMES = (
    "mr mrs ms mx dr prof rev hon gov gen col maj capt lt sgt messrs st mt vs cf e.g i.e al sra "
    "dra np mgr inż hab lek doc ul pl św ks płk ppłk mjr kpt sierż kpr m.in tzn tj tzw wg ул им "
    "проф z.b bzw ca"
)
# Abbreviations before a number: No. 5, godz. 12; elsewhere they may be words that end a sentence
_NUMBERS = (
    "no nr fig figs eq vol p pp ch sec approx s str godz ok art ust pkt poz rys tab r os al kl tel"
)
_BEFORE_NAMES, _BEFORE_NUMBERS = frozenset(_NAMES.split()), frozenset(_NUMBERS.split())
_OPENING = "([{\"'„“”«»‚‘’¿¡-–—"
_INITIALS = re.compile(r"(?:[^\W\d_]\.-?)+")  # J. or J.R.R.
# If more than this share of the marks stand before a small letter, sentences begin with one too
_HALF = 0.5


@dataclass(frozen=True, eq=False)
class Pieces:
    """A text as numbers of its distinct pieces."""

    ids: NDArray[np.int32]  # (N,), including LINE and END
    spelled: list[str]  # the piece of each number
    ends: NDArray[np.bool_]  # whether a piece ends a sentence

    def sentences(self, dropped: frozenset[int] = frozenset()) -> Iterator[str]:
        """The sentences that contain a letter, as text, without the pieces of the numbers in
        `dropped`.
        """
        words: list[str] = []
        for number in chain.from_iterable(map(np.ndarray.tolist, np.array_split(self.ids, 100))):
            if number != END and number not in dropped:
                words.append(self.spelled[number])
            if self.ends[number] and words:
                yield from _lettered(words)
                words = []
        yield from _lettered(words)


def _lettered(words: list[str]) -> Iterator[str]:
    sentence = " ".join(words)
    for part in _INNER.split(sentence):
        if _LETTER.search(part):
            yield part.strip()


def split(text: str) -> Pieces:
    """Split a text into pieces; each line break becomes the piece LINE."""
    return finished(splitting(text))


def splitting(text: str) -> Generator[Progress, None, Pieces]:
    """The same; yields Progress."""
    for end in _RARE_LINE_ENDS:
        text = text.replace(end, "\n")
    number: defaultdict[str, int] = defaultdict()
    number.default_factory = number.__len__
    number["\0"], number["\0\0"], number[_OTHER] = LINE, END, OTHER
    parts, start = [], 0
    while start < len(text):
        cut = _SPACE.search(text, start + CHUNK)
        stop = cut.start() if cut else len(text)
        part = text[start:stop]
        while "\n\n\n" in part:  # one blank line says as much
            part = part.replace("\n\n\n", "\n\n")
        pieces = part.replace("\n", " \0 ").split()
        if len(number) < MOST:
            numbers = map(number.__getitem__, pieces)
        else:
            numbers = map(number.get, pieces, repeat(OTHER))
        parts.append(np.fromiter(numbers, np.int32, len(pieces)))
        start = stop
        if len(parts) % TOLD == 0:
            yield Progress(start / len(text))
    spelled = list(number)
    ids = np.concatenate(parts or [np.empty(0, np.int32)])
    return Pieces(ids, spelled, _ends(spelled))


def ended(pieces: Pieces, rule: str) -> tuple[Pieces, str, str]:
    """Decide which line breaks end a sentence; returns the pieces, the rule used and a note on it.

    rule: "lines": punctuation and each line break end a sentence; "blank lines": punctuation and
    blank lines do, and single line breaks are spaces; "only lines": line breaks alone; "auto":
    "lines" if there is hardly any punctuation, most lines end with it, lines are longer than a page
    is wide, or many begin with @ or #; "blank lines" if many lines continue in small letters, and
    otherwise.
    """
    lines = pieces.ids == LINE
    if rule == "auto":
        rule = _recognized(pieces, lines)
    if rule == "blank lines":
        before = np.append(False, lines[:-1])
        final = lines & before
    else:
        final = lines
    ids = np.where(final, np.int32(END), pieces.ids)[final | ~lines]
    if rule == "only lines":
        ends = np.zeros_like(pieces.ends)
        ends[END] = True
        return Pieces(ids, pieces.spelled, ends), rule, "a sentence ends at each line end only"
    where = "each line end" if rule == "lines" else "blank lines, as the lines look wrapped"
    return replace(pieces, ids=ids), rule, f"sentences end at . ! ? … and at {where}"


def _recognized(pieces: Pieces, lines: NDArray[np.bool_]) -> str:
    last = ~lines & np.append(lines[1:], True)  # the last piece of each line
    marks = int(pieces.ends[pieces.ids].sum())
    ended = int((pieces.ends[pieces.ids] & last).sum())
    count = int(last.sum())
    if len(lines) < 3 or marks < count / 10:
        return "lines"
    small = np.fromiter((piece[:1].islower() for piece in pieces.spelled), bool)
    after = np.append(small[pieces.ids[2:]] & lines[1:-1], [False, False])
    if (last & ~pieces.ends[pieces.ids] & after).sum() > count / 5:
        return "blank lines"
    if ended > count / 2 or len(pieces.ids) - lines.sum() > WIDE * count:
        return "lines"
    addressed = np.fromiter((piece[0] in "@#" for piece in pieces.spelled), bool)
    first = ~lines & np.append(True, lines[:-1])
    return "lines" if (addressed[pieces.ids] & first).sum() > count / 3 else "blank lines"


def unhyphenated(pieces: Pieces) -> tuple[Pieces, int]:
    """Join words that a line break cuts at a hyphen; returns the pieces and how many were joined.

    The hyphen is kept if the text also has the word with a hyphen elsewhere.
    """
    ids, spelled = pieces.ids, pieces.spelled
    cut = np.fromiter((p[-1] in _HYPHENS and p[-2:-1].isalpha() for p in spelled), bool)
    if len(ids) < 3 or not cut.any():
        return pieces, 0
    small = np.fromiter((p[0].islower() for p in spelled), bool)
    at = np.flatnonzero(cut[ids[:-2]] & (ids[1:-1] == LINE) & small[ids[2:]])
    at = at[~np.isin(at - 2, at)]
    if not len(at):
        return pieces, 0
    pairs, which = np.unique(ids[at] * np.int64(len(spelled)) + ids[at + 2], return_inverse=True)
    spelled, joined = _joined(spelled, pairs)
    ids, kept = ids.copy(), np.ones(len(ids), bool)
    ids[at], kept[at + 2] = joined[which], False
    return Pieces(ids[kept], spelled, _ends(spelled)), len(at)


def _joined(spelled: list[str], pairs: NDArray[np.int64]) -> tuple[list[str], NDArray[np.int32]]:
    """The spellings followed by the joined ones, and the number of each pair's joined piece."""
    number = {piece: k for k, piece in enumerate(spelled)}
    whole = {_bare(piece) for piece in spelled if "-" in piece[1:-1]}
    joined = []
    for first, second in zip(*np.divmod(pairs, len(spelled)), strict=True):
        one, other = spelled[first][:-1], spelled[second]
        piece = f"{one}-{other}" if _bare(f"{one}-{other}") in whole else one + other
        joined.append(number.setdefault(piece, len(number)))
    return list(number), np.array(joined, np.int32)


def _bare(piece: str) -> str:
    return _AROUND.sub("", piece).lower()


def _ends(spelled: list[str]) -> NDArray[np.bool_]:
    """Whether each piece ends a sentence."""
    ends = np.fromiter(
        (
            not p.isalpha()
            and (
                p.rstrip(_CLOSERS).endswith(_MARKS)
                or (not p.isascii() and not _UNSPACED.isdisjoint(p))
            )
            for p in spelled
        ),
        bool,
    )
    ends[END] = True
    return ends


def unended(pieces: Pieces) -> tuple[Pieces, int]:
    """Separate the marked pieces after which the sentence goes on; returns the pieces and how many.

    A piece such as "Dr." gets a second number, which does not end a sentence.
    """
    marks, following = _marked(pieces)
    if not len(marks):
        return pieces, 0
    at = marks[_going_on(pieces, pieces.ids[marks], following)]
    del marks, following
    found = pieces.ids.copy()
    kinds, found[at] = _kinds(found[at], len(pieces.spelled))
    found[at] += np.int32(len(pieces.spelled))
    spelled = pieces.spelled + [pieces.spelled[k] for k in kinds]
    return Pieces(found, spelled, np.append(pieces.ends, np.zeros(len(kinds), bool))), len(at)


def _marked(pieces: Pieces) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """The places of the pieces that end a sentence, line breaks and the last piece left out, and
    the number of the piece that follows each, on the same line or on the next.
    """
    ends = pieces.ends.copy()
    ends[END] = False
    places, following = [], []
    for start in range(0, len(pieces.ids), MARKED):
        ids = pieces.ids[start : start + MARKED + 2]
        marks = np.flatnonzero(ends[ids[:MARKED]])
        after = marks + 1
        after += ids[np.minimum(after, len(ids) - 1)] == LINE
        inside = after < len(ids)
        places.append((start + marks[inside]).astype(np.int32))
        following.append(ids[after[inside]])
    nothing = np.empty(0, np.int32)
    return np.concatenate([nothing, *places]), np.concatenate([nothing, *following])


def _kinds(ids: NDArray[np.int32], most: int) -> tuple[list[int], NDArray[np.int32]]:
    """The distinct numbers, all below `most`, and the place of each number among them; what
    np.unique does, in time and memory that do not grow with a sort.
    """
    there = np.zeros(most, bool)
    there[ids] = True
    place = np.cumsum(there, dtype=np.int32) - np.int32(1)
    return np.flatnonzero(there).tolist(), place[ids]


def _going_on(
    pieces: Pieces, marked: NDArray[np.int32], following: NDArray[np.int32]
) -> NDArray[np.bool_]:
    """Whether the sentence goes on after each of the marked pieces."""
    kinds, which = _kinds(following, len(pieces.spelled))
    first = [pieces.spelled[k].lstrip(_OPENING)[:1] for k in kinds]
    small, large, digit = (
        np.array([test(sign) for sign in first], bool)[which]
        for test in (str.islower, str.isupper, str.isdecimal)
    )
    kinds, which = _kinds(marked, len(pieces.spelled))
    bare = [pieces.spelled[k].lstrip(_OPENING) for k in kinds]
    word = [piece[:-1].lower() if piece.endswith(".") else "" for piece in bare]
    name = [
        w in _BEFORE_NAMES or (b[:1].isupper() and _INITIALS.fullmatch(b) is not None)
        for w, b in zip(word, bare, strict=True)
    ]
    named = np.array(name, bool)[which]
    if (small & ~named).sum() > _HALF * ((small | large) & ~named).sum():
        small[:] = False  # sentences begin with small letters too
    number = [w in _BEFORE_NUMBERS for w in word]
    return small | named | (np.array(number, bool)[which] & digit)
