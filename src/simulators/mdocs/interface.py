"""What MDocs answers to systems, below /api on the system port. Source: the MDocs guide of egov4dev, API reference."""

import hashlib
import secrets
from collections.abc import Callable, Mapping

import orjson
from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue

from simulators.common.behaviour import Mode, is_told_to
from simulators.common.ledger import Row
from simulators.common.simulator import Simulator
from simulators.mdocs.book import TYPES, Book, Wrong, moment, new_share, principal, text
from simulators.mdocs.switch import GUIDE, Switch

ROOM = 10 * 1024**3
CHANGEABLE = {"name": "name", "number": "number", "expireson": "expires_on"}


def interface(simulator: Simulator, *, book: Book, switch: Switch) -> Blueprint:
    """Return the calls on blobs, documents, shares, reservations, types and quota."""
    views = Blueprint("mdocs", __name__, url_prefix="/api")
    views.register_error_handler(Wrong, _bad_request)
    _add_blobs(views, simulator, book)
    _add_documents(views, simulator, book, switch)
    _add_readings(views, simulator, book)
    _add_shares(views, simulator, book, switch)
    _add_one_share(views, simulator, book)
    _add_the_rest(views, simulator, book)
    return views


def _add_blobs(views: Blueprint, simulator: Simulator, book: Book) -> None:
    applies = simulator.behaviour.applies

    @views.post("/blobs")
    @applies("blob")
    def keep() -> ResponseReturnValue:
        kept = book.keep(
            request.get_data(),
            type_code=request.args.get("documentTypeCode", "Unknown"),
            media_type=request.content_type or "application/octet-stream",
            place=request.headers.get("Content-Range", ""),
        )
        return {"id": kept}, 201

    @views.put("/blobs/<blob_id>")
    @applies("blob")
    def go_on(blob_id: str) -> ResponseReturnValue:
        is_there = book.go_on(blob_id, request.get_data(), place=request.headers.get("Content-Range", ""))
        return ("", 200) if is_there else _not_found()

    @views.delete("/blobs/<blob_id>")
    @applies("blob")
    def forget(blob_id: str) -> ResponseReturnValue:
        return ("", 200) if book.forget_bytes(blob_id) else _not_found()


def _add_documents(views: Blueprint, simulator: Simulator, book: Book, switch: Switch) -> None:
    applies = simulator.behaviour.applies

    @views.post("/documents")
    @applies("publish")
    def publish() -> ResponseReturnValue:
        given = _object()
        documents = given.get("documents")
        if not isinstance(documents, list) or not documents or not all(isinstance(one, dict) for one in documents):
            raise Wrong("documents", "a list of documents is needed")
        rows = book.publish(text(given, "blobId", most=100), documents)
        if rows is None:
            return _not_found()
        names = {"id": "id", "name": "name", "principal": "principal", "expiresOn": "expires_on"}
        return Response(_text([_named(row, names) for row in rows]), status=201, content_type="application/json")

    @views.patch("/documents/<document_id>")
    @applies("change")
    def change(document_id: str) -> ResponseReturnValue:
        def do(row: Row) -> ResponseReturnValue:
            book.change(str(row["id"]), _changes(is_guide=switch.form == GUIDE))
            return "", 200

        return _with(book, document_id, do)

    @views.delete("/documents/<document_id>")
    @applies("remove")
    def remove(document_id: str) -> ResponseReturnValue:
        return _with(book, document_id, lambda row: ("", 200) if book.remove(str(row["id"])) else _not_found())


def _add_readings(views: Blueprint, simulator: Simulator, book: Book) -> None:
    applies = simulator.behaviour.applies

    @views.get("/documents")
    @applies("find")
    def listed() -> ResponseReturnValue:
        rows = book.documents(of=_acting_for(), search=request.args.get("searchBy", ""))
        return _page([_details(row) for row in rows])

    @views.get("/documents/<document_id>")
    @applies("read")
    def one(document_id: str) -> ResponseReturnValue:
        return _with(book, document_id, _details)

    @views.get("/documents/<document_id>/blob")
    @applies("read")
    def content(document_id: str) -> ResponseReturnValue:
        def send(row: Row) -> ResponseReturnValue:
            found, media_type = book.content(row)
            return Response(found, content_type=media_type)

        return _with(book, document_id, send)

    @views.get("/documents/<document_id>/size")
    @applies("read")
    def size(document_id: str) -> ResponseReturnValue:
        return _with(book, document_id, lambda row: {"size": row["size"]})


