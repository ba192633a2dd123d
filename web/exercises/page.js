// One assignment in a page: its cells with buttons, what they print, the verdicts, and the student's work.
/* global Announcer, FileReader, Machine, STOPPED, Store, confirm, editorIn, element, fileText, gradeId, lines,
   problemWith, sourceOf */

const LIMIT = 60; // seconds that a cell of a check may compute, as in `course check`
const SLOW = 2000; // milliseconds after which the page says how long something runs
const WORDS = {
  done: "passed", wrong: "wrong", waiting: "waiting", "not written": "not written yet", answered: "answered",
};

const { assignment, stem, text: releasedText } = JSON.parse(document.getElementById("released").textContent);
const released = JSON.parse(releasedText);
const clone = () => JSON.parse(releasedText);
const tasks = new Map(); // the name of a task -> where its verdict stands

let notebook = clone();
let store = null;
let saving = Promise.resolve();
let unsaved = false; // what is typed and not yet kept
let apart = false; // another tab was first
let busy = null;

const announcer = new Announcer(100);
const saved = element("span", { id: "saved" });
const python = element("span", { id: "python" });
const progress = element("progress", { max: 1, value: 0, hidden: true, "aria-label": "Start of Python" });
const stopButton = button("Stop", () => machine.stop(), { id: "stop", hidden: true });
const notices = document.getElementById("notices");
const summary = element("section", { id: "summary", hidden: true, tabindex: "-1", "aria-label": "All tasks" });

const machine = new Machine((words, share) => {
  python.textContent = share < 1 ? `${words} …` : words;
  progress.hidden = share >= 1;
  progress.value = share;
});

/* What the student has written */

function cellOf(id) {
  return notebook.cells.find((cell) => cell.id === id || gradeId(cell) === id);
}

