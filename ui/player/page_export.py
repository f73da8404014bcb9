"""Every picture of a page as files: PNG and SVG, and an animation as a page that plays offline.

Title, text, settings, seed and link are printed into each.
"""

import io
import json
import re
import zipfile
from dataclasses import dataclass
from urllib.parse import urlencode

import pandas as pd
import streamlit as st
import vl_convert

from ui.charts import drawing, theme
from ui.controls import address
from ui.controls.table import CONTROLS
from ui.player import player, vega

SIZE = 900, 560  # pixels of a picture without a size of its own
SCALE = 2.0  # of the PNG
PLAYED = "frames", "static", "labels", "seconds", "params"
ALWAYS = "corpus", "seed"  # printed although they are as they are
NOTHING = "This page showed no chart and no animation when it was saved.\n"
LONGEST = 60  # characters of a file's name without its ending


@dataclass(frozen=True)
class Stamp:
    """What is printed into every picture: lines below its title; and how its file is called."""

    lines: tuple[str, ...]
    name: str


def stamp(page: str, what: str = "") -> Stamp:
    """The text, the settings, the seed and the link of what the page shows; of a page without a
    text, or without the seed, its settings alone. what: a file that is no picture of the page.
    """
    query = address.settings_of_all()
    first = {key: [str(CONTROLS[key].default)] for key in ALWAYS}
    said = {
        key: ", ".join(given)
        for key, given in (first | query).items()
        if page in CONTROLS[key].pages
    }
    each = [f"{CONTROLS[key].label}: {given}" for key, given in said.items()]
    if said.keys() <= first.keys():
        each.append(f"all {'other ' if said else ''}settings as they are")
    link = urlencode(query, doseq=True)
    lines = " · ".join(each), f"{st.context.url or ''}{'?' * bool(link)}{link}"
    named = [given if key == "corpus" else f"{key} {given}" for key, given in said.items()]
    return Stamp(lines, slug(" ".join((what or page, *named))))


def slug(said: str) -> str:
    """A name for a file: letters, digits and hyphens; a long one ends with a whole word."""
    name = re.sub(r"[^\w]+", "-", said.lower()).strip("-")
    short = name[: LONGEST + 1].rpartition("-")[0] if len(name) > LONGEST else name
    return short or name[:LONGEST]


def button(place, page: str):
    """Draw the button; what it packs is what the page has drawn by the time it is pressed."""
    drawn = drawing.forget()
    printed = stamp(page)
    place.download_button(
        "Save all pictures",
        key="save",
        icon=":material/download:",
        type="tertiary",
        on_click="ignore",
        file_name=f"{printed.name}.zip",
        mime="application/zip",
        help="Every chart and animation of this page as PNG and SVG, with text, settings, seed and "
        "link printed in; animations as HTML too, and the numbers of each as CSV.",
        data=lambda: pack(drawn, printed),
    )


def pack(drawn: dict, printed: Stamp) -> bytes:
    """A ZIP file of all pictures. drawn: as `drawing.remember` keeps them."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as file:
        for k, (ready, tables, animation) in enumerate(drawn.values(), 1):
            title = ready["description"].rstrip(".")
            name = f"{printed.name}/{k:02}-{slug(title)}"
            if animation:
                tables = {player.DATASET: player.rows(animation)}
            still = dressed(ready, tables, printed.lines)
            svg = vl_convert.vegalite_to_svg(still, vl_version=vega.VEGA_LITE)
            file.writestr(f"{name}.svg", svg)
            file.writestr(f"{name}.png", vl_convert.svg_to_png(svg, scale=SCALE))
            for part, rows in tables.items():
                ending = "" if len(tables) == 1 else f"-{part}"
                written = pd.DataFrame(rows).to_csv(index=False)
                file.writestr(f"{name}{ending}.csv", written)
            if animation:
                options = {part: animation[part] for part in PLAYED}
                printed_title = " · ".join((title, *printed.lines))
                page = player.html(animation["spec"], **options, title=printed_title)
                file.writestr(f"{name}.html", page)
        if not drawn:
            file.writestr(f"{printed.name}/no-pictures.txt", NOTHING)
    return packed.getvalue()


def dressed(ready: dict, tables: dict, lines: tuple[str, ...]) -> dict:
    """A chart with its rows, on white paper, with a title and lines of small print."""
    given = {param["name"] for param in ready.get("params", ())}
    colors = theme.THEMES["light"].items()
    own = [{"name": name, "value": value} for name, value in colors if name not in given]
    paper = theme.THEMES["light"]["paper"]
    title = ready.get("title", ready["description"])
    title = title["text"] if isinstance(title, dict) else title
    width, height = SIZE
    return (
        {"width": width, "height": height}
        | ready
        | {
            "params": [
                param | {"value": dict(colors).get(param["name"], param.get("value"))}
                if "value" in param
                else param
                for param in [*ready.get("params", ()), *own]
            ],
            "datasets": {name: _records(rows) for name, rows in tables.items()},
            "background": paper,
            "title": {
                "text": title,
                "subtitle": list(lines),
                "anchor": "start",
                "subtitleColor": theme.THEMES["light"]["ink"],
                "subtitleFontSize": 13,
                "limit": width,
            },
        }
    )


def _records(rows):
    """Rows as JSON takes them: a missing number is null."""
    return rows if isinstance(rows, list) else json.loads(rows.to_json(orient="records"))
