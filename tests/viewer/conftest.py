"""A page of the viewer in Chromium, over a server in memory."""

import time

import pytest
from django.conf import settings
from django.template.loader import render_to_string

from labeling.interfaces.first_frames import first_looks
from tests.viewer.cases import Case, gradient
from tests.viewer.fake_api import FakeApi, serve


def rendered(read, token):
    looks = first_looks(read) if read.get("hanging") else {}
    return render_to_string("read.html", {"read_data": read, "csrf_token": token, "first_looks": looks})


class Screen:
    """What a reader does and sees."""

    def __init__(self, page, api, url):
        self.page, self.api, self.url = page, api, url

    def open(self, query=""):
        self.page.goto(f"{self.url}/read/7/{query}")
        self.until("Boolean(window.overread)")
        self.page.evaluate("overread.ready")
        return self

    def at(self, column, row):
        """The place of an image point on the page."""
        return self.page.evaluate(
            """([x, y]) => {
                const [a, b, c, d, e, f] = overread.view.matrix;
                const { left, top } = document.querySelector('[data-part=canvas]').getBoundingClientRect();
                return [a * x + c * y + e + left, b * x + d * y + f + top];
            }""",
            [column, row],
        )

    def drag(self, start, end, button="left"):
        """From one image point to another."""
        self.page.mouse.move(*self.at(*start))
        target = self.at(*end)
        self.page.mouse.down(button=button)
        self.page.mouse.move(*target, steps=4)
        self.page.mouse.up(button=button)

    def saved(self):
        self.until("overread.outbox.isAllSaved")

    def until(self, expression, seconds=8):
        """Wait until it is true. Playwright's own waiting needs eval, which the CSP forbids."""
        deadline = time.monotonic() + seconds
        while not self.page.evaluate(expression):
            assert time.monotonic() < deadline, f"never came true: {expression}"
            time.sleep(0.02)

    @property
    def save_line(self):
        return self.page.locator("[data-part=save-line]")

    def boxes(self):
        """Of the marks on the page, oldest first."""
        return self.page.evaluate("overread.store.liveMarks.map(([, mark]) => mark.geometry)")


@pytest.fixture
def start(page):
    """Open a case; gives the screen."""
    servers = []

    def open_case(case=None, query="?renderer=2d", prepare=None):
        case = case or Case().add_series(
            [gradient() for _ in range(5)], windows=[{"center": 0, "width": 2000, "name": ""}]
        )
        api = FakeApi(case.read, case.frames, rendered, settings.STATIC_ROOT)
        if prepare:
            prepare(api)
        servers.append(serve(api))
        return Screen(page, api, servers[-1].url).open(query)

    page.set_viewport_size({"width": 1280, "height": 800})
    page.set_default_timeout(8000)
    yield open_case
    for server in servers:
        server.shutdown()
