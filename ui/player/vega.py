"""The script that draws: Vega, Vega-Lite and vega-embed, which every page loads once, by an address
that holds their versions.
"""

import threading
from functools import cache
from pathlib import Path

import vl_convert

from core.files import cached
from ui.controls.pages import served_at

VEGA_LITE = "6.4"  # the version Altair 6.3 writes
VEGA = f"vega-{VEGA_LITE}-{vl_convert.__version__}.js"
# It is kept here, unless the folder is read-only; the browser keeps it as well
STATIC = Path(__file__).parents[2] / "static"
_bundling = threading.Lock()


def bundle() -> str:
    """Vega, Vega-Lite and vega-embed as one script."""
    with _bundling:  # thirty first visitors must not all do it
        return _bundle_text()


@cache
def _bundle_text() -> str:
    expose = "window.vegaEmbedOffline = vegaEmbed;"  # bundling takes 2.5 s, once for every version
    return cached(VEGA, lambda: vl_convert.javascript_bundle(expose, vl_version=VEGA_LITE), STATIC)


def url() -> str:
    """Where the browser finds Vega."""
    bundle()
    return served_at(f"app/static/{VEGA}")
