"""MDocs, the government's document store: bytes, documents of organisations, shares with people, and what people see.

Spoken: blobs, documents, shares, reservations, document types, quota. Not spoken: transform, versions, the bin.
"""
