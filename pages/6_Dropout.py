"""Dropout: training beside evaluation, overfitting, and dropout as a Bayesian approximation."""
from ui import dropout_view, page

page.start("Dropout", "Switch units off at random while you train, never while you predict; unless you ask how sure it is.")
dropout_view.show()
