"""MDelivery: people choose address and courier for a paper; the service is asked about it and told the way.

It calls the service through an ingress of its own (simulators/common/ingress.py), with its client certificate.
"""
