"""Components as markup: they work without scripts, name their errors, and escape what people typed."""

import re
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from django.http import HttpRequest
from django.test import RequestFactory
from django.utils import translation
from jinja2 import Environment, UndefinedError
from lxml import html

from ghiseu.foundation.money import Money
from ghiseu.foundation.ui import gallery, gallery_samples, jinja, parts


@pytest.fixture(scope="module")
def environment() -> Environment:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GHISEU_STRICT_TEMPLATES", "1")
        return jinja.environment()


def draw(environment: Environment, call: str, **values: object) -> html.HtmlElement:
    page = environment.from_string('{% import "ui/components.html" as ui %}<div>{{ ui.' + call + " }}</div>")
    with translation.override("en"):
        return html.fromstring(page.render(**values))


@pytest.fixture
def request_() -> HttpRequest:
    return RequestFactory().get("/gallery")


def draw_gallery(environment: Environment, request: HttpRequest) -> html.HtmlElement:
    fields = gallery_samples.fields()
    text = environment.get_template("ui/gallery.html").render(
        request=request,
        csrf_input=jinja.csrf_field(request),
        frame=gallery_samples.frame(),
        page_keys=gallery_samples.keys(),
        fields=fields,
        errors=parts.failing_fields(fields),
        prefilled=gallery_samples.prefilled(),
        samples=gallery_samples,
    )
    return html.fromstring(text)


class TestEnvironment:
    def test_escapes_what_people_typed(self, environment):
        field = parts.Field(kind="text", name="x", label="<i>", value='"><script>alert(1)</script>')

        drawn = draw(environment, "field(field)", field=field)

        assert drawn.xpath("//script") == []
        assert drawn.xpath("//input/@value") == ['"><script>alert(1)</script>']

    def test_refuses_unknown_variables_when_strict(self, environment):
        with pytest.raises(UndefinedError):
            environment.from_string("{{ nobody }}").render()

    def test_gives_each_form_a_command_of_its_own(self, environment):
        page = environment.from_string("{{ command_field() }}{{ command_field() }}").render()

        found = re.findall(r'value="([0-9a-f-]{36})"', page)
        assert len(set(found)) == 2


class TestField:
    @pytest.mark.parametrize("one", gallery_samples.fields(), ids=lambda one: one.kind)
    def test_has_a_label_for_every_control(self, environment, one):
        drawn = draw(environment, "field(one)", one=one)

        controls = drawn.xpath("//input|//select|//textarea")
        labelled = set(drawn.xpath("//label/@for"))
        assert controls
        assert {control.get("id") for control in controls} <= labelled

    @pytest.mark.parametrize("one", gallery_samples.fields(), ids=lambda one: one.kind)
    def test_can_be_reached_from_the_summary(self, environment, one):
        drawn = draw(environment, "field(one)", one=one)

        for failing in one.failing():
            target = drawn.get_element_by_id(failing.id)
            assert target.tag in {"input", "select", "textarea"} or target.get("tabindex") == "-1"

    def test_ties_hint_and_error_to_its_control(self, environment):
        error = parts.FieldError(cause="11 digits.", next_step="Type 13.", key="F4")
        field = parts.Field(kind="idnp", name="child", label="IDNP", value="123", hint="13 digits", error=error)

        drawn = draw(environment, "field(field)", field=field)

        control = drawn.xpath("//input")[0]
        described = [drawn.get_element_by_id(name).text_content() for name in control.get("aria-describedby").split()]
        assert control.get("aria-invalid") == "true"
        assert described[0] == "13 digits"
        assert re.sub(r"\s+", " ", described[1]).strip() == "11 digits. Type 13. F4"

    def test_that_is_locked_cannot_be_changed(self, environment):
        field = parts.Field(kind="idnp", name="own", label="IDNP", value="2004011234567", locked=True)

        drawn = draw(environment, "field(field)", field=field)

        assert drawn.xpath("//input") == []
        assert drawn.xpath("string(//output)") == "2004\u00a00112\u00a034567"

    def test_says_where_its_value_comes_from_and_lets_the_citizen_object(self, environment):
        source = parts.Source(register="Population", at=datetime(2026, 3, 2, 7, 30, tzinfo=UTC), dispute_url="/object")
        field = parts.Field(kind="text", name="surname", label="Surname", value="Țurcanu", source=source)

        drawn = draw(environment, "field(field)", field=field)

        assert "Population" in drawn.text_content()
        assert "02.03.2026, 09:30" in drawn.text_content()
        assert drawn.xpath("//button/@formaction") == ["/object"]
        assert drawn.xpath("//textarea/@name") == ["surname-dispute"]


