"""MNotify, the state's notification platform.

Source: the Agency's integration guide of MNotify, "API reference" and "Examples" (v2.2), and the public library
Egov.Integrations.MNotify. Where the two differ the library's form is written and both are read.
"""

from ghiseu.adapters.mnotify.client import MNotify

__all__ = ["MNotify"]
