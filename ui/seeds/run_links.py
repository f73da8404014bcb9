"""Links to the page that trains one run."""

from dataclasses import asdict
from pathlib import Path
from urllib.parse import urlencode

from core.settings import TextSettings, TrainSettings
from core.texts import registry
from ui import visitor_files
from ui.controls import address
from ui.controls.control import Number
from ui.controls.model_table import KNOBS
from ui.controls.pages import TRAIN
from ui.controls.table import CONTROLS


def run_link(text: TextSettings, settings: TrainSettings) -> str:
    """The address of the page *Train* with these settings and the words chosen here; "" if its
    controls cannot show them.
    """
    differing = {
        name: value
        for name, value in {**asdict(text), **_with_seeds_to_show(asdict(settings))}.items()
        if value != KNOBS[name].default
    }
    if text.corpus not in registry.registry():
        names = address.given("corpus"), Path(text.corpus).stem
        kept = [name for name in names if str(visitor_files.path_of(name)) == text.corpus]
        if not kept:
            return ""
        differing["corpus"] = kept[0]
    if not all(_can_show(CONTROLS[name], value) for name, value in differing.items()):
        return ""
    kept = {
        name: given
        for name, given in address.settings_of_all().items()
        if name not in KNOBS and TRAIN in CONTROLS[name].pages
    }
    written = {name: CONTROLS[name].write(value) for name, value in differing.items()}
    return "./?" + urlencode(written | kept | address.carried(), doseq=True)


def _with_seeds_to_show(settings):
    """The same run for a slider that ends below its seed: each stream is given that seed."""
    if settings["seed"] <= CONTROLS["seed"].high:
        return settings
    streams = {
        name: settings["seed"] if settings[name] == CONTROLS[name].empty else settings[name]
        for name in ("init_seed", "order_seed", "negatives_seed")
    }
    return settings | streams | {"seed": KNOBS["seed"].default}


def _can_show(control, value):
    return not isinstance(control, Number) or control.low <= value <= control.high
