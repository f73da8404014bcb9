import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import UserError
from core.reading import reader
from core.reading.tables import MOST_COLUMNS, read_table
from core.settings import TextSettings

FIRST, SECOND = "The cat, as always, sat down.", "Dogs; well, dogs ran away!"


def read(name, data, **how):
    return reader.read(
        name, data if isinstance(data, bytes) else data.encode(), TextSettings(**how)
    )


def sentences(name, data, **how):
    return list(read(name, data, **how).sentences())


def table(delimiter, rows):
    return "\r\n".join(delimiter.join(f'"{cell}"' for cell in row) for row in rows)


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("name", ["reviews.csv", "reviews.txt"])
@pytest.mark.parametrize(
    "header, label", [(["id", "Review", "label"], "Review"), (["id", "blurb", "label"], "blurb")]
)
def test_the_text_column_is_found_by_name_or_by_its_words(delimiter, name, header, label):
    rows = [["1", FIRST, "good"], ["2", SECOND, "good"], ["3", FIRST + " So.", "bad"]]
    reading = read(name, table(delimiter, [header, *rows]))
    assert list(reading.sentences())[:2] == [FIRST, SECOND]
    assert reading.decided["format"] == "table" and reading.decided["column"] == label
    assert reading.columns == tuple(header)
    assert "not read: id, label" in reading.notes[0]


def test_without_names_columns_have_numbers_and_labels_lose():
    rows = [["1", FIRST, "good"], ["2", SECOND, "good"]]
    reading = read("reviews.csv", table(",", rows))
    assert reading.decided["column"] == "2" and reading.columns == ("1", "2", "3")


@pytest.mark.parametrize("column, found", [("2", "ola"), ("Tekst", "ola"), ("tytuł", "ala")])
def test_the_column_can_be_chosen_by_name_or_number(column, found):
    data = "tytuł;tekst\nala ma kota i psa;ola ma psa\nala ma psa;ola nie ma kota\n"
    assert sentences("a.csv", data, column=column)[0].split()[0] == found


def test_a_missing_column_is_named_with_the_existing_ones():
    with pytest.raises(UserError, match="'nope'; the columns are 'id', 'text'"):
        read("a.csv", "id,text\n1,one two three\n2,one two\n", column="nope")


@pytest.mark.parametrize(
    "header, cells",
    [
        ("id,review_text,url", ["1", "a short text here", "https://example.org/a/long/address"]),
        ("link,tekst opinii", ["http://a.b/c-d-e-f-g-h-i-j", "film był dobry"]),
        ("source,quote", ["from the very same old book of quotes", "never say never again"]),
        ("date,what was said", ["2024-01-02 10:00:00", "never say never again"]),
        ("title,selftext,score", ["Help please everybody", "my code does not run at all", "3"]),
    ],
)
def test_addresses_dates_titles_and_what_repeats_lose(header, cells):
    rows = "\n".join(
        ",".join(
            cell + (f" {word}" if cell[0].isalpha() and " " in cell and "same" not in cell else "")
            for cell in cells
        )
        for word in [
            "one",
            "two",
            "three",
            "four",
            "five",
            "six",
            "seven",
            "eight",
            "nine",
            "ten",
            "eleven",
        ]
    )
    expected = header.split(",")[1]
    assert read("a.csv", f"{header}\n{rows}\n").decided["column"] == expected


def test_prose_with_commas_is_no_table():
    lines = "\n".join(["I came, I saw, I won.", "He sat, he ran, he fell.", "We are, we were, ok."])
    assert read("a.txt", lines).decided["format"] == "prose"
    assert sentences("a.csv", lines)[0] == "I came, I saw, I won."


def test_a_table_may_be_read_as_prose_and_prose_as_a_table():
    assert "id text one two" in " ".join(
        sentences("a.csv", "id\ttext\none\ttwo three four\n", format="prose")
    )
    assert sentences("a.txt", "id,text\n1,a b c\n", format="table") == ["a b c"]


def test_the_line_that_names_the_delimiter_is_no_row():
    assert sentences("a.csv", "sep=;\nid;tekst\n1;Ala ma kota\n") == ["Ala ma kota"]


def test_a_table_without_running_text_names_its_columns():
    with pytest.raises(UserError, match="'id', 'score'"):
        read("a.csv", "id,score\n1,0.5\n2,0.7\n")


def test_cells_keep_quotes_and_lose_line_breaks():
    data = 'id,text\n1,"He said ""well""\nand left, of course"\n2,"no"\n'
    assert sentences("a.csv", data)[0] == 'He said "well" and left, of course'


def test_ragged_rows_are_left_out_with_a_note_or_joined():
    data = "id,text\n1,one two three\n2\n\n3,four, five, six\n"
    reading = read("a.csv", data)
    assert list(reading.sentences()) == ["one two three", "four, five, six"]
    assert "rows without this column are left out (1)" in reading.notes
    data = "id,text,label\n1,one two three,good\n" + "broken words of a row\n" * 3
    assert any("could not be read" in warning for warning in read("a.csv", data).warnings)


