"""Animate layered Altair charts in the browser: play, scrub, follow a running training,
download.
"""

import html as markup
import json
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

import altair as alt
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from ui.charts import drawing, theme
from ui.player import vega

# Column name -> one value per entity, in the order of the static columns
Frame = Mapping[str, Sequence]

DATASET = "frames"  # the chart reads its rows from alt.NamedData(DATASET)
# Newest frames resent with each feed: Streamlit drops updates that the browser is too busy to draw
TAIL = 8
HERE = Path(__file__).parent
DRAWING = (HERE / "vega.js").read_text(encoding="utf-8")  # for every component that draws
SCRIPT = DRAWING + (HERE / "player.js").read_text(encoding="utf-8")

BODY = """
<div data-part="frame" class="player">
  <div data-part="chart" class="chart" tabindex="0" role="group" aria-label="Animated chart"></div>
  <div class="controls" role="group" aria-label="Playback">
    <button data-part="back" aria-label="One step back"></button>
    <button data-part="play" class="play" aria-label="Play"></button>
    <button data-part="forward" aria-label="One step forward"></button>
    <input data-part="seek" type="range" min="0" max="0" step="any" value="0" aria-label="Position">
    <span data-part="label" class="label"></span>
    <select data-part="speed" aria-label="Speed"></select>
    <button data-part="loop" aria-label="Repeat" aria-pressed="false"></button>
  </div>
</div>
"""

STYLE = """
.player { display: flex; flex-direction: column; gap: 4px;
  height: var(--presented, var(--height, 100%));  /* the presenter's view fills the screen */
  container-type: inline-size;
  color: var(--st-text-color); font: 16px/1.3 var(--st-font); }
.chart { flex: 1; min-height: 0; position: relative; overflow: hidden; border-radius: 8px; }
.chart > * { position: absolute; inset: 0; }
.controls { display: flex; flex-wrap: wrap; align-items: center; gap: 8px; padding: 5px; }
button, select { height: 44px; min-width: 44px; padding: 0;
  border: 1px solid var(--st-border-color); border-radius: 8px;
  background: var(--st-secondary-background-color); color: inherit; font: inherit; cursor: pointer;
  display: grid; place-items: center; }
select { padding: 0 8px; }
button svg { width: 22px; height: 22px; fill: currentColor; }
button.play { min-width: 64px; background: var(--st-primary-color); border-color: transparent;
  color: var(--st-background-color); }
button[aria-pressed=true] { color: var(--st-primary-color); border-color: currentColor; }
button:disabled, button[aria-disabled=true] { opacity: 0.4; cursor: default; }
:focus-visible { outline: 3px solid var(--st-primary-color); outline-offset: 1px; }
input { flex: 1 1 80px; min-width: 60px; height: 44px; margin: 0; appearance: none;
  background: none; cursor: pointer; }
input::-webkit-slider-runnable-track { height: 8px; border-radius: 4px;
  background: linear-gradient(to right,
    var(--st-primary-color) var(--done), var(--st-border-color) var(--done)); }
input::-moz-range-track { height: 8px; border-radius: 4px; background: var(--st-border-color); }
input::-moz-range-progress { height: 8px; border-radius: 4px; background: var(--st-primary-color); }
input::-webkit-slider-thumb { appearance: none; width: 24px; height: 24px; margin-top: -8px;
  border-radius: 50%;
  background: var(--st-primary-color); border: 3px solid var(--st-background-color); }
input::-moz-range-thumb { width: 18px; height: 18px; border-radius: 50%;
  background: var(--st-primary-color); border: 3px solid var(--st-background-color); }
.follower .controls { display: none; }
.label { min-width: 5em; white-space: nowrap; font-variant-numeric: tabular-nums; }
@container (max-width: 500px) { input { order: -2; flex-basis: calc(100% - 142px); }
  .label { order: -1; width: 132px; min-width: 0; } select { margin-left: auto; } }
"""

FEED_SCRIPT = """
export default function ({ data }) {
  (window.__playerFeeds ??= {})[data.key] = data;  // for a player that is still loading
  window.__players?.[data.key]?.feed(data);
}
"""

_player = st.components.v2.component("animation_player", html=BODY, css=STYLE, js=SCRIPT)
_feeder = st.components.v2.component("animation_feed", js=FEED_SCRIPT)
_serials = count()  # makes every feed a component of its own, also when its frames repeat


def tween(chart: alt.TopLevelMixin, *columns: str) -> alt.TopLevelMixin:
    """Give a chart the columns `<name>_now`, which glide from one frame to the next.

    chart: a chart on `alt.NamedData("frames")`; it then sees only the frame under the playhead.
    columns: frame columns to interpolate; entities whose first such column is null are left out.
    """
    glide = {
        f"{name}_now": f"datum.{name} + (datum.{name}1 - datum.{name}) * (step - datum.t)"
        for name in columns
    }
    shown = f"datum.t == shown && isValid(datum.{columns[0]})"
    return chart.transform_filter(shown).transform_calculate(**glide)


