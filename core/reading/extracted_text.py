"""What reading a file in one of the formats returns, and signs that it was read wrongly."""

from collections import Counter
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.reading.sentences import Pieces
from core.reading.words import LONGEST, words

MOST_LOST = 0.01  # share of lost letters above which a warning is given
JUDGED = 200_000  # pieces that are searched for signs of a wrong reading
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


def doubts(pieces: Pieces, dropped: frozenset[int], table: bool, lost: int) -> list[str]:
    """Warnings that a text may have been read wrongly, each with what to try.

    dropped: numbers of the pieces that are not words; table: whether another column can be chosen;
    lost: letters that could not be read.
    """
    ids: NDArray[np.int32] = pieces.ids[:JUDGED]
    kinds = Counter(ids.tolist())
    seen: Counter[str] = Counter()
    spelled = pieces.spelled
    for piece, often in kinds.items():
        for word in () if piece in dropped else words(spelled[piece][:2_000]):
            seen[word] += often
    running = sum(seen.values())
    letters = sum(len(word) * often for word, often in seen.items())
    found: list[str] = []
    if not running:
        return found
    scale = len(pieces.ids) / max(len(ids), 1)
    if lost > MOST_LOST * (letters * scale + lost):
        share = lost / (letters * scale + lost)
        found.append(
            f"{share:.0%} of the letters could not be read. Try another encoding or format."
        )
    if sum(often for w, often in seen.items() if len(w) == 1 and w < "\u2e80") > 0.4 * running:
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
    digits = sum(sum(map(str.isdigit, spelled[k][:2_000])) * often for k, often in kinds.items())
    if digits > letters:
        found.append("The text holds more digits than letters. Try another column or format.")
    coded = sum(often for w, often in seen.items() if w in _OF_ADDRESSES)
    if coded > 0.15 * running:
        found.append(
            "Many words are parts of addresses or of markup. Try to remove markup, or another "
            "column."
        )
    labels = sum(often for _, often in seen.most_common(3)) > 0.8 * running
    if table and labels and running > 20:
        found.append(
            "A few words make up nearly all of the text, as labels do. Try another column."
        )
    return found
