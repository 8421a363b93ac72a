"""300 forced faults while a reader draws in Chromium: no mark is lost and none is there twice.

A reader's ledger is what the page showed. At the end, with everything mended, the server must have just that.
"""

import os
import time
import uuid
from collections import Counter
from random import Random

import psutil
import pytest
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from playwright.sync_api import expect

from labeling.models import Annotation, AnnotationVersion
from tests import builders, phantoms
from tests.batches import take_in
from tests.journeys.faulty_proxy import FaultyProxy

WANTED = 300
COLUMNS, ROWS = 480, 200
MARKS = """Object.fromEntries(overread.store.liveMarks.map(([id, mark]) => [id, [mark.label, mark.geometry]]))"""


class Reader:
    """Draws, changes and withdraws marks by mouse and keys, while the page and the network are spoiled."""

    def __init__(self, context, proxy, read, random):
        self.context, self.proxy, self.read, self.random = context, proxy, read, random
        self.faults, self.ledger, self.page = [], {}, None

    def open(self):
        self.page = self.context.new_page()
        self.page.goto(f"{self.proxy.url}/read/{self.read.pk}/")
        self.until("Boolean(window.overread)")
        self.page.evaluate("overread.ready")

    def until(self, expression, seconds=90):
        deadline = time.monotonic() + seconds
        while not self.page.evaluate(expression):
            assert time.monotonic() < deadline, f"never came true: {expression}"
            time.sleep(0.02)

    def note(self):
        """What the page shows now is what the reader believes to have."""
        self.ledger = self.page.evaluate(MARKS)

    def begin_to_draw(self):
        box = self.page.locator("[data-part=viewport]").bounding_box()
        x, y = self.random.uniform(0.25, 0.7) * box["width"], self.random.uniform(0.4, 0.55) * box["height"]
        width, height = self.random.uniform(8, 60), self.random.uniform(8, 40)
        self.page.mouse.move(box["x"] + x, box["y"] + y)
        self.page.mouse.down()
        self.page.mouse.move(box["x"] + x + width, box["y"] + y + height, steps=2)

    def act(self):
        """Mostly draws; now and then changes, undoes or withdraws."""
        choice = self.random.random()
        if choice < 0.65:
            self.page.evaluate("overread.store.select(null)")
            self.begin_to_draw()
            self.page.mouse.up()
        elif choice < 0.9:
            self.page.keyboard.press(self.random.choice(["1", "2", "ArrowRight", "Shift+ArrowLeft"]))
        else:
            self.page.keyboard.press(self.random.choice(["Delete", "Control+z"]))
        self.note()
        if self.random.random() < 0.3:
            time.sleep(self.random.uniform(0, 0.05))
        self.page.evaluate("dispatchEvent(new Event('online'))")

    # -- what goes wrong beside the network ---------------------------------------------------------------------

    def tab_killed(self):
        moment = self.random.random()
        if moment < 0.4:
            self.begin_to_draw()  # this one is not drawn yet
        elif moment < 0.8:
            self.page.evaluate("overread.store.select(null)")
            self.begin_to_draw()
            self.page.mouse.up()
            self.note()
        with self.page.expect_event("crash"):
            for process in psutil.Process().children(recursive=True):
                if "--type=renderer" in process.cmdline():
                    process.kill()
        self.page.close()
        self.open()

    def tab_closed(self):
        self.page.close()
        self.open()

    def offline(self):
        self.context.set_offline(True)
        for _ in range(2):
            self.act()
        self.context.set_offline(False)

    def session_ended(self):
        Session.objects.all().delete()
        self.act()
        share, self.proxy.share = self.proxy.share, 0.0  # or the page may wait half a minute before it asks again
        dialog = self.page.get_by_role("dialog", name="Sign in again")
        if self.page.evaluate("!overread.outbox.isAllSaved"):
            self.page.evaluate("dispatchEvent(new Event('online'))")
            expect(dialog).to_be_visible(timeout=40_000)
            dialog.get_by_label("User name").fill("rolf")
            dialog.get_by_label("Password").fill(builders.PASSWORD)
            dialog.get_by_role("button", name="Sign in").click()
            expect(dialog).to_be_hidden(timeout=40_000)
        self.proxy.share = share

    def second_tab(self):
        old, self.page = self.page, None
        self.open()
        with self.page.expect_navigation():
            self.page.get_by_role("button", name="Work here instead").click()
        self.until("Boolean(window.overread) && overread.outbox.connection !== 'not_leading'")
        self.page.evaluate("overread.ready")
        old.close()

    def second_client(self):
        """Somebody else, as the same reader, changes a mark that the page changes next; the page's reader decides."""
        self.save_all()
        marks = self.page.evaluate(MARKS)
        if not marks:
            return
        name = self.random.choice(sorted(marks))
        newest = AnnotationVersion.objects.filter(annotation_id=name).latest("version")
        client = Client()
        client.force_login(self.read.reader)
        body = newest.as_document() | {"geometry": {"x": 1, "y": 1, "width": 5, "height": 5 + self.random.random()}}
        answer = client.put(
            f"/api/reads/{self.read.pk}/annotations/{name}/", body, content_type="application/json",
            headers={"If-Match": f'"{newest.version}"', "Idempotency-Key": str(uuid.uuid4())},
        )  # fmt: skip
        assert answer.status_code == 200
        self.page.evaluate("(id) => { overread.store.changeMark(id, { label: 'mass', attributes: {} }); }", name)
        self.page.evaluate("(id) => { overread.store.changeMark(id, { label: 'nodule', attributes: {} }); }", name)
        self.until("overread.outbox.isAllSaved || Boolean(overread.outbox.conflict)")
        dialog = self.page.get_by_role("dialog", name="Changed in two places")
        if self.page.evaluate("Boolean(overread.outbox.conflict)"):
            expect(dialog).to_be_visible()
            dialog.get_by_role("button", name=self.random.choice(["Keep mine", "Keep the other"])).click()
        self.save_all()

    def save_all(self):
        share, self.proxy.share = self.proxy.share, 0.0
        self.page.evaluate("dispatchEvent(new Event('online'))")
        self.until("overread.outbox.isAllSaved || Boolean(overread.outbox.conflict)")
        self.proxy.share = share
        self.note()


