"""What has arrived of a training, ready to be drawn."""

from dataclasses import dataclass, field

import numpy as np

from core.texts.corpus import Facts
from core.vectors import projection
from core.word2vec.training import References, Run, Snapshot
from ui.charts import labels, theme

PICTURE = 560, 370  # pixels of the picture at the size that labels are placed for


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

    def frames(self, chosen, normalize):
        """Positions and label offsets of the chosen words in every snapshot, and the share of
        variance they keep.
        """
        rows = [self.facts.index[word] for word in chosen.words]
        points, share = projection.animation(
            np.stack([s.center[rows] for s in self.snapshots]), normalize
        )
        scale = np.array([PICTURE[0], -PICTURE[1]]) / (2 * theme.EDGE)
        offsets = (
            labels.place(points[-1] * scale + np.array(PICTURE) / 2, chosen.words, *PICTURE) / scale
        )
        return [
            {"x": p[:, 0], "y": p[:, 1], "ox": offsets[:, 0], "oy": offsets[:, 1]} for p in points
        ], share

    @property
    def epochs(self):
        """A label for each snapshot."""
        return [f"epoch {s.epoch:.1f}" for s in self.snapshots]
