"""Ready values that the components show. Views build them; templates only place them.

Every class is frozen and keyword-only. Texts may be lazy translations. Moments are aware, days are dates.
"""

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from ghiseu.foundation.money import Money

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise as Text
else:
    Text = str


class Kind(StrEnum):
    """What a field asks for, and so how it is drawn and which keyboard a tablet shows."""

    TEXT = "text"
    IDNP = "idnp"
    DATE = "date"  # one box, dd.mm.yyyy
    DATE_PARTS = "date-parts"  # three boxes: name-day, name-month, name-year
    RADIO = "radio"
    SELECT = "select"
    YES_NO = "yes-no"
    CHECKBOX = "checkbox"
    MONEY = "money"
    NUMBER = "number"
    PHONE = "phone"
    EMAIL = "email"
    IBAN = "iban"
    TEXTAREA = "textarea"
    REPEAT = "repeat"
    ADDRESS = "address"
    FILE = "file"


@dataclass(frozen=True, kw_only=True)
class Option:
    """One answer of a choice."""

    value: str
    label: Text
    hint: Text = ""


@dataclass(frozen=True, kw_only=True)
class FieldError:
    """Why an answer cannot be taken, and what to do next. `key` is the key to press, when there is one."""

    cause: Text
    next_step: Text = ""
    key: str = ""


@dataclass(frozen=True, kw_only=True)
class Source:
    """Where a prefilled value comes from. `at` is when the register answered.

    `dispute_url` is posted to when the citizen says the register is wrong; the reason comes as `<name>-dispute`, the
    paper that shows it as `<name>-evidence`. `said` and `evidence` are what was told so, to stand beside the register.
    """

    register: Text
    at: datetime | None
    basis: Text = ""
    dispute_url: str = ""
    disputed: bool = False
    said: str = ""
    evidence: str = ""


@dataclass(frozen=True, kw_only=True)
class Field:
    """One question. `value` is text as the form holds it (a date as dd.mm.yyyy; a checkbox as "yes" or "").

    `values` holds what was typed into the three boxes of a date (day, month, year). `parts` are the fields of an
    address; `rows` the entries of a repeated group, each a tuple of fields. `save_url` and `version` switch on
    saving by field. `locked` shows the value without letting it be changed. `key` brings the focus into it.
    """

    kind: Kind | str
    name: str
    label: Text
    value: str = ""
    values: tuple[str, ...] = ()
    hint: Text = ""
    required: bool = True
    options: tuple[Option, ...] = ()
    parts: tuple["Field", ...] = ()
    rows: tuple[tuple["Field", ...], ...] = ()
    add_label: Text = ""
    error: FieldError | None = None
    source: Source | None = None
    locked: bool = False
    save_url: str = ""
    version: int | str = ""
    width: str = ""  # "short", "middle" or "" for the whole line
    language: str = ""  # language of the value, when it is not the page's
    accept: str = ""
    suffix: Text = ""
    autofocus: bool = False
    key: str = ""

    @property
    def id(self) -> str:
        """Id of the first control that takes the answer."""
        return f"f-{self.name}"

    def failing(self) -> list["Field"]:
        """Return this field and the fields inside it that carry an error, in the order of the page."""
        inner = [part for part in (*self.parts, *(cell for row in self.rows for cell in row)) if part.failing()]
        own = [self] if self.error else []
        return own + [found for part in inner for found in part.failing()]


@dataclass(frozen=True, kw_only=True)
class SummaryRow:
    """One line of "check answers". `change_url` leads to the question and back."""

    label: Text
    value: Text
    change_url: str = ""
    key: str = ""
    source: Source | None = None


class TaskState(StrEnum):
    """The four states that a step of a case can show."""

    DONE = "done"
    TO_DO = "to-do"
    WAITING = "waiting"
    LATER = "later"


@dataclass(frozen=True, kw_only=True)
class Task:
    """One step of a case. `why` says what it waits for, or why it cannot start yet."""

    label: Text
    state: TaskState | str
    href: str = ""
    key: str = ""
    why: Text = ""