@pytest.fixture
def reader(browser, overread, transactional_db):
    project = builders.project()
    builders.schema(project)
    manager = builders.member(project, "manager", "mona")
    [item] = take_in(manager, project, phantoms.radiograph(rows=ROWS, columns=COLUMNS))
    read = builders.read(item.instance.series.study.case, builders.member(project, "reader", "rolf"))
    overread.start_web()
    seed = int(os.environ.get("OVERREAD_CHECK_SEED", "20261125"))
    proxy = FaultyProxy(overread.port, seed)
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    page = context.new_page()
    page.goto(f"{proxy.url}/")
    page.get_by_label("User name").fill("rolf")
    page.get_by_label("Password").fill(builders.PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="My worklist")).to_be_visible()
    page.close()
    made = Reader(context, proxy, read, Random(seed))
    yield made
    context.close()
    proxy.stop()


def on_the_server():
    newest = AnnotationVersion.objects.newest().select_related("label")
    return {str(v.annotation_id): [v.label.key, v.geometry] for v in newest if not v.is_withdrawn}


def test_three_hundred_faults_lose_no_mark_and_double_none(reader, overread):
    happenings = [reader.tab_killed] * 8 + [reader.tab_closed] * 2 + [reader.offline] * 3 + [reader.session_ended]
    happenings += [reader.second_tab, reader.second_client, reader.second_client]
    reader.open()
    reader.proxy.share = 0.75
    while len(reader.proxy.faults) + len(reader.faults) < WANTED - 1:
        for _ in range(reader.random.randint(2, 6)):
            reader.act()
        happening = reader.random.choice(happenings)
        happening()
        reader.faults.append(happening.__name__)
        # Whatever happened, the page shows what was there before, but for what a conflict's decision changed.
        if happening.__name__.startswith("tab"):
            assert reader.page.evaluate(MARKS) == reader.ledger, f"after {happening.__name__}"
    overread.kill("web")
    reader.act()
    reader.faults.append("server killed")
    overread.start_web()
    reader.save_all()

    ledger = reader.ledger
    assert on_the_server() == ledger
    assert Annotation.objects.count() == AnnotationVersion.objects.filter(version=1).count()
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) - count(DISTINCT (annotation_id, version)) FROM labeling_annotationversion")
        assert cursor.fetchone() == (0,)
    shapes = [tuple(sorted(geometry.items())) for _, geometry in ledger.values()]
    assert len(set(shapes)) == len(shapes), "a mark is there twice"
    assert reader.page.evaluate("overread.outbox.refused.length") == 0
    reader.page.close()
    reader.open()
    assert reader.page.evaluate(MARKS) == ledger
    counted = Counter([*reader.proxy.faults, *reader.faults])
    print(f"{counted.total()} faults, {len(ledger)} marks: {dict(counted)}")
    assert counted.total() >= WANTED