@dataclass(frozen=True)
class Animation:
    """A mounted player: `picked` is the newest click, or None; `feed` shows a training that is
    going on.
    """

    key: str
    run: str
    spot: DeltaGenerator  # an st.empty() below the player, refilled by each feed
    picked: dict | None = None

    def feed(
        self,
        frames: Sequence[Frame],
        labels: Sequence[str] | str = "frame",
        *,
        tail: int | None = TAIL,
        params: Mapping[str, Any] | None = None,
    ) -> None:
        """Show the newest frame at once, unless the player has moved on to another run.

        frames, labels: all so far. Of the frames only the last `tail` travel (None: all, the way to
        end a training),
            because Streamlit drops updates that a busy browser has not drawn; a longer gap repeats
            its next frame. params: as for `animation`.
        """
        at = max(0, len(frames) - tail) if tail else 0
        data = {
            "key": self.key,
            "run": self.run,
            "at": at,
            "frames": [_plain(frame) for frame in frames[at:]],
            "labels": labels if isinstance(labels, str) else list(labels),
            "params": dict(params or {}),
            "serial": next(_serials),
        }
        with self.spot:
            _feeder(data=data)


def animation(
    chart: alt.TopLevelMixin | dict,
    *,
    key: str,
    frames: Sequence[Frame],
    height: int,
    static: Mapping[str, Sequence] | None = None,
    run: str = "",
    labels: Sequence[str] | str = "frame",
    seconds: float | Sequence[float] = 10.0,
    alt: str = "",
    autoplay: bool = False,
    params: Mapping[str, Any] | None = None,
    on_pick: Callable[[], None] | None = None,
    follows: str = "",
) -> Animation:
    """Mount a player of a chart with a param `step`; new data keep zoom and playhead, a new spec
    re-embeds the chart.

    chart: an Altair chart or its dict. It reads `alt.NamedData("frames")`, whose rows hold t
    (frame), i (entity), the
        static columns, the frame's columns and, as `<name>1`, the next frame's. It may use the
        params ink, paper, accent, grid, the theme's colors, e.g. `alt.ExprRef("paper")`, and shown,
        the frame under the playhead: floor(step).
    key: names the place on the page; one player per key and script run.
    frames: all frames; may be empty while a training begins (the old picture then stays until the
    first feed).
    height: pixels, controls included. static: what never changes, one value per entity and column.
    run: names what is shown: a new name moves the playhead to the end (or plays), the same name
    keeps it.
    labels: text beside the playhead, one per frame, or what a frame is called. seconds: duration at
    speed 1, or when each frame is due. alt: the animation in words, else the description of the
    chart. autoplay: a new run is played once, unless reduced motion is asked for or the
    playhead was moved.
    params: values of further params of the chart, set without embedding it again.
    on_pick: called at a click on the chart; `Animation.picked` is then {datum, x, y, step}.
    follows: key of another animation with as many frames, whose playhead this one follows;
    it has no controls of its own.
    """
    message = _message(
        chart,
        frames,
        static,
        run=run,
        labels=labels,
        seconds=seconds,
        alt=alt,
        params=params,
    )
    message |= {
        "key": key,
        "height": height,
        "autoplay": autoplay,
        "picks": on_pick is not None,
        "follows": follows,
    }
    message["vega"] = vega.url()
    if frames:
        _remember(message)
    callbacks = {"on_pick_change": on_pick} if on_pick else {}
    with st.container(gap=None):  # without a gap, the invisible feeds below the player move nothing
        result = _player(key=key, data=message, height=height, **callbacks)
        spot = st.empty()
    return Animation(key, run, spot, result.get("pick"))


def _remember(message: dict) -> None:
    """Keep an animation for taking it home: its last frame as a picture, all of it as a page; rows
    are made when it is taken.
    """
    last = len(message["frames"]) - 1
    at = {"step": last, "shown": last, "camera": last} | message["params"]
    names = {param["name"] for param in message["spec"]["params"]}
    own = [param for param in message["spec"]["params"] if param["name"] not in at]
    given = [{"name": n, "value": v} for n, v in at.items() if n in names or n == "shown"]
    ready = message["spec"] | {"params": own + given}
    ready["description"] = message["alt"].partition(". ")[0]  # a chart may be shown more than once
    drawing.remember(("animation", message["key"]), ready, None, message)


