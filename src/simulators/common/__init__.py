"""What every simulator shares: server, ledger, misbehaviour, keys and the control page.

Nothing here imports the product: a simulator is a stand-in for somebody else's machine.
"""
