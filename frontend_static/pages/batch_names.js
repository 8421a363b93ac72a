// Joins the names that this browser kept to the numbers that the server knows, and into a report of one's own.
import { hooked, pageData } from "./api.js";
import { forgetBatch, namesOfBatch } from "./upload_journal.js";

const { batch } = pageData("batch-settings");
/** @type {Map<number, string>} */
let names = new Map();

function join() {
  for (const cell of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("[data-name-of]"))) {
    cell.textContent = names.get(Number(cell.dataset.nameOf)) ?? "–";
  }
}

/** A cell that begins with one of these would run as a formula in a spreadsheet. @param {string} text */
function cell(text) {
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return `"${safe.replaceAll('"', '""')}"`;
}

async function download() {
  const response = await fetch(`/api/batches/${batch}/report.csv`);
  const [head, ...lines] = (await response.text()).trimEnd().split(/\r?\n/);
  const rows = lines.map((line) => {
    const [number, archive] = line.split(",");
    return `${line},${cell(names.get(Number(archive || number)) ?? "")}`;
  });
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([[`${head},name`, ...rows].join("\r\n")], { type: "text/csv" }));
  link.download = `batch-${batch}-with-names.csv`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

async function start() {
  names = await namesOfBatch(batch);
  join();
  hooked("names").hidden = names.size === 0;
  hooked("names-download").onclick = () => void download();
  hooked("names-forget").onclick = async () => {
    await forgetBatch(batch);
    names = new Map();
    join();
    hooked("names").hidden = true;
  };
  document.addEventListener("live:fresh", join);
}

void start();
