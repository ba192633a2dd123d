// One assignment in a page: its cells with an editor and buttons, and what the page does when it opens.
/* global announcer, bringBack, button, cellOf, checkAll, checkTask, confirm, download, editorIn, element, gradeId,
   keep, lines, lookAgain, notebook, open, outputFor, progress, python, released, replaceBy, run, saved, sourceOf,
   stopButton, summary, tasks, unsaved */

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

/** Show the notebook: its answers in the cells of the page, and its own cells where they belong. */
function show() {
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
    type: "file", id: "file", accept: ".ipynb,.json", hidden: true,
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

build();
bringBack();
document.addEventListener("visibilitychange", lookAgain);
window.addEventListener("focus", lookAgain);
window.addEventListener("beforeunload", (event) => {
  if (unsaved) event.preventDefault();
});
