"""MNotify, the notification platform: takes messages for citizens, knows their contacts, tells how each went.

Source: the Agency's integration guide of MNotify, "API reference" and "Examples" (v2.2). What the guide leaves open is
decided here in the strictest way that its samples allow.
"""
