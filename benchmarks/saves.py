"""Save latency at 1, 8 and 32 readers, over HTTP to gunicorn, each save committed with full durability."""

import time
import uuid

import httpx
from running import at_once, overread, row, web

SAVES = 480


def main() -> None:
    with overread() as folder:
        from tests import builders  # noqa: PLC0415  # needs Django to be ready

        project = builders.project()
        builders.schema(project)
        case = builders.case(project)
        uid = project.instances.get().sop_instance_uid
        reads = [builders.read(case, builders.member(project, "reader")) for _ in range(32)]
        with web(folder) as url:
            clients = [signed_in(url, read, builders.PASSWORD) for read in reads]

            def work(readers: int, number: int) -> list[float]:
                return [save(clients[number], reads[number].pk, uid) for _ in range(SAVES // readers)]

            print("| readers | p50 ms | p95 ms | saves/s |\n|---|---|---|---|")
            at_once(8, lambda number: work(32, number))
            for readers in (1, 8, 32):
                row(str(readers), *at_once(readers, lambda number, readers=readers: work(readers, number)))


def signed_in(url: str, read: object, password: str) -> httpx.Client:
    client = httpx.Client(base_url=url, timeout=30)
    token = client.get("/api/session/").json()["csrf_token"]
    body = {"username": read.reader.username, "password": password}  # type: ignore[attr-defined]
    answer = client.post("/api/session/", json=body, headers={"X-CSRFToken": token})
    client.headers["X-CSRFToken"] = answer.json()["csrf_token"]
    return client


def save(client: httpx.Client, read: int, uid: str) -> float:
    body = {"label": "nodule", "shape": "box", "geometry": {"x": 1, "y": 2, "width": 30.5, "height": 40.25}}
    body |= {"attributes": {}, "sop_instance_uid": uid, "frame": 1}
    headers = {"If-None-Match": "*", "Idempotency-Key": str(uuid.uuid4())}
    begun = time.perf_counter()
    answer = client.put(f"/api/reads/{read}/annotations/{uuid.uuid4()}/", json=body, headers=headers)
    assert answer.status_code == 201, answer.text
    return time.perf_counter() - begun


if __name__ == "__main__":
    main()
