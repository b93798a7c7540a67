"""Signing in through MPass: asking, answering once, handing over to the browser that asked, locking, leaving.

The answer of MPass comes by a cross-site POST without our cookies. It is bound in two steps: it must answer a
question that we asked and have not had answered, and the short-lived ticket that we then give is worth something
only in the browser that holds the random value from the moment of asking.
"""

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase
from django.db import IntegrityError

from ghiseu.foundation.access import Scope, require_transaction, scoped_to, transaction
from ghiseu.foundation.audit import journal
from ghiseu.foundation.identifiers import idnp
from ghiseu.modules.centres.models import Operator
from ghiseu.modules.centres.sign_in_models import OperatorSession, SessionEnd, SignInRequest, UsedAssertion

SESSION_KEY = "operator_session"
REQUEST_LIVES = timedelta(minutes=15)
TICKET_LIVES = timedelta(minutes=2)
CLOCK_TOLERANCE = timedelta(seconds=60)
SEEN_EVERY = timedelta(seconds=20)
OLD_REQUESTS_GO_AFTER = timedelta(days=7)


class SignInRefused(Exception):
    """Base of the expected refusals of this module; the message holds no personal data."""


class UnknownRequest(SignInRefused):
    """Nobody asked this, it was answered already, or too long ago (also after the requests were lost)."""


class AssertionUsedBefore(SignInRefused):
    """This assertion has counted once."""


class NotAPersonNumber(SignInRefused):
    """MPass named the person by something else than a valid IDNP."""


class NotFreshlyAuthenticated(SignInRefused):
    """After a lock, idleness or a sign-out the credentials are asked for anew; MPass let an old proof count."""


class UnknownOperator(SignInRefused):
    """A real person, but nobody who works here."""


class TicketNotUsable(SignInRefused):
    """The hand-over ticket is unknown, used, too old, or belongs to another browser."""


@dataclass(frozen=True, kw_only=True)
class Vouched:
    """What MPass says about the person, after its signature was checked."""

    name_id: str
    session_index: str
    authenticated_at: datetime


@dataclass(frozen=True, kw_only=True)
class Entered:
    """A session at work, and where its operator wanted to go."""

    session: OperatorSession
    return_path: str
    is_resumed: bool


def begin(
    *, request_id: str, browser_token: str, return_path: str, at: datetime, resumes: OperatorSession | None = None
) -> SignInRequest:
    """Remember a question to MPass for the browser that holds the token; old questions are forgotten meanwhile.

    `resumes` is the locked session of this browser. `request_id` is new each time. Raises NoTransaction.
    """
    require_transaction()
    SignInRequest.objects.filter(created_at__lt=at - OLD_REQUESTS_GO_AFTER).delete()
    UsedAssertion.objects.filter(expires_at__lt=at - OLD_REQUESTS_GO_AFTER).delete()
    return SignInRequest.objects.create(
        request_id=request_id,
        browser_hash=_hash(browser_token),
        return_path=return_path,
        created_at=at,
        resumes=resumes,
    )


def take_answer(*, request_id: str, at: datetime) -> SignInRequest:
    """Mark the question as answered. Works once per question. Raises UnknownRequest, NoTransaction.

    Commit it before judging the answer: a refused answer has been given too.
    """
    require_transaction()
    asked = (
        SignInRequest.objects.select_for_update(of=("self",))
        .filter(request_id=request_id, answered_at=None, created_at__gt=at - REQUEST_LIVES)
        .first()
    )
    if asked is None:
        raise UnknownRequest("no open question has this number")
    asked.answered_at = at
    asked.save(update_fields=["answered_at"])
    return asked


def use_assertion(*, assertion_id: str, expires_at: datetime) -> None:
    """Write down that this assertion has counted. Raises AssertionUsedBefore the second time, NoTransaction."""
    require_transaction()
    try:
        with transaction():
            UsedAssertion.objects.create(assertion_id=assertion_id, expires_at=expires_at)
    except IntegrityError as error:
        raise AssertionUsedBefore("the assertion has counted once") from error


