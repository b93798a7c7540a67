"""Binding a browser that faces the citizen to a desk, by a code that the operator types once.

The code proves only that the operator sees the screen. What is shown there depends on the open visit, and on the
operator being at work at the desk.
"""

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.db import connection

from ghiseu.foundation import clock
from ghiseu.foundation.access import require_transaction
from ghiseu.foundation.audit import journal
from ghiseu.modules.centres.at_desk import AtDesk
from ghiseu.modules.centres.queries import at_desk as place_at
from ghiseu.modules.centres.screen_models import CitizenScreen, ScreenCode
from ghiseu.modules.centres.sign_in_models import OperatorSession

# 32 letters and digits that no one takes for another: no 0, 1, I, O. Six of them are 30 bits.
ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
CODE_LENGTH = 6
CODE_LIVES = timedelta(minutes=2)
# How long a screen may be silent before what it showed no longer counts as being shown.
SILENT_AFTER = timedelta(seconds=60)
_SEEN_EVERY = timedelta(seconds=10)


class NoSuchCode(Exception):
    """No screen shows this code now."""


@dataclass(frozen=True, kw_only=True)
class Offered:
    """What an unpaired browser gets: the code to show, and the secret to keep in its cookie."""

    code: str
    secret: str


def offer_code(secret: str, *, at: datetime) -> Offered:
    """Return the code that the browser shows; the same one for two minutes, then another with another secret.

    Raises NoTransaction.
    """
    require_transaction()
    known = ScreenCode.objects.filter(secret_hash=_hash(secret), made_at__gt=at - CODE_LIVES)
    shown = known.first() if secret else None
    if shown is not None:
        return Offered(code=_code(secret, shown.made_at), secret=secret)
    ScreenCode.objects.filter(made_at__lte=at - CODE_LIVES).delete()
    fresh = secrets.token_urlsafe(32)
    code = _code(fresh, at)
    ScreenCode.objects.create(secret_hash=_hash(fresh), code_hash=_hash(code), made_at=at)
    return Offered(code=code, secret=fresh)


def pair(typed: str, *, at_desk: AtDesk, at: datetime) -> CitizenScreen:
    """Bind the browser that shows this code to the desk; the desk's former screen is let go. A code counts once.

    Raises NoSuchCode, NoTransaction.
    """
    require_transaction()
    _lock_screen_of(at_desk.desk_id)
    code = "".join(one for one in typed.upper() if one.isalnum())
    rows = ScreenCode.objects.select_for_update(of=("self",)).filter(
        code_hash=_hash(code), made_at__gt=at - CODE_LIVES, made_at__lte=at
    )
    found = list(rows.order_by("id"))
    if len(found) != 1:
        raise NoSuchCode
    end(at_desk=at_desk, at=at)
    made = CitizenScreen.objects.create(
        centre_id=at_desk.centre_id,
        desk_id=at_desk.desk_id,
        secret_hash=found[0].secret_hash,
        paired_at=at,
        paired_by_id=at_desk.operator_id,
        seen_at=at,
    )
    found[0].delete()
    _note("centres.screen.paired", made, at_desk=at_desk, at=at)
    return made


def end(*, at_desk: AtDesk, at: datetime) -> bool:
    """Let the desk's screen go; tell whether there was one. Safe to repeat. Raises NoTransaction."""
    require_transaction()
    _lock_screen_of(at_desk.desk_id)
    standing = CitizenScreen.objects.select_for_update(of=("self",)).filter(desk_id=at_desk.desk_id, ended_at=None)
    found = standing.first()
    if found is None:
        return False
    found.ended_at, found.ended_by_id = at, at_desk.operator_id
    found.save(update_fields=["ended_at", "ended_by_id"])
    _note("centres.screen.ended", found, at_desk=at_desk, at=at)
    return True


def screen_of_desk(desk_id: int) -> CitizenScreen | None:
    """Return the screen that stands at the desk."""
    return CitizenScreen.objects.filter(desk_id=desk_id, ended_at=None).first()


def screen_of_browser(secret: str) -> CitizenScreen | None:
    """Return what the browser with this secret is; None when it is bound to no desk."""
    if not secret:
        return None
    return CitizenScreen.objects.select_related("desk__centre").filter(secret_hash=_hash(secret), ended_at=None).first()


def note_seen(screen: CitizenScreen, *, at: datetime) -> None:
    """Note that the screen asked for its content. Raises NoTransaction."""
    require_transaction()
    if at >= screen.seen_at + _SEEN_EVERY:
        screen.seen_at = at
        screen.save(update_fields=["seen_at"])


def is_silent(screen: CitizenScreen, *, at: datetime) -> bool:
    """Tell whether the screen has not asked for its content for so long that it shows nothing any more."""
    return at - screen.seen_at > SILENT_AFTER


def at_work(screen: CitizenScreen, *, at: datetime) -> AtDesk | None:
    """Return who works at the screen's desk now; None when nobody does, or the desk is locked or deserted."""
    newest = (
        OperatorSession.objects.open()
        .select_related("operator")
        .filter(desk_id=screen.desk_id)
        .order_by("-last_seen_at", "-id")
        .first()
    )
    if newest is None or newest.is_locked or not newest.operator.is_active:
        return None
    if at >= newest.last_seen_at + timedelta(seconds=settings.IDLE_LOCK_AFTER):
        return None
    if at >= newest.started_at + timedelta(seconds=settings.LONGEST_SESSION):
        return None
    desk = screen.desk
    return place_at(operator=newest.operator, desk=desk, on=clock.today(desk.centre.time_zone, at=at))


def _lock_screen_of(desk_id: int) -> None:
    """Let two operators of one desk take screens one after the other. The web may not lock the desk's own row."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"screen of desk {desk_id}"])


def _code(secret: str, made_at: datetime) -> str:
    """Return the code of a secret and a moment: so the browser shows it again, and the database keeps only hashes."""
    moment = made_at.astimezone(UTC).isoformat(timespec="microseconds")
    mixed = hmac.new(secret.encode(), moment.encode(), hashlib.sha256).digest()
    return "".join(ALPHABET[byte % len(ALPHABET)] for byte in mixed[:CODE_LENGTH])


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def _note(event: str, screen: CitizenScreen, *, at_desk: AtDesk, at: datetime) -> None:
    journal.record_without_subject(
        event,
        centre_id=at_desk.centre_id,
        operator_id=at_desk.operator_id,
        at=at,
        details={"screen": screen.pk, "desk": at_desk.desk_id},
    )
