"""The machine-readable zone is read from photographs, with our own reader, and hostile pictures do no harm."""

import struct
import tempfile
import zlib
from pathlib import Path

import pytest
from PIL import Image, ImageDraw
from tests.foundation.identifiers.mrz_specimens import TD1_ICAO, TD2_ICAO, TD3_ICAO, td1, td3
from tests.support.document_pictures import _font, as_jpeg, draw

from ghiseu.foundation.identifiers.picture import zone
from ghiseu.foundation.identifiers.picture.reading import LARGEST, Fault, PictureNotRead, read_lines

ALL_CHARACTERS = "P<UTOBCDFGHIJKLMNOPQR<<STUVWXYZ<AEIOU<<<<<<<\nL898902C36UTO7408122F1204159ZE184226B<<<<<10"


def lines_in(picture: Image.Image) -> str:
    reading = zone.read(picture)
    assert reading is not None
    return "\n".join(reading.lines)


class TestReadingALine:
    @pytest.mark.parametrize("specimen", [TD1_ICAO, TD2_ICAO, TD3_ICAO, td1(), td3(), ALL_CHARACTERS])
    def test_gives_every_layout_and_every_character(self, specimen):
        assert read_lines(as_jpeg(draw(specimen))) == specimen

    @pytest.mark.parametrize("specimen", [td1(), td3()], ids=["card", "passport"])
    @pytest.mark.parametrize("tilt", [-5.0, 1.5])
    def test_forgives_a_document_that_lies_askew(self, specimen, tilt):
        assert lines_in(draw(specimen, tilt=tilt)) == specimen

    @pytest.mark.parametrize("specimen", [td1(), td3()], ids=["card", "passport"])
    @pytest.mark.parametrize("harm", [{"blur": 2.0}, {"tilt": 1.5, "blur": 1.5, "noise": 25}, {"table": 245}])
    def test_forgives_blur_and_noise_and_a_bright_table(self, specimen, harm):
        assert lines_in(draw(specimen, **harm)) == specimen

    @pytest.mark.parametrize("turn", [90, 180, 270])
    def test_forgives_a_document_that_lies_on_its_side_or_upside_down(self, turn):
        assert lines_in(draw(td1()).rotate(turn, expand=True)) == td1()

    def test_forgives_a_small_picture_in_bad_light(self):
        small = draw(td3()).resize((700, 500), Image.Resampling.BOX).point([40 + value // 3 for value in range(256)])

        assert lines_in(small) == td3()

    def test_forgives_a_light_that_falls_from_one_side(self):
        picture = draw(td1())
        shadow = Image.linear_gradient("L").rotate(90).resize(picture.size).point([120 + v // 2 for v in range(256)])

        assert lines_in(Image.composite(picture, Image.new("L", picture.size), shadow)) == td1()

    def test_tells_the_letter_o_from_zero_by_the_check_digit_of_the_number(self):
        letter, digit = td3(number="OA0O12345"), td3(number="0A0012345")

        assert lines_in(draw(digit)) == digit
        assert lines_in(draw(letter)).splitlines()[1][9] == letter.splitlines()[1][9]

    def test_does_not_mend_a_check_digit_that_does_not_hold(self):
        wrong = td1().replace("450312", "450313")

        assert lines_in(draw(wrong)) == wrong


class TestAPictureWithoutAZone:
    def test_of_nothing_is_refused(self):
        with pytest.raises(PictureNotRead) as refused:
            read_lines(as_jpeg(Image.new("L", (1200, 800), 128)))

        assert refused.value.fault == Fault.NO_ZONE

    def test_of_an_ordinary_page_is_refused(self):
        page = Image.new("L", (1240, 1754), 250)
        for row in range(40):
            words = "The applicant asks for the extract and pays for it at the counter."
            ImageDraw.Draw(page).text((80, 80 + row * 40), words[row % 7 :], fill=20, font=_font(24))

        with pytest.raises(PictureNotRead) as refused:
            read_lines(as_jpeg(page))

        assert refused.value.fault == Fault.NO_ZONE

    def test_of_noise_is_refused(self):
        with pytest.raises(PictureNotRead) as refused:
            read_lines(as_jpeg(Image.effect_noise((1200, 900), 120), quality=95))

        assert refused.value.fault == Fault.NO_ZONE


class TestAHostilePicture:
    def test_that_would_unpack_to_a_giant_is_refused_unopened(self):
        with pytest.raises(PictureNotRead) as refused:
            read_lines(bomb(width=60_000, height=60_000))

        assert refused.value.fault == Fault.TOO_LARGE

    def test_that_is_cut_off_is_refused(self):
        whole = as_jpeg(draw(td1()))

        with pytest.raises(PictureNotRead) as refused:
            read_lines(whole[: len(whole) // 2])

        assert refused.value.fault == Fault.DAMAGED

    def test_that_is_something_else_never_reaches_a_decoder(self):
        with pytest.raises(PictureNotRead) as refused:
            read_lines(b"%!PS-Adobe-3.0 EPSF-3.0\n")

        assert refused.value.fault == Fault.NO_PICTURE

    def test_that_is_too_many_bytes_is_refused(self):
        with pytest.raises(PictureNotRead) as refused:
            read_lines(b"\xff\xd8\xff" + bytes(LARGEST))

        assert refused.value.fault == Fault.TOO_LARGE


class TestWhatIsLeftBehind:
    def test_is_nothing(self, tmp_path, monkeypatch):
        monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))

        read_lines(as_jpeg(draw(td1())))

        assert list(Path(tmp_path).iterdir()) == []


def bomb(*, width: int, height: int) -> bytes:
    """Return a PNG of some kilobytes that claims to have this many points."""

    def chunk(name: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(bytes(100_000)))
        + chunk(b"IEND", b"")
    )