class TestPriceTable:
    def test_never_promises_what_nobody_knows(self, environment):
        price = Money(amount=Decimal("80"), currency="MDL")
        prices = [
            parts.Price(term="5 days", amount=price, certain=True),
            parts.Price(term="1 day", amount=price, certain=False),
            parts.Price(term="now", amount=None, certain=False),
        ]

        drawn = draw(environment, "price_table(prices, 'Price')", prices=prices)

        rows = [" ".join(row.text_content().split()) for row in drawn.xpath("//tbody/tr")]
        assert rows == [
            "5 days 80 lei Official tariff",
            "1 day 80 lei Not confirmed",
            "now not known Ask the institution",
        ]


class TestTaskList:
    def test_does_not_open_what_cannot_start_yet(self, environment):
        tasks = [parts.Task(label="Send", state="later", href="/send", key="4", why="After the payment")]

        drawn = draw(environment, "task_list(tasks)", tasks=tasks)

        assert drawn.xpath("//a") == []
        assert "Cannot start yet" in drawn.text_content()


class TestPage:
    def test_puts_the_error_into_the_title_and_links_every_field(self, environment, request_):
        page = draw_gallery(environment, request_)

        with translation.override("ro"):
            assert page.xpath("string(//title)").startswith("Eroare: ")
        for link in page.xpath("//*[@id='errors']//a/@href"):
            assert page.get_element_by_id(link[1:]) is not None

    def test_has_no_inline_script_or_style(self, environment, request_):
        page = draw_gallery(environment, request_)

        assert page.xpath("//script[not(@src)]|//style|//*[@style]") == []
        assert [name for one in page.iter() for name in one.attrib if name.startswith("on")] == []

    def test_uses_each_id_once(self, environment, request_):
        ids = draw_gallery(environment, request_).xpath("//@id")

        assert len(ids) == len(set(ids))

    def test_guards_every_posting_form(self, environment, request_):
        forms = draw_gallery(environment, request_).xpath("//form[@method='post']")

        assert len(forms) > 5
        assert all(form.xpath(".//input[@name='csrfmiddlewaretoken']") for form in forms)

    def test_masks_the_identifier_of_the_citizen(self, environment, request_):
        banner = draw_gallery(environment, request_).xpath("//section[@class='citizen']")[0]

        assert gallery_samples.IDNP not in html.tostring(banner).decode()
        assert "••••••••••567" in banner.text_content()

    @pytest.mark.parametrize(("language", "code"), [("ro", "ro"), ("ru", "ru"), ("en", "en")])
    def test_names_its_language(self, environment, request_, language, code):
        with translation.override(language):
            page = draw_gallery(environment, request_)

        assert page.get("lang") == code
        assert page.xpath("//button[@name='language'][@aria-pressed='true']/@value") == [code]

    def test_of_a_failure_says_what_to_do_next(self, environment, request_):
        with translation.override("en"):
            text = environment.get_template("ui/error.html").render(request=request_, **gallery_samples.failure())

        page = html.fromstring(text)
        assert "Number to quote: 4bf92f3577b34da6" in " ".join(page.text_content().split())

    def test_of_the_gallery_without_errors_is_not_marked_as_refused(self, request_):
        assert parts.failing_fields([gallery.without_error(one) for one in gallery_samples.fields()]) == []
