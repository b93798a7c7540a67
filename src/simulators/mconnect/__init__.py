"""The data exchange platform of the state with the registers behind it.

The interfaces of the real one are not public: addresses, operations and names here are ours
(docs/howto/registers.md, docs/interfaces/registers.openapi.yaml). Public material shows one thing, which is
kept: each call names the user, the legal entity, the legal basis and the reason, and the platform writes them
down.
"""
