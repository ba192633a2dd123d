// A place to write code in: CodeMirror with Python's colors and indentation. esbuild makes one script of it.
import { closeBrackets, closeBracketsKeymap } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap, indentWithTab } from "@codemirror/commands";
import { python } from "@codemirror/lang-python";
import { bracketMatching, HighlightStyle, indentUnit, syntaxHighlighting } from "@codemirror/language";
import { EditorState } from "@codemirror/state";
import { drawSelection, EditorView, keymap } from "@codemirror/view";
import { tags } from "@lezer/highlight";

const colors = HighlightStyle.define([
  { tag: [tags.keyword, tags.operatorKeyword, tags.bool, tags.null], color: "var(--keyword)" },
  { tag: [tags.string, tags.special(tags.string)], color: "var(--string)" },
  { tag: tags.number, color: "var(--number)" },
  { tag: tags.comment, color: "var(--faint)" },
]);

/** An editor in the place of a textarea; `onChange` gets the text. Returns what else it can do. */
function editorIn(area, isCode, onChange) {
  if (!isCode) {
    area.addEventListener("input", () => onChange(area.value));
    return { set: (text) => (area.value = text), focus: () => area.focus() };
  }
  let silent = false;
  const extensions = [
    history(), drawSelection(), python(), indentUnit.of("    "), EditorState.tabSize.of(4), bracketMatching(),
    closeBrackets(), syntaxHighlighting(colors),
    keymap.of([...closeBracketsKeymap, ...defaultKeymap, ...historyKeymap, indentWithTab]),
    EditorView.contentAttributes.of({
      "aria-label": area.getAttribute("aria-label"), "aria-describedby": "how-to-leave", tabindex: "0",
      autocapitalize: "off", spellcheck: "false",
    }),
    EditorView.updateListener.of((update) => {
      if (update.docChanged && !silent) onChange(update.state.doc.toString());
    }),
  ];
  const fresh = (doc) => EditorState.create({ doc, extensions });
  const view = new EditorView({ state: fresh(area.value) });
  area.before(view.dom);
  area.hidden = true;
  return {
    set(text) {
      if (text === view.state.doc.toString()) return;
      silent = true;
      view.setState(fresh(text));
      silent = false;
    },
    focus: () => view.focus(),
  };
}

globalThis.editorIn = editorIn;
