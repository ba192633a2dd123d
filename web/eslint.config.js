// The files are classic scripts that export.py joins into one, so each may use what another defines.
const browser = ["document", "window", "performance", "requestAnimationFrame", "getComputedStyle", "MutationObserver",
  "setTimeout", "clearTimeout", "setInterval", "clearInterval", "atob", "devicePixelRatio", "Blob", "URL", "Worker", "self",
  "postMessage", "matchMedia"];

module.exports = [{
  files: ["*.js", "exercises/*.js", "exercises/editor/*.mjs"],
  ignores: ["eslint.config.js"],
  languageOptions: {
    ecmaVersion: 2022,
    sourceType: "script",
    globals: Object.fromEntries(browser.map((name) => [name, "readonly"])),
  },
  linterOptions: { reportUnusedDisableDirectives: "error" },
  rules: {
    "constructor-super": "error", "eqeqeq": "error", "for-direction": "error", "getter-return": "error",
    "max-len": ["error", { code: 120 }], "no-async-promise-executor": "error", "no-cond-assign": "error",
    "no-const-assign": "error", "no-constant-condition": "error", "no-dupe-args": "error", "no-dupe-class-members": "error",
    "no-dupe-else-if": "error", "no-dupe-keys": "error", "no-duplicate-case": "error", "no-empty": "error",
    "no-eval": "error", "no-fallthrough": "error", "no-func-assign": "error", "no-implicit-globals": "off",
    "no-inner-declarations": "error", "no-loss-of-precision": "error", "no-redeclare": ["error", { builtinGlobals: false }],
    "no-self-assign": "error", "no-shadow": "error", "no-sparse-arrays": "error", "no-this-before-super": "error",
    "no-undef": "error", "no-unreachable": "error", "no-unsafe-finally": "error", "no-unused-vars": ["error", { vars: "local" }],
    "no-use-before-define": ["error", { functions: false, classes: false, variables: false }], "no-var": "error",
    "prefer-const": "error", "use-isnan": "error", "valid-typeof": "error",
  },
}, {
  files: ["exercises/*.js"],
  languageOptions: { globals: { CSS: "readonly" } },
}, {
  files: ["exercises/compile.js"],
  languageOptions: { globals: { require: "readonly", process: "readonly" } },
}, {
  files: ["exercises/editor/*.mjs"],
  languageOptions: { sourceType: "module", globals: { globalThis: "readonly" } },
}];
