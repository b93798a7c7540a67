"""Putting a request on the citizen's screen, noting what it showed, and asking a colleague to witness."""

from datetime import datetime, timedelta

from ghiseu.foundation.access import ActingContext, require_transaction
from ghiseu.foundation.audit import journal
from ghiseu.modules.cases.agreeing_models import ScreenOrder, ShownText, WitnessTask
from ghiseu.modules.cases.models import Case

WITNESS_WITHIN = timedelta(minutes=15)


def put_on_screen(*, case: Case, visit_id: int, screen_id: int, acting: ActingContext, at: datetime) -> ScreenOrder:
    """Put the request on the screen in place of what is there. Raises NoTransaction."""
    require_transaction()
    take_off(screen_id=screen_id, at=at)
    made = ScreenOrder.objects.create(
        centre_id=case.centre_id,
        case=case,
        visit_id=visit_id,
        screen_id=screen_id,
        put_at=at,
        put_by_id=acting.operator_id,
    )
    journal.record("cases.screen.shown", acting=acting, at=at, object_type="screen", object_id=str(screen_id))
    return made


def take_off(*, screen_id: int, at: datetime) -> None:
    """Take off what the screen shows of a request. Safe to repeat. Raises NoTransaction."""
    require_transaction()
    ScreenOrder.objects.filter(screen_id=screen_id, taken_off_at=None).update(taken_off_at=at)


def order_on(*, screen_id: int, visit_id: int) -> ScreenOrder | None:
    """Return what the screen is to show in this visit."""
    live = ScreenOrder.objects.select_related("case__visit").filter(
        screen_id=screen_id, visit_id=visit_id, taken_off_at=None
    )
    return live.order_by("-id").first()


def newest_order(case: Case, *, visit_id: int) -> ScreenOrder | None:
    """Return what of this case is on a screen in this visit."""
    return ScreenOrder.objects.filter(case=case, visit_id=visit_id, taken_off_at=None).order_by("-id").first()


def newest_shown(order: ScreenOrder) -> ShownText | None:
    """Return the text that the screen was sent last, and since when."""
    return ShownText.objects.filter(order=order).order_by("-id").first()


def note_shown(order: ScreenOrder, *, text_sha256: str, at: datetime) -> ShownText:
    """Note that the screen is sent this text; the same text again changes nothing. Raises NoTransaction.

    Two that ask at the same moment note it once. The first look takes no lock, because most of them change nothing.
    """
    require_transaction()
    newest = newest_shown(order)
    if newest is None or newest.text_sha256 != text_sha256:
        ScreenOrder.objects.select_for_update(of=("self",)).get(pk=order.pk)
        newest = newest_shown(order)
    if newest is not None and newest.text_sha256 == text_sha256:
        return newest
    return ShownText.objects.create(centre_id=order.centre_id, order=order, text_sha256=text_sha256, shown_at=at)


def note_wrong(order: ScreenOrder, *, acting: ActingContext, at: datetime) -> None:
    """Note that the person says that something is wrong. Raises NoTransaction."""
    require_transaction()
    order.wrong_at = at
    order.save(update_fields=["wrong_at"])
    journal.record("cases.screen.objected", acting=acting, at=at, object_type="case", object_id=acting.case_number)


def note_agreed(order: ScreenOrder, *, at: datetime) -> None:
    """Note that the person agreed on the screen; an earlier objection is settled by it. Raises NoTransaction."""
    require_transaction()
    order.agreed_at, order.wrong_at = at, None
    order.save(update_fields=["agreed_at", "wrong_at"])


def ask_witness(*, case: Case, visit_id: int, text_sha256: str, acting: ActingContext, at: datetime) -> WitnessTask:
    """Ask colleagues to witness what was read aloud; asked twice for one text, it is one task. The case is locked.

    One that nobody witnessed in time is asked anew: the text was read again. Raises NoTransaction.
    """
    require_transaction()
    same = WitnessTask.objects.select_for_update(of=("self",)).filter(
        case=case, visit_id=visit_id, text_sha256=text_sha256, done_at=None
    )
    made = same.first()  # one by constraint
    if made is not None and is_open(made, at=at):
        return made
    if made is None:
        made = WitnessTask.objects.create(
            centre_id=case.centre_id,
            case=case,
            visit_id=visit_id,
            text_sha256=text_sha256,
            asked_at=at,
            asked_by_id=acting.operator_id,
        )
    else:
        made.asked_at, made.asked_by_id = at, acting.operator_id
        made.save(update_fields=["asked_at", "asked_by"])
    journal.record("cases.witness.asked", acting=acting, at=at, object_type="witness", object_id=str(made.pk))
    return made


def newest_witness_task(case: Case, *, visit_id: int) -> WitnessTask | None:
    """Return the last time that a witness was asked for in this visit."""
    return WitnessTask.objects.filter(case=case, visit_id=visit_id).order_by("-asked_at", "-id").first()


def witnesses_wanted(*, centre_id: int, at: datetime) -> list[WitnessTask]:
    """Return the centre's tasks that still count, the oldest first."""
    wanted = WitnessTask.objects.select_related("case", "asked_by", "visit__desk").filter(
        centre_id=centre_id, done_at=None, asked_at__gt=at - WITNESS_WITHIN
    )
    return list(wanted.order_by("asked_at", "id")[:50])


def has_task(task_id: int) -> bool:
    """Tell whether the scope's centre has this witness task."""
    return WitnessTask.objects.filter(pk=task_id).exists()


def locked_task(task_id: int) -> WitnessTask:
    """Return the centre's task, locked until the transaction ends. Raises WitnessTask.DoesNotExist."""
    require_transaction()
    found = WitnessTask.objects.select_for_update(of=("self",)).select_related("case", "visit__person", "visit__desk")
    return found.get(pk=task_id)


def is_open(task: WitnessTask, *, at: datetime) -> bool:
    """Tell whether the task may still be done."""
    return task.done_at is None and at < task.asked_at + WITNESS_WITHIN


def close_witnessed(task: WitnessTask, *, witness_id: int, at: datetime) -> None:
    """Write who witnessed. Raises NoTransaction."""
    require_transaction()
    task.done_at, task.witness_id = at, witness_id
    task.save(update_fields=["done_at", "witness"])
