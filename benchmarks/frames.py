"""Frame latency and frames/s at 1, 8 and 32 clients: frames of a 512 x 512 phantom CT, gzip, over HTTP to gunicorn."""

import time

import httpx
from running import at_once, overread, row, web
from saves import signed_in

FRAMES = 640


def main() -> None:
    with overread() as folder:
        from tests import builders, phantoms  # noqa: PLC0415  # needs Django to be ready
        from tests.batches import take_in  # noqa: PLC0415

        project = builders.project()
        builders.schema(project)
        manager = builders.member(project, "manager")
        items = take_in(manager, project, *phantoms.ct_series(slices=20, rows=512, columns=512))
        case = items[0].instance.series.study.case
        reads = [builders.read(case, builders.member(project, "reader")) for _ in range(32)]
        urls = [f"/api/instances/{i.instance_id}/frames/1/{i.instance.pack_tag}/" for i in items]
        with web(folder) as url:
            clients = [signed_in(url, read, builders.PASSWORD) for read in reads]

            def work(count: int, number: int) -> list[float]:
                return [fetch(clients[number], urls[turn % len(urls)]) for turn in range(FRAMES // count)]

            print("| clients | p50 ms | p95 ms | frames/s |\n|---|---|---|---|")
            at_once(8, lambda number: work(32, number))
            for count in (1, 8, 32):
                row(str(count), *at_once(count, lambda number, count=count: work(count, number)))


def fetch(client: httpx.Client, url: str) -> float:
    begun = time.perf_counter()
    answer = client.get(url)
    assert answer.status_code == 200
    return time.perf_counter() - begun


if __name__ == "__main__":
    main()
