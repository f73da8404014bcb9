"""The report of a verdict: one page of HTML that prints to one sheet of A4."""

import html

import streamlit as st
import vl_convert

from core.seeds.verdict import Judgment
from ui.charts import drawing
from ui.controls.pages import SEEDS
from ui.player import page_export, player, vega
from ui.seeds import charts, small_pictures

SHOWN = (small_pictures.chart, charts.suspects)  # of what the page has drawn
SIZE = {"width": 900, "height": 310}  # pixels: as wide as the sheet
COLUMNS = {
    "agreement": "neighbors shared beyond chance",
    "clustered": "runs with groups",
    "in_picture": "runs with groups in the picture",
}
PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>{title}</title><style>
@page {{ size: A4 portrait; margin: 14mm; }}
body {{ box-sizing: border-box; width: 182mm; height: 268mm; margin: auto; overflow: hidden;
  display: flex; flex-direction: column; gap: 3mm;
  font: 11pt/1.35 system-ui, sans-serif; color: #222; background: #fff; }}
h1 {{ font-size: 17pt; margin: 0; }} h2 {{ font-size: 12pt; margin: 0 0 1mm; }} p {{ margin: 0; }}
.verdict {{ border: 1.5pt solid #222; border-radius: 2mm; padding: 3mm; }}
.findings {{ display: grid; grid-template-columns: 1fr 1fr; gap: 6mm; }}
figure {{ margin: 0; flex: 1 1 0; min-height: 0; }}
figure svg {{ width: 100%; height: 100%; }}
table {{ border-collapse: collapse; font-size: 9.5pt; width: 100%; }}
td, th {{ text-align: left; padding: 0.6mm 2mm; border-bottom: 0.5pt solid #bbb; }}
footer {{ font-size: 8.5pt; overflow-wrap: anywhere; }}
</style></head><body>
<h1>{title}</h1>
<section class="verdict"><h2>{headline}</h2><p>{verdict}</p></section>
<section class="findings"><div><h2>The groups</h2><p>{groups}</p></div>
<div><h2>Neighbors of one run</h2><p>{neighbors}</p></div></section>
{figures}
<table><tr><th>runs</th>{heads}</tr>{rows}</table>
<footer>{lines}</footer>
</body></html>
"""


def button(judged: Judgment):
    """Draw the button; what it holds is what the page has drawn by the time it is pressed."""
    drawn, printed = st.session_state[drawing.DRAWN], page_export.stamp(SEEDS)
    st.download_button(
        "Report of this verdict (one page)",
        key="report",
        icon=":material/article:",
        on_click="ignore",
        file_name=f"verdict-{printed.name}.html",
        mime="text/html",
        help="A page that prints to one sheet of A4: the verdict, what it rests on, and the "
        "pictures.",
        data=lambda: report(judged, drawn, printed),
    )


def report(judged: Judgment, drawn: dict, printed: page_export.Stamp) -> str:
    """The page. drawn: as `drawing.remember` keeps what the page shows."""
    wanted = [(chart.__module__, chart.__name__) for chart in SHOWN]
    pictures = [entry for key, entry in drawn.items() if key[:2] in wanted]
    told = {
        "title": "Was it the seed?",
        "headline": judged.title,
        "verdict": judged.verdict,
        "groups": judged.groups,
        "neighbors": judged.neighbors,
    }
    return PAGE.format(
        **{name: html.escape(text) for name, text in told.items()},
        figures="".join(f"<figure>{_svg(*entry)}</figure>" for entry in pictures),
        heads="".join(f"<th>{name}</th>" for name in COLUMNS.values()),
        rows="".join(_rows(judged.case)),
        lines="<br>".join(map(html.escape, printed.lines)),
    )


def _svg(ready, tables, animation):
    if animation:
        tables = {player.DATASET: player.rows(animation)}
    still = page_export.dressed(ready | SIZE, tables, ())
    return vl_convert.vegalite_to_svg(still, vl_version=vega.VEGA_LITE)


def _rows(case):
    measured = {"these runs": case.before} | case.after
    for name, measures in measured.items():
        if measures:
            cells = "".join(f"<td>{getattr(measures, column):.1%}</td>" for column in COLUMNS)
            yield f"<tr><td>{html.escape(name)}</td>{cells}</tr>"
