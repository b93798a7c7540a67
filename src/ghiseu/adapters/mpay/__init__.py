"""MPay, the government's payment system. The roles are reversed: MPay calls, we answer (SOAP 1.1, WS-Security).

Facts come from the integration guide of MPay (operations, structures, signed samples), from SOAP 1.1 and from OASIS
WS-Security 1.0 with its X.509 token profile. The contract file itself is not public; what was inferred says so.

Repeating: both operations may come any number of times; asking changes nothing, a payment counts once by its PaymentID.
"""
