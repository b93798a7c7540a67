"""Invented values for the gallery."""

from datetime import UTC, date, datetime
from decimal import Decimal

from django.utils.translation import gettext as _

from ghiseu.foundation.money import Money
from ghiseu.foundation.ui import parts

AT = datetime(2026, 3, 2, 7, 30, tzinfo=UTC)
IDNP = "2004011234567"


def keys() -> list[parts.KeyHint]:
    """Return the hints of the bar at the foot."""
    return [parts.KeyHint(key="F2", label=_("Next step")), parts.KeyHint(key="Esc", label=_("Close"))]


def frame() -> parts.Frame:
    """Return the frame of a desk page with a citizen at the desk."""
    return parts.Frame(
        operator="Lidia Operator-Test",
        centre="Lozova",
        desk=_("Desk 1"),
        nav=(
            parts.NavItem(label=_("Work"), href="#work", key="Alt+1", current=True, count=12),
            parts.NavItem(label=_("Queue"), href="#queue", key="Alt+2", count=3),
            parts.NavItem(label=_("Papers"), href="#papers", key="Alt+3"),
        ),
        citizen=parts.CitizenBanner(
            name="Ștefan Țurcanu-Test",
            idnp=IDNP,
            identified=_("identity document read"),
            visit_number="V-0042",
            visit_url="#visit",
            acting_for="Ана Цуркану-Тест",
            reveal_url="/gallery/save",
            end_url="/gallery/save",
            end_key="Alt+E",
        ),
        home_url="#home",
        search_url="/gallery/search",
        unsent=3,
        unsent_url="#unsent",
    )


def _source(*, disputed: bool = False) -> parts.Source:
    return parts.Source(
        register=_("Population register"),
        at=AT,
        basis=_("law 133/2011"),
        dispute_url="/gallery/save",
        disputed=disputed,
    )


def _error(cause: str, next_step: str) -> parts.FieldError:
    return parts.FieldError(cause=cause, next_step=next_step)


def _choices() -> list[parts.Field]:
    return [
        parts.Field(
            kind="radio",
            name="purpose",
            label=_("What is the extract for?"),
            options=(
                parts.Option(value="bank", label=_("A bank")),
                parts.Option(value="sale", label=_("A sale"), hint=_("The notary asks for one not older than 5 days.")),
                parts.Option(value="court", label=_("A court")),
                parts.Option(value="other", label=_("Something else")),
            ),
            value="sale",
            error=_error(_("No purpose is chosen."), _("Choose one.")),
        ),
        parts.Field(
            kind="select",
            name="district",
            label=_("District"),
            width="middle",
            options=(parts.Option(value="st", label="Strășeni"), parts.Option(value="or", label="Orhei")),
            value="st",
        ),
        parts.Field(kind="yes-no", name="disability", label=_("Is a degree of disability established?"), value="no"),
        parts.Field(
            kind="checkbox", name="agree", label=_("The citizen asks for SMS messages"), value="yes", required=False
        ),
    ]


def _lines() -> list[parts.Field]:
    return [
        parts.Field(
            kind="text", name="place", label=_("Place of birth"), value="Lozova", save_url="/gallery/save", version=1
        ),
        parts.Field(
            kind="idnp",
            name="child",
            label=_("IDNP of the child"),
            value="20040112345",
            hint=_("13 digits, on the back of the identity card."),
            error=_error(_("The IDNP has 11 digits."), _("Type all 13 digits.")),
        ),
        parts.Field(
            kind="date", name="born", label=_("Date of birth"), value="07.04.1956", hint=_("For example 07.04.1956")
        ),
        parts.Field(
            kind="date-parts",
            name="since",
            label=_("Lives here since"),
            values=("31", "2", "2020"),
            error=_error(_("There is no such day."), _("Correct the day or the month.")),
        ),
    ]


def _contacts() -> list[parts.Field]:
    return [
        parts.Field(kind="money", name="income", label=_("Income of the last month"), value="4250,00", required=False),
        parts.Field(kind="phone", name="phone", label=_("Telephone"), value="+373 69 000 000", required=False),
        parts.Field(kind="email", name="email", label=_("E-mail"), required=False),
        parts.Field(kind="iban", name="iban", label="IBAN", value="MD24AG000225100013104168"),
        parts.Field(
            kind="textarea",
            name="story",
            label=_("In the citizen's words"),
            value="Прошу выдать справку.",
            language="ru",
            required=False,
        ),
    ]


def _groups() -> list[parts.Field]:
    child = (
        parts.Field(kind="text", name="children-0-name", label=_("Name"), value="Ion Țurcanu-Test"),
        parts.Field(
            kind="date",
            name="children-0-born",
            label=_("Date of birth"),
            value="2015",
            error=_error(_("The day and the month are missing."), _("Type day, month and year.")),
        ),
    )
    address = (
        parts.Field(kind="text", name="home-locality", label=_("Locality"), value="Lozova"),
        parts.Field(kind="text", name="home-street", label=_("Street"), value="Ștefan cel Mare"),
        parts.Field(kind="text", name="home-house", label=_("House"), value="12"),
        parts.Field(kind="text", name="home-flat", label=_("Flat"), required=False),
    )
    return [
        parts.Field(kind="address", name="home", label=_("Where do you live?"), parts=address),
        parts.Field(
            kind="repeat",
            name="children",
            label=_("Children"),
            rows=(child,),
            add_label=_("Add a child"),
            required=False,
        ),
    ]


