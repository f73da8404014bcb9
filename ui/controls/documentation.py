"""Writes docs/address.md, the description of the address, from the table of controls:

python -m ui.controls.documentation > docs/address.md
"""

import sys

from ui.controls.pages import PAGES
from ui.controls.table import CONTROLS

HEAD = """# The address

All settings are in the address of the page, as far as they differ from their defaults, so a copied
link shows the same model. A value out of its range is moved into it, and the page says so. This
page is written from the table of controls (`ui/controls/`).
"""


def text() -> str:
    """The whole page: a table for each page of the program."""
    parts, told = [HEAD], set()
    for title in PAGES:
        rows = [row for key, row in CONTROLS.items() if title in row.pages and key not in told]
        if not rows:
            continue
        told |= {row.key for row in rows}
        parts.append(f"\n## {title}\n\n| name | control | value | default |\n|---|---|---|---|\n")
        parts += [_line(row) for row in rows]
    return "".join(parts)


def _line(row):
    default = ", ".join(row.write(row.default)) or "empty"
    older = f" (in older links `{'`, `'.join(row.old)}`)" if row.old else ""
    cells = f"`{row.key}`{older}", row.label, row.about(), f"`{default}`"
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |\n"


if __name__ == "__main__":
    sys.stdout.write(text())
