import re
import subprocess
from dataclasses import replace
from io import BytesIO

import page
import pikepdf
import pytest
from tests.modules.documents.paper_samples import NUMBER, SAID, all_papers

from ghiseu.modules.documents import papers
from ghiseu.modules.documents.papers.rendering import HERE, TEXTS

KINDS = sorted(all_papers("ro"))
LONGEST_SENTENCE = 15  # words, for somebody of eighty


def words_of(content):
    """Return the text of a PDF as a reader program hears it, without line ends."""
    said = subprocess.run(["pdftotext", "-layout", "-", "-"], input=content, capture_output=True, check=True)
    return re.sub(r"\s+", " ", said.stdout.decode())


def pages_of(content):
    """Return the text of each page."""
    said = subprocess.run(["pdftotext", "-layout", "-", "-"], input=content, capture_output=True, check=True)
    return [re.sub(r"\s+", " ", page) for page in said.stdout.decode().split("\f") if page.strip()]


def letters_of(content):
    return words_of(content).replace(" ", "")


def failures(content, profile):
    """Return what the validator finds, without its mistake about lengths.

    A stream whose last byte is a carriage return is measured one short; qpdf, which reads the length, says it is right.
    """
    found = page.validate_pdf_bytes(content, profile=profile).failures
    with pikepdf.open(BytesIO(content)) as document:
        assert document.check_pdf_syntax() == []
    return [str(one) for one in found if not one.rule_id.endswith("STREAM-LENGTH-001")]


class TestRender:
    @pytest.mark.parametrize("size", papers.Size)
    @pytest.mark.parametrize("language", papers.PAPER_LANGUAGES)
    @pytest.mark.parametrize("kind", KINDS)
    def test_makes_an_archival_and_accessible_document(self, kind, language, size):
        content = papers.render(all_papers(language)[kind], size=size)

        for profile in (page.ValidationProfile.PDF_A_3A, page.ValidationProfile.PDF_UA_1):
            assert failures(content, profile) == []

    def test_gives_the_same_bytes_for_the_same_paper(self):
        slip = all_papers("ro")["slip"]

        assert papers.render(slip) == papers.render(slip)

    def test_marks_a_second_print_as_a_copy(self):
        first = words_of(papers.render(all_papers("ro")["slip"]))
        second = words_of(papers.render(all_papers("ro", is_copy=True)["slip"]))

        assert ("COPIE" in first, "COPIE" in second) == (False, True)

    def test_prints_what_people_typed_as_text_and_never_as_markup(self):
        said = words_of(papers.render(all_papers("ro")["request"]))

        assert "#set text(red) *moștenire* $x^2$" in said

    def test_says_the_language_and_the_title_for_screen_readers(self):
        with pikepdf.open(BytesIO(papers.render(all_papers("ru")["slip"]))) as document:
            assert str(document.Root.Lang) == "ru"
            assert str(document.docinfo["/Title"]) == TEXTS["ru"]["slip_title"]

    def test_refuses_a_language_without_fixed_phrases(self):
        with pytest.raises(papers.PaperNotInLanguage):
            papers.render(all_papers("ro")["slip"].__class__(**{**vars(all_papers("ro")["slip"]), "language": "bg"}))


class TestSlip:
    @pytest.mark.parametrize("language", papers.PAPER_LANGUAGES)
    def test_says_everything_that_the_citizen_must_know_at_home(self, language):
        slip = all_papers(language)["slip"]

        said = words_of(papers.render(slip))

        expected = [
            NUMBER,
            slip.institution_number,
            slip.person,
            slip.steps[0].what,
            slip.bring[0],
            slip.call[0].phone,
            TEXTS[language]["come_back"],
        ]
        assert [text for text in expected if text not in said] == []
        assert slip.status_url in letters_of(papers.render(slip))

    def test_is_printed_larger_on_request(self):
        def sizes(size):
            with pikepdf.open(BytesIO(papers.render(all_papers("ro")["slip"], size=size))) as document:
                content = document.pages[0].Contents.read_bytes()
            return {float(found) for found in re.findall(rb"/\S+ ([\d.]+) Tf", content)}

        assert 14.0 in sizes(papers.Size.NORMAL)
        assert 18.0 in sizes(papers.Size.LARGE)

    @pytest.mark.parametrize("size", papers.Size)
    @pytest.mark.parametrize("language", papers.PAPER_LANGUAGES)
    def test_keeps_the_way_back_to_us_on_one_page(self, language, size):
        pages = pages_of(papers.render(all_papers(language)["slip"], size=size))

        [last] = [one for one in pages if TEXTS[language]["slip_status"] in one]
        assert TEXTS[language]["slip_keep"] in last
        assert len(pages) <= (1 if size == papers.Size.NORMAL else 2)

    def test_says_in_the_frame_that_the_day_is_not_sure(self):
        slip = replace(all_papers("ro")["slip"], come_back_note="Ziua nu este confirmată.", price="gratuit")

        said = words_of(papers.render(slip))

        assert "15 decembrie 2026 Ziua nu este confirmată." in said
        assert f"{TEXTS['ro']['price']}" in said

    def test_to_pay_with_shows_the_number_to_copy_and_no_way_to_ask_about_a_request(self):
        slip = replace(all_papers("ro")["slip"], order_key="CUPS-2026-000001", heading="Fișă de plată")

        said = words_of(papers.render(slip))

        assert "CUPS-2026-000001" in said
        assert said.index("Fișă de plată") < said.index("CUPS-2026-000001")
        assert [key for key in ("slip_status", "slip_title") if TEXTS["ro"][key] in said] == []


