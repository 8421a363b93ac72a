"""Parts of the viewer that must keep up with a hand, in Chromium: a brush stroke, its rim, cut planes, statistics."""

import functools
import os
import shutil
import threading
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from playwright.sync_api import sync_playwright

STATIC = Path(__file__).resolve().parents[1] / "frontend_static"

# Each gives rows of a table: what was done, and its milliseconds.
STROKE = """async (load) => {
    const { Painting } = await load("geometry/masks/brush");
    const { emptyMask, geometryOf, maskOf } = await load("geometry/masks/mask");
    const { outlinesOfMask } = await load("geometry/masks/outline");
    const image = { columns: 3328, rows: 4096, pixel: { width: 1, height: 1 } };
    const painting = new Painting(emptyMask(image), image);
    const [times, rims] = [[], []];
    let last = { x: 700, y: 700 };
    for (let each = 0; each < 60; each += 1) {
        const at = { x: 1600 + 1200 * Math.sin(each / 9), y: 2000 + 1500 * Math.cos(each / 7) };
        const start = performance.now();
        painting.stroke(last, at, 70);
        const geometry = geometryOf(painting.mask);
        const middle = performance.now();
        outlinesOfMask(maskOf(geometry));
        times.push(middle - start);
        rims.push(performance.now() - middle);
        last = at;
    }
    const median = (values) => values.sort((a, b) => a - b)[30];
    return [["step of a stroke over a mammogram, median of 60", median(times)], ["its rim", median(rims)]];
}"""
CUTS = """async (load) => {
    const { reslice } = await load("image/reslice");
    const first = Int16Array.from({ length: 512 * 512 }, (_, i) => i % 4000);
    const slices = Array.from({ length: 200 }, () => first.slice());
    const how = { steps_mm: [0.7, 0.7, 1.5], pixel_mm: 0.7, columns: 512, layer: 256, isNearest: false };
    const time = (across, through, layers, mode) => {
        const start = performance.now();
        reslice({ slices, columns: 512, rows: 512, scales: null }, { ...how, rows: 429, layers, mode, through,
            across: { axis: across, isReversed: false }, down: { axis: 2, isReversed: true } });
        return performance.now() - start;
    };
    return [["coronal of 200 x 512 x 512", time(0, 1, 1, "mean")], ["sagittal", time(1, 0, 1, "mean")],
        ["sagittal MIP of 15", time(1, 0, 15, "max")]];
}"""
STATISTICS = """async (load) => {
    const { statisticsInside } = await load("image/statistics");
    const { shapeOf } = await load("geometry/shapes");
    const display = { rescale_slope: 1, rescale_intercept: 0, modality_lut: null, pixel_padding: null };
    const size = { columns: 4096, rows: 3328 };
    const film = { ...size, samples: 1, values: new Uint16Array(size.columns * size.rows).fill(60000) };
    const start = performance.now();
    statisticsInside(film, display, shapeOf("box"), { x: 0, y: 0, width: 4096, height: 3328 });
    return [["statistics of a whole mammogram", performance.now() - start]];
}"""


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


def main() -> None:
    server = ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=str(STATIC)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=os.environ.get("OVERREAD_CHROMIUM") or shutil.which("chromium")
        )
        page = browser.new_page()
        page.goto(f"http://127.0.0.1:{server.server_port}/icons/overread.svg")
        print("| part | ms |\n|---|---|")
        for script in (STROKE, CUTS, STATISTICS):
            for name, time in page.evaluate(f"({script})((name) => import(`/viewer/${{name}}.js`))"):
                print(f"| {name} | {time:.1f} |")
        browser.close()
    server.shutdown()


if __name__ == "__main__":
    main()
