"""A test certification authority and the time-stamp server below it."""
