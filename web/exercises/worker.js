// The page's own Python, in a worker, so that the page always answers. Nothing is fetched: the page hands
// over all files, and what Pyodide asks for at the address NOWHERE is looked up among them.
/* global self, importScripts, loadPyodide, Response, WebAssembly */

const NOWHERE = "https://nowhere.invalid/";

const PACKAGES = "/lib/python3.12/site-packages";

let python = null;
let inside = null;
let deadline = Infinity;

/** What Pyodide takes for shared memory: Python reads it every now and then, and 2 is an interrupt. */
const interrupts = {
  get 0() {
    if (performance.now() < deadline) return 0;
    deadline = Infinity;
    return 2;
  },
  set 0(value) {
    // Python says that it has read the interrupt.
  },
};

function ready(what, share) {
  self.postMessage({ starting: what, share });
}

async function start({ files, module, scripts, packages }) {
  self.fetch = async (url) => {
    const file = files[String(url).replace(NOWHERE, "")];
    return file ? new Response(file) : new Response(null, { status: 404 });
  };
  WebAssembly.instantiateStreaming = async (_, imports) => ({
    module, instance: await WebAssembly.instantiate(module, imports),
  });
  ready("Python", 0.5);
  importScripts(...scripts.map((script) => URL.createObjectURL(script)));
  python = await loadPyodide({ indexURL: NOWHERE });
  ready("NumPy", 0.8);
  python.unpackArchive(packages, "zip", { extractDir: PACKAGES });
  inside = python.pyimport("exercise_page");
  inside.begin();
  inside.limit = (seconds) => {
    deadline = seconds ? performance.now() + 1000 * seconds : Infinity;
  };
  inside.starting = (cell) => self.postMessage({ cell });
  python.setInterruptBuffer(interrupts);
  self.postMessage({ ready: true, memory: python._module.HEAP8.length });
}

const COMMANDS = {
  start,
  draw({ pictures }) {
    python.unpackArchive(pictures, "zip", { extractDir: PACKAGES });
    self.postMessage({ draws: true });
  },
  ask({ what, request }) {
    self.postMessage({ answer: JSON.parse(inside[what](JSON.stringify(request))) });
  },
};

self.onmessage = async ({ data }) => {
  try {
    await COMMANDS[data.command](data);
  } catch (error) {
    self.postMessage({ failed: String(error.message ?? error).trim().split("\n").slice(-3).join("\n") });
  }
};
