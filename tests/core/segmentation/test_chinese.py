"""The words of Chinese text by a dictionary."""

import random

import pytest

from core.segmentation import chinese

# Latin letters would say as much, but only these are cut
A, B, C, D = "甲乙丙丁"
COUNTS = {A: 9, B: 9, C: 9, A + B: 50, B + C: 0, A + B + C: 2, C + C: 3, A + A + A + A: 5}


@pytest.fixture
def small(monkeypatch):
    known = chinese._Dictionary(COUNTS, sum(COUNTS.values()))
    monkeypatch.setattr(chinese, "_dictionary", lambda: known)


def best_by_trying_all(run):
    """The most frequent words together, by trying every way to cut; the first one is the longest
    of equally good ones.
    """
    if not run:
        return 1.0, []
    total = sum(COUNTS.values())
    words = [run[:k] for k in range(1, len(run) + 1) if COUNTS.get(run[:k])] or [run[0]]
    ways = []
    for word in words:
        value, rest = best_by_trying_all(run[len(word) :])
        ways.append(
            (COUNTS.get(word, 0) / total * value or value / total, len(word), [word, *rest])
        )
    value, _, best = max(ways)
    return value, best


def test_the_most_frequent_words_together_are_chosen(small):
    choose = random.Random(0)
    for _ in range(300):
        run = "".join(choose.choices(A + B + C + D, k=choose.randint(1, 9)))
        assert chinese.spaced(run).split() == best_by_trying_all(run)[1], run


@pytest.mark.parametrize(("part", "batch"), [(400, 400_000), (400, 401), (3, 3), (3, 7)])
def test_only_runs_of_letters_change(small, monkeypatch, part, batch):
    monkeypatch.setattr(chinese, "PART", part)
    monkeypatch.setattr(chinese, "BATCH", batch)
    text = f"x {A}{B}, {D}{A}{B}y\n\ud800〇{A}"
    assert chinese.spaced(text) == f"x  {A}{B} ,  {D} {A}{B} y\n\ud800 〇 {A} "
    assert chinese.spaced("") == "" and chinese.spaced("a. b") == "a. b"


@pytest.mark.peer
def test_the_words_are_those_of_jieba():
    jieba = pytest.importorskip("jieba")
    jieba.setLogLevel("ERROR")
    jieba.initialize()
    choose = random.Random(1)
    known = [word for word in jieba.dt.FREQ if min(word) >= "\u4e00" and max(word) <= "\u9fd5"]
    letters = [chr(choose.randint(0x3400, 0x9FFF)) for _ in range(300)]
    for end in ("", " ", "，", "。\n") * 10:
        words = choose.choices(known, k=200) + choose.choices(letters, k=100)
        choose.shuffle(words)
        text = end.join(words)
        runs = text.replace("，", " ， ").replace("。", " 。 ").split()
        parts = [
            run[k : k + chinese.PART] for run in runs for k in range(0, len(run), chinese.PART)
        ]
        expected = [word for part in parts for word in jieba.cut(part, HMM=False)]
        assert chinese.spaced(text).split() == expected
