"""What consumers call, and the control interface on which anybody publishes."""

import uuid

from flask import Response, jsonify, request
from flask.typing import ResponseReturnValue

from simulators.common import clock
from simulators.common.behaviour import Mode, is_told_to
from simulators.common.control import back_to_control
from simulators.common.simulator import Simulator
from simulators.mevents.book import Book, NoSuchConsumer

CONSUMERS = "/ce/consumers"
BATCH_TYPE = "application/cloudevents-batch+json"


def add_interface(simulator: Simulator, book: Book) -> None:
    """Add opening, reading, confirming, setting aside and ending, and the settings of the caller."""
    system, applies = simulator.system, simulator.behaviour.applies

    @system.post(CONSUMERS)
    @applies("open")
    def create() -> ResponseReturnValue:
        consumer = book.open(request.args.get("group", "~default"))
        return Response(status=201, headers={"Location": f"{request.host_url.rstrip('/')}{CONSUMERS}/{consumer}"})

    @system.get(f"{CONSUMERS}/<consumer>/events")
    @applies("read", shows={Mode.DUPLICATE, Mode.REORDER})
    def events(consumer: str) -> ResponseReturnValue:
        return _batch(book.waiting(consumer))

    @system.post(f"{CONSUMERS}/<consumer>/confirm")
    @applies("confirm")
    def confirm(consumer: str) -> ResponseReturnValue:
        offset = request.args.get("offset", "")
        if not offset.isdigit():
            return Response("offset", status=400)
        book.confirm(consumer, int(offset))
        return Response(status=204)

    @system.post(f"{CONSUMERS}/<consumer>/dead")
    @applies("dead")
    def dead(consumer: str) -> ResponseReturnValue:
        book.set_aside(consumer, request.get_data(as_text=True))
        return Response(status=202)

    @system.get("/ce/tools/my-settings")
    @applies("settings")
    def my_settings() -> ResponseReturnValue:
        return {"consumer": True, "producer": False}

    @system.errorhandler(NoSuchConsumer)
    def gone(_: NoSuchConsumer) -> ResponseReturnValue:
        return Response("no such consumer", status=404)


def add_control_of_events(simulator: Simulator, book: Book) -> None:
    """Add POST /control/events (a form, or a JSON list of events), /control/forget and /control/end-consumers."""

    @simulator.app.post("/control/events")
    def publish() -> ResponseReturnValue:
        given = request.get_json(silent=True) if request.is_json else [_event(request.form["type"])]
        if not isinstance(given, list):
            return {"error": "a list of events is expected"}, 400
        at = request.args.get("at")
        book.publish(given, at=clock.moment(at) if at else clock.now())
        return back_to_control()

    @simulator.app.post("/control/forget")
    def forget() -> ResponseReturnValue:
        book.forget(at=clock.now())
        return back_to_control()

    @simulator.app.post("/control/end-consumers")
    def end_consumers() -> ResponseReturnValue:
        book.end_all()
        return back_to_control()


def _batch(waiting: list[tuple[int, object]]) -> ResponseReturnValue:
    if not waiting:
        return Response(status=204)
    listed = [{**body, "offset": str(at)} if isinstance(body, dict) else body for at, body in waiting]
    if is_told_to(Mode.DUPLICATE):
        listed = [one for one in listed for _ in range(2)]
    if is_told_to(Mode.REORDER):
        listed = [*reversed(listed[:-1]), listed[-1]]
    return Response(jsonify(listed).get_data(), content_type=BATCH_TYPE)


def _event(kind: str) -> dict[str, object]:
    return {
        "specversion": "1.0",
        "id": str(uuid.uuid4()),
        "source": "urn:simulator",
        "type": kind,
        "time": clock.now_text(),
        "subject": request.form.get("subject", ""),
        "datacontenttype": "application/json",
        "data": {"ApplicationNumber": request.form.get("subject", "")},
    }