def _add_shares(views: Blueprint, simulator: Simulator, book: Book, switch: Switch) -> None:
    applies = simulator.behaviour.applies

    @views.post("/documents/<document_id>/shares")
    @applies("share")
    def share(document_id: str) -> ResponseReturnValue:
        def do(row: Row) -> ResponseReturnValue:
            made = book.share(row, _shares(is_guide=switch.form == GUIDE), guide=switch.form == GUIDE)
            return Response(_text([{"id": one} for one in made]), status=201, content_type="application/json")

        return _with(book, document_id, do)

    @views.get("/documents/<document_id>/shares")
    @applies("find-share")
    def listed_shares(document_id: str) -> ResponseReturnValue:
        name = "sharedFor" if switch.form == GUIDE else "for"
        return _with(
            book,
            document_id,
            lambda row: _page(
                [
                    {"id": one["id"], name: _whom(one), "permission": one["permission"], "from": one["from_at"],
                     "to": one["to_at"]}
                    for one in book.shares(str(row["id"]))
                ]
            ),
        )  # fmt: skip


def _add_one_share(views: Blueprint, simulator: Simulator, book: Book) -> None:
    applies = simulator.behaviour.applies

    @views.put("/documents/<document_id>/shares/<share_id>")
    @applies("share")
    def change_share(document_id: str, share_id: str) -> ResponseReturnValue:
        def do(row: Row) -> ResponseReturnValue:
            known = {str(one["id"]): one for one in book.shares(str(row["id"]))}
            if share_id not in known:
                return _not_found()
            given = {**_object(), "for": known[share_id]["shared_for"]}
            book.change_share(share_id, new_share(given, guide=False, until=str(row["expires_on"])))
            return "", 200

        return _with(book, document_id, do)

    @views.delete("/documents/<document_id>/shares/<share_id>")
    @applies("withdraw")
    def withdraw(document_id: str, share_id: str) -> ResponseReturnValue:
        return _with(
            book, document_id, lambda row: ("", 200) if book.withdraw(str(row["id"]), share_id) else _not_found()
        )

    @views.get("/shares/for-me")
    @applies("find-share")
    def for_me() -> ResponseReturnValue:
        return _page([dict(row) for row in book.shared_with(_acting_for())])

    @views.post("/shares/reservations")
    @applies("reserve")
    def reserve() -> ResponseReturnValue:
        code = secrets.token_hex(4) if request.args.get("generateAccessCode", "true") != "false" else ""
        reserved = book.reserve(code)
        link = f"https://mdocs.example.md/view/{reserved}" + (f"?accessCode={code}" if code else "")
        return {"id": reserved, "accessCode": code, "fullLink": link}, 201


def _add_the_rest(views: Blueprint, simulator: Simulator, book: Book) -> None:
    applies = simulator.behaviour.applies

    @views.get("/document-types/<code>")
    @applies("type")
    def document_type(code: str) -> ResponseReturnValue:
        if code not in TYPES:
            return _not_found()
        ro, en, ru = TYPES[code]
        titles = {"title_Romanian": ro, "title_English": en, "title_Russian": ru}
        return {"code": code, **titles, "versioningEnabled": False, "icon": None}

    @views.get("/quota")
    @applies("quota")
    def quota() -> ResponseReturnValue:
        return {"storageMaximum": ROOM, "storageUsage": book.used()}


def _with(book: Book, document_id: str, do: Callable[[Row], ResponseReturnValue]) -> ResponseReturnValue:
    """Do it with the document if the caller acts for whoever it belongs to."""
    row = book.document(document_id)
    if row is None:
        return _not_found()
    if row["principal"] != _acting_for():
        return _problem(403, "This document belongs to another principal")
    return do(row)


def _acting_for() -> str:
    return principal(request.args.get("principal"), field="principal")


