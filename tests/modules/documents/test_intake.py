from io import BytesIO

import pikepdf
import pytest
from PIL import Image
from tests.modules.documents import samples

from ghiseu.modules.documents.intake import (
    EXPLANATIONS,
    LARGEST,
    FileNotTaken,
    Reason,
    join_pictures,
    take_in,
)
from ghiseu.modules.documents.sandbox.limits import MEGABYTE, Limits


def refusal(content, *, file_name="act.pdf", limits=None):
    with pytest.raises(FileNotTaken) as caught:
        take_in(content, file_name=file_name, limits=limits)
    assert caught.value.file_name == file_name
    return caught.value.reason


class TestPictures:
    @pytest.mark.parametrize(("kind", "media_type"), [("JPEG", "image/jpeg"), ("PNG", "image/png")])
    def test_are_written_anew_in_their_own_kind(self, kind, media_type):
        original = samples.picture(kind)

        clean = take_in(original, file_name="act.PNG")

        assert (clean.media_type, clean.page_count, clean.is_signed) == (media_type, 1, False)
        assert Image.open(BytesIO(clean.content)).size == (80, 120)

    def test_lose_the_place_and_the_phone_they_were_taken_with(self):
        clean = take_in(samples.phone_photo(orientation=1), file_name="act.jpg")

        assert dict(Image.open(BytesIO(clean.content)).getexif()) == {}
        assert b"PhoneMaker" not in clean.content

    def test_stand_upright_although_the_camera_lay_on_its_side(self):
        clean = take_in(samples.phone_photo(orientation=6), file_name="act.jpg")

        upright = Image.open(BytesIO(clean.content)).convert("L")
        assert upright.size == (120, 80)
        assert upright.getpixel((115, 4)) < 60
        assert upright.getpixel((4, 4)) > 200

    def test_lose_what_hangs_behind_them(self):
        clean = take_in(samples.picture() + b"PK\x03\x04<script>", file_name="act.jpg")

        assert b"PK\x03\x04" not in clean.content
        assert b"<script>" not in clean.content

    def test_lose_a_script_in_their_comment(self):
        clean = take_in(samples.picture(comment=b"<script>alert(1)</script>"), file_name="act.jpg")

        assert b"<script>" not in clean.content

    @pytest.mark.parametrize("mode", ["1", "L", "P", "RGBA", "LA", "I;16"])
    def test_are_taken_in_every_way_of_storing_colour(self, mode):
        content = BytesIO()
        Image.new(mode, (40, 50)).save(content, "PNG")

        clean = take_in(content.getvalue(), file_name="act.png")

        assert Image.open(BytesIO(clean.content)).mode in {"1", "L", "RGB"}

    @pytest.mark.parametrize("mode", ["1", "L", "RGB"])
    def test_of_a_scanner_become_a_document_with_a_page_for_each(self, mode):
        clean = take_in(samples.tiff(pages=3, mode=mode), file_name="scan.tif")

        assert (clean.media_type, clean.page_count) == ("application/pdf", 3)
        with pikepdf.open(BytesIO(clean.content)) as document:
            assert [float(document.pages[0].mediabox[2]), len(document.pages)] == [pytest.approx(595, abs=1), 3]

    def test_are_refused_by_their_size_before_they_are_decoded(self):
        bomb = samples.pixel_bomb()

        assert len(bomb) < 2000
        assert refusal(bomb, file_name="a.png") == Reason.TOO_MANY_PIXELS

    def test_are_refused_when_all_pages_together_are_too_many_pixels(self):
        limits = Limits(pixels_together=100_000)

        assert refusal(samples.tiff(pages=3), file_name="a.tif", limits=limits) == Reason.TOO_MANY_PIXELS

    def test_are_written_anew_with_less_detail_before_they_are_refused(self):
        noisy = samples.noise(size=(600, 600))
        whole = take_in(noisy, file_name="a.jpg").content

        smaller = take_in(noisy, file_name="a.jpg", limits=Limits(kept=len(whole) - 1)).content

        assert len(smaller) < len(whole)
        assert refusal(noisy, file_name="a.jpg", limits=Limits(kept=1000)) == Reason.TOO_LARGE_ANEW

    def test_name_the_limit_that_was_hit(self):
        assert "pixel" in str(EXPLANATIONS[Reason.TOO_MANY_PIXELS].cause)
        assert "pixel" in str(EXPLANATIONS[Reason.TOO_LARGE_ANEW].cause)
        assert "25 MB" in str(EXPLANATIONS[Reason.TOO_LARGE].cause)

    def test_are_refused_when_they_need_more_memory_than_allowed(self):
        large = samples.pixel_bomb(width=7_000, height=7_000)

        assert refusal(large, file_name="a.png", limits=Limits(memory=150 * MEGABYTE)) == Reason.TOO_HEAVY

    @pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
    @pytest.mark.parametrize("kind", ["JPEG", "PNG"])
    def test_are_refused_when_they_are_cut(self, kind, share):
        whole = samples.picture(kind, size=(800, 1200))

        assert refusal(whole[: int(len(whole) * share)], file_name="a.jpg") == Reason.DAMAGED