def accept(*, asked: SignInRequest, vouched: Vouched, at: datetime) -> str:
    """Return a one-time ticket that lets the asking browser in as the operator whom MPass vouches for.

    Raises NotAPersonNumber, UnknownOperator, NotFreshlyAuthenticated, NoTransaction.
    """
    require_transaction()
    if len(vouched.name_id) != idnp.LENGTH or not idnp.is_valid(vouched.name_id):
        raise NotAPersonNumber("NameID is not an IDNP")
    if asked.resumes_id and vouched.authenticated_at < asked.created_at - CLOCK_TOLERANCE:
        raise NotFreshlyAuthenticated("the proof is older than the question")
    operator = Operator.objects.by_idnp(vouched.name_id)
    if operator is None:
        raise UnknownOperator("the person is not an operator here")
    left_behind = OperatorSession.objects.left_behind(
        operator_id=operator.pk,
        session_index=vouched.session_index,
        proved_at=vouched.authenticated_at,
        idle_since=at - timedelta(seconds=settings.IDLE_LOCK_AFTER),
    )
    if left_behind.exists():
        raise NotFreshlyAuthenticated("the proof is older than the lock or the sign-out")
    ticket = secrets.token_urlsafe(32)
    asked.operator = operator
    asked.session_index = vouched.session_index
    asked.authenticated_at = vouched.authenticated_at
    asked.ticket_hash = _hash(ticket)
    asked.save(update_fields=["operator", "session_index", "authenticated_at", "ticket_hash"])
    return ticket


def complete(*, ticket: str, browser_token: str, session: SessionBase, at: datetime) -> Entered:
    """Let the operator in under a new session key. The ticket works once, in the browser that asked.

    The same person gets a locked session back with everything in it; anybody else starts with an empty one.
    Raises TicketNotUsable, NoTransaction.
    """
    require_transaction()
    asked = _handed_over(ticket=ticket, browser_token=browser_token, at=at)
    locked = session_of(session, at=at)
    if locked is not None and locked.pk == asked.resumes_id and locked.operator_id == asked.operator_id:
        return Entered(
            session=_resume(locked, asked=asked, session=session, at=at),
            return_path=asked.return_path,
            is_resumed=True,
        )
    if locked is not None:
        end(locked, because=SessionEnd.REPLACED, at=at)
    # Where another person was working is none of the newcomer's business.
    return_path = "/" if asked.resumes_id else asked.return_path
    return Entered(session=_start(asked=asked, session=session, at=at), return_path=return_path, is_resumed=False)


def session_of(session: SessionBase, *, at: datetime) -> OperatorSession | None:
    """Return the session at work in this browser, locked or not; None when there is none or it is over.

    A key that was replaced, an ended session, one of more than eight hours and an operator who was switched off
    give None.
    """
    number = session.get(SESSION_KEY)
    if number is None or session.session_key is None:
        return None
    found = OperatorSession.objects.open().select_related("operator", "centre", "desk").filter(pk=number).first()
    if found is None or not hmac.compare_digest(found.key_hash, _hash(session.session_key)):
        return None
    if is_too_long(found, at=at) or not found.operator.is_active:
        return None
    return found


def is_too_long(found: OperatorSession, *, at: datetime) -> bool:
    """Tell whether the session has lasted longer than any may."""
    return at >= found.started_at + timedelta(seconds=settings.LONGEST_SESSION)


def lock_if_idle(found: OperatorSession, *, at: datetime) -> bool:
    """Lock the session when nobody did anything for too long. Returns whether it is locked now.

    For requests that the page makes by itself; they do not count as presence. Raises NoTransaction.
    """
    require_transaction()
    if not found.is_locked and at >= found.last_seen_at + timedelta(seconds=settings.IDLE_LOCK_AFTER):
        lock(found, at=at)
    return found.is_locked


def touch(found: OperatorSession, *, at: datetime) -> bool:
    """Note that the operator is there, unless the session is or now becomes locked. Returns whether it is usable.

    Raises NoTransaction.
    """
    if lock_if_idle(found, at=at):
        return False
    if at >= found.last_seen_at + SEEN_EVERY:
        found.last_seen_at = at
        found.save(update_fields=["last_seen_at"])
    return True


