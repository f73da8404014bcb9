"""Weight decay: what L2 does with little data, its five ways on one surface, and learning rate
against decay.
"""

from ui import page
from ui.weight_decay import view

page.start(
    "Weight decay",
    "Pull every weight a little towards zero at each step: when does it help, and where should "
    "one pull?",
)
view.show()
