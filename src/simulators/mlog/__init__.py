"""MLog as systems and people meet it: messages are taken at once, looked at later, and registered or refused."""
