"""What to tell the operator about a refused value: the cause, and what to do next.

The sentences are English message ids; the page that shows them translates them.
"""

from dataclasses import dataclass


def _(message: str) -> str:
    """Mark a sentence for the message catalogues."""
    return message


@dataclass(frozen=True)
class Complaint:
    """Why the value cannot stay, and the next step."""

    cause: str
    next_step: str


COMPLAINTS: dict[str, Complaint] = {
    "required": Complaint(_("This answer is needed."), _("Ask the citizen and type it.")),
    "text.empty": Complaint(_("Nothing was typed."), _("Type the answer or leave the field untouched.")),
    "text.too_long": Complaint(_("The text is too long."), _("Shorten it.")),
    "text.pattern": Complaint(_("This does not look like such a number."), _("Copy it exactly from the paper.")),
    "date.not_a_day": Complaint(_("There is no such day."), _("Type day, month and year again.")),
    "idnp.letters": Complaint(_("An IDNP has digits only."), _("Type the 13 digits from the identity document.")),
    "idnp.length": Complaint(_("An IDNP has 13 digits."), _("Count the digits on the identity document.")),
    "idnp.organisation-number": Complaint(
        _("This is the number of an organisation."), _("Type the IDNP of the person, 13 digits.")
    ),
    "idnp.check-digit": Complaint(
        _("The last digit does not fit the others."),
        _("Compare with the identity document and type it again."),
    ),
    "idno.letters": Complaint(_("An IDNO has digits only."), _("Type the 13 digits from the certificate.")),
    "idno.length": Complaint(_("An IDNO has 13 digits."), _("Count the digits on the certificate.")),
    "idno.personal-number": Complaint(
        _("This is the number of a person."), _("Type the IDNO of the organisation; it starts with 1.")
    ),
    "idno.check-digit": Complaint(
        _("The last digit does not fit the others."), _("Compare with the certificate and type it again.")
    ),
    "phone.form": Complaint(_("This is not a telephone number."), _("Type it with +373, or leave it empty.")),
    "email.form": Complaint(_("This is not an e-mail address."), _("Read it back to the citizen, or leave it empty.")),
    "iban.shape": Complaint(_("An IBAN starts with two letters and two digits."), _("Copy it from the bank's paper.")),
    "iban.length": Complaint(_("The IBAN has too few or too many signs."), _("Copy it from the bank's paper.")),
    "iban.check-digits": Complaint(
        _("The check digits of the IBAN do not fit."), _("Compare with the bank's paper and type it again.")
    ),
    "boolean.not_answered": Complaint(_("Neither yes nor no was chosen."), _("Ask and choose one.")),
    "choice.not_offered": Complaint(_("This choice is not offered here."), _("Choose one from the list.")),
    "choice.term_of_free_request": Complaint(
        _("A free request takes the longest term."), _("Choose the longest term, or let the citizen pay.")
    ),
    "money.form": Complaint(_("This is not an amount."), _("Type lei and two digits of bani, for example 80.00.")),
    "address.empty": Complaint(_("The address is empty."), _("Type it as on an envelope.")),
    "cadastral_number.form": Complaint(
        _("A cadastral number has digits and dots only."), _("Copy it from the extract or search by address.")
    ),
    "person.incomplete": Complaint(_("Surname and given name are needed."), _("Type both names.")),
    "repeat.too_few": Complaint(_("Too few were given."), _("Add the missing ones.")),
    "repeat.too_many": Complaint(_("Too many were given."), _("Remove some.")),
    "repeat.twice": Complaint(_("The same one was given twice."), _("Remove one of them.")),
    "schema": Complaint(_("The value has another form than agreed."), _("Type it again.")),
}
