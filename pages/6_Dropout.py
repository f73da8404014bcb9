"""Dropout: training against evaluation, overfitting, and dropout as a Bayesian approximation."""

from ui import page
from ui.dropout import view

page.start(
    "Dropout",
    "Small networks, not word2vec: switch units off at random in training, never in prediction, "
    "unless you ask how sure it is.",
)
view.show()
