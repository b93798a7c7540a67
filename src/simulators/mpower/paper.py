"""The PDF of a power, of one page: just enough to be opened."""

from simulators.mpower.book import Power
from simulators.mpower.people import name_of


def paper_of(power: Power) -> bytes:
    """Return a PDF that says who gave which power to whom."""
    lines = (
        "MPower (simulator). Imputernicire de reprezentare",
        f"Cod {power.code}, tip {power.type_code}",
        f"{name_of(power.given_by)} ({power.given_by})",
        f"{name_of(power.given_to)} ({power.given_to})",
    )
    shown = "".join(f"({_plain(line)}) Tj 0 -24 Td " for line in lines)
    content = f"BT /F1 14 Tf 60 760 Td {shown}ET".encode("latin-1")
    objects = (
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
        b" /Resources << /Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content),
    )
    body, places = b"%PDF-1.4\n", []
    for number, one in enumerate(objects, start=1):
        places.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, one)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    head = b"xref\n0 5\n0000000000 65535 f \n" + table
    return body + head + b"trailer << /Size 5 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % len(body)


def _plain(line: str) -> str:
    """Return the line in the letters of the plain font."""
    kept = line.encode("ascii", "replace").decode()
    return kept.replace("\\", "").replace("(", "[").replace(")", "]")