class TestDocuments:
    def test_are_kept_without_their_metadata(self):
        original = samples.pdf(pages=2)
        assert b"Vasile" in original

        clean = take_in(original, file_name="act.pdf")

        assert (clean.media_type, clean.page_count, clean.is_signed) == ("application/pdf", 2, False)
        with pikepdf.open(BytesIO(clean.content)) as document:
            assert "/Info" not in document.trailer
            assert "/Metadata" not in document.Root

    def test_give_the_same_bytes_each_time(self):
        original = samples.pdf()

        assert take_in(original, file_name="a.pdf") == take_in(original, file_name="b.pdf")

    def test_that_are_signed_are_kept_byte_for_byte(self):
        signed = samples.signed_pdf(samples.certificate("Seal"))

        clean = take_in(signed, file_name="act.pdf")

        assert clean.is_signed
        assert clean.content == signed

    def test_that_are_signed_may_not_drag_something_behind_them(self):
        signed = samples.signed_pdf(samples.certificate("Seal"))

        assert refusal(signed + b"PK\x03\x04hidden") == Reason.DAMAGED

    def test_that_are_not_signed_lose_what_hangs_behind_them(self):
        clean = take_in(samples.pdf() + b"PK\x03\x04hidden", file_name="act.pdf")

        assert b"hidden" not in clean.content

    @pytest.mark.parametrize("name", samples.ACTIVE)
    def test_that_do_something_by_themselves_are_refused(self, name):
        assert refusal(samples.pdf(change=samples.ACTIVE[name])) == Reason.ACTIVE

    def test_that_hide_a_script_behind_escapes_are_refused(self):
        assert refusal(samples.escaped_script()) == Reason.ACTIVE

    def test_that_only_open_at_a_page_are_taken(self):
        def change(document):
            document.Root.OpenAction = pikepdf.Array([document.pages[0].obj, pikepdf.Name.Fit])

        assert take_in(samples.pdf(change=change), file_name="act.pdf").page_count == 1

    def test_with_a_test_virus_in_a_stream_lose_it_because_no_page_needs_it(self):
        assert take_in(samples.eicar_pdf(), file_name="act.pdf").page_count == 1

    def test_with_a_password_are_refused(self):
        assert refusal(samples.locked_pdf()) == Reason.LOCKED

    def test_with_too_many_pages_are_refused(self):
        assert refusal(samples.pdf(pages=201)) == Reason.TOO_LONG

    @pytest.mark.parametrize("share", [0.1, 0.3, 0.5, 0.7, 0.9])
    def test_that_are_cut_are_refused(self, share):
        whole = samples.pdf(pages=20)

        assert refusal(whole[: int(len(whole) * share)]) == Reason.DAMAGED


class TestEverythingElse:
    @pytest.mark.parametrize(
        "content",
        [
            b"PK\x03\x04" + b"\0" * 100,
            b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
            b"<!doctype html><script>alert(1)</script>",
            b"MZ" + b"\0" * 100,
            b"GIF89a" + b"\0" * 100,
            b"\x00\x00\x00\x18ftypheic" + b"\0" * 100,
            b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*",
            b" %PDF-1.7",
        ],
    )
    def test_is_refused_whatever_it_is_called(self, content):
        assert refusal(content, file_name="act.pdf") == Reason.NOT_ALLOWED

    @pytest.mark.parametrize("file_name", ["act.exe", "act", "act.pdf.zip", "act.svg", ".pdf"])
    def test_is_refused_by_its_name_whatever_it_holds(self, file_name):
        assert refusal(samples.pdf(), file_name=file_name) == Reason.NOT_ALLOWED

    def test_takes_its_kind_from_the_content_when_the_name_is_wrong(self):
        assert take_in(samples.picture(), file_name="act.pdf").media_type == "image/jpeg"

    def test_is_refused_when_empty_or_too_large(self):
        assert refusal(b"") == Reason.EMPTY
        assert refusal(b"%PDF-" + b"\0" * LARGEST) == Reason.TOO_LARGE

    def test_has_an_explanation_with_a_next_step_for_every_reason(self):
        assert set(EXPLANATIONS) == set(Reason)
        assert all(str(one.cause) and str(one.next_step) for one in EXPLANATIONS.values())


class TestJoinPictures:
    def test_keeps_the_order_of_the_pages(self):
        tall = samples.picture(size=(100, 150))
        wide = samples.picture("PNG", size=(150, 100))

        joined = join_pictures([("1.jpg", tall), ("2.png", wide), ("3.jpg", tall)])

        with pikepdf.open(BytesIO(joined.content)) as document:
            widths = [round(float(page.mediabox[2])) for page in document.pages]
        assert (joined.page_count, widths) == (3, [595, 842, 595])

    def test_names_the_picture_that_is_not_taken(self):
        with pytest.raises(FileNotTaken) as caught:
            join_pictures([("1.jpg", samples.picture()), ("2.jpg", samples.picture()[:200])])

        assert (caught.value.file_name, caught.value.reason) == ("2.jpg", Reason.DAMAGED)
