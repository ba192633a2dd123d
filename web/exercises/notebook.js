// A notebook as a file: read, fill in, write. The text of an untouched one is the very text that was released.
/* exported fileText, gradeId, isAnswer, lines, problemWith, sourceOf */

/** The source of a cell as one string. */
function sourceOf(cell) {
  return Array.isArray(cell.source) ? cell.source.join("") : cell.source;
}

/** A string as notebooks store it: a list of lines. */
function lines(text) {
  return text === "" ? [] : text.split(/(?<=\n)/);
}

/** The name by which the grader knows a cell. */
function gradeId(cell) {
  return cell.metadata?.nbgrader?.grade_id;
}

function isAnswer(cell) {
  return Boolean(cell.metadata?.nbgrader?.solution);
}

/** The file's text. */
function fileText(notebook) {
  return `${JSON.stringify(notebook, null, 1)}\n`;
}

/** The names that the cells to fill in define. */
function functionsOf(cells) {
  const code = cells.map(sourceOf).join("\n");
  return new Set([...code.matchAll(/^(?:def|class) +(\w+)/gm)].map((match) => match[1]));
}

/** Why a file cannot be worked on in this page; "" where it can. */
function problemWith(text, released, stem) {
  let notebook;
  try {
    notebook = JSON.parse(text.replace(/^\uFEFF/, ""));
  } catch {
    return text.trim() ? "This file is no notebook: it is not JSON." : "This file is empty.";
  }
  const whole = Array.isArray(notebook?.cells) && notebook.cells.every((cell) => cell && cell.source !== undefined
    && cell.cell_type && (typeof cell.source === "string" || cell.source.every((line) => typeof line === "string")));
  if (!whole) return "This file is no notebook of the present format: save it in Jupyter first.";
  const wanted = functionsOf(released.cells.filter(isAnswer));
  const known = functionsOf(notebook.cells);
  const shared = [...wanted].filter((name) => known.has(name)).length;
  const ids = new Set(notebook.cells.map(gradeId));
  const names = released.cells.filter(isAnswer).every((cell) => ids.has(gradeId(cell)));
  if (2 * shared < wanted.size) return `This is the notebook of another exercise: this page is for ${stem}.ipynb.`;
  if (!names) return `Cells of ${stem}.ipynb are missing here, or have lost the names by which they are graded.`;
  return "";
}