class Level(StrEnum):
    """How strongly a verdict holds."""

    BLOCK = "block"
    WARN = "warn"
    INFORM = "inform"


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """One finding about whether the service can be given, with what to do about it."""

    level: Level | str
    text: Text
    next_step: Text = ""
    legal: Text = ""


@dataclass(frozen=True, kw_only=True)
class Price:
    """What a service costs for one term. `amount` None is shown as not known; `certain` False as inferred."""

    term: Text
    amount: Money | None
    certain: bool
    as_of: date | None = None
    note: Text = ""
    chosen: bool = False


@dataclass(frozen=True, kw_only=True)
class TimelineEntry:
    """One thing that happened in a case."""

    at: datetime
    title: Text
    detail: Text = ""
    by: Text = ""
    tone: str = "neutral"  # neutral, good, warning, bad


@dataclass(frozen=True, kw_only=True)
class Column:
    """Head of a table column. `kind` "number" aligns to the right."""

    label: Text
    kind: str = ""
    hidden_label: bool = False


@dataclass(frozen=True, kw_only=True)
class Tab:
    """One list behind a tab, with how many entries it holds."""

    label: Text
    href: str
    count: int | None = None
    current: bool = False
    key: str = ""


@dataclass(frozen=True, kw_only=True)
class FileItem:
    """One file of a case. `state` is waiting, sending, done or failed; `percent` matters while sending."""

    name: str
    size: int
    state: str = "done"
    percent: int = 0
    note: Text = ""
    href: str = ""
    remove_value: str = ""


@dataclass(frozen=True, kw_only=True)
class CopyValue:
    """One value to carry into another portal. `where` names the box over there."""

    label: Text
    value: str
    where: Text = ""
    key: str = ""


@dataclass(frozen=True, kw_only=True)
class Step:
    """One step of a progress bar. `state` is done, current, todo or blocked."""

    label: Text
    state: str
    href: str = ""


@dataclass(frozen=True, kw_only=True)
class SearchHit:
    """One line of type-ahead results."""

    href: str
    title: Text
    detail: Text = ""
    tag: Text = ""
    key: str = ""


@dataclass(frozen=True, kw_only=True)
class KeyHint:
    """One key and what it does, for the bar at the foot of the page."""

    key: str
    label: Text


@dataclass(frozen=True, kw_only=True)
class NavItem:
    """One entry of the main menu."""

    label: Text
    href: str
    key: str = ""
    current: bool = False
    count: int | None = None


@dataclass(frozen=True, kw_only=True)
class CitizenBanner:
    """Who is being served. `idnp` is whole; the banner masks it and asks `reveal_url` for it.

    `identified` says how the person was identified; `acting_for` names the person represented, if any.
    """

    name: str
    idnp: str
    identified: Text
    visit_number: str
    visit_url: str = ""
    acting_for: str = ""
    reveal_url: str = ""
    end_url: str = ""
    end_key: str = ""


@dataclass(frozen=True, kw_only=True)
class Frame:
    """What surrounds every desk page. Without an operator the page has no menu and no sign-out.

    `unsent` counts what waits to be sent to institutions. `idle_seconds` 0 switches the idle lock off.
    """

    operator: str = ""
    centre: str = ""
    desk: str = ""
    nav: tuple[NavItem, ...] = ()
    citizen: CitizenBanner | None = None
    home_url: str = "/"
    sign_out_url: str = "/sign-out"
    lock_url: str = "/lock"
    alive_url: str = "/still-here"
    search_url: str = ""
    unsent: int = 0
    unsent_url: str = ""
    idle_seconds: int = 300
    keys: tuple[KeyHint, ...] = field(default=())


def failing_fields(fields: tuple[Field, ...] | list[Field]) -> list[Field]:
    """Return the fields that carry an error, inner ones too, for the summary at the top of the page."""
    return [found for one in fields for found in one.failing()]
