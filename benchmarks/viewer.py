"""The viewer in headless Chromium, side by side with Cornerstone3D on the same frames of the same server.

Both start in a fresh browser that is signed in, nothing cached. Overread is the real page: sign-in, labels, journal.
Cornerstone3D is a bare page: its rendering engine, its stack viewport, no tools; its bundle is made here from the npm
registry (npm must be there; --no-peer leaves it out). The frame-rate cap is off. Memory is what the page's process has
for itself (USS). First sight is the picture that the page comes with, when the browser says that it was on the screen
(of Cornerstone3D, when it says that it has rendered its only one); full depth is the picture that can be drawn on. Read
the ratios: the machine is shared.
"""

import argparse
import gzip
import os
import shutil
import statistics
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import psutil
from playwright.sync_api import Page, sync_playwright
from running import ROOT, overread, web

CORNERSTONE = "5.14.0"
SCROLL_SECONDS, WINDOW_STEPS = 3, 60
FLAGS = ["no-sandbox", "disable-gpu", "disable-quic", "no-first-run", "disable-background-networking"]
FLAGS += ["disable-component-update", "disable-sync", "disable-frame-rate-limit", "disable-gpu-vsync"]

OWN = {
    # Element Timing: when the picture was on the screen. A viewer that was quicker still took its place unseen.
    "sight": """() => new Promise((seen) => {
        const viewers = performance.getEntriesByName('overread:first-image')[0].startTime;
        setTimeout(() => seen(viewers), 500);
        new PerformanceObserver((list) => seen(Math.min(viewers, list.getEntries()[0].renderTime)))
            .observe({ type: 'element', buffered: true });
    })""",
    "first": "performance.getEntriesByName('overread:first-image')[0].startTime",
    "ready": """async () => {
        while (!window.overread) await new Promise((next) => setTimeout(next, 5));
        await overread.ready;
    }""",
    "all": """async (count) => {
        while (overread.frames.loadedCount < count) await new Promise((next) => setTimeout(next, 20));
    }""",
    "scroll": """async (seconds) => {
        const view = overread.view;
        const until = performance.now() + 1000 * seconds;
        let [painted, last, direction] = [0, view.shown.index, 1];
        view.changed.listen(() => {
            if (view.shown && view.shown.index !== last) [last, painted] = [view.shown.index, painted + 1];
        });
        while (performance.now() < until) {
            const next = view.frameIndex + direction;
            if (next < 0 || next >= view.series.frames.length) direction = -direction;
            view.step(direction);
            await new Promise(requestAnimationFrame);
        }
        return painted / seconds;
    }""",
    "window": """async (count) => {
        const begun = performance.now();
        for (let step = 0; step < count; step += 1) {
            overread.view.chooseWindow({ kind: 'manual', center: 0, width: 400 + 2 * step });
            await new Promise(requestAnimationFrame);
        }
        return (performance.now() - begun) / count;
    }""",
}
PEER = {
    "sight": "performance.getEntriesByName('cornerstone:first-image')[0].startTime",
    "first": "performance.getEntriesByName('cornerstone:first-image')[0].startTime",
    "ready": "peer.opened",
    "all": "() => peer.loadAll()",
    "scroll": "(seconds) => peer.scroll(seconds)",
    "window": "(count) => peer.windowSteps(count)",
}


@dataclass
class Figures:
    """Of one candidate with one case, over all runs."""

    sight_ms: list[float] = field(default_factory=list)
    first_ms: list[float] = field(default_factory=list)
    frames_per_second: list[float] = field(default_factory=list)
    window_ms: list[float] = field(default_factory=list)
    megabytes: list[float] = field(default_factory=list)

    def middle(self, name: str) -> float | None:
        values = getattr(self, name)
        return statistics.median(values) if values else None


@dataclass(frozen=True)
class Study:
    name: str
    read: int
    modality: str
    images: int


@dataclass(frozen=True)
class Candidate:
    name: str
    scripts: dict[str, str]
    path: Callable[[Study], str]


def candidates(with_peer: bool) -> list[Candidate]:
    def peer(renderer: str) -> Candidate:
        query = "?renderer={}&read=/api/reads/{}/&modality={}"
        return Candidate(
            f"Cornerstone3D {CORNERSTONE}, {renderer.upper()} path",
            PEER,
            lambda study: "/static/peer/page.html" + query.format(renderer, study.read, study.modality),
        )

    own = Candidate("Overread", OWN, lambda study: f"/read/{study.read}/")
    return [own, peer("cpu"), peer("gpu")] if with_peer else [own]


def build_peer(static: Path) -> None:
    """Install Cornerstone3D from the npm registry, bundle its page and put it beside the static files."""
    with tempfile.TemporaryDirectory(prefix="overread-peer-") as name:
        here = ROOT / "benchmarks" / "cornerstone"
        # vtk.js needs two modules of node, which browsers do not have.
        packages = [f"@cornerstonejs/core@{CORNERSTONE}", "events", "url", "esbuild"]
        subprocess.run(
            ["npm", "install", "--silent", "--no-audit", "--no-fund", "--prefix", name, *packages], check=True
        )
        target = static / "peer"
        target.mkdir(parents=True)
        bundle = [f"{name}/node_modules/.bin/esbuild", here / "page.js", "--bundle", "--minify", "--format=esm"]
        bundle += [f"--outfile={target / 'bundle.js'}", "--define:global=globalThis", "--log-level=error"]
        bundle += ['--define:process.env.NODE_ENV="production"']
        subprocess.run(bundle, check=True, env=os.environ | {"NODE_PATH": f"{name}/node_modules"})
        shutil.copy(here / "page.html", target)
        for file in list(target.iterdir()):
            (target / f"{file.name}.gz").write_bytes(gzip.compress(file.read_bytes()))


