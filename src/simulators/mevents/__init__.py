"""MConnect Events: keeps events for five days and gives them to consumers, at least once.

The wire is the guide of MConnect Events (consuming by REST) with CloudEvents 1.0 in the JSON batch format.
"""
