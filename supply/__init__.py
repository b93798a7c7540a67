"""What the product is made of: pinned packages, the bill of materials, known weaknesses; and the list of ASVS.

Works without a network; only bringing the stored advisories up to date needs a copy of their database.
"""
