"""The National Office of Social Insurance (CNAS)."""
