"""Tables for spreadsheets: no cell may begin to compute."""

import csv
import io
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ghiseu.foundation.spreadsheet import BEGINS_FORMULA, as_csv


def read(table: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(table.decode("utf-8-sig"), newline="")))


class TestAsCsv:
    @pytest.mark.parametrize(
        "typed",
        [
            "=1+1",
            "+373",
            "-2+3",
            "@SUM(A1)",
            "\t=1",
            "\r=1",
            "\n=1",
            " =1",
            '=HYPERLINK("http://x")',
            "＝1",
            "\0=1",
            "\x1f=1",
            "\tname",
        ],
    )
    def test_makes_a_text_of_what_a_spreadsheet_would_compute(self, typed):
        rows = read(as_csv(head=["name"], rows=[[typed]]))

        assert rows[1][0] == f"'{typed}".replace("\0", "")

    @given(st.text(alphabet=st.characters(codec="utf-8")))
    def test_lets_no_text_begin_a_formula(self, typed):
        table = as_csv(head=[typed], rows=[[typed]])

        assert not any(cell.lstrip().startswith(tuple("=+-@＝＋－＠")) for row in read(table) for cell in row)

    def test_leaves_plain_texts_numbers_and_days_as_they_are(self):
        at = datetime(2026, 11, 23, 8, 30, tzinfo=UTC)
        row = ["Ștefan", 5, Decimal("-12.50"), date(2026, 11, 23), at, True, None]

        rows = read(as_csv(head=["a", "b", "c", "d", "e", "f", "g"], rows=[row]))

        assert rows[1] == ["Ștefan", "5", "-12.50", "2026-11-23", "2026-11-23T08:30:00+00:00", "1", ""]

    def test_keeps_quotes_commas_and_lines_inside_a_cell(self):
        rows = read(as_csv(head=["note"], rows=[['say "da", then\r\ngo']]))

        assert rows[1] == ['say "da", then\r\ngo']

    def test_follows_the_standard_with_crlf_and_a_mark_that_may_be_left_out(self):
        assert as_csv(head=["a", "b"], rows=[["1", "2"]]) == b'\xef\xbb\xbf"a","b"\r\n"1","2"\r\n'
        assert as_csv(head=["a"], rows=[], with_mark=False) == b'"a"\r\n'

    def test_refuses_a_row_of_another_length(self):
        with pytest.raises(ValueError, match="2 cells"):
            as_csv(head=["a"], rows=[["1", "2"]])

    def test_knows_every_sign_that_begins_a_formula(self):
        assert {"=", "+", "-", "@", "\t", "\r"} <= set(BEGINS_FORMULA)
