// What the parts of the page speak with: buttons, notices, and words for screen readers.
/* global Announcer, element */
/* exported announcer, button, notice, outputFor, say */

const announcer = new Announcer(100);
const notices = document.getElementById("notices");

function button(label, act, more = {}) {
  return element("button", { type: "button", onclick: act, ...more }, label);
}

/** Change a text only where it is another one. */
function say(node, words) {
  if (node.textContent !== words) node.textContent = words;
}

function outputFor(node) {
  const output = element("div", { class: "output" });
  node.append(output);
  return output;
}

/** Words above the exercise, with buttons: {label: what to do}. */
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
