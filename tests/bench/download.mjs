/**
 * What a page downloads to decide for itself, with each library: a program of one question, bundled and minified by esbuild,
 * with whatever wasm it fetches; every file compressed by itself with gzip, as a server does it.
 */

import { build } from "esbuild";
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { show } from "./rivals/show.mjs";

const HERE = fileURLToPath(new URL(".", import.meta.url));
const PACKAGE = fileURLToPath(new URL("../../crates/countersign-wasm/npm/dist/", import.meta.url));
const { resolve } = createRequire(import.meta.url);

/** The programs; what stands in `fetched` is downloaded besides the script, and `absent` is of Node and left out. */
const PROGRAMS = {
  countersign: {
    program: `import { Checker } from ${JSON.stringify(join(PACKAGE, "entry-web.js"))};
      globalThis.may = async (response) => (await Checker.load(response)).can("view", "sign:1");`,
    fetched: [join(PACKAGE, "countersign.wasm")],
  },
  "casl/own": {
    program: `import { Ability } from "@casl/ability";
      globalThis.may = (rules, sets) => new Ability(rules, { conditionsMatcher: ({ projects }) => (sign) => projects.has(sign.project) }).can("view", sets);`,
  },
  "casl/guide": {
    program: `import { createMongoAbility } from "@casl/ability";
      globalThis.may = (rules, sign) => createMongoAbility(rules).can("view", sign);`,
  },
  casbin: {
    program: `import { newEnforcer, newModelFromString } from "casbin";
      globalThis.may = async (model, ...question) => (await newEnforcer(newModelFromString(model))).enforceSync(...question);`,
    absent: ["fs"],
  },
  cedar: {
    program: `import start, * as cedar from "@cedar-policy/cedar-wasm/web";
      globalThis.may = async (address, call) => (await start({ module_or_path: address }), cedar.isAuthorized(call));`,
    fetched: [join(resolve("@cedar-policy/cedar-wasm/nodejs"), "../../web/cedar_wasm_bg.wasm")],
  },
};
const DOWNLOAD = { title: "Download for a page, gzip", unit: "KB" };

const figures = {};
const unable = {};
for (const [id, { program, fetched = [], absent = [] }] of Object.entries(PROGRAMS)) {
  const options = { bundle: true, minify: true, write: false, format: "esm", platform: "browser", target: "es2022", logLevel: "silent" };
  try {
    const { outputFiles } = await build({ ...options, stdin: { contents: program, resolveDir: HERE }, external: ["*.wasm", ...absent] });
    const files = [...outputFiles.map(({ contents }) => contents), ...fetched.map((file) => readFileSync(file))];
    const bytes = files.reduce((sum, file) => sum + gzipSync(file, { level: 9 }).length, 0);
    figures[id] = { median: bytes, low: bytes, high: bytes };
  } catch (error) {
    if (id === "countersign" || error.errors === undefined) throw error;
    unable[id] = "no bundle for a page";
    console.log(`${id}: ${error.errors.map(({ text }) => text).join("; ")}`);
  }
}
show(DOWNLOAD, { figures, unable });

if (process.env.COUNTERSIGN_BENCH !== undefined) {
  writeFileSync(join(process.env.COUNTERSIGN_BENCH, "download.json"), `${JSON.stringify({ figures, unable }, undefined, 2)}\n`);
}