def fields() -> list[parts.Field]:
    """Return one field of each kind; some carry the error that the refused page shows."""
    return [*_lines(), *_contacts(), *_choices(), *_groups()]


def prefilled() -> list[parts.Field]:
    """Return values that came from a register: fixed, open to change, disputed."""
    return [
        parts.Field(kind="idnp", name="own", label="IDNP", value=IDNP, locked=True, source=_source()),
        parts.Field(kind="text", name="surname", label=_("Surname"), value="Țurcanu-Test", source=_source()),
        parts.Field(
            kind="text",
            name="street",
            label=_("Street"),
            value="str. 31 August",
            locked=True,
            source=_source(disputed=True),
        ),
    ]


def summary() -> list[parts.SummaryRow]:
    """Return the lines of "check answers"."""
    return [
        parts.SummaryRow(label=_("Surname"), value="Țurcanu-Test", source=_source()),
        parts.SummaryRow(label=_("Date of birth"), value="07.04.1956", change_url="#born", key="1"),
        parts.SummaryRow(label=_("What is the extract for?"), value=_("A sale"), change_url="#purpose", key="2"),
    ]


def tasks() -> list[parts.Task]:
    """Return the steps of a case, one in each state."""
    return [
        parts.Task(label=_("Identify the citizen"), state="done", href="#identify"),
        parts.Task(label=_("Check the answers"), state="to-do", href="#check", key="3"),
        parts.Task(label=_("Pay"), state="waiting", href="#pay", why=_("MPay has not confirmed yet. Nothing is lost.")),
        parts.Task(label=_("Send"), state="later", why=_("After the payment")),
    ]


def steps() -> list[parts.Step]:
    """Return a progress bar with every state."""
    return [
        parts.Step(label=_("Identify the citizen"), state="done", href="#identify"),
        parts.Step(label=_("Check the answers"), state="current"),
        parts.Step(label=_("Pay"), state="blocked"),
        parts.Step(label=_("Send"), state="todo"),
    ]


def prices() -> list[parts.Price]:
    """Return a certain, an inferred and an unknown price."""
    lei = {term: Money(amount=Decimal(amount), currency="MDL") for term, amount in (("5", "80"), ("1", "1250.50"))}
    return [
        parts.Price(term=_("5 working days"), amount=lei["5"], certain=True, as_of=date(2026, 1, 1), chosen=True),
        parts.Price(term=_("1 working day"), amount=lei["1"], certain=False, as_of=date(2025, 6, 1)),
        parts.Price(term=_("On the spot"), amount=None, certain=False),
    ]


def verdicts() -> list[parts.Verdict]:
    """Return one finding of each strength."""
    return [
        parts.Verdict(
            level="block",
            text=_("The identity card expired on 01.02.2026."),
            next_step=_("Offer an appointment for a new card."),
            legal=_("law 133/2011"),
        ),
        parts.Verdict(level="warn", text=_("The register gives another address."), next_step=_("Ask the citizen.")),
        parts.Verdict(level="inform", text=_("The answer takes 5 working days.")),
    ]


def timeline() -> list[parts.TimelineEntry]:
    """Return what happened in a case."""
    return [
        parts.TimelineEntry(at=AT, title=_("Sent to the institution"), by="Lidia Operator-Test", tone="good"),
        parts.TimelineEntry(at=AT, title=_("No answer came"), detail=_("We ask again at 10:00."), tone="warning"),
        parts.TimelineEntry(at=AT, title=_("Case opened"), by="Lidia Operator-Test"),
    ]


def tabs() -> list[parts.Tab]:
    """Return tabs with counts."""
    return [
        parts.Tab(label=_("Today"), href="#today", count=7, current=True, key="T"),
        parts.Tab(label=_("Waiting"), href="#waiting", count=1234),
        parts.Tab(label=_("All"), href="#all"),
    ]


def columns() -> list[parts.Column]:
    """Return the heads of the work list."""
    return [
        parts.Column(label=_("Case")),
        parts.Column(label=_("Service")),
        parts.Column(label=_("Since")),
        parts.Column(label=_("Price"), kind="number"),
        parts.Column(label=_("State")),
    ]


def files() -> list[parts.FileItem]:
    """Return a paper in each state."""
    return [
        parts.FileItem(name="buletin.jpg", size=482_113, href="#file", remove_value="1"),
        parts.FileItem(name="adeverinta.pdf", size=2_400_000, state="sending", percent=40),
        parts.FileItem(name="cerere.pdf", size=90_000, state="waiting"),
        parts.FileItem(
            name="foto.png", size=90_000, state="failed", note=_("The file is not a picture. Scan it again.")
        ),
    ]


def copies() -> list[parts.CopyValue]:
    """Return values to carry into another portal."""
    return [
        parts.CopyValue(label="IDNP", value=IDNP, where=_("Personal code")),
        parts.CopyValue(label=_("Surname"), value="Țurcanu-Test", where=_("Surname")),
    ]


def hits() -> list[parts.SearchHit]:
    """Return what the search can find."""
    return [
        parts.SearchHit(href="#extract", title="Extras de naștere", detail=_("Public Services Agency"), tag="80 lei"),
        parts.SearchHit(href="#pension", title="Extras de cont de pensie", detail=_("Social insurance house")),
    ]


def failure() -> dict[str, str]:
    """Return the values of the page of a failure."""
    return {
        "title": _("This page does not exist"),
        "cause": _("The address is wrong, or the case belongs to another centre."),
        "next_step": _("Go back and open the case from the work list."),
        "number": "4bf92f3577b34da6",
    }
