"""Logs are events with keywords, one JSON object a line, without personal data."""

import logging
import re
import sys
import traceback
from types import TracebackType

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

from ghiseu.foundation.wire import correlation_id

# What a line may say besides its event. Anything else is left out, and the line says that it was.
_ABOUT_THE_LINE = "timestamp level event service logger correlation_id error frames withheld"
_ABOUT_REQUESTS = "method status code url_name view route setting rule seconds duration_ms directive blocked_host"
_ABOUT_JOBS = "job job_id queue attempt attempts retry_at outcome reason schema kind state to count port exit_code"
_ABOUT_WORK = "centre_id centre_code case_number visit_number submission_id payment_id provider channel"
ALLOWED = frozenset(f"{_ABOUT_THE_LINE} {_ABOUT_REQUESTS} {_ABOUT_JOBS} {_ABOUT_WORK}".split())
# They tell of every start and every address asked for.
CHATTY = ("procrastinate.blueprints", "procrastinate.periodic", "pikepdf", "httpx", "httpcore")
# Their warnings quote whom a certificate names; what they find is told by the errors that they raise.
QUOTING_PEOPLE = ("pyhanko", "pyhanko_certvalidator")
_LONG_NUMBER = re.compile(r"(?<!\d)\d{13}(?!\d)")
_FRAME = re.compile(r'File "([^"]+)", line (\d+), in (\S+)')
_MASK = "*************"


def mask(text: str) -> str:
    """Replace every run of exactly 13 digits, the form of a personal or legal-entity number."""
    return _LONG_NUMBER.sub(_MASK, text)


def _only_allowed(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    withheld = sorted(key for key in event if key not in ALLOWED and not key.startswith("_"))
    kept = {key: value for key, value in event.items() if key not in withheld}
    return {**kept, "withheld": withheld} if withheld else kept


def _masked(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    texts = {key: value for key, value in event.items() if isinstance(value, str) and key != "correlation_id"}
    return {**event, **{key: mask(value) for key, value in texts.items()}}


def _error_without_its_text(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    """Say the kind of error and where it rose; its text may quote a person's data."""
    found = event.pop("exc_info", None)
    if not found:
        return event
    given: tuple[type[BaseException] | None, BaseException | None, TracebackType | None]
    given = found if isinstance(found, tuple) else sys.exc_info()
    if isinstance(found, BaseException):
        given = (type(found), found, found.__traceback__)
    kind, _error, trace = given
    if kind is not None:
        event["error"] = f"{kind.__module__}.{kind.__qualname__}"
        event["frames"] = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(trace)]
    return event


def _stack_without_its_text(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    """Of a stack that was written into the event's text only the places stay."""
    first, mark, rest = str(event.get("event", "")).partition("\nTraceback ")
    if not mark:
        return event
    frames = [f"{file}:{line} in {name}" for file, line, name in _FRAME.findall(rest)]
    return {**event, "event": first, "frames": frames}


def _correlated(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    event.setdefault("correlation_id", correlation_id())
    return event


def _of_service(service: str) -> Processor:
    def add(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
        return {**event, "service": service}

    return add


def _processors(service: str) -> list[Processor]:
    return [
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _correlated,
        _of_service(service),
        _error_without_its_text,
        _stack_without_its_text,
        _only_allowed,
        _masked,
    ]


def formatter(service: str = "web") -> logging.Formatter:
    """Return the formatter of lines that come from other people's code; logging configurations name it."""
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[structlog.stdlib.add_logger_name, *_processors(service)],
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, structlog.processors.JSONRenderer()],
    )


def configure(*, service: str, level: int = logging.INFO) -> None:
    """Send all logs of this process to its standard output. `service` is web or worker."""
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(formatter(service))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for name in CHATTY:
        logging.getLogger(name).setLevel(max(level, logging.WARNING))
    for name in QUOTING_PEOPLE:
        logging.getLogger(name).setLevel(logging.CRITICAL)
    structlog.configure(
        processors=[*_processors(service), structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
