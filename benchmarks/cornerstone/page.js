/**
 * Cornerstone3D over the frames of Overread: the same addresses, the same decoding, its own stack viewport. This is
 * the fastest of the five ways to feed it that were measured before the project began.
 * The page's query: read (address of the read's JSON), series (index), renderer (cpu or gpu).
 */

import {
  RenderingEngine,
  Enums,
  imageLoader,
  init,
  metaData,
  cache,
  setUseCPURendering,
  utilities,
} from "@cornerstonejs/core";
import { decodeFrame } from "../../frontend_static/viewer/image/decode.js";
import { openRead } from "../../frontend_static/viewer/store/read_data.js";

const query = new URLSearchParams(location.search);
const refs = new Map();
let viewport;

function providerOf(type, imageId) {
  const ref = refs.get(imageId);
  if (!ref) return undefined;
  const { instance } = ref;
  const { display } = instance;
  const [row, column] = [display.spacing?.row_mm ?? 1, display.spacing?.column_mm ?? 1];
  switch (type) {
    case "imagePixelModule":
      return {
        samplesPerPixel: instance.samples_per_pixel,
        photometricInterpretation: instance.photometric_interpretation,
        bitsAllocated: instance.bits,
        bitsStored: instance.bits,
        highBit: instance.bits - 1,
        pixelRepresentation: instance.is_signed ? 1 : 0,
      };
    case "imagePlaneModule": {
      const [a, b, c, d, e, f] = display.orientation ?? [1, 0, 0, 0, 1, 0];
      return {
        rows: instance.rows,
        columns: instance.columns,
        imageOrientationPatient: [a, b, c, d, e, f],
        rowCosines: [a, b, c],
        columnCosines: [d, e, f],
        imagePositionPatient: display.position ?? [0, 0, ref.index],
        rowPixelSpacing: row,
        columnPixelSpacing: column,
        pixelSpacing: [row, column],
        frameOfReferenceUID: display.frame_of_reference_uid || "1.2.3",
      };
    }
    case "generalSeriesModule":
      return { modality: query.get("modality") ?? "CT", seriesInstanceUID: "1.2.4" };
    case "modalityLutModule":
      return { rescaleSlope: display.rescale_slope, rescaleIntercept: display.rescale_intercept };
    case "voiLutModule":
      return display.windows.length
        ? { windowCenter: [display.windows[0].center], windowWidth: [display.windows[0].width] }
        : {};
    case "sopCommonModule":
      return { sopInstanceUID: instance.sop_instance_uid };
    default:
      return undefined;
  }
}

async function loadImage(imageId) {
  const ref = refs.get(imageId);
  const { instance } = ref;
  const { rows, columns, samples_per_pixel: samples, bits, is_signed: isSigned, display } = instance;
  const response = await fetch(ref.url);
  const pixels = decodeFrame(await response.arrayBuffer(), { rows, columns, samples, bits, isSigned }).values;
  let [low, high] = [Infinity, -Infinity];
  for (const value of pixels) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  const window = display.windows[0] ?? { center: (low + high) / 2, width: Math.max(1, high - low) };
  return {
    imageId,
    minPixelValue: low,
    maxPixelValue: high,
    slope: display.rescale_slope,
    intercept: display.rescale_intercept,
    windowCenter: window.center,
    windowWidth: window.width,
    voiLUTFunction: "LINEAR",
    getPixelData: () => pixels,
    rows,
    columns,
    height: rows,
    width: columns,
    color: false,
    rgba: false,
    numberOfComponents: 1,
    rowPixelSpacing: display.spacing?.row_mm ?? 1,
    columnPixelSpacing: display.spacing?.column_mm ?? 1,
    invert: instance.photometric_interpretation === "MONOCHROME1",
    photometricInterpretation: instance.photometric_interpretation,
    sizeInBytes: pixels.byteLength,
    dataType: pixels.constructor.name,
    voxelManager: utilities.VoxelManager.createImageVoxelManager({
      width: columns,
      height: rows,
      numberOfComponents: 1,
      scalarData: pixels,
      id: imageId,
    }),
  };
}

const rendered = (element) =>
  new Promise((resolve) =>
    element.addEventListener(Enums.Events.IMAGE_RENDERED, () => resolve(undefined), { once: true }),
  );

async function open() {
  const asked = fetch(query.get("read")).then((response) => response.json());
  await init();
  setUseCPURendering(query.get("renderer") === "cpu");
  cache.setMaxCacheSize(1024 * 2 ** 20);
  metaData.addProvider(providerOf, 10000);
  imageLoader.registerImageLoader("overread", (imageId) => ({ promise: loadImage(imageId) }));
  const read = openRead(await asked);
  const ids = read.series[Number(query.get("series") ?? 0)].frames.map((ref) => {
    const id = `overread:${ref.key}`;
    refs.set(id, ref);
    return id;
  });
  const element = document.querySelector("#viewport");
  const engine = new RenderingEngine("engine");
  engine.enableElement({ viewportId: "one", type: Enums.ViewportType.STACK, element });
  viewport = engine.getViewport("one");
  const first = rendered(element);
  await viewport.setStack(ids, Math.floor((ids.length - 1) / 2));
  viewport.render();
  await first;
  performance.mark("cornerstone:first-image");
  return { ids, element };
}

const opened = open();

async function loadAll() {
  const { ids } = await opened;
  const waiting = [...ids];
  const work = async () => {
    for (let id = waiting.pop(); id; id = waiting.pop()) await imageLoader.loadAndCacheImage(id);
  };
  await Promise.all(Array.from({ length: 6 }, work));
  return ids.length;
}

async function scroll(seconds) {
  const { ids, element } = await opened;
  const until = performance.now() + 1000 * seconds;
  let [frames, index, direction] = [0, viewport.getCurrentImageIdIndex(), 1];
  while (performance.now() < until) {
    if (index + direction < 0 || index + direction >= ids.length) direction = -direction;
    index += direction;
    const done = rendered(element);
    await viewport.setImageIdIndex(index);
    viewport.render();
    await done;
    frames += 1;
  }
  return frames / seconds;
}

async function windowSteps(count) {
  const { element } = await opened;
  const begun = performance.now();
  for (let step = 0; step < count; step += 1) {
    const done = rendered(element);
    viewport.setProperties({ voiRange: { lower: -200 - step, upper: 200 + step } });
    viewport.render();
    await done;
  }
  return (performance.now() - begun) / count;
}

window.peer = { opened: opened.then(() => true), loadAll, scroll, windowSteps };
