"""Many runs, aligned and judged against chance: was it the seed?"""

from ui import page
from ui.seeds import view

page.start(
    "Seeds", "Was it the seed? Train again with other seeds, and compare what they say with chance."
)
text, settings = page.settings(view.use())
view.show(text, settings)
