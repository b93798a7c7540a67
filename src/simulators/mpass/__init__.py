"""A stand-in for MPass, the government's identity provider: SAML 2.0 by HTTP-POST, single sign-on, single log-out.

Its certificate is in `certificate.pem` of its folder. A service registers itself: the certificate of the first
request of an issuer is kept, and later requests must be signed with it.
"""
