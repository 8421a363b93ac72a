"""The web server is killed in mid-save, several times: nothing acknowledged is lost, nothing is there twice."""

import threading
import time
import uuid

import httpx

from labeling.models import AnnotationVersion
from tests import builders

READERS, MARKS, VERSIONS, KILLS = 3, 8, 4, 3


class SavingReader(threading.Thread):
    """Saves like the page does: each operation under one key, sent again until the server has answered."""

    def __init__(self, url, read, instance):
        super().__init__(daemon=True)
        self.read, self.instance = read, instance
        self.client = httpx.Client(base_url=url, timeout=5)
        self.acknowledged: dict[tuple[str, int], dict] = {}
        self.retries = 0

    def request(self, method, path, **options):
        deadline = time.monotonic() + 90
        while True:
            try:
                response = self.client.request(method, path, **options)
                if response.status_code < 500:
                    return response
            except httpx.TransportError:
                pass
            self.retries += 1
            assert time.monotonic() < deadline, "the server never came back"
            time.sleep(0.1)

    def sign_in(self):
        token = self.request("GET", "/api/session/").json()["csrf_token"]
        credentials = {"username": self.read.reader.username, "password": builders.PASSWORD}
        answer = self.request("POST", "/api/session/", json=credentials, headers={"X-CSRFToken": token})
        self.client.headers["X-CSRFToken"] = answer.json()["csrf_token"]

    def run(self):
        self.sign_in()
        for _ in range(MARKS):
            mark = str(uuid.uuid4())
            for version in range(1, VERSIONS + 1):
                self.save(mark, version)

    def save(self, mark, version):
        before = {"If-None-Match": "*"} if version == 1 else {"If-Match": f'"{version - 1}"'}
        body = {
            "label": "nodule",
            "shape": "box",
            "geometry": {"x": 1.5, "y": 2.25, "width": 10.0 + version, "height": 7.0},
            "attributes": {},
            "sop_instance_uid": self.instance.sop_instance_uid,
            "frame": 1,
        }
        headers = before | {"Idempotency-Key": str(uuid.uuid4())}
        answer = self.request("PUT", f"/api/reads/{self.read.pk}/annotations/{mark}/", json=body, headers=headers)
        assert answer.status_code in {200, 201}, answer.text
        assert answer.json()["version"] == version
        self.acknowledged[mark, version] = answer.json()["geometry"]


def test_marks_survive_a_web_server_that_is_killed_in_mid_save(overread):
    project = builders.project()
    builders.schema(project)
    case = builders.case(project)
    instance = case.study.project.instances.get()
    overread.start_web()
    readers = [
        SavingReader(overread.url, builders.read(case, builders.member(project, "reader")), instance)
        for _ in range(READERS)
    ]
    for reader in readers:
        reader.start()
    for _ in range(KILLS):
        time.sleep(0.7)
        overread.kill("web")
        overread.start_web()
    for reader in readers:
        reader.join(120)
        assert not reader.is_alive()
        assert len(reader.acknowledged) == MARKS * VERSIONS

    assert sum(reader.retries for reader in readers) > 0, "no kill met a save"
    kept = {(str(v.annotation_id), v.version): v.geometry for v in AnnotationVersion.objects.all()}
    assert kept == {key: value for reader in readers for key, value in reader.acknowledged.items()}
