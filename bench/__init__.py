"""Measures the product beside the limit of the machine it runs on. See docs/howto/bench.md."""
