"""What MNotify refuses. Each rule returns its words; an empty text is no complaint.

Source: guide of MNotify, "API reference", tables Notification, Recipient, Attachment and Template, and "Limits".
"""

import base64
import binascii
import re
from collections.abc import Iterator
from uuid import UUID

LANGUAGES = {"ro", "ru", "en"}
PRIORITIES = {"low", "medium", "high"}
POLICIES = {"idno", "idnp", "idnv", "cadastralnumber", "platenumber"}
DIRECTIONS = {"owner", "administrator", "founder"}
KINDS_OF_FILES = {"jpeg", "jpg", "png", "txt", "pdf", "csv", "xls"}
LONGEST_SUBJECT = 41
LONGEST_NAME = 50
MOST_TEXT = 15 * 1024 * 1024
MOST_WITH_FILES = 10 * 1024 * 1024
VALUES = {
    "idnp": re.compile(r"[0-9]{13}"),
    "idno": re.compile(r"[0-9]{13}"),
    "email": re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+"),
    "telephone": re.compile(r"\+?[0-9 ]{6,20}"),
}
Json = str | int | float | bool | None | list["Json"] | dict[str, "Json"]


def complaints_about_notification(given: Json, *, size: int) -> Iterator[str]:
    """Yield what is wrong with the body of POST /api/Notification."""
    if not isinstance(given, dict):
        yield "The body is not an object."
        return
    yield from _about_texts(given)
    if str(given.get("priority") or "").lower() not in PRIORITIES:
        yield "The field 'priority' must be Low, Medium or High."
    recipients = given.get("recipients")
    if not isinstance(recipients, list) or not recipients:
        yield "The field 'recipients' is required."
        recipients = []
    for one in recipients:
        yield from _about_recipient(one)
    yield from _about_policy(given.get("resolutionPolicy"))
    attachments = given.get("attachments") or []
    yield from _about_files(attachments)
    if size > (MOST_WITH_FILES if attachments else MOST_TEXT):
        yield "The message is too large."


def complaints_about_template(given: Json) -> Iterator[str]:
    """Yield what is wrong with the body of POST or PUT /api/Template."""
    if not isinstance(given, dict):
        yield "The body is not an object."
        return
    name = given.get("name")
    if not isinstance(name, str) or not 0 < len(name) <= LONGEST_NAME:
        yield f"The field 'name' is required and has at most {LONGEST_NAME} signs."
    yield from _about_texts(given)


def is_uuid(text: str) -> bool:
    """Tell whether this is a UUID."""
    try:
        UUID(text)
    except ValueError:
        return False
    return True


def _about_texts(given: dict[str, Json]) -> Iterator[str]:
    for name in ("subject", "body", "bodyShort"):
        texts = given.get(name)
        if not isinstance(texts, dict) or not isinstance(texts.get("ro"), str) or not texts["ro"]:
            yield f"The field '{name}.ro' is required."
            continue
        if not set(texts) <= LANGUAGES:
            yield f"The field '{name}' has a language that is not known."
        if name == "subject" and any(len(str(one)) > LONGEST_SUBJECT for one in texts.values() if one):
            yield f"The field 'subject' has at most {LONGEST_SUBJECT} signs."


def _about_recipient(one: Json) -> Iterator[str]:
    if not isinstance(one, dict):
        yield "A recipient is not an object."
        return
    kind, value = str(one.get("type") or "").lower(), str(one.get("value") or "")
    if kind not in VALUES:
        yield "The field 'type' of a recipient must be IDNP, IDNO, Email or Telephone."
    elif not VALUES[kind].fullmatch(value):
        yield f"The field 'value' of a recipient is no {kind}."


def _about_policy(policy: Json) -> Iterator[str]:
    if policy is None:
        return
    if not isinstance(policy, dict) or str(policy.get("type") or "").lower() not in POLICIES:
        yield "The field 'resolutionPolicy.type' is not known."
        return
    parameters = policy.get("parameters")
    direction = parameters.get("direction") if isinstance(parameters, dict) else None
    if direction is not None and str(direction).lower() not in DIRECTIONS:
        yield "The field 'resolutionPolicy.parameters.direction' is not known."


def _about_files(attachments: Json) -> Iterator[str]:
    for one in attachments if isinstance(attachments, list) else [None]:
        name = str(one.get("fileName") or "") if isinstance(one, dict) else ""
        if name.rpartition(".")[2].lower() not in KINDS_OF_FILES:
            yield "An attachment is of a kind that is not sent."
        try:
            base64.b64decode(str(one.get("base64") if isinstance(one, dict) else "-"), validate=True)
        except binascii.Error:
            yield "An attachment is not base64."
