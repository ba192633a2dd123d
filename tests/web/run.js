// Runs a test's own lines in one context with files of web/: node run.js FILES... < {"code", "data"}
// Prints what the code returns, as JSON.
const fs = require("node:fs");
const path = require("node:path");
const vm = require("node:vm");

const { code, data } = JSON.parse(fs.readFileSync(0, "utf8"));
const web = path.join(__dirname, "..", "..", "web");
const sources = process.argv.slice(2).map((name) => fs.readFileSync(path.resolve(web, name), "utf8"));
const context = vm.createContext({ data, atob, console, performance });
const result = vm.runInContext(`${sources.join("\n")}\n(() => {${code}})()`, context);
process.stdout.write(JSON.stringify(result, (_, value) => (ArrayBuffer.isView(value) ? Array.from(value) : value)));
