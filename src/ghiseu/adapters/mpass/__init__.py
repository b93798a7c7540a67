"""MPass, the government's identity provider: SAML 2.0 by HTTP-POST, our own small service-provider side.

Facts come from the integration guide of MPass (messages, attributes, validation rules, test cases) and from the
OASIS SAML 2.0 core and bindings documents. Nothing is read from a message before its signature holds, and then
only from the bytes that the signature covers.

Repeating: an AuthnRequest may be asked for again at any time; an answer counts once (`sign_in` sees to that).
"""
