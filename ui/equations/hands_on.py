"""One step by hand: the arrows and the numbers of a step are dragged in the browser, and every
chart, number and formula follows at once.

The browser computes the step with the equations of one_step.js. When the hand lets go, the vectors
are typed into the page's controls, so the address and everything computed in Python agree with it.
"""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st
from numpy.typing import NDArray

from core.equations import one_step
from core.equations.one_step import Scene
from ui.charts import drawing
from ui.controls import address
from ui.controls.page_tables import SOURCES
from ui.equations import charts
from ui.player import player, vega

HERE = Path(__file__).parent
EQUATIONS = (HERE / "one_step.js").read_text(encoding="utf-8")
SCRIPT = player.DRAWING + EQUATIONS + (HERE / "hands_on.js").read_text(encoding="utf-8")
PICTURE = "arrows"  # the part that holds the scene
STYLE = """
[data-part=root] { position: relative; overflow: clip; color: var(--st-text-color);
  font: 16px/1.3 var(--st-font); }
.stage { position: absolute; inset: 0; overflow: hidden; }
.ring { position: absolute; width: 44px; height: 44px; margin: -22px; padding: 0; border: 0;
  border-radius: 50%; background: none; cursor: grab; touch-action: none; }
.ring::after { content: ""; position: absolute; inset: 12px; border-radius: 50%;
  border: 3px solid var(--part); background: color-mix(in srgb, var(--part) 25%, transparent); }
.ring:active { cursor: grabbing; }
:focus-visible { outline: 3px solid var(--st-primary-color); outline-offset: 1px; }
.ring:focus-visible { outline-offset: -8px; }
.losses { display: grid; grid-template-columns: 1fr 1fr; gap: 12px; min-height: 92px; }
.losses div { display: flex; flex-direction: column; align-items: flex-start; }
.losses b { font-size: 32px; font-weight: 400; font-variant-numeric: tabular-nums; }
.losses i { font-style: normal; padding: 0 8px; border-radius: 8px;
  font-variant-numeric: tabular-nums; }
.losses .down { color: light-dark(#00694d, #4fd1a5); background: rgb(0 158 115 / 0.15); }
.losses .up { color: light-dark(#9c3d00, #ff9a66); background: rgb(213 94 0 / 0.15); }
.formula { display: flex; flex-wrap: wrap; align-items: center; gap: 6px; padding: 6px 0;
  font-family: KaTeX_Main, "Times New Roman", serif; font-size: 17px; overflow-x: auto;
  font-variant-numeric: tabular-nums; }
.named { display: inline-flex; flex-direction: column; align-items: center; gap: 2px; }
.named small { font-size: 15px; opacity: 0.85; }
.matrix { display: inline-grid; gap: 0 10px; padding: 2px 6px; justify-items: end;
  border: solid currentColor; border-width: 0 2px; border-radius: 4px; }
.formula i { font-family: KaTeX_Math, "Times New Roman", serif; } .formula sub { line-height: 0; }
.big { font-size: 30px; } .term { white-space: nowrap; }
.entry { min-height: 24px; padding: 0 3px; border-radius: 4px; cursor: ew-resize;
  border-bottom: 2px dotted var(--st-primary-color); touch-action: pan-y; user-select: none; }
.entry:hover { background: color-mix(in srgb, var(--st-primary-color) 20%, transparent); }
"""

_part = st.components.v2.component(
    "one_step", html='<div data-part="root"></div>', css=STYLE, js=SCRIPT
)


def chart(
    place: Any,
    function: Callable,
    *arguments: Any,
    reads: str,
    rows: dict[str, pd.DataFrame],
    **more: Any,
) -> None:
    """Draw a chart function of the step, as `drawing.draw` does; its tables follow the hand.

    reads: the name of its tables in hands_on.js; rows: the same tables for a picture to take home.
    more: what else the part needs.
    """
    ready = drawing.spec(function, *arguments)
    drawing.keep(function, *arguments, tables=rows)
    data = {"part": "chart", "spec": ready, "reads": reads, "height": ready["height"]}
    with place:
        _part(key=reads, data=data | {"vega": vega.url()} | more, height=int(ready["height"]))


