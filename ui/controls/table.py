"""The one table of all controls of all pages. A new control is a new row in the table of its room;
its widget is one call of `ui.controls.widgets` with its key.
"""

from ui.controls import explore_table, model_table, network_table, page_tables

CONTROLS = {
    control.key: control
    for control in (
        *model_table.ROWS,
        *page_tables.TRAIN,
        *page_tables.SEEDS,
        *explore_table.EXPLORE,
        *explore_table.COMPARE,
        *page_tables.EQUATIONS,
        *page_tables.OPTIMIZERS,
        *network_table.WEIGHT_DECAY,
        *network_table.DROPOUT,
    )
}
OLD_NAMES = {old: control.key for control in CONTROLS.values() for old in control.old}


def seeds_from(first: int, n: int) -> list[int]:
    """n different seeds that the slider can show, counted from the first and then again from 0."""
    return [(first + k) % (CONTROLS["seed"].high + 1) for k in range(n)]
