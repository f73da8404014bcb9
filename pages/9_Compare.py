"""Two models side by side that differ in one setting: what did it change?"""

from ui import page
from ui.compare import saved_runs, view

page.start("Compare", "What did this setting change? Train A and B, and see.")
view.show(None if saved_runs.chosen() else page.settings())
