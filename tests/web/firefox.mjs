// A student in Firefox, opened from a disk. Reads {folder, firefox, puppeteer, answers, notebooks} from the standard
// input and prints what the pages said and how long they took, in milliseconds, as JSON.
import fs from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";

const { folder, firefox, puppeteer, answers, notebooks } = JSON.parse(fs.readFileSync(0, "utf8"));
const { launch } = await import(pathToFileURL(puppeteer));
const browser = await launch({
  browser: "firefox", executablePath: firefox, headless: true,
  extraPrefsFirefox: { "security.fileuri.strict_origin_policy": true }, // the driver loosens it
});
const found = { version: await browser.version(), times: {}, tasks: {}, complaints: [] };
const page = await browser.newPage();
page.setDefaultTimeout(120_000);
page.on("pageerror", (error) => found.complaints.push(String(error)));

const VERDICT = "[data-task=task-1] .output .verdict";
const SAVED = "document.getElementById('saved').textContent === 'Saved in this browser'";

async function open(assignment) {
  await page.goto(pathToFileURL(path.join(folder, `${assignment}.html`)));
  await page.waitForFunction("document.getElementById('saved').textContent !== ''");
}

/** Click on the middle of the window, where the page's bar is not above it. */
async function click(selector) {
  await page.$eval(selector, (node) => node.scrollIntoView({ block: "center" }));
  await page.click(selector);
}

/** Type an answer in the place of what is there; the editor indents its lines. */
async function write(text) {
  await click("[data-task=task-1] .cm-content");
  await page.keyboard.down("Control");
  await page.keyboard.press("KeyA");
  await page.keyboard.up("Control");
  await page.keyboard.type(text.replace(/\n +/g, "\n"));
  await page.waitForFunction(SAVED);
}

/** What the page says of the first task, and how long it took to say so. */
async function check() {
  const began = performance.now();
  await click("[aria-label='Check this task: 1']");
  await page.waitForSelector(VERDICT);
  return [await page.$eval("[data-task=task-1] .output", (node) => node.innerText), performance.now() - began];
}

try {
  await open("ps05-optimizers");
  await write(answers.right);
  [found.right, found.times.cold] = await check();
  [, found.times.warm] = await check();
  await page.reload();
  await page.waitForFunction(SAVED);
  found.reloaded = await page.evaluate("sourceOf(cellOf('task-1'))");
  await page.evaluate("LIMITS.check = 2");
  for (const name of ["wrong", "endless", "flood"]) {
    await write(answers[name]);
    [found[name], found.times[name]] = await check();
  }
  for (const { assignment, text } of notebooks) {
    await open(assignment);
    const began = performance.now();
    await page.evaluate((content) => {
      const files = new DataTransfer();
      files.items.add(new File([content], "a.ipynb"));
      const chooser = document.getElementById("file");
      chooser.files = files.files;
      chooser.dispatchEvent(new Event("change"));
    }, text);
    await page.waitForSelector("#notice-open");
    await page.evaluate("[...document.querySelectorAll('#bar button')].find((b) => b.textContent === 'Check all').click()");
    await page.waitForFunction("document.querySelector('#summary table, #summary .verdict')");
    (found.tasks[assignment] ??= []).push(await page.evaluate(() => [...document.querySelectorAll("#summary tbody tr")].map(
      (row) => {
        const name = row.querySelector("a").hash.slice(1).replace("-heading", "");
        const message = document.querySelector(`[data-task=${name}] .output pre`)?.textContent ?? "";
        return [name, row.lastChild.textContent, message];
      })));
    (found.times[assignment] ??= []).push(performance.now() - began);
  }
} finally {
  await browser.close();
}
process.stdout.write(JSON.stringify(found));
