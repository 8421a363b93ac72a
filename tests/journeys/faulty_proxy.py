"""A proxy between the browser and the server that spoils the saving of marks in every way a network can."""

import http.client
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from random import Random

LOST_LATE = "answer lost after a while"
FAULTS = ("never arrives", "answer lost", "answer cut", "bad gateway", "unavailable", "slow", LOST_LATE)


class FaultyProxy:
    """`share` of the saving requests are spoiled, each by a fault drawn by chance; `faults` counts them."""

    def __init__(self, port, seed):
        self.upstream, self.random, self.share = port, Random(seed), 0.0
        self.faults, self.lock = [], threading.Lock()
        handler = type("BoundHandler", (Handler,), {"proxy": self})
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def stop(self):
        self.server.shutdown()
        self.server.server_close()

    def next_fault(self, method, path):
        if method not in {"PUT", "DELETE"} or "/api/reads/" not in path:
            return None
        with self.lock:
            if self.random.random() >= self.share:
                return None
            fault = self.random.choice(FAULTS)
            self.faults.append(fault)
            return fault


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    proxy: FaultyProxy

    def log_message(self, *_):
        pass

    def handle_one_request(self):
        try:
            super().handle_one_request()
        except OSError:
            self.close_connection = True

    def pass_on(self):
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        fault = self.proxy.next_fault(self.command, self.path)
        if fault == "never arrives":
            return self.hang_up()
        if fault in {"bad gateway", "unavailable"}:
            return self.answer(
                502 if fault == "bad gateway" else 503, [("Content-Type", "text/html")], b"<h1>nginx</h1>"
            )
        if fault == "slow":
            time.sleep(0.2)
        status, headers, content = self.ask_upstream(body)
        if fault == LOST_LATE:
            time.sleep(0.1)
        if fault in {"answer lost", LOST_LATE}:
            return self.hang_up()
        return self.answer(status, headers, content, is_cut=fault == "answer cut")

    do_GET = do_PUT = do_POST = do_DELETE = pass_on

    def ask_upstream(self, body):
        connection = http.client.HTTPConnection("127.0.0.1", self.proxy.upstream, timeout=60)
        headers = {name: value for name, value in self.headers.items() if name.lower() != "connection"}
        connection.request(self.command, self.path, body or None, headers)
        response = connection.getresponse()
        found = response.status, response.getheaders(), response.read()
        connection.close()
        return found

    def answer(self, status, headers, content, *, is_cut=False):
        self.send_response(status)
        for name, value in headers:
            if name.lower() not in {"content-length", "transfer-encoding", "connection", "server", "date"}:
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content[: len(content) // 2] if is_cut else content)
        if is_cut:
            self.hang_up()

    def hang_up(self):
        self.close_connection = True
        self.connection.close()
