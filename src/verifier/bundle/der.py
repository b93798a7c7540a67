"""The one way of writing a structure: ITU-T X.690, 10.1 (lengths in DER are definite and as short as can be)."""

from verifier.bundle.faults import NotGood

CONSTRUCTED, MANY_BYTES, HIGH_TAG = 0x20, 0x80, 0x1F
DEEPEST = 40
LARGEST_LENGTH_BYTES = 4


def end_of(content: bytes) -> int:
    """Return where the structure at the beginning ends, written in the one way. Raises NotGood, IndexError."""
    return _element(content, 0, DEEPEST)


def _element(content: bytes, at: int, depth: int) -> int:
    """Check the element that begins here and return where it ends."""
    tag = content[at]
    if tag == 0 or tag & HIGH_TAG == HIGH_TAG or depth == 0:
        raise NotGood("the container of the seal holds something unknown")
    length, begin = _length(content, at + 1)
    end = begin + length
    if end > len(content):
        raise NotGood("the container of the seal is cut off")
    inner = begin
    while tag & CONSTRUCTED and inner < end:
        inner = _element(content[:end], inner, depth - 1)
    return end


def _length(content: bytes, at: int) -> tuple[int, int]:
    """Return the length written here, and where what it measures begins."""
    first = content[at]
    if first < MANY_BYTES:
        return first, at + 1
    count = first - MANY_BYTES
    written = content[at + 1 : at + 1 + count]
    value = int.from_bytes(written, "big")
    if not 0 < count <= LARGEST_LENGTH_BYTES or written[0] == 0 or value < MANY_BYTES:
        raise NotGood("a length in the container of the seal is not written in its one form")
    return value, at + 1 + count
