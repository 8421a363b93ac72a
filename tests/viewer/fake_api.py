"""The read API in memory, with switches for everything that can go wrong between a page and a server."""

import json
import mimetypes
import re
import threading
import time
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; connect-src 'self'; "
    "worker-src 'self'; font-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)


class FakeApi:
    """State, and the requests that were made. One read per server."""

    def __init__(self, read, frames, page, static):
        self.read, self.frames, self.page, self.static = read, frames, page, Path(static)
        self.user = read["reader"]
        self.token = "token-1"
        self.kept = {}  # (kind, id) -> every version's JSON, oldest first
        self.answers = {}  # idempotency key -> (request, status, body)
        self.requests = []
        self.is_down = False
        self.loses_answers = False
        self.refuse_with = None
        self.failing_frames = set()
        self.frame_delay = 0.0
        self.frames_may_come = threading.Event()
        self.frames_may_come.set()
        self.upcoming = []
        self.preferences = []  # each document that was put
        self.keeps_preferences = True
        self.lock = threading.Lock()

    def current(self, kind, name):
        return self.kept[kind, name][-1] if (kind, name) in self.kept else None

    @property
    def marks(self):
        return {name: versions[-1] for (kind, name), versions in self.kept.items() if kind == "annotations"}

    @property
    def writes(self):
        return [request for request in self.requests if request["method"] in {"PUT", "DELETE"}]

    def as_json(self):
        answers = [versions[-1] for (kind, _), versions in self.kept.items() if kind == "answers"]
        return self.read | {"annotations": list(self.marks.values()), "answers": answers}

    def save(self, method, kind, name, headers, body):
        """Keep a version, or say why not: (status, body)."""
        if headers.get("X-CSRFToken") != self.token:
            return 403, {"code": "not_allowed", "title": "CSRF"}
        if self.refuse_with:
            return self.refuse_with
        fingerprint = (method, kind, name, headers.get("If-Match"), json.dumps(body, sort_keys=True))
        key = headers["Idempotency-Key"]
        if key in self.answers:
            seen, status, answer = self.answers[key]
            return (status, answer) if seen == fingerprint else (422, {"code": "idempotency_key_reused"})
        status, answer = self._save(method, kind, name, headers, body)
        self.answers[key] = (fingerprint, status, answer)
        return status, answer

    def _save(self, method, kind, name, headers, body):
        current = self.current(kind, name)
        expected = headers.get("If-Match", "").strip('"')
        if (current is None) != (headers.get("If-None-Match") == "*") or (
            current and expected != str(current["version"])
        ):
            return 412, {"code": "stale_version", "current": current, "yours": body}
        if kind == "annotations":
            content = body or {key: current[key] for key in current if key not in {"version", "saved_at"}}
            content |= {"id": name, "is_withdrawn": method == "DELETE"}
        else:
            label, *place = name.split("~")
            content = {
                "label": None if name == "case" else label,
                "series_instance_uid": place[0] if len(place) == 1 else "",
                "sop_instance_uid": place[0] if len(place) == 2 else "",
                "frame": int(place[1]) if len(place) == 2 else None,
                **body,
            }
        saved = content | {"version": current["version"] + 1 if current else 1, "saved_at": now()}
        self.kept.setdefault((kind, name), []).append(saved)
        return 200 if current else 201, saved