def test_a_quote_that_never_closes_costs_its_own_row_only():
    data = 'id,text\n1,"an open quote here\n2,a second row here\n3,"a ""third"" row here"\n'
    reading = read("a.csv", data)
    assert list(reading.sentences()) == [
        '"an open quote here',
        "a second row here",
        'a "third" row here',
    ]
    assert "quotes do not mark cells" in reading.notes[1]


def test_stray_quotes_that_happen_to_balance_swallow_no_rows():
    rows = "".join(
        f'ham\ta "stray start of row {k}\n' * (k % 2) + f"ham\tplain row {k}\n" for k in range(40)
    )
    rows = rows.replace('a "stray', '"stray')
    reading = read("a.tsv", "label\ttext\n" + rows)
    assert sum(1 for _ in reading.sentences()) == 60
    assert any("odd number" in note for note in reading.notes)


def test_quotes_escaped_with_backslashes_are_read():
    data = 'id,review\n1,"A \\"made up\\" story, told"\n2,"Another \\"one\\", told"\n'
    assert sentences("a.csv", data)[0] == 'A "made up" story, told'


def test_a_very_long_cell_is_read():
    cell = "many words " * 100_000
    assert len(read("a.csv", f'id,text\n1,"{cell}"\n2,"few"\n').pieces.ids) > 200_000


@pytest.mark.parametrize(
    "text",
    ["a," * 5_000 + "\n", "id,text\n1,one two\n" + "a," * 5_000, "a,b\n" + "a," * 5_000 + '"x"'],
)
def test_too_many_columns_are_refused_before_they_take_memory(text):
    with pytest.raises(UserError, match=f"more than {MOST_COLUMNS:,} columns"):
        read("a.csv", text)


def test_treebank_is_known_by_its_header_and_its_marks_are_undone():
    line = r"1	`` Fast\/slow '' -LRB- it does n't bore -RRB- **\** ."
    spoiled = "naïve café".encode().decode("latin1")
    reading = read("sst.bin", f"sentence_index\tsentence\n{line}\n2\t{spoiled}\n")
    assert list(reading.sentences()) == ['" Fast/slow " ( it does n\'t bore ) **** .', "naïve café"]
    assert "column 'sentence' of 2" in reading.notes[1] and reading.notes[0].startswith("1 line")


def test_treebank_marks_may_be_lower_case_and_rows_must_hold_something():
    assert sentences("a", "sentence_index\tsentence\n1\t-lrb- so -rrb-\n") == ["( so )"]
    with pytest.raises(UserError, match="no text"):
        read("a", "sentence_index\tsentence\n1\t \n")


def test_a_word_a_line_is_read_by_its_first_column_of_words():
    conll = (
        "# text\n1\tAla\tala\tNOUN\n2\tma\tmieć\tVERB\n\n1\tKot\tkot\tNOUN\n2\tśpi\tspać\tVERB\n\n"
    )
    reading = read("a.conllu", conll)
    assert list(reading.sentences()) == ["Ala ma", "Kot śpi"]
    assert reading.decided["format"] == "word a line"


def test_a_word_a_line_may_be_set_apart_by_spaces():
    conll = "EU NNP I-ORG\nrejects VBZ O\ncall NN O\n. . O\n\nShe PRP O\nleft VBZ O\n. . O\n\n" * 4
    assert sentences("train.txt", conll)[:2] == ["EU rejects call .", "She left ."]
    log = "\n".join(f"2024-01-02 10:00:{k} INFO request" for k in range(20))
    assert read("log.txt", log).decided["format"] == "prose"


def test_names_may_be_abbreviated_and_comments_stand_above_them():
    rows = "".join(f"{k};12.03.2021;4,5;film {k} był świetny\n" for k in range(9))
    reading = read("a.txt", "# exported\nLp.;Data;Ocena;Opinia\n" + rows)
    assert reading.decided["column"] == "Opinia"


def test_paragraphs_of_a_cell_end_sentences_and_its_single_line_ends_do_not():
    data = 'id,text\n1,"one two\nthree\n\nfour five"\n2,"six"\n'
    assert sentences("a.csv", data) == ["one two three", "four five", "six"]


@given(st.text(st.sampled_from('ab ,;\t"\n.1')))
def test_any_table_is_text_or_a_user_error(text):
    try:
        found = read_table(text)
    except UserError:
        return
    assert found.text.strip() and all(isinstance(note, str) for note in found.notes)


def test_columns_that_a_stray_quote_hides_are_counted_too():
    with pytest.raises(UserError, match=f"more than {MOST_COLUMNS:,} columns"):
        reader.read("a.csv", b'[{"text":"' + b"\t" * 5_000)
