"""One intention of one operator has one effect, however often its key is pressed."""

from collections.abc import Callable
from datetime import datetime

from django.db import connection

from ghiseu.foundation.access import ActingContext, require_transaction
from ghiseu.modules.cases.models import CommandReceipt


class CommandBelongsToAnother(Exception):
    """The command id was used before for something else."""


def once(
    *, command: str, name: str, acting: ActingContext, at: datetime, do: Callable[[], dict[str, str]]
) -> dict[str, str]:
    """Run `do` in the caller's transaction unless this command was answered before; return the first answer.

    Raises CommandBelongsToAnother, NoTransaction, and whatever `do` raises (then nothing is kept).
    """
    require_transaction()
    with connection.cursor() as cursor:  # the second of two simultaneous presses waits here for the first
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [command])
    known = CommandReceipt.objects.filter(centre_id=acting.centre_id, command=command).first()
    if known is None:
        answer = do()
        CommandReceipt.objects.create(
            centre_id=acting.centre_id,
            command=command,
            operator_id=acting.operator_id,
            name=name,
            answer=answer,
            at=at,
        )
        return answer
    if (known.name, known.operator_id) != (name, acting.operator_id):
        raise CommandBelongsToAnother(command)
    return dict(known.answer)
