"""What a picture of the still charts sends to the browser."""

import json

import pandas as pd

from ui.player import still


def test_cells_without_a_value_are_null_in_columns_of_numbers_and_of_words():
    table = pd.DataFrame({"x": [0.1234567, None], "role": ["near", None], "ringed": [True, False]})
    cells = {name: still._plain(column) for name, column in table.items()}
    assert cells == {"x": [0.12346, None], "role": ["near", None], "ringed": [True, False]}
    json.dumps(cells, allow_nan=False)
