"""The viewer in headless Chromium: first image of a 512 x 512 CT, and frames/s when scrolling through it."""

import os
import shutil
import statistics

from playwright.sync_api import sync_playwright
from running import overread, web

SLICES, RUNS = 60, 3
FLAGS = ["no-sandbox", "disable-gpu", "disable-quic", "no-first-run", "disable-background-networking"]
FLAGS += ["disable-component-update", "disable-sync", "disable-frame-rate-limit"]
FIRST_IMAGE = "performance.getEntriesByName('overread:first-image')[0]?.startTime ?? null"
SCROLL = """async (seconds) => {
    const until = performance.now() + 1000 * seconds;
    let frames = 0, direction = 1;
    const viewport = document.querySelector('[data-part=viewport]');
    while (performance.now() < until) {
        if (++frames % 50 === 0) direction = -direction;
        viewport.dispatchEvent(new WheelEvent('wheel', { deltaY: 100 * direction, bubbles: true, cancelable: true }));
        await new Promise(requestAnimationFrame);
    }
    return frames / seconds;
}"""


def main() -> None:
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    with overread() as folder:
        from tests import builders, phantoms  # noqa: PLC0415  # needs Django to be ready
        from tests.batches import take_in  # noqa: PLC0415

        project = builders.project()
        builders.schema(project)
        items = take_in(
            builders.member(project, "manager"), project, *phantoms.ct_series(slices=SLICES, rows=512, columns=512)
        )
        read = builders.read(items[0].instance.series.study.case, builders.member(project, "reader", "rolf"))
        with web(folder) as url, sync_playwright() as playwright:
            path = os.environ.get("OVERREAD_CHROMIUM") or shutil.which("chromium")
            browser = playwright.chromium.launch(executable_path=path, args=[f"--{flag}" for flag in FLAGS])
            first, rates = [], []
            for _ in range(RUNS):
                page = browser.new_context(viewport={"width": 1280, "height": 900}).new_page()
                page.goto(f"{url}/")
                page.get_by_label("User name").fill("rolf")
                page.get_by_label("Password").fill(builders.PASSWORD)
                page.get_by_role("button", name="Sign in").click()
                page.wait_for_load_state("networkidle")
                page.goto(f"{url}/read/{read.pk}/")
                page.wait_for_load_state("networkidle")
                page.evaluate("overread.ready")
                first.append(page.evaluate(FIRST_IMAGE))
                rates.append(page.evaluate(SCROLL, 3))
                page.context.close()
            browser.close()
            print("| renderer | first image ms | scroll frames/s |\n|---|---|---|")
            print(f"| Canvas2D (no GPU) | {statistics.median(first):.0f} | {statistics.median(rates):.0f} |")


if __name__ == "__main__":
    main()
