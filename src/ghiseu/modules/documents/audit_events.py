"""What the journal says about documents."""

from ghiseu.foundation.audit import Event, declare

declare(
    Event(name="documents.upload.begun", meaning="A file began to arrive from the desk"),
    Event(name="documents.upload.finished", meaning="A file arrived whole and passed the intake"),
    Event(name="documents.upload.refused", meaning="A file arrived and was not taken"),
    Event(name="documents.upload.expired", meaning="A file did not arrive whole in time"),
    Event(name="documents.document.added", meaning="A document was added to a case"),
    Event(name="documents.result.added", meaning="A result was fetched from the institution and added to a case"),
    Event(name="documents.document.replaced", meaning="A document was replaced by a better copy"),
    Event(name="documents.document.withdrawn", meaning="A document that did not belong there was taken off a case"),
    Event(name="documents.agreement.sealed", meaning="The sealed record of an agreement or of its withdrawal was made"),
    Event(name="documents.agreement.withdrawn", meaning="The person withdrew an agreement"),
    Event(name="documents.document.opened", meaning="Somebody opened a document", reads=True),
    Event(name="documents.sharing.asked", meaning="A result is to be put in the document store and shown there"),
    Event(
        name="documents.sharing.done", meaning="A result lies in the document store and the person may read it there"
    ),
    Event(name="documents.sharing.unknown", meaning="No answer came from the document store; it is asked"),
    Event(name="documents.sharing.refused", meaning="The document store refused a result"),
    Event(name="documents.sharing.withdrawal-asked", meaning="The person is no longer to read a result in the store"),
    Event(name="documents.sharing.withdrawn", meaning="The person can no longer read a result in the document store"),
)
