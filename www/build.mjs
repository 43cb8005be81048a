/**
 * Puts what the demo's origin serves into www/dist: the demo's page at the root, the built npm package at /package.
 *
 * They become one module that the origin imports. Static assets would do the same, but where two workers run side by
 * side, as in development here, only one of them can have assets, and the gate has.
 */

import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { extname } from "node:path";
import { fileURLToPath } from "node:url";

const at = (path) => fileURLToPath(new URL(path, import.meta.url));
const built = at("../crates/countersign-wasm/npm/dist/");

if (!existsSync(`${built}countersign.wasm`)) {
  console.error("the npm package has not been built: crates/countersign-wasm/npm/dist holds no countersign.wasm");
  process.exit(1);
}
const TYPES = {
  ".html": "text/html; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".json": "application/json",
  ".wasm": "application/wasm",
};

// A page needs the runtime, and the details where it asks for them; the compiler stays where it is.
const runtime = (name) => /\.js$|^countersign(\.css|(_details)?\.wasm)$/.test(name) && !name.includes("compile");
const files = [
  ["/", at("demo/index.html")],
  ...readdirSync(at("demo/")).filter((name) => name !== "index.html").map((name) => [`/demo/${name}`, at(`demo/${name}`)]),
  ...readdirSync(built).filter(runtime).map((name) => [`/package/${name}`, built + name]),
];
const entries = files.map(([path, file]) => [path, { type: TYPES[extname(file)], base64: readFileSync(file, "base64") }]);

rmSync(at("dist/"), { recursive: true, force: true });
mkdirSync(at("dist/"));
const text = `// Written by www/build.mjs.\nexport const FILES = new Map(${JSON.stringify(entries, null, 1)});\n`;
writeFileSync(at("dist/files.js"), text);