def rows(message: dict) -> list[dict]:
    """One row for each frame and entity, as the browser makes them: t, i, static columns, columns
    of the frame and, as `<name>1`, of the next one.
    """
    frames, facts, found = message["frames"], message["static"], []
    for t, frame in enumerate(frames):
        after = frames[min(t + 1, len(frames) - 1)]
        for i in range(max(map(len, frame.values()), default=0)):
            row = {"t": t, "i": i} | {name: column[i] for name, column in facts.items()}
            for name, column in frame.items():
                following = after.get(name, column)
                row |= {name: column[i], f"{name}1": following[min(i, len(following) - 1)]}
            found.append(row)
    return found


def html(
    chart: alt.TopLevelMixin | dict,
    frames: Sequence[Frame],
    static: Mapping[str, Sequence] | None = None,
    *,
    title: str,
    followers: Sequence[Mapping[str, Any]] = (),
    **options: Any,
) -> str:
    """Return one HTML page that plays the animation offline.

    options: labels, seconds, alt, params as for `animation`.

    followers: animations that follow its playhead, shown below it: chart, frames, static, height
    (pixels) and params of each.
    """
    messages = [_message(chart, frames, static, **options)]
    messages += [
        _message(**{name: value for name, value in follower.items() if name != "height"})
        for follower in followers
    ]
    below = [
        f'<section style="height: {follower["height"]}px">{BODY}</section>'
        for follower in followers
    ]
    mounts = [
        _mount(message | {"key": f"animation-{k}", "follows": "animation-0" if k else ""})
        for k, message in enumerate(messages)
    ]
    return PAGE.format(
        title=markup.escape(title),
        style=STYLE,
        body=BODY,
        below="".join(below),
        bundle=vega.bundle(),
        script=SCRIPT,
        mounts="\n".join(mounts),
    )


def _mount(message: dict) -> str:
    # no word may close the script
    data = json.dumps(message | {"autoplay": False, "picks": False}).replace("<", "\\u003c")
    return f"mount({{ data: {data}, parentElement: parts.shift() }});"


PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width"><title>{title}</title>
<style>
:root {{ color-scheme: light dark; --st-font: system-ui, sans-serif; --st-primary-color: #006aa6;
  --st-text-color: #222;
  --st-background-color: #fff; --st-secondary-background-color: #f1f3f5; --st-border-color: #ced4da;
  --st-border-color-light: #e4e7ea; }}
@media (prefers-color-scheme: dark) {{ :root {{ --st-text-color: #f1f3f5;
  --st-primary-color: #3d9bd9;
  --st-background-color: #14171c;
  --st-secondary-background-color: #23272e; --st-border-color: #495057;
  --st-border-color-light: #30353c; }} }}
body {{ margin: 0; padding: 16px; height: 100vh; box-sizing: border-box; display: flex;
  flex-direction: column;
  background: var(--st-background-color); color: var(--st-text-color); font: 16px var(--st-font); }}
h1 {{ font-size: 22px; margin: 0 0 8px; }} main {{ flex: 1; min-height: 420px;
  }} section {{ flex: none; }}
{style}</style></head>
<body><h1>{title}</h1><main>{body}</main>{below}
<script type="module">{bundle}</script>
<script type="module">{script}
const parts = [...document.querySelectorAll("main, section")];
{mounts}
</script></body></html>
"""


def _message(
    chart,
    frames,
    static=None,
    *,
    run="",
    labels="frame",
    seconds=10.0,
    alt="",
    params=None,
) -> dict:
    spec = chart if isinstance(chart, dict) else theme.for_both_pages(chart.to_dict())
    spec = spec | {"config": theme.config()}
    if not any(param["name"] == "step" for param in spec.get("params", [])):
        raise ValueError('the chart needs alt.param(name="step", value=0), which the player moves')
    told = news(frames=frames, static=static, run=run, labels=labels, seconds=seconds)
    told |= {"alt": alt or spec.get("description", "Animated chart"), "params": dict(params or {})}
    return {"spec": spec} | told


def news(
    *,
    frames: Sequence[Frame],
    static: Mapping[str, Sequence] | None = None,
    labels: Sequence[str] | str = "frame",
    seconds: float | Sequence[float] = 10.0,
    **given: Any,
) -> dict[str, Any]:
    """What a mounted player needs to show something else in the same chart, fit for JSON.

    Arguments as for `animation`.
    """
    return given | {
        "frames": [_plain(frame) for frame in frames],
        "static": _plain(static or {}),
        "labels": labels if isinstance(labels, str) else list(labels),
        "seconds": list(seconds) if isinstance(seconds, Sequence) else seconds,
    }


def _plain(columns: Frame) -> dict[str, list]:
    return {name: [_number(value) for value in values] for name, values in columns.items()}


def _number(value: Any) -> Any:
    """Make a cell fit for JSON: five digits are more than a pixel shows, and JSON has no NaN."""
    value = value.item() if hasattr(value, "item") else value
    if not isinstance(value, float):
        return value
    return float(f"{value:.5g}") if math.isfinite(value) else None
