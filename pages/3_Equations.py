"""Every equation of word2vec with its numbers, checked live."""

from ui import page
from ui.equations import view

page.start(
    "Equations",
    "Each formula with its numbers beneath it, and a check that finds mistakes.",
)
view.show()
