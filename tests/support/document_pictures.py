"""Draws documents of invented people as a camera would see them."""

import random
from functools import cache
from io import BytesIO
from pathlib import Path

from PIL import Image, ImageDraw, ImageFilter, ImageFont

FONT = Path(__file__).parent / "fonts" / "OCRB.otf"
WIDE = 1180  # points of the document across; the table around it makes the picture wider
STEP = {30: 35, 36: 29, 44: 24}


@cache
def _font(size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(FONT, size)


def draw(zone: str, *, tilt: float = 0.0, blur: float = 0.0, noise: int = 0, table: int = 70) -> Image.Image:
    """Return a photograph of a document with this zone at its foot, lying on a table (a grey of 0 to 255).

    `tilt` is in degrees, `blur` the radius in points, `noise` the widest step of grey that a point is off.
    """
    lines = zone.splitlines()
    picture = Image.new("L", (1400, 1000), table)
    brush = ImageDraw.Draw(picture)
    brush.rounded_rectangle((110, 100, 110 + WIDE, 900), radius=40, fill=215)
    for place in range(120, 1280, 9):  # the fine lines of the paper
        brush.line((place, 110, place - 60 if place > 190 else place, 890), fill=200)
    brush.rectangle((160, 200, 460, 580), fill=120)
    for row, words in enumerate(("REPUBLICA MOLDOVA", "Numele / Surname", "Prenumele / Given names", "Cetatenia")):
        brush.text((520, 200 + row * 70), words, fill=60, font=_font(36))
    step = STEP[len(lines[0])]
    font = _font(round(step / 0.723))
    start = 110 + (WIDE - step * len(lines[0])) / 2
    for row, line in enumerate(lines):
        for place, character in enumerate(line):
            height = 850 - (len(lines) - 1 - row) * step * 1.7
            brush.text((start + place * step, height), character, fill=30, font=font, anchor="ls")
    if tilt:
        picture = picture.rotate(tilt, Image.Resampling.BICUBIC, fillcolor=table)
    if blur:
        picture = picture.filter(ImageFilter.GaussianBlur(blur))
    return _noisy(picture, noise) if noise else picture


def _noisy(picture: Image.Image, widest: int) -> Image.Image:
    chance = random.Random(9303)
    grains = bytes(min(255, max(0, point + chance.randint(-widest, widest))) for point in picture.tobytes())
    return Image.frombytes("L", picture.size, grains)


def as_jpeg(picture: Image.Image, *, quality: int = 80) -> bytes:
    """Return the picture as a camera sends it."""
    content = BytesIO()
    picture.save(content, "JPEG", quality=quality)
    return content.getvalue()