def lock(found: OperatorSession, *, at: datetime) -> None:
    """Lock the session; drafts and place stay. Locking a locked or ended one changes nothing. Raises NoTransaction."""
    require_transaction()
    if found.is_locked or found.ended_at is not None:
        return
    found.locked_at = at
    found.save(update_fields=["locked_at"])
    note(found, event="centres.session.locked", at=at)


def end(found: OperatorSession, *, because: SessionEnd, at: datetime, logout_request_id: str = "") -> None:
    """End the session for good. Ending it again changes nothing. Raises NoTransaction."""
    require_transaction()
    if not OperatorSession.objects.open().select_for_update(of=("self",)).filter(pk=found.pk).exists():
        return
    found.ended_at = at
    found.ended_because = because
    found.logout_request_id = logout_request_id
    found.save(update_fields=["ended_at", "ended_because", "logout_request_id"])
    note(found, event="centres.session.ended", at=at, because=because)


def overdue(*, at: datetime) -> list[OperatorSession]:
    """Return the sessions that have lasted longer than any may and were not ended."""
    longest = timedelta(seconds=settings.LONGEST_SESSION)
    return list(OperatorSession.objects.open().filter(started_at__lte=at - longest).order_by("id"))


def named_by_mpass(*, name_id: str, session_indexes: tuple[str, ...]) -> list[OperatorSession]:
    """Return the sessions that MPass names and that are not over."""
    named = OperatorSession.objects.open().known_to_mpass_as(idnp=name_id, session_indexes=session_indexes)
    return list(named.order_by("id"))


def is_our_logout(request_id: str) -> bool:
    """Tell whether we asked MPass to log out under this number."""
    return bool(request_id) and OperatorSession.objects.filter(logout_request_id=request_id).exists()


def note(found: OperatorSession, *, event: str, at: datetime, because: str = "") -> None:
    """Write into the journal of the centre where the session works; a session without a centre has no journal."""
    if found.centre_id is None:
        return
    with scoped_to(Scope(centre_id=found.centre_id, operator_id=found.operator_id)), transaction():
        journal.record_without_subject(
            event,
            centre_id=found.centre_id,
            operator_id=found.operator_id,
            at=at,
            details={"session": found.pk, "desk": found.desk_id, "because": because},
        )


def _handed_over(*, ticket: str, browser_token: str, at: datetime) -> SignInRequest:
    asked = (
        SignInRequest.objects.select_for_update(of=("self",))
        .select_related("operator")
        .filter(ticket_hash=_hash(ticket), handed_over_at=None, answered_at__gt=at - TICKET_LIVES)
        .first()
    )
    if asked is None or not hmac.compare_digest(asked.browser_hash, _hash(browser_token)):
        raise TicketNotUsable("unknown, used, too old, or of another browser")
    asked.handed_over_at = at
    asked.save(update_fields=["handed_over_at"])
    return asked


def _resume(locked: OperatorSession, *, asked: SignInRequest, session: SessionBase, at: datetime) -> OperatorSession:
    session.cycle_key()
    locked.key_hash = _hash(str(session.session_key))
    locked.session_index = asked.session_index
    locked.authenticated_at = asked.authenticated_at or at
    locked.last_seen_at = at
    locked.locked_at = None
    locked.save(update_fields=["key_hash", "session_index", "authenticated_at", "last_seen_at", "locked_at"])
    note(locked, event="centres.session.unlocked", at=at)
    return locked


def _start(*, asked: SignInRequest, session: SessionBase, at: datetime) -> OperatorSession:
    if asked.operator is None:  # the database has a constraint against it
        raise TicketNotUsable("the ticket names no operator")
    session.flush()
    session.create()
    started = OperatorSession.objects.create(
        operator=asked.operator,
        key_hash=_hash(str(session.session_key)),
        session_index=asked.session_index,
        started_at=at,
        authenticated_at=asked.authenticated_at or at,
        last_seen_at=at,
    )
    session[SESSION_KEY] = started.pk
    return started


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
