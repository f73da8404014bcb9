"""Function words, which say little about the topic of a text: they are not offered as examples."""

import numpy as np
from numpy.typing import NDArray

POLISH = (
    "a aby ale albo ani aż bardzo bez bo by być był była było były będzie ci co czy czyli dla "
    "do dlaczego gdy gdyż gdzie go i ich ile im inne iż ja jak jako je jego jej jest jestem "
    "jeszcze jeśli jeżeli już ją kiedy kto która które którego której który których którym "
    "którzy lub ma mają mam mi mnie mną może można mu my na nad nam nas nasz nawet nic nie nich "
    "nim niż no o od on ona one oni ono oraz po pod podczas ponieważ poza przed przez przy raz "
    "razem są się sobie swoje ta tak także tam te tego tej ten też to toteż tu twoje tych tylko "
    "tym u w we wam was wasz więc wszystko wy z za ze że żeby jednak czym tę tą moje jakie "
)
ENGLISH = (
    "a about above after again against all also am an and any are aren't as at be because been "
    "before being below between both but by can can't could did didn't do does doesn't doing "
    "don't down during each even few for from further had has have having he her here hers him "
    "his how i i'm if in into is isn't it it's its itself just like ll me more most much my no "
    "nor not now of off on once one only or other our out over own re s same she should so some "
    "such t than that that's the their them then there these they this those through to too "
    "under until up upon us ve very was wasn't we were what when where which while who whom why "
    "will with would you your n't one's "
)
LISTED = frozenset(f"{POLISH} {ENGLISH}".split())
# In other languages, a word in more than this share of the sentences counts as a function word
SPREAD = 0.2
LOOKED_AT = 200_000  # words of text in which the spread is counted
MOST = 200  # words whose spread is counted


def spread(ids: NDArray[np.int32], starts: NDArray[np.int64]) -> NDArray[np.float64]:
    """The share of the first sentences that contain each of the MOST most frequent words.

    ids: (T,) words of the text; starts: (S + 1,) where each sentence starts in ids. Returns (MOST,)
    shares; words beyond the vocabulary have share 0.
    """
    sizes = np.diff(starts[: np.searchsorted(starts, LOOKED_AT) + 1])
    sentence = np.repeat(np.arange(len(sizes), dtype=np.int32), sizes)
    there = np.zeros((len(sizes), MOST), bool)  # whether a sentence contains a word
    for start in range(0, len(sentence), LOOKED_AT):  # one sentence may be the whole text
        part = slice(start, min(start + LOOKED_AT, len(sentence)))
        often = ids[part] < MOST
        there[sentence[part][often], ids[part][often]] = True
    return there.mean(axis=0)
