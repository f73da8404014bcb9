"""What reading a file in one of the formats returns, and signs that it was read wrongly."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.reading.sentences import Pieces
from core.reading.words import LONGEST, Spoken, words

MOST_LOST = 0.01  # share of lost letters above which a warning is given
JUDGED = 200_000  # pieces that are searched for signs of a wrong reading
AT_MOST = 2_000  # letters of each
_OF_ADDRESSES = frozenset(
    [
        "http",
        "https",
        "www",
        "com",
        "org",
        "html",
        "htm",
        "href",
        "src",
        "br",
        "div",
        "span",
        "td",
        "tr",
        "nbsp",
        "amp",
        "quot",
        "gt",
        "lt",
        "font",
        "php",
    ]
)


@dataclass(frozen=True)
class Found:
    """The running text of a file, and notes on how it was read."""

    text: str
    notes: tuple[str, ...] = ()
    # True: each line break ends a sentence; False: this is decided by how the lines look
    lines_end: bool = False
    column: str = ""  # of a table: the column that was read
    columns: tuple[str, ...] = ()  # of a table: the columns to choose from
    lost: int = 0  # letters of rows that could not be read
    samples: tuple[str, ...] = ()  # the beginning of a cell of each of the columns


def doubts(pieces: Pieces, spoken: Spoken, table: bool, lost: int) -> list[str]:
    """Warnings that a text may have been read wrongly, each with what to try.

    table: whether another column can be chosen; lost: letters that could not be read.
    """
    ids: NDArray[np.int32] = pieces.ids[:JUDGED]
    spelled = pieces.spelled
    kinds = Counter(ids.tolist())
    counts = np.bincount(_judged(kinds, pieces, spoken, ids), minlength=len(spoken.words))
    counts[0] = 0
    lengths = np.fromiter(map(len, spoken.words), np.int64, len(counts))
    running, letters = int(counts.sum()), int(counts @ lengths)
    found: list[str] = []
    if not running:
        return found
    scale = len(pieces.ids) / max(len(ids), 1)
    if lost > MOST_LOST * (letters * scale + lost):
        share = lost / (letters * scale + lost)
        found.append(
            f"{share:.0%} of the letters could not be read. Try another encoding or format."
        )
    single = np.flatnonzero((lengths == 1) & (counts > 0)).tolist()
    if sum(int(counts[k]) for k in single if spoken.words[k] < "\u2e80") > 0.4 * running:
        found.append(
            "Most words are single letters. Try another encoding or format, or another column."
        )
    runs = sum(
        len(p) * often
        for p, often in ((spelled[k], n) for k, n in kinds.items())
        if len(p) > LONGEST and p.isascii()
    )
    if runs > letters:
        found.append(
            "Most of the file consists of long runs without spaces, like encoded data. Try another "
            "column or format."
        )
    digits = sum(_digits(spelled[k][:AT_MOST]) * often for k, often in kinds.items())
    if digits > letters:
        found.append("The text holds more digits than letters. Try another column or format.")
    coded = [k for k, word in enumerate(spoken.words) if word in _OF_ADDRESSES]
    if counts[coded].sum() > 0.15 * running:
        found.append(
            "Many words are parts of addresses or of markup. Try to remove markup, or another "
            "column."
        )
    if table and np.sort(counts)[-3:].sum() > 0.8 * running and running > 20:
        found.append(
            "A few words make up nearly all of the text, as labels do. Try another column."
        )
    return found


def _judged(
    kinds: Iterable[int], pieces: Pieces, spoken: Spoken, ids: NDArray[np.int32]
) -> NDArray[np.int32]:
    """The words of the pieces that are searched, of a long one those at its beginning."""
    size = spoken.size.copy()
    for k in kinds:
        if len(pieces.spelled[k]) > AT_MOST:
            size[k] = min(size[k], len(words(pieces.spelled[k][:AT_MOST])))
    return spoken.said(ids, size)


def _digits(text: str) -> int:
    """The number of digits, in any script."""
    if text.isascii():
        return len(text) - len(text.encode().translate(None, b"0123456789"))
    return sum(map(str.isdigit, text))
