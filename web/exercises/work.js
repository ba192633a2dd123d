// The student's work: the notebook as it is now, kept in the browser, set aside, opened and downloaded.
/* global FileReader, Store, announcer, button, confirm, element, fileText, gradeId, notice, problemWith, say, show */
/* exported bringBack, cellOf, download, keep, lookAgain, open */

const { assignment, stem, text: releasedText } = JSON.parse(document.getElementById("released").textContent);
const released = JSON.parse(releasedText);
const clone = () => JSON.parse(releasedText);
const saved = element("span", { id: "saved" });

let notebook = clone();
let store = null;
let saving = Promise.resolve();
let unsaved = false; // what is typed and not yet kept
let apart = false; // another tab was first

function cellOf(id) {
  return notebook.cells.find((cell) => cell.id === id || gradeId(cell) === id);
}

/** Let a notebook be the work, and show it. */
function put(other) {
  notebook = other;
  show();
}

/** Keep the work as it is now. One at a time, always the newest. */
function keep() {
  unsaved = true;
  if (!store) return;
  say(saved, "Saving …");
  saving = saving.then(async () => {
    if (!unsaved) return;
    unsaved = false;
    try {
      const first = await store.save(notebook);
      if (!first && !apart) tellApart();
      apart = !first;
      say(saved, first ? "Saved in this browser" : "Kept apart: another tab has changed this exercise");
    } catch (error) {
      unsaved = true;
      say(saved, "Not saved");
      notice("full", `This browser does not keep your work any more (${error.message ?? error}). `
        + "Download the notebook now.", { Download: download });
    }
  });
}

function tellApart() {
  notice("apart", "Another tab has changed this exercise. What you type here is kept apart, and nothing is lost: "
    + "choose which one goes on. The other one is set aside.", {
    "Go on with this tab": async () => {
      await store.replace(notebook);
      apart = false;
      say(saved, "Saved in this browser");
      await listAside();
    },
    "Go on with the other tab": takeOver,
  });
}

/** Show what the browser keeps. */
async function takeOver() {
  const kept = await store.load();
  apart = false;
  put(kept?.notebook ?? clone());
  say(saved, "Saved in this browser");
  await listAside();
}

/** Put another notebook in the place of this one, which is set aside. */
async function replaceBy(other) {
  await saving;
  put(other);
  if (store) {
    await store.replace(notebook);
    apart = false;
    say(saved, "Saved in this browser");
    await listAside();
  } else {
    unsaved = true;
  }
}

async function listAside() {
  const list = store ? await store.aside() : [];
  document.getElementById("aside")?.remove();
  if (!list.length) return;
  const items = list.map((one) => {
    const when = new Date(one.saved).toLocaleString();
    return element("li", {}, `${when} `,
      button("Bring back", () => replaceBy(one.notebook), { "aria-label": `Bring back ${when}` }),
      button("Download", () => save(one.notebook), { "aria-label": `Download ${when}` }),
      button("Delete", async () => {
        if (!confirm(`Delete the work of ${when} for good?`)) return;
        await store.forget(one.key);
        await listAside();
      }, { "aria-label": `Delete ${when}` }));
  });
  document.getElementById("work").append(element("details", { id: "aside" },
    element("summary", {}, `Set aside: ${list.length}`), element("ul", {}, ...items)));
}

function save(one) {
  const file = new Blob([fileText(one)], { type: "application/x-ipynb+json" });
  const link = element("a", { href: URL.createObjectURL(file), download: `${stem}.ipynb` });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
}

function download() {
  save(notebook);
  if (!store) unsaved = false;
}

function open(file) {
  const reader = new FileReader();
  reader.onload = async () => {
    const problem = problemWith(reader.result, released, stem);
    if (problem) {
      notice("open", problem);
      return;
    }
    await replaceBy(JSON.parse(reader.result.replace(/^\uFEFF/, "")));
    notice("open", `${file.name} is open. What was here before is set aside, at the end of the page.`);
  };
  reader.readAsText(file);
}

/** Say what this browser keeps, before the first line is typed, and bring back what it has kept. */
async function bringBack() {
  const one = new Store(assignment);
  try {
    await one.open();
  } catch (error) {
    say(saved, "Not saved in this browser");
    notice("none", "This browser keeps nothing of what you write here "
      + `(${error?.message ?? error}). Download the notebook before you close the page.`);
    return;
  }
  store = one;
  const kept = await store.load();
  if (kept) put(kept.notebook);
  say(saved, kept ? "Saved in this browser" : "Your work is kept in this browser; a private window forgets it");
  await listAside();
}

/** Another tab may have gone on meanwhile. */
async function lookAgain() {
  if (document.visibilityState !== "visible" || !store || unsaved || apart) return;
  await saving;
  if (await store.isOld()) {
    await takeOver();
    announcer.say("This page now shows what another tab has saved.");
  }
}
