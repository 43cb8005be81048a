/** Puts what the demo's origin serves into www/dist: the demo's page at the root, the built npm package at /package. */

import { cpSync, existsSync, mkdirSync, readdirSync, rmSync } from "node:fs";
import { fileURLToPath } from "node:url";

const at = (path) => fileURLToPath(new URL(path, import.meta.url));
const built = at("../crates/countersign-wasm/npm/dist/");

if (!existsSync(`${built}countersign.wasm`)) {
  console.error("the npm package has not been built: crates/countersign-wasm/npm/dist holds no countersign.wasm");
  process.exit(1);
}
rmSync(at("dist/"), { recursive: true, force: true });
mkdirSync(at("dist/package/"), { recursive: true });
cpSync(at("demo/"), at("dist/demo/"), { recursive: true });
cpSync(at("demo/index.html"), at("dist/index.html"));
rmSync(at("dist/demo/index.html"));
// A page needs the runtime only; the compiler stays where it is.
for (const name of readdirSync(built).filter((name) => /\.js$|^countersign\.wasm$/.test(name) && !name.includes("compile"))) {
  cpSync(built + name, at(`dist/package/${name}`));
}
