"""Serve the newspaper in ROTATIVE_HOME while its database does not answer: what is not stored is the page for bad days.

Prints the port on a line, and serves until it is ended. DATABASE_URL names a server that is not there.
"""

from socketserver import ThreadingMixIn
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from rotative.wsgi import application


class ThreadedServer(ThreadingMixIn, WSGIServer):
    """One thread a connection: browsers open some ahead of need, and would hold up the only one."""

    daemon_threads = True


class SilentHandler(WSGIRequestHandler):
    def log_message(self, *args: object) -> None:
        """Say nothing: nobody reads it."""


with make_server("127.0.0.1", 0, application, ThreadedServer, SilentHandler) as server:
    print(server.server_port, flush=True)
    server.serve_forever()
