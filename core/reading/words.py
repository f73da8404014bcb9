"""From a piece of text to its words: letters with their marks, and apostrophes and hyphens between
them.
"""

import re
import unicodedata
from array import array
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property

import numpy as np
from numpy.typing import NDArray

from core.reading.sentences import END, MOST, Pieces

PART = 50_000  # letters of a piece whose words are in memory at a time
LONGEST = 100  # letters; longer runs are dropped: they are addresses or encoded data

# Apostrophes and hyphens of all kinds become the two of ASCII; invisible characters are dropped.
SPELLINGS = str.maketrans(
    dict.fromkeys("’‘‛ʼʻ´`′＇", "'")
    | dict.fromkeys("‐‑﹣－", "-")
    # soft hyphen, zero-width space, word joiner, byte order mark, directions, Arabic elongation
    | dict.fromkeys("\u00ad\u200b\u2060\ufeff\u200e\u200f\u061c\u0640")
    | dict.fromkeys(map(chr, (*range(0x202A, 0x202F), *range(0x2066, 0x206A))))
    # variation selectors choose a picture, not a letter
    | dict.fromkeys(map(chr, (*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0))))
)
# Ligatures, presentation forms, full-width and mathematical letters: the same letters in another
# form. NFKC of anything else may change the meaning (m² is not m2).
_FORMS = (
    "\u0132\u0133\u01c4-\u01cc\u01f1-\u01f3\u017f\ufb00-\ufdff\ufe70-\ufefc"
    "\uff01-\uffdc\U0001d400-\U0001d7ff"
)
_DRAWN = re.compile(f"[{_FORMS}]+")
# Letters without any of the above, in one spelling each: most pieces need not be looked at closer
_PLAIN = re.compile("[A-Za-zÀ-ÖØ-öø-įĴ-ňŊ-žЁА-яё\u4e00-\u9fff\uac00-\ud7a3]+")
# A zero-width joiner or non-joiner shapes letters: it means nothing in Latin, Greek and Cyrillic,
# but is part of the spelling in Arabic and Indic scripts.
_JOINER = re.compile("(?<=[\x00-\u058f])[\u200c\u200d]+")
# In scripts of South-East Asia a zero-width space separates words.
_ZERO_SPACE = re.compile("(?<=[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff])\u200b")
# A text without any of these is in one spelling already. In a class of characters that holds none
# beyond \uffff, each is found at once.
_BEYOND = re.compile("[\U00010000-\U0010ffff]")
_SPELLED = re.compile(
    "["
    + re.escape("".join(chr(code) for code in SPELLINGS if code <= 0xFFFF))
    + _FORMS.replace("\U0001d400-\U0001d7ff", "")
    + "\u200b-\u200d]"
)


def _ranges(chars: list[int]) -> str:
    """The inside of a character class that holds these code points."""
    found: list[list[int]] = []
    for code in chars:
        if found and code == found[-1][1] + 1:
            found[-1][1] = code
        else:
            found.append([code, code])
    return "".join(f"\\U{low:08x}-\\U{high:08x}" for low, high in found)


@cache
def _of_category(kind: str, last: int) -> str:
    codes = (*range(0x80, min(last + 1, 0x1F000)), *range(0xE0100, min(last + 1, 0xE01F0)))
    return _ranges([code for code in codes if unicodedata.category(chr(code))[0] == kind])


_JOINS = r"'\-·׳״"  # a middle dot inside a Catalan word, geresh and gershayim inside a Hebrew one


def _letter_up_to(last: int) -> str:
    """A letter in texts whose code points are up to `last`: \\w includes ² and Ⅳ."""
    return rf"[^\W\d_{_of_category('N', last)}]"


@cache
def _word_up_to(last: int) -> re.Pattern[str]:
    """The pattern of a word in such texts; made when it is needed, which takes 40 ms."""
    mark, letter = _of_category("M", last), _letter_up_to(last)
    # Repetitions are bounded: each one costs memory while a piece of 20 MB is matched
    part = rf"{letter}+(?:[{mark}\u200c\u200d]+{letter}*){{0,60}}"
    return re.compile(rf"{part}(?:[{_JOINS}]{part}){{0,20}}")


# In a text without what may stand between letters, a word is letters alone
_BETWEEN_LETTERS = re.compile(f"[{_JOINS}{_of_category('M', 0xFFFF)}\u200c\u200d]")
_LETTERS = re.compile(f"{_letter_up_to(0xFFFF)}+")
_SIGNS = bytes(k if 97 <= k <= 122 or k in b"'-" else 32 for k in range(128)) + bytes(128)
_ASCII_WORD = re.compile(r"[a-z]+(?:['-][a-z]+){0,20}")
# Signs that no word contains, and that do not change how a letter before them is written
_BETWEEN = re.compile(r"[,;!?()\[\]{}<>|/\\=+*&%$#@\"~0-9_،、。，；！？]")


