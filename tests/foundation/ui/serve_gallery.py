"""Serves the gallery in a process of its own; prints the port it got."""

import os
import sys
from pathlib import Path
from socketserver import ThreadingMixIn
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

PROJECT = Path(__file__).resolve().parents[3]


class Threaded(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class Silent(WSGIRequestHandler):
    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name of the base class
        """Say nothing."""


def main() -> None:
    sys.path[:0] = [str(PROJECT), str(PROJECT / "src")]
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.foundation.ui.gallery_settings"
    os.environ["GHISEU_STRICT_TEMPLATES"] = "1"

    from django.core.wsgi import get_wsgi_application

    with make_server("127.0.0.1", 0, get_wsgi_application(), Threaded, Silent) as server:
        sys.stdout.write(f"{server.server_port}\n")
        sys.stdout.flush()
        server.serve_forever()


if __name__ == "__main__":
    main()
