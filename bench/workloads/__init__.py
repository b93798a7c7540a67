"""The workloads, one module each: what is ours, what is the limit beside it, what was promised."""