class TestRequest:
    def test_keeps_the_signature_under_what_is_agreed(self):
        request = all_papers("ro")["request"]
        many = replace(request, fields=request.fields * 14)

        pages = pages_of(papers.render(many))

        assert len(pages) > 1
        [signed] = [one for one in pages if TEXTS["ro"]["request_sign"] in one]
        assert TEXTS["ro"]["consents"] in signed


class TestGranted:
    def test_says_sum_and_decision_or_that_they_are_not_known(self):
        granted = all_papers("ro")["granted"]

        told = words_of(papers.render(granted))
        untold = words_of(papers.render(replace(granted, amount=None, decision_number="")))

        unknown = TEXTS["ro"]["granted_unknown"]
        assert ("D-5521" in told, "21.422,00" in told, unknown in told) == (True, True, False)
        assert untold.count(unknown) == 2


class TestBilingualPapers:
    @pytest.mark.parametrize("kind", ["request", "agreement"])
    @pytest.mark.parametrize("language", ["ru", "en"])
    def test_have_the_romanian_text_and_the_citizens_own(self, kind, language):
        key = {"request": "text", "agreement": "agree"}[kind]

        said = letters_of(papers.render(all_papers(language)[kind]))

        # In two columns the lines alternate, so the words are looked for one by one.
        for text in (SAID[key]["ro"], SAID[key][language]):
            assert [word for word in text.split() if word not in said] == []

    def test_carry_the_fingerprint_of_the_text_and_places_to_sign(self):
        agreement = all_papers("ru")["agreement"]

        said = words_of(papers.render(agreement))

        assert agreement.text_sha256 in said.replace(" ", "")
        assert "Semnătura / Подпись" in said


class TestPaymentNote:
    @pytest.mark.parametrize(
        ("language", "amount"),
        [
            ("ro", "două sute patruzeci de lei și cincizeci de bani"),
            ("ru", "двести сорок леев пятьдесят банов"),
            ("en", "two hundred and forty lei and fifty bani"),
        ],
    )
    def test_says_the_key_in_groups_and_the_amount_in_words(self, language, amount):
        said = words_of(papers.render(all_papers(language)["payment_note"]))

        assert "GH7K 2M4Q X9" in said
        assert amount in said


class TestFixedPhrases:
    def test_are_complete_in_every_language(self):
        assert [set(texts) for texts in TEXTS.values()] == [set(TEXTS["ro"])] * len(TEXTS)
        assert [key for texts in TEXTS.values() for key, text in texts.items() if not text.strip()] == []

    def test_are_all_used_and_all_there(self):
        templates = "".join(file.read_text() for file in HERE.glob("*.typ"))
        named = set(re.findall(r"texts\.([a-z_]+)\b(?!\()", templates)) | set(
            re.findall(r'(?:both-heading|both-label|party)\("([a-z_]+)"', templates)
        )

        assert named == set(TEXTS["ro"])

    @pytest.mark.parametrize("language", papers.PAPER_LANGUAGES)
    def test_are_short_sentences(self, language):
        sentences = [one for text in TEXTS[language].values() for one in re.split(r"[.?!]", text)]

        assert max(len(sentence.split()) for sentence in sentences) <= LONGEST_SENTENCE