def folded(text: str, turkish: bool = False) -> str:
    """The text in lower case, each letter in one spelling; in Turkish, I is the capital of ı."""
    if text.isascii() and not turkish:
        return text.lower().replace("`", "'")
    if turkish:
        text = text.replace("I", "ı").replace("İ", "i")
    text = text.lower().replace("i\u0307", "i")
    if _SPELLED.search(text) or _BEYOND.search(text):
        text = _JOINER.sub("", _ZERO_SPACE.sub(" ", text).translate(SPELLINGS))
        text = _DRAWN.sub(lambda found: unicodedata.normalize("NFKC", found[0]).lower(), text)
    return unicodedata.normalize("NFC", text)


def words(piece: str, turkish: bool = False) -> tuple[str, ...]:
    """The words of a piece of text, in lower case; digits and _ separate words, and those of more
    than LONGEST letters are dropped.
    """
    # The first test is a fast one for some of what the pattern says
    if not turkish and ((piece.isascii() and piece.isalpha()) or _PLAIN.fullmatch(piece)):
        if len(piece) > LONGEST:
            return ()
        return (piece if piece.islower() else piece.lower(),)  # no second copy of most pieces
    text = folded(piece, turkish)
    if text.isascii():
        text = text.encode().translate(_SIGNS).decode()  # other signs are spaces now
        found = _ASCII_WORD.findall(text) if "'" in text or "-" in text else text.split()
    else:
        simple = _word_up_to(0xFFFF) if _BETWEEN_LETTERS.search(text) else _LETTERS
        found = (_word_up_to(0x10FFFF) if _BEYOND.search(text) else simple).findall(text)
    if len(text) > LONGEST:
        found = [word for word in found if len(word) <= LONGEST]
    return tuple(found)


def _in_parts(piece: str) -> Iterator[str]:
    """A piece that may be a whole file in parts, between which no word goes on: its words need not
    fit into memory.
    """
    start = 0
    while start < len(piece):
        cut = _BETWEEN.search(piece, start + PART)
        stop = cut.start() if cut else len(piece)
        yield piece[start:stop]
        start = stop


def tokenize(sentence: str, turkish: bool = False) -> list[str]:
    """The words of a text, in lower case: letters with their marks, and apostrophes and hyphens
    between them.
    """
    return [word for piece in sentence.split() for word in words(piece, turkish)]


@dataclass(frozen=True, eq=False)
class Spoken:
    """The words of the distinct pieces of a text, as numbers; 0, the empty word, ends a
    sentence.
    """

    words: list[str]  # the distinct ones
    numbers: NDArray[np.int32]  # the words of one piece after those of the other
    size: NDArray[np.int32]  # how many each piece has
    left_out: int = 0  # new words after the first MOST

    @cached_property
    def start(self) -> NDArray[np.int32]:
        """Where the words of each piece start."""
        return np.cumsum(self.size, dtype=np.int32) - self.size

    def of(self, piece: int) -> NDArray[np.int32]:
        """The words of one piece."""
        return self.numbers[self.start[piece] : self.start[piece] + self.size[piece]]

    def said(
        self, ids: NDArray[np.int32], size: NDArray[np.int32] | None = None
    ) -> NDArray[np.int32]:
        """The words of these pieces, in their order; of each only the first `size`, if given."""
        sizes = (self.size if size is None else size)[ids]
        place = np.repeat(self.start[ids] - np.cumsum(sizes, dtype=np.int32) + sizes, sizes)
        place += np.arange(len(place), dtype=np.int32)
        return self.numbers[place]


def spoken(pieces: Pieces, dropped: frozenset[int] = frozenset(), turkish: bool = False) -> Spoken:
    """The words of all pieces but those of the numbers in `dropped`."""
    number: defaultdict[str, int] = defaultdict()
    number.default_factory = number.__len__
    number[""] = 0
    found, size, left_out = array("i"), array("i"), 0
    for piece, (spelled, end) in enumerate(zip(pieces.spelled, pieces.ends.tolist(), strict=True)):
        before = len(found)
        if piece > END and piece not in dropped:
            parts = (spelled,) if len(spelled) < PART else _in_parts(spelled)
            for part in parts:
                said = words(part, turkish)
                if len(number) <= MOST:
                    for word in said:  # few, so this is faster than all of them at once
                        found.append(number[word])
                else:
                    known = [k for k in map(number.get, said) if k is not None]
                    left_out += len(said) - len(known)
                    found.extend(known)
        if end:
            found.append(0)
        size.append(len(found) - before)
    numbers, sizes = np.frombuffer(found, np.int32), np.frombuffer(size, np.int32)
    return Spoken(list(number), numbers, sizes, left_out)
