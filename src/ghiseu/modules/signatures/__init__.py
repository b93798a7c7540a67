"""Electronic signatures that people are asked for: what was asked, of whom, how it ended, and whether it holds."""