def _object() -> Mapping[str, object]:
    given = request.get_json(silent=True)
    if not isinstance(given, dict):
        raise Wrong("body", "a JSON object is needed")
    return given


def _shares(*, is_guide: bool) -> list[object]:
    """Return the shares of the body in the form that is spoken now. Raises Wrong for the other one."""
    given = request.get_json(silent=True)
    wanted = given.get("shares") if is_guide and isinstance(given, dict) else given
    if not isinstance(wanted, list) or not wanted:
        raise Wrong("shares", "a list is needed")
    return wanted


def _changes(*, is_guide: bool) -> dict[str, str]:
    """Return the columns to change, from the form that is spoken now. Raises Wrong for the other one."""
    given = request.get_json(silent=True)
    if is_guide:
        if not isinstance(given, dict):
            raise Wrong("body", "a JSON object is needed")
        wanted = [(str(name).lower(), value) for name, value in given.items()]
    else:
        if not isinstance(given, list) or not all(isinstance(one, dict) for one in given):
            raise Wrong("body", "a JSON patch is needed")
        if any(one.get("op") not in {"replace", "remove"} for one in given):
            raise Wrong("op", "replace or remove")
        wanted = [(str(one.get("path")), one.get("value") if one["op"] == "replace" else None) for one in given]
    unknown = [name for name, _ in wanted if name not in CHANGEABLE]
    if unknown:
        raise Wrong(unknown[0], "cannot be changed")
    return {
        CHANGEABLE[name]: moment(value, field=name) if name == "expireson" else str(value or "")
        for name, value in wanted
    }


def _details(row: Row) -> dict[str, object]:
    """Return a document as MDocs shows it; its moments have no zone."""
    ro, en, ru = TYPES[str(row["type"])]
    empty = ("folderId", "typeIcon", "modifiedOn", "modifiedBy", "modifiedByName")
    return {
        "id": row["id"],
        "name": row["name"],
        "folderName": "Root",
        "number": row["number"] or None,
        "expiresOn": _naive(row["expires_on"]),
        "type": row["type"],
        "type_Name_Ro": ro,
        "type_Name_En": en,
        "type_Name_Ru": ru,
        "size": row["size"],
        "indicativeFlags": 0,
        "createdOn": _naive(row["created_on"]),
        "createdBy": row["created_by"],
        "createdByName": "Organizația Exemplu",
    } | dict.fromkeys(empty)


def _naive(value: object) -> str | None:
    return str(value)[:19] if value else None


def _whom(share: Row) -> str:
    """Return with whom the share is; told to speak of another person, of somebody else."""
    other = f"urn:md:idnp:{_another_number(str(share['shared_for']))}"
    return other if is_told_to(Mode.WRONG_SUBJECT) else str(share["shared_for"])


def _another_number(principal_of: str) -> str:
    return str(int(hashlib.sha256(principal_of.encode()).hexdigest(), 16) % 10**13).zfill(13)


def _named(row: Row, names: Mapping[str, str]) -> dict[str, object]:
    return {name: row[column] for name, column in names.items()}


def _page(rows: list[dict[str, object]]) -> Response:
    """Return the page that was asked for, with the header that tells how many rows there are in all."""
    size = max(1, min(int(request.args.get("itemsPerPage") or 20), 100))
    page = max(1, int(request.args.get("page") or 1))
    shown = rows[(page - 1) * size : page * size]
    response = Response(_text(shown), content_type="application/json")
    told = {"TotalCount": len(rows), "PageSize": size, "CurrentPage": page}
    response.headers["X-Pagination"] = _text(told)
    return response


def _text(value: object) -> str:
    return orjson.dumps(value).decode()


def _bad_request(wrong: Wrong) -> ResponseReturnValue:
    return _problem(400, "One or more validation errors occurred.", {wrong.field: [wrong.why]})


def _not_found() -> ResponseReturnValue:
    return _problem(404, "Not Found")


def _problem(status: int, title: str, errors: Mapping[str, list[str]] | None = None) -> ResponseReturnValue:
    body = {"type": f"https://httpstatuses.example/{status}", "title": title, "status": status, "errors": errors or {}}
    return Response(_text(body), status=status, content_type="application/problem+json; charset=utf-8")
