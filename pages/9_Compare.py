"""Two models side by side that differ in one setting: what did it change?"""

from ui import page
from ui.compare import view

page.start("Compare", "What did this setting change? Train A and B, and see.")
text, settings = page.settings()
view.show(text, settings)
