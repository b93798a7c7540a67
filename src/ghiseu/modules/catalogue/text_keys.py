"""Which visible texts a package needs: every key follows from the place of the thing that it names."""

from collections.abc import Iterator

from ghiseu.modules.catalogue.package import Field, Package


def needed_texts(package: Package) -> frozenset[str]:
    """Return the keys that must exist in every language."""
    return frozenset(_needed(package))


def optional_texts(package: Package) -> frozenset[str]:
    """Return the keys that may exist, then in every language."""
    keys = {field.help_key for field in package.fields()}
    keys.update(f"attachments.{attachment.id}.help" for attachment in package.attachments)
    for precondition in package.preconditions:
        keys.add(f"preconditions.{precondition.id}.next")
    keys.update(f"deliveries_help.{delivery.id}" for delivery in package.deliveries)
    return frozenset(keys)


def _needed(package: Package) -> Iterator[str]:
    yield from ("name", "summary", "request", "result.name", "appeal.first_step", "appeal.then")
    yield from (f"legal.{act.id}" for act in package.legal_basis)
    yield from (f"registers.{use.name}" for use in package.registers)
    yield from (f"roles.{role.id}" for role in package.roles)
    yield from (f"attachments.{attachment.id}.name" for attachment in package.attachments)
    yield from (f"consents.{consent.id}" for consent in package.consents)
    yield from (f"fees.{line.id}" for line in package.fee_lines)
    yield from (f"terms.{term.id}" for term in package.terms)
    yield from (f"exemptions.{exemption.id}" for exemption in package.exemptions)
    yield from (f"deliveries.{delivery.id}" for delivery in package.deliveries)
    yield from (f"statuses.{status.provider}" for status in package.statuses)
    yield from (f"benefits.{benefit.id}" for benefit in package.benefits)
    yield from (f"notes.{note.id}" for note in package.notes)
    yield from (f"links.{link.service}" for link in package.links)
    yield from (f"unknown.{unknown}" for unknown in package.unknown)
    for precondition in package.preconditions:
        yield f"preconditions.{precondition.id}.text"
        if precondition.asked:
            yield f"preconditions.{precondition.id}.ask"
    for page in package.pages:
        yield f"pages.{page.id}"
        yield from (f"groups.{group.id}" for group in page.groups)
    for field in package.fields():
        yield from _of_field(field)


def _of_field(field: Field) -> Iterator[str]:
    yield field.label_key
    yield from (option.text for option in field.options)