def picture(
    place: Any, scene: Scene, kind: str, lr: float, rates: NDArray, *, movable: bool
) -> None:
    """Draw the arrows, which hold the whole step. movable: their heads can be dragged; vectors of a
    trained model that are moved become a copy, typed by hand.
    """
    step, table, extent = told(scene, kind, lr, rates, movable=movable)
    drawing.keep(charts.arrows, extent, tables={"arrows": table})
    data = {"part": "picture", "spec": drawing.spec(charts.arrows, extent), "reads": "arrows"}
    data |= {"side": charts.SQUARE, "colors": charts.PARTS, "vega": vega.url()}
    with place:
        _part(key=PICTURE, data=data | {"scene": step}, on_moved_change=partial(_moved, scene))


def told(
    scene: Scene, kind: str, lr: float, rates: NDArray, *, movable: bool
) -> tuple[dict[str, Any], pd.DataFrame, float]:
    """What the browser is told of a step, and the table and the extent of its arrows."""
    after, axes = one_step.step(scene, kind, lr), one_step.plane(scene)
    table, extent = charts.arrow_table(arrow_rows(scene, after, kind, axes))
    offsets = (table[["label_x", "label_y"]].to_numpy() - table[["x1", "y1"]].to_numpy()).tolist()
    owners = [("V", scene.center), *(("U", w) for w in one_step.drawn(scene, kind))]
    arrows = [
        {"matrix": matrix, "row": row, "part": part, "name": name, "offset": offset}
        for (matrix, row), part, name, offset in zip(
            owners, table["part"], table["name"], offsets, strict=True
        )
    ]
    step = {
        "kind": kind,
        "words": list(scene.words),
        "V": scene.V.tolist(),
        "U": scene.U.tolist(),
        "center": scene.center,
        "outside": scene.outside,
        "negatives": list(scene.negatives),
        "lr": lr,
        "labels": list(one_step.terms(scene, kind).labels),
        "axes": axes.tolist(),
        "rates": rates.tolist(),
        "movable": movable,
        "arrows": arrows,
    }
    return step, table, extent


def arrow_rows(scene: Scene, after: Scene, kind: str, axes: NDArray) -> list[tuple]:
    """The arrows of a step for `charts.arrow_table`: v_c first, then each vector that is drawn."""
    rows = [("v_c", f"v {scene.words[scene.center]}", axes @ scene.v_c, axes @ after.v_c)]
    for k, w in enumerate(one_step.drawn(scene, kind)):
        times = scene.negatives.count(w) if k and kind != "softmax" else 1
        name = f"u {scene.words[w]}" + (f" ×{times}" if times > 1 else "")
        rows.append(("u_k" if k else "u_o", name, axes @ scene.U[w], axes @ after.U[w]))
    return rows


def losses(place: Any) -> None:
    """Show the loss before and after the step."""
    with place:
        _part(key="losses", data={"part": "losses"})


def formula(place: Any, reads: str) -> None:
    """Show a formula with its numbers, those of vectors to be dragged. reads: its name in
    hands_on.js.
    """
    with place:
        _part(key=reads, data={"part": "formula", "reads": reads})


def _moved(scene):
    """Type the vectors that the hand has left into the controls, with the words they belong to."""
    moved = st.session_state[PICTURE].moved
    vectors = {f"gr_{name}": typed(moved[name]) for name in "VU"}
    if address.value("gr_source") == SOURCES[0]:
        address.put(**vectors)
        return
    words = scene.words
    address.put(
        gr_source=SOURCES[0],
        gr_words=" ".join(words),
        gr_dim=scene.V.shape[1],
        gr_center=words[scene.center],
        gr_outside=" ".join(words[w] for w in scene.window),
        gr_negatives=" ".join(words[w] for w in scene.negatives),
        **vectors,
    )


def typed(matrix: NDArray | list[list[float]]) -> str:
    """A matrix as it is typed: a line for each row."""
    return "\n".join(" ".join(f"{x:g}" for x in row) for row in np.asarray(matrix, float))
