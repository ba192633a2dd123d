// The page's side of its own Python: fetches the files, starts the worker, asks it, and ends it when it must.
/* global DecompressionStream, PAYLOAD, Response, WebAssembly */
/* exported Machine */

const FILES = ["pyodide.js", "pyodide.asm.js", "pyodide.asm.wasm", "python_stdlib.zip", "packages.zip",
  "pyodide-lock.json", "worker.js"];
const PATIENCE = 5000; // milliseconds that Python has to end a cell by itself
const ENDED = "It ended the Python process (memory? exit?).";

/** The bytes that a script brought, as a Blob. */
async function fileOf(name) {
  await new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = `python/${name}.js`;
    script.onload = resolve;
    script.onerror = () => reject(new Error(`The file python/${name}.js is missing or damaged.`));
    document.head.append(script);
  });
  const text = atob(PAYLOAD[name]);
  delete PAYLOAD[name];
  const packed = Uint8Array.from(text, (letter) => letter.charCodeAt(0));
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Response(stream).blob();
}

/** Python in a worker. `onProgress(text, share)` is told how far its start is. */
class Machine {
  constructor(onProgress) {
    this.onProgress = onProgress;
    this.files = null;
    this.starting = null;
    this.worker = null;
    this.cell = null;
  }

  /** Get everything that a worker needs; once for a page. */
  async load() {
    const blobs = {};
    for (const [i, name] of FILES.entries()) {
      this.onProgress("Unpacking Python", 0.4 * i / FILES.length);
      blobs[name] = await fileOf(name);
    }
    const code = (name) => new Blob([blobs[name]], { type: "text/javascript" });
    return {
      worker: URL.createObjectURL(code("worker.js")),
      scripts: [code("pyodide.asm.js"), code("pyodide.js")],
      module: await WebAssembly.compile(await blobs["pyodide.asm.wasm"].arrayBuffer()),
      files: { "python_stdlib.zip": blobs["python_stdlib.zip"], "pyodide-lock.json": blobs["pyodide-lock.json"] },
      packages: await blobs["packages.zip"].arrayBuffer(),
    };
  }

  /** Start Python unless it runs; resolves when it is ready. */
  start() {
    this.starting ??= (async () => {
      this.files ??= await this.load();
      const { worker, scripts, module, files, packages } = this.files;
      this.worker = new Worker(worker);
      const ready = this.next((data) => data.ready);
      this.worker.postMessage({ command: "start", scripts, module, files, packages });
      await ready;
      this.onProgress("Python is ready", 1);
    })();
    this.starting.catch(() => this.end());
    return this.starting;
  }

  /** The next message that is wanted; whatever goes wrong is an error. */
  next(wanted) {
    return new Promise((resolve, reject) => {
      this.reject = reject;
      this.worker.onmessage = ({ data }) => {
        if (data.starting) this.onProgress(`Starting ${data.starting}`, data.share);
        if ("cell" in data) {
          this.cell = data.cell;
          this.began = performance.now();
        }
        if (data.failed) reject(new Error(data.failed));
        else if (wanted(data)) resolve(data);
      };
      this.worker.onerror = (event) => reject(new Error(event.message || ENDED));
    });
  }

  /** Bring matplotlib, where a cell wants it. */
  async draw() {
    if (this.worker.draws) return;
    this.pictures ??= await (await fileOf("pictures.zip")).arrayBuffer();
    const ready = this.next((data) => data.draws);
    this.worker.postMessage({ command: "draw", pictures: this.pictures });
    await ready;
    this.worker.draws = true;
  }

  /** Ask Python to `check` or to `run`. An error means that this Python is gone; the next call gets another. */
  async ask(what, request) {
    await this.start();
    if (request.draws) await this.draw();
    this.cell = null;
    const answer = this.next((data) => data.answer);
    this.worker.postMessage({ command: "ask", what, request });
    const watch = setInterval(() => {
      const lasted = this.cell === null ? 0 : performance.now() - this.began;
      if (lasted > 1000 * request.seconds + PATIENCE) this.reject(TOO_LONG);
    }, 500);
    try {
      return (await answer).answer;
    } catch (error) {
      this.end();
      throw error;
    } finally {
      clearInterval(watch);
      this.reject = null;
    }
  }

  /** Check a notebook. A cell that ends Python itself is told, and all others run again without it. */
  async check(request) {
    const skip = {};
    for (;;) {
      try {
        return await this.ask("check", { ...request, skip });
      } catch (error) {
        if (error === STOPPED || this.cell === null || this.cell in skip) throw error;
        skip[this.cell] = error === TOO_LONG
          ? ["Timeout", `It took more than ${request.seconds} s and was stopped: look for a loop that never ends.`]
          : ["Ended", ENDED];
      }
    }
  }

  /** End what runs. No word reaches a worker that computes, so Python itself ends and starts anew. */
  stop() {
    this.reject?.(STOPPED);
  }

  end() {
    this.worker?.terminate();
    this.worker = this.starting = null;
  }
}

const STOPPED = new Error("It was stopped. Python starts anew; your work is still here.");
const TOO_LONG = new Error("It took too long and was stopped: look for a loop that never ends. "
  + "Python starts anew; your work is still here.");