function say(node, words) {
  if (node.textContent !== words) node.textContent = words;
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

function notice(name, words, actions = {}) {
  document.getElementById(`notice-${name}`)?.remove();
  const box = element("div", { class: "notice", role: "alert", id: `notice-${name}` }, element("p", {}, words));
  const buttons = Object.entries(actions).map(([label, act]) => element("button", {
    type: "button",
    onclick: async () => {
      box.remove();
      await act();
    },
  }, label));
  box.append(element("div", { class: "buttons" }, ...buttons));
  notices.append(box);
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
  show(kept?.notebook ?? clone());
  say(saved, "Saved in this browser");
  await listAside();
}

/** Put another notebook in the place of this one, which is set aside. */
async function replaceBy(other) {
  await saving;
  show(other);
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

/* Running */

/** Do something in Python; one thing at a time. Returns null where it was ended. */
async function compute(what, output, act) {
  if (busy) {
    announcer.say("Python is still busy.");
    return null;
  }
  busy = what;
  document.body.classList.add("is-busy");
  stopButton.hidden = false;
  output.replaceChildren(element("p", { class: "running" }, `${what} …`));
  const began = performance.now();
  const clock = setInterval(() => {
    const seconds = Math.round((performance.now() - began) / 1000);
    if (performance.now() - began > SLOW) say(output.firstChild, `${what} … ${seconds} s`);
  }, 1000);
  try {
    return await act();
  } catch (error) {
    const words = error === STOPPED ? error.message
      : `Python ended: ${error.message} It starts anew; your work is still here.`;
    output.replaceChildren(element("p", { class: "verdict is-wrong" }, words));
    announcer.say(words);
    machine.start().catch(() => {});
    return null;
  } finally {
    clearInterval(clock);
    busy = null;
    document.body.classList.remove("is-busy");
    stopButton.hidden = true;
  }
}

/** Whether cells want matplotlib, which comes only then. */
function drawIn(cells) {
  return cells.some((cell) => /\bmatplotlib\b|\bplots\b/.test(sourceOf(cell)));
}

async function run(cell, output) {
  const place = notebook.cells.indexOf(cell());
  const answer = await compute("Running", output, () => machine.ask("run", {
    notebook: JSON.stringify(notebook), cell: place, draws: drawIn(notebook.cells.slice(0, place + 1)),
  }));
  if (!answer) return;
  const parts = [];
  const printed = answer.printed + answer.value;
  if (printed) parts.push(element("pre", { tabindex: "0", "aria-label": "Output" }, printed));
  if (answer.error) parts.push(element("pre", { class: "error", tabindex: "0", "aria-label": "Error" }, answer.error));
  for (const picture of answer.pictures) {
    parts.push(element("img", { src: `data:image/png;base64,${picture}`, alt: "What the code has drawn" }));
  }
  output.replaceChildren(...parts.length ? parts : [element("p", { class: "running" }, "It ran and printed nothing.")]);
  announcer.say(answer.error ? `Error. ${answer.error.split("\n").pop()}` : `It ran. ${printed.slice(0, 200)}`);
}

function verdict(task) {
  const parts = [element("p", { class: `verdict is-${task.state.replace(" ", "-")}` }, said(task))];
  if (task.message) parts.push(element("pre", { tabindex: "0", "aria-label": "What the check says" }, task.message));
  else if (task.state === "done") parts.push(element("p", { class: "small" }, "The grader runs further tests."));
  return parts;
}

/** "Task 4, Adam: passed." */
function said(task) {
  return `${task.title.replace(":", ",")}: ${WORDS[task.state]}.`;
}

function check(only) {
  const last = notebook.cells.map((cell) => /-visible\b/.test(gradeId(cell))).lastIndexOf(true);
  return machine.check({
    notebook: fileText(notebook), released: releasedText, assignment, stem, only, seconds: LIMIT,
    draws: drawIn(notebook.cells.slice(0, last + 1).filter((cell) => cell.cell_type === "code")),
  });
}

async function checkTask(name) {
  const output = tasks.get(name);
  const answer = await compute("Checking", output, () => check(name));
  if (!answer) return;
  const [task] = answer.tasks;
  const notes = answer.borrowed.filter((line) => line.toLowerCase().startsWith(name.replace("-", " ")));
  output.replaceChildren(...verdict(task), ...notes.map((line) => element("p", { class: "small" }, line)));
  announcer.say(`${said(task)} ${task.message.split("\n").slice(0, 3).join(" ")}`);
}

async function checkAll() {
  summary.hidden = false;
  const answer = await compute("Checking all tasks", summary, () => check(""));
  if (!answer) return;
  const rows = answer.tasks.map((task) => element("tr", {},
    element("th", { scope: "row" }, element("a", { href: `#${task.name}-heading` }, task.title)),
    element("td", {}, `${task.points}`),
    element("td", { class: `is-${task.state.replace(" ", "-")}` }, WORDS[task.state])));
  const heads = ["task", "points", "state"].map((word) => element("th", { scope: "col" }, word));
  const open_ = `${answer.points_open} of ${answer.points} points are open.`;
  summary.replaceChildren(
    element("table", {}, element("caption", {}, open_),
      element("thead", {}, element("tr", {}, ...heads)),
      element("tbody", {}, ...rows)),
    ...answer.passed ? [element("p", {}, "All visible tests pass. The grader runs further tests.")] : [],
    ...answer.borrowed.map((line) => element("p", {}, line)),
    ...answer.notes.map((line) => element("p", {}, `Note: ${line}`)));
  for (const task of answer.tasks) {
    if (task.state !== "answered") tasks.get(task.name)?.replaceChildren(...verdict(task));
  }
  summary.focus();
  announcer.say(answer.passed ? "All visible tests pass." : open_);
}

/* The cells */

function button(label, act, more = {}) {
  return element("button", { type: "button", onclick: act, ...more }, label);
}

function outputFor(node) {
  const output = element("div", { class: "output" });
  node.append(output);
  return output;
}

/** Give a place to write in its editor. `id` says which cell of the notebook it is. */
function edit(area, cell, isCode) {
  const editor = editorIn(area, isCode, (text) => {
    cell().source = lines(text);
    keep();
  });
  area.editor = { show: () => editor.set(sourceOf(cell())), focus: editor.focus };
}

/** A cell of the student's own, below another. */
function ownCell(cell, above) {
  const area = element("textarea", { spellcheck: "false", "aria-label": "Your own code", autocapitalize: "off" });
  area.value = sourceOf(cell);
  const node = element("div", { class: "cell own" }, area);
  above.after(node);
  const buttons = element("div", { class: "buttons" }, button("Run", () => run(() => cell, output)),
    button("Remove", () => {
      if (sourceOf(cell).trim() && !confirm("Remove this cell and the code in it?")) return;
      notebook.cells.splice(notebook.cells.indexOf(cell), 1);
      node.remove();
      keep();
    }));
  node.append(buttons);
  const output = outputFor(node);
  edit(area, () => cell, true);
  return node;
}

function addCell(above, id) {
  const cell = {
    cell_type: "code", execution_count: null, id: `own-${Date.now().toString(36)}`, metadata: {}, outputs: [],
    source: [],
  };
  notebook.cells.splice(notebook.cells.indexOf(cellOf(id)) + 1, 0, cell);
  ownCell(cell, above).querySelector("textarea").editor.focus();
  keep();
}

/** Show a notebook: its answers in the cells of the page, and its own cells where they belong. */
function show(other) {
  notebook = other;
  for (const node of document.querySelectorAll(".cell.own")) node.remove();
  for (const area of document.querySelectorAll(".cell textarea")) area.editor?.show();
  let above = null;
  const known = new Set(released.cells.map((cell) => gradeId(cell) ?? cell.id));
  for (const cell of notebook.cells) {
    const place = document.querySelector(`[data-id="${CSS.escape(gradeId(cell) ?? cell.id ?? "")}"]`);
    if (place) above = place;
    else if (cell.cell_type === "code" && above && !known.has(gradeId(cell) ?? cell.id)) above = ownCell(cell, above);
  }
}

function build() {
  for (const node of document.querySelectorAll(".cell")) {
    const { id, task } = node.dataset;
    const cell = () => cellOf(id);
    const area = node.querySelector("textarea");
    if (area) edit(area, cell, node.classList.contains("answer"));
    if (node.classList.contains("words")) continue;
    const output = element("div", { class: "output" });
    const buttons = element("div", { class: "buttons" }, button("Run", () => run(cell, output)));
    if (task) {
      buttons.firstChild.setAttribute("aria-label", `Run the code of task ${task.slice(5)}`);
      const number = task.slice(5);
      const main = { class: "main", "aria-label": `Check this task: ${number}` };
      buttons.append(button("Check this task", () => checkTask(task), main),
        button("Start over", async () => {
          const stub = released.cells.find((one) => one.id === id);
          if (sourceOf(cell()) === sourceOf(stub)) return;
          if (!confirm("Put the released text back? Your answer is set aside.")) return;
          const fresh = JSON.parse(JSON.stringify(notebook));
          fresh.cells.find((one) => gradeId(one) === task).source = stub.source;
          await replaceBy(fresh);
        }, { "aria-label": `Start over: task ${task.slice(5)}` }));
      tasks.set(task, output);
    }
    if (task || node.classList.contains("picture")) {
      buttons.append(button("Add a cell", () => addCell(node, id), { "aria-label": "Add a cell of your own below" }));
    }
    node.append(buttons, output);
  }
  const chooser = element("input", {
    type: "file", id: "file", accept: ".ipynb,.json", class: "unseen", tabindex: "-1", "aria-hidden": "true",
    onchange: () => {
      if (chooser.files[0]) open(chooser.files[0]);
      chooser.value = "";
    },
  });
  document.getElementById("bar").append(
    element("div", { class: "buttons" }, button("Check all", checkAll, { class: "main" }),
      button("Download notebook", download), button("Open a notebook", () => chooser.click()), chooser, stopButton),
    element("p", { class: "status" }, saved, " ", python, " ", progress));
  document.querySelector("h1").closest(".text").after(summary);
  document.body.append(announcer.node);
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
  if (kept) show(kept.notebook);
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

build();
const isReady = bringBack();
document.addEventListener("visibilitychange", lookAgain);
window.addEventListener("focus", lookAgain);
window.addEventListener("beforeunload", (event) => {
  if (unsaved) event.preventDefault();
});
