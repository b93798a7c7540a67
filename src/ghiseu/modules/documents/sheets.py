"""Puts pictures and scans together into one PDF of A4 pages, in the order in which they were given."""

from collections.abc import Sequence
from io import BytesIO

import img2pdf
import pikepdf

A4 = (img2pdf.mm_to_pt(210), img2pdf.mm_to_pt(297))


def pictures_as_pdf(pictures: Sequence[bytes]) -> bytes:
    """Return a PDF with one JPEG or PNG on each A4 page; a wide picture lies on a wide page.

    The pictures must have passed the intake. The pixels are not encoded again.
    """
    layout = img2pdf.get_layout_fun(A4, auto_orient=True)
    content: bytes = img2pdf.convert(
        list(pictures), layout_fun=layout, nodate=True, producer="", rotation=img2pdf.Rotation.none
    )
    return content


def scans_as_pdf(scans: Sequence[bytes]) -> bytes:
    """Return one PDF with the pages of all these PDFs. They must have passed the intake and not be signed."""
    with pikepdf.new() as together:
        for scan in scans:
            with pikepdf.open(BytesIO(scan)) as one:
                together.add_pages_from(one)
        content = BytesIO()
        together.save(content, deterministic_id=True)
        return content.getvalue()
