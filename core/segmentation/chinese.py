"""The words of Chinese text, which has no spaces between them.

Of all ways to cut a run of letters into words of a dictionary, the one is chosen whose words are
most frequent together: S(k) = max over the words k..l of ln(count / total) + S(l), from the end of
the run to its beginning. So does the package jieba without its hidden Markov model, whose
dictionary this is; jieba goes from letter to letter, this through thousands of runs at once.
"""

import importlib.util
from collections import defaultdict
from functools import cache
from itertools import count
from math import log
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

PACKAGE = "jieba"
FIRST, LAST = 0x4E00, 0x9FD5  # the letters of which the dictionary's words consist
# Those of a run: extension A, compatibility ideographs, and the signs of repetition and of zero
RUN = ((0x3005, 0x3007), (0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xF900, 0xFAFF))
PART = 400  # letters of a run that are cut at a time
BATCH = 400_000  # letters of the text
_CODE = "utf-32-le"
_FACTOR = np.uint64(0x9E3779B97F4A7C15)  # odd; of a hash of words, and of its places in the table
_BITS = 21  # of these places: four times as many as there are words and beginnings of words


class _Dictionary:
    """The weights of words, ln(count / total), by a hash of their letters; -inf for what is only
    the beginning of a word.
    """

    def __init__(self, counts: dict[str, int], total: int):
        alike: defaultdict[int, list[str]] = defaultdict(list)  # words of the same length
        for word in counts:
            alike[len(word)].append(word)
        self.alone = -log(total)  # the weight of a letter that is no word
        self.keys = np.zeros(1 << _BITS, np.uint64)
        self.weights = np.full(1 << _BITS, np.nan)
        for words in alike.values():
            letters = _codes("".join(words)).reshape(len(words), -1)
            key = np.zeros(len(words), np.uint64)
            for k in range(letters.shape[1]):
                key = key * _FACTOR + letters[:, k]
                self._put(key)
            often, which = np.unique([counts[word] for word in words], return_inverse=True)
            weight = [log(n) + self.alone if n else -np.inf for n in often.tolist()]
            self.weights[self._places(key)] = np.array(weight)[which]

    def _put(self, keys: NDArray[np.uint64]) -> None:
        """Give each key that has no place the next free one."""
        while len(keys):
            places = self._places(keys)
            new = self.keys[places] == 0
            keys, places = keys[new], places[new]
            self.keys[places], self.weights[places] = keys, -np.inf
            keys = keys[self.keys[places] != keys]  # another one of them took their place

    def _places(self, keys: NDArray[np.uint64]) -> NDArray[np.int64]:
        """Where each key is, or the free place where it would be."""
        places = (keys * _FACTOR >> np.uint64(64 - _BITS)).astype(np.int64)
        other = np.arange(len(keys))
        while len(other):
            there = self.keys[places[other]]
            other = other[(there != keys[other]) & (there != 0)]
            places[other] = (places[other] + 1) % len(self.keys)
        return places

    def find(self, keys: NDArray[np.uint64]) -> NDArray[np.float64]:
        """The weights; nan for what begins no word."""
        return self.weights[self._places(keys)]


@cache
def _dictionary() -> _Dictionary:
    found = importlib.util.find_spec(PACKAGE)
    assert found and found.origin  # the caller has made sure
    lines = (Path(found.origin).parent / "dict.txt").read_text(encoding="utf8").splitlines()
    counts, total = {}, 0
    for line in lines:
        word, often, _ = line.split(" ")
        counts[word] = int(often)
        total += counts[word]
    return _Dictionary(counts, total)


def _codes(text: str) -> NDArray[np.uint32]:
    return np.frombuffer(text.encode(_CODE, "surrogatepass"), np.uint32)


