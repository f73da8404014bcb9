"""Weight decay: what L2 does with little data, its five ways on one surface, and learning rate
against decay.
"""

from ui import page
from ui.weight_decay import view

page.start(
    "Weight decay",
    "Small networks on digits, tumors and moons, not word2vec: when does it help to pull weights "
    "towards zero?",
)
view.show()
