"""A place for the seal that keeps a document archival (PDF/A-3a) and accessible (PDF/UA-1).

ISO 14289-1, 7.18: a widget stands in the structure tree as a Form element with a description; ISO 32000-1, 12.7.4.5:
the signature field. pyHanko makes a field outside of the structure, so it is made here before it signs.
"""

from io import BytesIO

import pikepdf
from pikepdf import Array, Dictionary, Name, String

FIELD = "Seal"
PRINTED_AND_LOCKED = 4 | 128  # ISO 32000-1, table 165
SIGNATURES_EXIST, APPEND_ONLY = 1, 2  # table 219


def with_field(content: bytes, *, described: str) -> bytes:
    """Return the document with an empty, invisible signature field on its first page. The same bytes, the same result.

    The document is tagged and has no form. Raises pikepdf.PdfError, KeyError.
    """
    with pikepdf.open(BytesIO(content)) as pdf:
        tree, first = pdf.Root[Name.StructTreeRoot], pdf.pages[0].obj
        place = int(tree[Name.ParentTreeNextKey])
        widget = pdf.make_indirect(
            Dictionary(
                Type=Name.Annot,
                Subtype=Name.Widget,
                FT=Name.Sig,
                T=String(FIELD),
                TU=String(described),
                F=PRINTED_AND_LOCKED,
                Rect=Array([0, 0, 0, 0]),
                StructParent=place,
                P=first,
            )
        )
        nums = tree[Name.ParentTree][Name.Nums]
        tree[Name.ParentTree][Name.Nums] = Array([*nums, place, _element(pdf, widget, described)])
        tree[Name.ParentTreeNextKey] = place + 1
        first[Name.Annots] = Array([*first.get(Name.Annots, Array()), widget])
        first[Name.Tabs] = Name.S
        pdf.Root[Name.AcroForm] = Dictionary(Fields=Array([widget]), SigFlags=SIGNATURES_EXIST | APPEND_ONLY)
        prepared = BytesIO()
        pdf.save(prepared, deterministic_id=True)
        return prepared.getvalue()


def _element(pdf: pikepdf.Pdf, widget: pikepdf.Object, described: str) -> pikepdf.Object:
    """Put the widget in the document's structure, as its last element, and return that."""
    kids, first = pdf.Root[Name.StructTreeRoot][Name.K], pdf.pages[0].obj
    document = kids[0] if isinstance(kids, Array) else kids
    element = pdf.make_indirect(
        Dictionary(
            Type=Name.StructElem,
            S=Name.Form,
            P=document,
            Pg=first,
            Alt=String(described),
            K=Dictionary(Type=Name.OBJR, Obj=widget, Pg=first),
        )
    )
    document[Name.K].append(element)
    return element
