// A place to write code in: what is kept of Python's indentation, by keyboard.
/* exported editorIn */

const INDENT = "    ";

/** Make a textarea an editor; `onChange` gets the text. Returns `set(text)`. */
function editorIn(area, isCode, onChange) {
  const fit = () => {
    area.rows = Math.max(area.value.split("\n").length + 1, 4);
  };
  const changed = () => {
    fit();
    onChange(area.value);
  };
  area.addEventListener("input", changed);
  if (isCode) {
    area.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.shiftKey || event.ctrlKey || event.isComposing) return;
      const { value, selectionStart: at } = area;
      const line = value.slice(value.lastIndexOf("\n", at - 1) + 1, at);
      const indent = /^ */.exec(line)[0] + (/:\s*(#.*)?$/.test(line) ? INDENT : "");
      if (!indent) return;
      event.preventDefault();
      area.setRangeText(`\n${indent}`, at, area.selectionEnd, "end");
      changed();
    });
  }
  fit();
  return {
    set(text) {
      area.value = text;
      fit();
    },
  };
}
