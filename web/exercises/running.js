// Runs cells and checks tasks in the page's own Python, and shows what comes of it.
/* global Machine, STOPPED, TOO_LONG, announcer, assignment, button, element, fileText, gradeId, notebook, releasedText,
   say, sourceOf, stem */
/* exported checkAll, checkTask, python, progress, run */

// Seconds that a cell may compute: in a check as in `course check`; alone long enough for a training.
const LIMITS = { check: 60, run: 600 };
const SLOW = 2000; // milliseconds after which the page says how long something runs
const WORDS = {
  done: "passed", wrong: "wrong", waiting: "waiting", "not written": "not written yet", answered: "answered",
};

const tasks = new Map(); // the name of a task -> where its verdict stands
const python = element("span", { id: "python" });
const progress = element("progress", { max: 1, value: 0, hidden: true, "aria-label": "Start of Python" });
const stopButton = button("Stop", () => machine.stop(), { id: "stop", hidden: true });
const summary = element("section", { id: "summary", hidden: true, tabindex: "-1", "aria-label": "All tasks" });

let busy = null;

const machine = new Machine((words, share) => {
  python.textContent = share < 1 ? `${words} …` : words;
  progress.hidden = share >= 1;
  progress.value = share;
});

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
    const words = error === STOPPED || error === TOO_LONG ? error.message
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
    notebook: JSON.stringify(notebook), cell: place, seconds: LIMITS.run,
    draws: drawIn(notebook.cells.slice(0, place + 1)),
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
    notebook: fileText(notebook), released: releasedText, assignment, stem, only, seconds: LIMITS.check,
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
