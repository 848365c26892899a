"""A stand-in for Sonatype Nexus Repository 3: the part of its REST API that sets up a Docker registry.

Usage: nexus.py VERSION DATA_FOLDER [UI_PORT]

Written after the public sources of Nexus and its documentation, not after regctl: status codes, texts of errors and fields
are Nexus' own. It is stricter in one thing: a field that Nexus would ignore is refused. The connector of a repository is
the real docker-registry (connector.py). What it is told it keeps in DATA_FOLDER, also the requests it was sent.

It is three Nexuses: up to 3.16 the password is admin123 and most of this API is missing; then there is a generated
password in DATA_FOLDER/admin.password; from 3.77 on the licence has to be accepted.

NEXUS_LAB_LISTEN="5001=127.0.0.2:31005 …" maps a port of the container where the container has no network of its own.
"""

import base64
import hmac
import json
import os
import re
import signal
import sys
import time
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.parse import parse_qs, unquote, urlsplit

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from connector import Connectors  # noqa: E402
from state import Refusal, State, listen  # noqa: E402

REALM = 'BASIC realm="Sonatype Nexus Repository Manager"'
API = "/service/rest/v1"


class Handler(BaseHTTPRequestHandler):
    # One request after the other, each on a connection of its own: the connectors are then all started by the main thread,
    # with which they end.
    protocol_version = "HTTP/1.0"
    timeout = 5
    nexus = None

    def version_string(self):
        return f"Nexus/{self.nexus.state.full_version} ({self.nexus.state.edition})"

    def log_message(self, *_):
        pass

    def do_GET(self):
        self.handle_request("GET")

    def do_POST(self):
        self.handle_request("POST")

    def do_PUT(self):
        self.handle_request("PUT")

    def do_DELETE(self):
        self.handle_request("DELETE")

    def handle_request(self, method):
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        try:
            status, answer = self.nexus.answer(method, self.path, self.headers, body)
        except Refusal as refusal:
            status, answer = refusal.status, refusal.body
        self.nexus.state.note(f"{method} {self.path} {status}")
        self.send(status, answer)

    def send(self, status, answer):
        kind = "text/html" if isinstance(answer, bytes) else "application/json"
        data = answer if isinstance(answer, bytes) else b"" if answer is None else json.dumps(answer, indent=2).encode()
        self.send_response(status)
        if status == 401:
            self.send_header("WWW-Authenticate", REALM)
        if status != 204:
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        if status != 204:
            self.wfile.write(data)


class Nexus:
    """Routes requests, and lets nobody do what he may not."""

    def __init__(self, version, folder):
        self.state = State(version, folder)
        self.connectors = Connectors(folder)
        self.ready_at = time.monotonic() + float(os.environ.get("NEXUS_LAB_STARTS_FOR", "0.5"))
        self.connectors.follow(self.state)

    def answer(self, method, target, headers, body):
        url = urlsplit(target)
        path, query = unquote(url.path), parse_qs(url.query)
        if not path.startswith(API):
            return (200, b"<html>Nexus</html>") if path == "/" else self.missing()
        path = path[len(API):]
        if path in ("/status", "/status/writable"):
            frozen = path.endswith("writable") and os.path.exists(os.path.join(self.state.folder, "frozen"))
            return (503 if frozen or time.monotonic() < self.ready_at else 200), None
        if time.monotonic() < self.ready_at:
            return 503, b"<html>starting</html>"
        user = self.authenticate(headers.get("Authorization"))
        if method == "GET" and path == "/repositories":
            if user is None and not self.state.anonymous["enabled"]:
                raise Refusal(401, None)
            return 200, [self.state.told_shortly(it) for it in self.state.repositories.values()]
        if self.state.minor < 27:
            return self.missing()
        if user is None:
            raise Refusal(401, None)
        if not self.state.is_admin(user):
            raise Refusal(403, None)
        return self.administrate(method, path, query, headers.get("Content-Type", ""), body)

    def administrate(self, method, path, query, kind, body):
        password = re.fullmatch(r"/security/users/([^/]+)/change-password", path)
        if method == "PUT" and password:
            if not kind.startswith("text/plain"):
                return 415, None
            self.state.change_password(password[1], body.decode())
            return self.changed(204, None)
        if method in ("POST", "PUT") and not kind.startswith("application/json"):
            return 415, None
        try:
            document = json.loads(body) if body else None
        except ValueError:
            raise Refusal(400, None) from None
        for wanted, pattern, action in self.state.routes():
            found = re.fullmatch(pattern, path)
            if wanted == method and found:
                status, answer = action(*found.groups(), query if method == "GET" else document)
                return self.changed(status, answer) if method != "GET" else (status, answer)
        return self.missing()

    def changed(self, status, answer):
        self.state.save()
        self.connectors.follow(self.state)
        return status, answer

    def authenticate(self, header):
        """The user's name, or none for somebody without one; a wrong password is refused whatever is asked for."""
        if not header:
            return None
        try:
            name, _, password = base64.b64decode(header.removeprefix("Basic ")).decode().partition(":")
        except ValueError:
            raise Refusal(401, None) from None
        known = self.state.passwords.get(name)
        if known is None or not hmac.compare_digest(known.encode(), password.encode()):
            raise Refusal(401, None)
        return name

    @staticmethod
    def missing():
        return 404, b"<!DOCTYPE html><html><title>404 - Nexus Repository Manager</title></html>"


def main():
    version, folder = sys.argv[1], sys.argv[2]
    if os.getuid() == 0 and os.environ.get("NEXUS_LAB_USER", "200") == "200":
        # As the image's user; a data folder that is not his own is of no use to him.
        os.setgroups([])
        os.setgid(200)
        os.setuid(200)
    signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
    Handler.nexus = Nexus(version, folder)
    server = HTTPServer(listen(int(sys.argv[3]) if len(sys.argv) > 3 else 8081), Handler)
    print(f"Started Sonatype Nexus {Handler.nexus.state.edition} {Handler.nexus.state.full_version}", flush=True)
    print("listening on %s:%d" % server.server_address, flush=True)
    server.serve_forever()


main()