def studies(slices: int, many: int) -> Iterator[Study]:
    """The chest X-ray of pydicom-data, a CT of 200 slices and one of 500, each assigned and begun."""
    from tests import builders, phantoms  # noqa: PLC0415  # needs Django to be ready
    from tests.batches import take_in  # noqa: PLC0415

    project = builders.project()
    builders.schema(project)
    manager, reader = builders.member(project, "manager"), builders.member(project, "reader", "rolf")
    (data,) = find_spec("data_store").submodule_search_locations  # type: ignore[union-attr]
    chest = (Path(data) / "data" / "RG1_UNCI.dcm").read_bytes()
    sources: list[tuple[str, str, list[bytes]]] = [
        ("chest X-ray 1955 x 1841", "CR", [chest]),
        (f"CT of {slices} slices 512 x 512", "CT", phantoms.ct_series(slices=slices, rows=512, columns=512, study=2)),
        (f"CT of {many} slices 512 x 512", "CT", phantoms.ct_series(slices=many, rows=512, columns=512, study=3)),
    ]
    for name, modality, files in sources:
        items = take_in(manager, project, *files)
        read = builders.read(items[0].instance.series.study.case, reader)
        yield Study(name, read.pk, modality, len(files))


@contextmanager
def browser_page(url: str) -> Iterator[Page]:
    """A browser of its own, signed in as the reader, nothing cached but the pages before the viewer."""
    from tests import builders  # noqa: PLC0415

    path = os.environ.get("OVERREAD_CHROMIUM") or shutil.which("chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=[f"--{flag}" for flag in FLAGS])
        page = browser.new_context(viewport={"width": 1280, "height": 1024}).new_page()
        page.set_default_timeout(120_000)
        page.goto(f"{url}/")
        page.get_by_label("User name").fill("rolf")
        page.get_by_label("Password").fill(builders.PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        page.wait_for_load_state("networkidle")
        yield page
        browser.close()


def megabytes_of_renderer() -> float:
    """Of the largest page process below this one."""
    sizes = [0]
    for process in psutil.Process().children(recursive=True):
        try:
            if "--type=renderer" in " ".join(process.cmdline()):
                sizes.append(process.memory_full_info().uss)
        except psutil.Error:
            continue
    return float(max(sizes) / 1e6)


def measure(url: str, candidate: Candidate, study: Study, figures: Figures) -> None:
    scripts = candidate.scripts
    with browser_page(url) as page:
        page.goto(url + candidate.path(study))
        page.evaluate(scripts["ready"])
        figures.sight_ms.append(page.evaluate(scripts["sight"]))
        figures.first_ms.append(page.evaluate(scripts["first"]))
        if study.images > 1:
            page.evaluate(scripts["all"], study.images)
            page.wait_for_timeout(500)
            figures.megabytes.append(megabytes_of_renderer())
            figures.frames_per_second.append(page.evaluate(scripts["scroll"], SCROLL_SECONDS))
            figures.window_ms.append(page.evaluate(scripts["window"], WINDOW_STEPS))


def many_slices(url: str, study: Study) -> tuple[dict[str, Any], float]:
    with browser_page(url) as page:
        page.goto(url + f"/read/{study.read}/")
        page.evaluate(OWN["ready"])
        page.evaluate(OWN["all"], study.images)
        page.wait_for_timeout(500)
        return page.evaluate("overread.frames.bytes"), megabytes_of_renderer()


def in_words(value: float | None, ratio: float | None, digits: int = 0) -> str:
    if value is None:
        return ""
    return f"{value:.{digits}f}" + (f" ({ratio:.2f})" if ratio else "")


def table(study: Study, results: dict[str, Figures]) -> None:
    """Behind each figure of a peer: how many times Overread's it is."""
    own = results["Overread"]
    columns = ("viewer", "first sight ms", "full depth ms", "scroll frames/s", "window step ms", "page process MB")
    print(f"\n{study.name}\n\n| {' | '.join(columns)} |")
    print("|---|---|---|---|---|---|")
    for name, figures in results.items():
        cells = []
        for what, digits in (
            ("sight_ms", 0),
            ("first_ms", 0),
            ("frames_per_second", 0),
            ("window_ms", 1),
            ("megabytes", 0),
        ):
            value, mine = figures.middle(what), own.middle(what)
            cells.append(in_words(value, value / mine if value and mine and figures is not own else None, digits))
        print(f"| {name} | {' | '.join(cells)} |")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--slices", type=int, default=200)
    parser.add_argument("--many", type=int, default=500)
    parser.add_argument("--no-peer", action="store_true")
    options = parser.parse_args()
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    with overread() as folder:
        if not options.no_peer:
            build_peer(folder / "var" / "static")
        *compared, large = studies(options.slices, options.many)
        competitors = candidates(not options.no_peer)
        results = {study.name: {one.name: Figures() for one in competitors} for study in compared}
        with web(folder) as url:
            for run in range(options.runs + 1):
                for study in compared:
                    for one in competitors:
                        # The first run warms the server up for all of them.
                        measure(url, one, study, results[study.name][one.name] if run else Figures())
            size, megabytes = many_slices(url, large)
        for study in compared:
            table(study, results[study.name])
        loaded, budget = size["loaded"] / 2**20, size["budget"] / 2**20
        print(f"\n{large.name}: {loaded:.0f} MiB of pixels, budget {budget:.0f} MiB; page process {megabytes:.0f} MB")


if __name__ == "__main__":
    main()
