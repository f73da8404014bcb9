"""What has arrived of a training, ready to be drawn."""

from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np

from core.texts.corpus import Facts
from core.vectors import cluster_test, projection
from core.word2vec.training import References, Run, Snapshot
from ui.charts import labels, theme

PICTURE = 560, 370  # pixels of the picture at the size that labels are placed for


@dataclass(frozen=True)
class Picture:
    """Words that move in a plane."""

    points: np.ndarray  # (F, n, 2)
    share: float  # of the variance that the last frame shows
    words: list[str]

    @property
    def reach(self):
        """How far each frame reaches to each side, labels included, at least as far as the last: x
        and y (F, 2).
        """
        most = np.abs(self.points).max(1)
        return np.maximum(theme.EDGE * np.maximum(most, most[-1]), 0.3)

    @property
    def frames(self):
        """For the player: places, offsets of labels in pixels, and whether these can be read."""
        return self.newest(len(self.points))

    def newest(self, count):
        """The same, where only so many of the last frames are shown: those before them have the
        labels of the first that is.
        """
        scale = (np.array(PICTURE) / (2 * self.reach)).min(1)[:, None, None] * np.array([1, -1])
        pixels = self.points * scale + np.array(PICTURE) / 2
        last = pixels[-count:]
        last = last.round(1)  # turned onto itself, a picture keeps its labels
        followed = _labels(last.tobytes(), last.shape, tuple(self.words))
        offsets, clear = (
            np.concatenate([np.repeat(part[:1], len(pixels) - len(last), axis=0), part])
            for part in followed
        )
        return [
            {"x": p[:, 0], "y": p[:, 1], "ox": o[:, 0], "oy": o[:, 1], "told": told * 1.0}
            for p, o, told in zip(self.points, offsets, clear, strict=True)
        ]

    @property
    def pace(self):
        """When each frame is due, 0 to 1."""
        return projection.pace(self.points).tolist()


@lru_cache(maxsize=16)  # the last picture of a training is drawn again with the rest of the page
def _labels(pixels, shape, words):
    """Offsets of the labels of words at these pixels (bytes of an array of that shape), and which
    can be read.
    """
    return labels.follow(np.frombuffer(pixels).reshape(shape), list(words), *PICTURE)


@lru_cache(maxsize=64)  # a class looks at the same run, and a page is drawn again for any control
def _tested(vectors, kind, labels):
    """What the vectors (bytes of an array of that kind) of words with these labels say."""
    rows = np.frombuffer(vectors, kind).reshape(len(labels), -1)
    return cluster_test.groups(rows, np.array(labels), np.random.default_rng(0))


@dataclass
class Seen:
    """What has arrived of a training so far."""

    facts: Facts = None
    references: References = None
    snapshots: list = field(default_factory=list)
    run: Run = None

    def take(self, news):
        """Sort new items into their places."""
        for item in news:
            if isinstance(item, Facts):
                self.facts = item
            elif isinstance(item, References):
                self.references = item
            elif isinstance(item, Run):
                self.run = item
            elif isinstance(item, Snapshot):
                self.snapshots.append(item)

    @property
    def vectors(self):
        """The newest center vectors, (V, d)."""
        return self.snapshots[-1].center

    @property
    def curve(self):
        """(epoch, loss, shuffled) of each snapshot."""
        return [(s.epoch, s.loss, s.shuffled) for s in self.snapshots]

    def picture(self, chosen, normalize, reference=None):
        """The animation of the chosen words, turned onto a reference as in
        `projection.animation`.
        """
        rows = [self.facts.index[word] for word in chosen.words]
        points, share = projection.animation(
            np.stack([s.center[rows] for s in self.snapshots]), normalize, reference
        )
        return Picture(points, share, chosen.words)

    def groups(self, chosen):
        """What the vectors say about the groups of the chosen words; None without words."""
        if not chosen.words:
            return None
        rows = self.vectors[[self.facts.index[word] for word in chosen.words]]
        return _tested(rows.tobytes(), rows.dtype, tuple(chosen.labels))

    @property
    def epochs(self):
        """A label for each snapshot."""
        return [f"epoch {s.epoch:.1f}" for s in self.snapshots]
