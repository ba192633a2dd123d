// Compiles modules of Python with the very Python of the browser, so that a page need not:
// node compile.js PYODIDE FOLDER
const path = require("node:path");

const [pyodide, folder] = process.argv.slice(2).map((name) => path.resolve(name));
const { loadPyodide } = require(path.join(pyodide, "pyodide.js"));

loadPyodide({ indexURL: pyodide }).then((python) => {
  python.FS.mkdir("/here");
  python.FS.mount(python.FS.filesystems.NODEFS, { root: folder }, "/here");
  python.runPython(`
    import os, pathlib, py_compile
    for path in pathlib.Path("/here").rglob("*.py"):
        name = str(path.relative_to("/here"))
        py_compile.compile(str(path), str(path.with_suffix(".pyc")), name, doraise=True,
                           invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH)
        path.unlink()
  `);
}).catch((error) => {
  process.stderr.write(`${error}\n`);
  process.exitCode = 1;
});
