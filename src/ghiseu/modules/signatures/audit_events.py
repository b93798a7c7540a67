"""What the journal says about electronic signatures."""

from ghiseu.foundation.audit import Event, declare

declare(
    Event(name="signatures.request.asked", meaning="A person was to be asked for their electronic signature"),
    Event(name="signatures.request.posted", meaning="The document waits at the platform for its signature"),
    Event(name="signatures.request.signed", meaning="The document came back signed by the expected person, unchanged"),
    Event(name="signatures.request.failed", meaning="The person or the platform did not sign"),
    Event(name="signatures.request.expired", meaning="The time to sign was over"),
    Event(name="signatures.request.cancelled", meaning="The signature is not waited for any more"),
    Event(name="signatures.request.unverifiable", meaning="What came back is not the signature that was asked for"),
    Event(name="signatures.request.outdated", meaning="A good signature of a text that is not asked for any more"),
)
