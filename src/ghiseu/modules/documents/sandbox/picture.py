"""Decodes a picture and writes it anew: upright, with its pixels and nothing else. Runs in the sandbox only."""

import sys
import warnings
from io import BytesIO
from pathlib import Path

from PIL import Image, ImageFile, ImageOps, UnidentifiedImageError

from ghiseu.modules.documents.sandbox.limits import Finding, Limits, NotTaken, run
from ghiseu.modules.documents.sheets import pictures_as_pdf

MEDIA_TYPES = {"JPEG": "image/jpeg", "PNG": "image/png", "TIFF": "application/pdf"}
# The first that fits into what may be kept is taken: a picture of many pixels grows when it is written anew.
JPEG_QUALITIES = (90, 75, 60)


def take_picture(source: Path, target: Path, limits: Limits) -> Finding:
    """Write the picture anew; a TIFF of a scanner becomes a PDF of A4 pages. Raises NotTaken."""
    Image.MAX_IMAGE_PIXELS = limits.pixels
    ImageFile.LOAD_TRUNCATED_IMAGES = False
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    try:
        with Image.open(source, formats=("JPEG", "PNG", "TIFF")) as picture:
            kind = picture.format or ""
            frames = _count_frames(picture, limits)
            if kind == "TIFF":
                pages = [_page(picture, number) for number in range(frames)]
                target.write_bytes(pictures_as_pdf(pages))
            else:
                target.write_bytes(_fitting(_upright(picture), kind, limits))
            return {
                "media_type": MEDIA_TYPES[kind],
                "page_count": frames,
                "is_signed": False,
                "is_rewritten": True,
            }
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise NotTaken("too-many-pixels") from error
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, EOFError, KeyError, TypeError) as error:
        raise NotTaken("damaged") from error


def _count_frames(picture: Image.Image, limits: Limits) -> int:
    """Read the headers of all frames and decode none."""
    # Further frames of an animated PNG or of a phone's double JPEG are not what was photographed.
    frames = getattr(picture, "n_frames", 1) if picture.format == "TIFF" else 1
    if frames > limits.pages:
        raise NotTaken("too-long")
    together = 0
    for number in range(frames):
        picture.seek(number)
        together += picture.width * picture.height
        if picture.width * picture.height > limits.pixels or together > limits.pixels_together:
            raise NotTaken("too-many-pixels")
    picture.seek(0)
    return frames


def _page(picture: Image.Image, number: int) -> bytes:
    """Return one frame; what was scanned in black and white stays so and stays small."""
    picture.seek(number)
    clean = _upright(picture)
    return _encoded(clean, "PNG" if clean.mode == "1" else "JPEG")


def _upright(picture: Image.Image) -> Image.Image:
    """Turn the picture as its camera said, and put what is transparent on white paper."""
    turned = ImageOps.exif_transpose(picture)
    if turned.mode in {"1", "L", "RGB"}:
        clean = turned.copy()
    elif turned.mode in {"LA", "PA", "RGBA"} or "transparency" in turned.info:
        see_through = turned.convert("RGBA")
        clean = Image.new("RGB", see_through.size, "white")
        clean.paste(see_through, mask=see_through.getchannel("A"))
    elif turned.mode.startswith("I;16"):
        clean = turned.point(lambda value: value / 256).convert("L")
    else:
        clean = turned.convert("RGB")
    clean.info = {}
    return clean


def _fitting(clean: Image.Image, kind: str, limits: Limits) -> bytes:
    for quality in JPEG_QUALITIES if kind == "JPEG" else JPEG_QUALITIES[:1]:
        content = _encoded(clean, kind, quality=quality)
        if len(content) <= limits.kept:
            return content
    raise NotTaken("too-large-anew")


def _encoded(clean: Image.Image, kind: str, *, quality: int = JPEG_QUALITIES[0]) -> bytes:
    content = BytesIO()
    if kind == "JPEG":
        clean.convert("L" if clean.mode == "1" else clean.mode).save(content, "JPEG", quality=quality)
    else:
        clean.save(content, "PNG")
    return content.getvalue()


if __name__ == "__main__":
    run(take_picture, sys.argv[1:])
