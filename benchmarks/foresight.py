"""How often the next move of a visitor of Train was computed before it was made, and what that
costs: python benchmarks/foresight.py [--repeat 3].

Plays are written down as moves of sliders and the seconds that a visitor looks at each picture. Two
servers, one with foresight and one without, are visited in turn. Without foresight the play is done
twice: the second time every answer is kept, and a move was foreseen if it took less than the mean
of both.
"""

import os
import statistics
from pathlib import Path

from common import arguments, heading, table
from load import Visitor, warm
from servers_for_tests import ROOT, Server

from ui.controls.table import CONTROLS
from ui.jobs.foresight import SWITCH

LOOK = 3.0  # seconds at the first picture
# (control, its new value, seconds before the next move)
PLAYS = {
    "ten seeds one after the other, a second each": [("seed", 2 + k, 1.0) for k in range(10)],
    "the same, a fifth of a second each": [("seed", 2 + k, 0.2) for k in range(10)],
    "the same, as fast as pictures come": [("seed", 2 + k, 0.0) for k in range(10)],
    "two steps of each slider, and back": [
        (key, value, 2.0)
        for key, values in {
            "dim": (11, 12, 11, 10),
            "window": (6, 7, 6, 5),
            "negatives": (6, 7, 6, 5),
            "seed": (2, 3, 2, 1),
        }.items()
        for value in values
    ],
    "values far apart": [
        ("seed", 17, 3.0),
        ("dim", 50, 3.0),
        ("window", 2, 3.0),
        ("negatives", 15, 3.0),
        ("seed", 42, 3.0),
        ("dim", 2, 3.0),
        ("window", 10, 3.0),
        ("negatives", 1, 3.0),
    ],
    "three dimensions, four seeds each": [
        move
        for dim in (5, 20, 50)
        for move in [("dim", dim, 2.0), *(("seed", 60 + dim + k, 2.0) for k in range(4))]
    ],
}
TICKS = os.sysconf("SC_CLK_TCK")


def processor(pid):
    """Seconds of the processor that a process and its children have taken."""
    path = Path(f"/proc/{pid}")
    children = (path / f"task/{pid}/children").read_text().split()
    fields = (path / "stat").read_text().rpartition(")")[2].split()
    return sum(map(int, fields[11:13])) / TICKS + sum(processor(int(child)) for child in children)


def play(server, moves):
    """Seconds until the result of each move, and of the processor for all of them."""
    with Visitor(server) as visitor:
        visitor.open()
        visitor.take_for(LOOK)
        begun, waits = processor(server.process.pid), []
        for key, value, pause in moves:
            waits.append(visitor.move(CONTROLS[key].label, value))
            visitor.take_for(pause)
        return waits, processor(server.process.pid) - begun


def main():
    """Print the table."""
    parser = arguments(__doc__, text=False)
    parser.set_defaults(repeat=3)
    repeat, rows, foreseen = parser.parse_args().repeat, [], []
    for name, moves in PLAYS.items():
        found = {"off": [], "kept": [], "on": []}
        for _ in range(repeat):
            for said in ("off", "on"):  # a fresh server: nothing is known yet
                with Server(ROOT, environment={SWITCH: said}) as server:
                    warm(server)
                    found[said].append(play(server, moves))
                    if said == "off":
                        found["kept"].append(play(server, moves))
        off, kept, on = (
            [statistics.median(waits) for waits in zip(*(w for w, _ in plays), strict=True)]
            for plays in found.values()
        )
        ready = [a < (b + c) / 2 for a, b, c in zip(on, off, kept, strict=True)]
        foreseen += ready
        cost = [statistics.median(seconds for _, seconds in found[said]) for said in ("off", "on")]
        waits = [f"{statistics.median(w):.2f}" for w in (off, on, kept)]
        share = f"{sum(ready)} of {len(ready)}"
        rows.append([name, share, *waits, *(f"{seconds:.1f}" for seconds in cost)])
        print(*rows[-1], flush=True)
    print(heading("Moves that were computed before they were made: median of the turns"))
    columns = "play", "foreseen", "s without", "s with", "s kept"
    print(table([*columns, "processor s without", "processor s with"], rows))
    print(f"\n{sum(foreseen)} of {len(foreseen)} moves were foreseen.")


if __name__ == "__main__":
    main()
