"""MSign: takes documents to be signed, lets people sign them in their browser, gives the signatures back.

The wire is the official integration guide of MSign (SOAP 1.1, contract `IMSign`): systems call /MSign.svc on the
system port, browsers come to /<request id> on the other one. The signatures are real (PAdES and XAdES), made with keys
of a small test authority; DATA/msign/trust holds what a verifier has to trust.
"""
