"""What stands between asking a person to agree and their evidence: the citizen's screen, and the witness."""

from django.db import models


class ScreenOrder(models.Model):
    """The operator put a request on the citizen's screen, in one visit. Nothing of it is shown in another."""

    centre = models.ForeignKey("centres.Centre", on_delete=models.PROTECT)
    case = models.ForeignKey("cases.Case", on_delete=models.PROTECT, related_name="screen_orders")
    visit = models.ForeignKey("visits.Visit", on_delete=models.PROTECT, related_name="+")
    screen = models.ForeignKey("centres.CitizenScreen", on_delete=models.PROTECT, related_name="+")
    put_at = models.DateTimeField()
    put_by_id = models.BigIntegerField()
    taken_off_at = models.DateTimeField(null=True)
    wrong_at = models.DateTimeField(null=True)  # the person pressed "something is wrong"
    agreed_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["screen", "visit", "-id"], name="order_of_screen")]


class ShownText(models.Model):
    """That the citizen's screen was sent this text of a request. The newest is the one that may be agreed to."""

    centre = models.ForeignKey("centres.Centre", on_delete=models.PROTECT)
    order = models.ForeignKey(ScreenOrder, on_delete=models.PROTECT, related_name="shown_texts")
    text_sha256 = models.CharField(max_length=64)
    shown_at = models.DateTimeField()


class WitnessTask(models.Model):
    """An operator read a request aloud; a colleague who heard it is asked to say so, for a quarter of an hour."""

    centre = models.ForeignKey("centres.Centre", on_delete=models.PROTECT)
    case = models.ForeignKey("cases.Case", on_delete=models.PROTECT, related_name="witness_tasks")
    visit = models.ForeignKey("visits.Visit", on_delete=models.PROTECT, related_name="+")
    text_sha256 = models.CharField(max_length=64)
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey("centres.Operator", on_delete=models.PROTECT, related_name="+")
    done_at = models.DateTimeField(null=True)
    witness = models.ForeignKey("centres.Operator", on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        indexes = [
            models.Index(
                fields=["centre", "-asked_at"], condition=models.Q(done_at__isnull=True), name="witness_wanted"
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["case", "visit", "text_sha256"],
                condition=models.Q(done_at__isnull=True),
                name="cases_one_witness_is_wanted_for_one_text",
            ),
            models.CheckConstraint(
                name="cases_nobody_witnesses_their_own_reading",
                condition=models.Q(witness__isnull=True) | ~models.Q(witness=models.F("asked_by")),
            ),
            models.CheckConstraint(
                name="cases_witnessed_task_names_the_witness",
                condition=models.Q(done_at__isnull=True, witness__isnull=True)
                | models.Q(done_at__isnull=False, witness__isnull=False),
            ),
        ]
