"""Every symbol and term, in English and Polish, and the file that computes each number."""

from ui import page
from ui.glossary import view

page.start("Glossary", "Symbols and terms in English and Polish, and where each number comes from.")
view.show()