def spaced(text: str) -> str:
    """The text with spaces between the words of runs of Chinese letters, and around each run."""
    parts, start = [], 0
    while start < len(text):
        codes = _codes(text[start : start + BATCH])
        inside = np.zeros(len(codes) + 1, bool)
        for low, high in RUN:
            inside[:-1] |= (codes >= low) & (codes <= high)
        if start + len(codes) < len(text) and inside[len(codes) - 1]:
            gaps = np.flatnonzero(~inside[: len(codes)])
            stop = int(gaps[-1]) + 1 if len(gaps) else len(codes) // PART * PART
            codes, inside = codes[:stop], np.append(inside[:stop], False)
        parts.append(_spaced(codes, inside))
        start += len(codes)
    return "".join(parts)


def _spaced(codes: NDArray[np.uint32], inside: NDArray[np.bool_]) -> str:
    """The same. codes: (N,) letters; inside: (N + 1,) whether each is of a run, the last is not."""
    before = np.append(False, inside[:-1])
    place = np.arange(len(codes))
    run = np.maximum.accumulate(np.where((inside & ~before)[:-1], place, 0))  # where it starts
    listed = (codes >= FIRST) & (codes <= LAST)
    cut = (place - run) % PART == 0
    begins = listed & (cut | ~np.append(False, listed[:-1]))
    space = inside | before
    space[:-1][listed] = _words(codes[listed], begins[listed])
    out = np.full(len(codes) + space.sum(), ord(" "), np.uint32)
    out[place + np.cumsum(space)[:-1]] = codes
    return out.tobytes().decode(_CODE, "surrogatepass")


def _words(letters: NDArray[np.uint32], begins: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Which of the letters begin a word. begins: where a run begins."""
    if not len(letters):
        return begins
    runs = np.cumsum(begins)
    codes = np.zeros(len(letters) + runs[-1], np.uint32)  # a zero ends each run
    place = np.arange(len(letters)) + runs - 1
    codes[place] = letters
    step = _steps(codes)
    word = np.zeros(len(codes), bool)
    at = place[begins]
    while len(at):
        word[at] = True
        at = at + step[at]
        at = at[codes[at] > 0]
    return word[place]


def _steps(codes: NDArray[np.uint32]) -> NDArray[np.int64]:
    """The length of the best word that begins at each letter. codes: letters; zeros end runs."""
    ends = np.flatnonzero(codes == 0)
    far = np.repeat(ends, np.diff(ends, prepend=-1)) - np.arange(len(codes))  # from the end
    by_length = [_in_order(at, weight, far) for at, weight in _candidates(codes)]
    best, step = np.where(codes > 0, -np.inf, 0.0), np.zeros(len(codes), np.int64)
    for distance in range(1, int(far.max()) + 1):
        for length, (at, weight, offset) in enumerate(by_length, 1):
            if distance >= len(offset) or offset[distance - 1] == offset[distance]:
                continue
            those = slice(offset[distance - 1], offset[distance])
            k = at[those]
            total = weight[those] + best[k + length]
            better = total >= best[k]  # of two equally good ones the longer
            best[k[better]], step[k[better]] = total[better], length
    return step


def _candidates(
    codes: NDArray[np.uint32],
) -> list[tuple[NDArray[np.int64], NDArray[np.float64]]]:
    """For each length: where the words of this length begin, and their weights."""
    known, found = _dictionary(), []
    at = np.flatnonzero(codes)
    alone, key = codes > 0, np.zeros(len(at), np.uint64)
    for length in count():
        key = key * _FACTOR + codes[at + length]
        weight = known.find(key)
        words = weight > -np.inf
        found.append((at[words], weight[words]))
        alone[at[words]] = False
        longer = ~np.isnan(weight)
        at, key = at[longer], key[longer]
        if not len(at):
            break
    single = np.flatnonzero(alone)
    at, weight = found[0]
    found[0] = np.append(at, single), np.append(weight, np.full(len(single), known.alone))
    return found


def _in_order(
    at: NDArray[np.int64], weight: NDArray[np.float64], far: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.float64], list[int]]:
    """The words by their distance from the end of the run, and where each distance d begins, at
    d - 1.
    """
    distance = far[at].astype(np.int16)
    order = np.argsort(distance, kind="stable")
    most = int(distance.max()) if len(at) else 0
    offset = np.searchsorted(distance[order], np.arange(1, most + 2, dtype=np.int16))
    return at[order], weight[order], offset.tolist()
