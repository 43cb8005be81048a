/**
 * Makes of config/openapi.json what people and TypeScript read: config/generated/docs.html and the package's types.
 * Usage: node openapi.mjs [--check], from the workspace; with --check nothing is written, and what differs is an error.
 */

import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { page } from "./page.mjs";
import { types } from "./types/types.mjs";

const document = JSON.parse(readFileSync("config/openapi.json", "utf8"));
const made = {
  "config/generated/docs.html": page(document),
  "crates/countersign-wasm/npm/src/generated/api.ts": await types(document),
};
for (const [file, text] of Object.entries(made)) {
  if (existsSync(file) && readFileSync(file, "utf8") === text) continue;
  if (process.argv.includes("--check")) {
    console.error(`${file} is not what config/openapi.json says; run \`cargo xtask openapi\``);
    process.exitCode = 1;
  } else {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
}
