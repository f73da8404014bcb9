"""Dropout: training against evaluation, overfitting, and dropout as a Bayesian approximation."""

from ui import page
from ui.dropout import view

page.start(
    "Dropout",
    "Switch units off at random while you train, never while you predict; unless you ask how sure "
    "it is.",
)
view.show()