def now():
    return datetime.now(UTC).isoformat().replace("+00:00", "Z")


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    api: FakeApi

    def log_message(self, *_):
        pass

    def handle_one_request(self):
        try:
            super().handle_one_request()
        except (ConnectionError, TimeoutError):
            self.close_connection = True

    def respond(self, status, body=b"", content_type="application/json", **headers):
        if not isinstance(body, bytes):
            body = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Content-Security-Policy", CSP)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def answer(self, method):
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.api.requests.append({"method": method, "path": self.path, "headers": dict(self.headers)})
        if self.api.is_down and not self.path.startswith("/static/"):
            self.close_connection = True
            self.connection.close()
            return
        path = self.path.split("?")[0]
        for pattern, route in ROUTES:
            if match := re.fullmatch(pattern, path):
                route(self, method, json.loads(body) if body else None, *match.groups())
                return
        self.respond(404, {"code": "not_found", "title": "There is no such thing"})

    def do_GET(self):
        self.answer("GET")

    def do_PUT(self):
        self.answer("PUT")

    def do_DELETE(self):
        self.answer("DELETE")

    def do_POST(self):
        self.answer("POST")

    def page(self, _method, _body):
        html = self.api.page(self.api.as_json(), self.api.token)
        self.respond(200, html.encode(), "text/html; charset=utf-8")

    def static(self, _method, _body, name):
        file = self.api.static / name
        if not file.is_file():
            self.respond(404)
            return
        kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
        self.respond(200, file.read_bytes(), kind)

    def frame(self, _method, _body, instance, number):
        self.api.frames_may_come.wait(60)
        time.sleep(self.api.frame_delay)
        name = f"{instance}/{number}"
        if self.api.user is None:
            self.respond(401, {"code": "not_signed_in"})
        elif name in self.api.failing_frames or name not in self.api.frames:
            self.respond(404, {"code": "not_found"})
        else:
            self.respond(200, self.api.frames[name], "application/octet-stream", Content_Encoding="gzip")

    def preview(self, _method, _body, instance, number):
        picture = self.api.frames.get(f"{instance}/{number}/preview")
        if picture is None:
            self.respond(404, {"code": "not_found"})
        else:
            self.respond(200, picture, "image/webp" if picture[:4] == b"RIFF" else "image/jpeg")

    def save(self, method, body, kind, name):
        with self.api.lock:
            if self.api.user is None:
                self.respond(401, {"code": "not_signed_in"})
                return
            if self.api.user != self.api.read["reader"]:
                self.respond(404, {"code": "not_found"})
                return
            status, answer = self.api.save(method, kind, name, self.headers, body)
            if self.api.loses_answers:
                self.close_connection = True
                self.connection.close()
                return
            self.respond(status, answer)

    def read(self, _method, _body):
        self.respond(200, self.api.as_json())

    def upcoming(self, _method, _body):
        self.respond(200, {"frame_urls": self.api.upcoming})

    def preferences(self, _method, body):
        if not self.api.keeps_preferences:
            self.respond(503, {"code": "unavailable"})
            return
        self.api.preferences.append(body)
        self.api.read["preferences"] = body
        self.respond(200, body)

    def session(self, method, body):
        if method == "POST":
            if body["password"] != "right":
                self.respond(400, {"code": "wrong_credentials"})
                return
            self.api.user = body["username"]
            self.api.token += "+"
        self.respond(200, {"username": self.api.user, "csrf_token": self.api.token})

    def submit(self, _method, body):
        live = {name: mark["version"] for name, mark in self.api.marks.items() if not mark["is_withdrawn"]}
        if body["versions"] != live:
            self.respond(409, {"code": "not_up_to_date"})
            return
        self.api.read["state"] = "submitted"
        self.respond(200, {"state": "submitted", "submitted_at": now(), "next": None})


ROUTES = [
    (r"/read/7/", Handler.page),
    (r"/static/(.+)", Handler.static),
    (r"/api/instances/(\w+)/frames/(\d+)/tag/", Handler.frame),
    (r"/api/instances/(\w+)/frames/(\d+)/preview/tag/", Handler.preview),
    (r"/api/reads/7/(annotations|answers)/([\w.~-]+)/", Handler.save),
    (r"/api/reads/7/", Handler.read),
    (r"/api/reads/7/submit/", Handler.submit),
    (r"/api/reads/7/upcoming/", Handler.upcoming),
    (r"/api/preferences/", Handler.preferences),
    (r"/api/session/", Handler.session),
    (r"/", lambda self, *_: self.respond(200, b"worklist", "text/html")),
]


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64


def serve(api):
    """Start a server for this API; gives it back with its address in `url`."""
    server = Server(("127.0.0.1", 0), type("BoundHandler", (Handler,), {"api": api}))
    server.url = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    return server
