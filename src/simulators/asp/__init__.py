"""The Public Services Agency (ASP): civil status and the population register."""
