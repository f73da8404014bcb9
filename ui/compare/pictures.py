"""Two trainings as animations side by side, under one playhead."""

from dataclasses import replace

import numpy as np

from core.texts import words_to_plot
from core.texts.words_to_plot import Chosen
from ui.charts import drawing
from ui.compare import charts
from ui.controls import address
from ui.player import player
from ui.train import charts as of_model
from ui.train import frames

HEIGHT, LOSS_HEIGHT, SECONDS = 330, 360, 4.0
LEADER = "compared"  # the animation of the losses, whose playhead both pictures follow


def show(places, sides, chosen, normalize, run):
    """Draw both pictures, B turned onto A, and both losses below one playhead.

    places: of A, of B, of the losses; sides: a Seen each; run: names the two trainings.
    """
    a, b = sides[0], in_step(*sides)
    known = _known(b, chosen)
    if not known.words:  # another language: B shows words of its own
        known = words_to_plot.choose(b.facts, words_to_plot.choices(b.facts)[0])
    if not (chosen.words and known.words):
        return  # what is missing stands above, where words are chosen
    first = a.picture(chosen, normalize)
    where = dict(zip(chosen.words, first.points[-1].tolist(), strict=True))
    there = [where.get(word, (np.nan, np.nan)) for word in known.words]
    second = b.picture(known, normalize, np.array(there))
    due = [round(SECONDS * share, 3) for share in first.pace]
    for place, name, seen, words, drawn in (
        (places[0], "A", a, chosen, first),
        (places[1], "B", b, known, second),
    ):
        across, up = drawn.reach.round(3).T.tolist()
        with place:
            player.animation(
                drawing.spec(of_model.embedding, *dict.fromkeys(words.groups)),
                key=f"compared_{name}",
                follows=LEADER,
                height=HEIGHT,
                static=frames.static(seen, words),
                alt=f"{name}: words as points in a plane that move while the model is trained.",
                params={"across": across, "up": up},
                labels=seen.epochs,
                frames=drawn.frames,
                seconds=due,
                run=run,
                autoplay=True,
            )


def losses(place, sides, relative, run):
    """Draw both losses with the playhead of the pictures; returns A's epoch at the playhead when
    the chart is clicked, else None.
    """
    a, b = sides[0], in_step(*sides)
    played = curves(
        place,
        [[(one.epoch, one.loss) for one in seen.snapshots] for seen in (a, b)],
        [seen.references.without_center if relative else 1.0 for seen in (a, b)],
        relative,
        run,
        labels=a.epochs,
        on_pick=address.hear,
    )
    if not played.picked:
        return None
    return a.snapshots[min(round(played.picked["step"]), len(a.snapshots) - 1)].epoch


def curves(place, both, units, relative, run, **options):
    """Draw two losses in one chart with a playhead.

    both: (epoch, loss) of each frame of A and of B, as many of both; units: what each loss is
    divided by; relative: whether these are the best losses from word frequencies alone.
    """
    frames = [
        {"epoch": [at, there], "loss": [loss / units[0], other / units[1]]}
        for (at, loss), (there, other) in zip(*both, strict=True)
    ]
    low, high = charts.loss_axis([frame["loss"] for frame in frames])
    epochs = max(frame["epoch"][side] for frame in frames for side in (0, 1))
    with place:
        return player.animation(
            drawing.spec(charts.losses, relative),
            key=LEADER,
            height=LOSS_HEIGHT,
            static={"run": list(charts.RUNS)},
            params={"epochs": epochs, "low": low, "high": high},
            frames=frames,
            seconds=SECONDS,
            run=run,
            autoplay=True,
            **options,
        )


def in_step(a, b):
    """B with a snapshot for each of A's: the one at the nearest share of the work."""
    done = [[snapshot.done for snapshot in seen.snapshots] for seen in (a, b)]
    return replace(b, snapshots=[b.snapshots[n] for n in at_same_share(*done)])


def at_same_share(done, others):
    """Which of the other shares of work is nearest to each."""
    return [int(np.abs(np.array(others) - share).argmin()) for share in done]


def _known(seen, chosen):
    """The words that B knows, too."""
    kept = [
        pair
        for pair in zip(chosen.words, chosen.groups, strict=True)
        if pair[0] in seen.facts.index
    ]
    words, groups = zip(*kept, strict=True) if kept else ((), ())
    missing = tuple(word for word in chosen.words if word not in words)
    return Chosen(words, groups, missing)
