/** Writes docs/benchmarks from the figures that the drivers have left in the directory that is named. */

import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { availableParallelism, cpus, loadavg } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { chart } from "./chart.mjs";
import { gateSection } from "./gate.mjs";
import { nativeRows, nestingRow, packageRows, pageRows } from "./rows.mjs";
import { markdown } from "./table.mjs";

const COMMAND = "cargo xtask bench";
const DOCS = fileURLToPath(new URL("../../../docs/benchmarks/", import.meta.url));

const [directory] = process.argv.slice(2);
const read = (name) => JSON.parse(readFileSync(join(directory, name), "utf8"));
const packages = [...packageRows(read("rivals.json")), nestingRow(read("nesting.json")), ...pageRows(read("download.json"), read("live.json"))];
const natives = nativeRows(read("native.json"));
const gate = gateSection({ gate: read("gate.json"), start: read("start.json"), soak: read("soak.json") });

mkdirSync(DOCS, { recursive: true });
writeFileSync(join(DOCS, "results.md"), markdown({ command: COMMAND, machine: machine(), packages, natives, gate }));
writeFileSync(join(DOCS, "chart.svg"), chart({ command: COMMAND, rows: [...packages, ...natives] }));
console.log(`docs/benchmarks/results.md and chart.svg are written`);

function machine() {
  const rustc = execFileSync("rustc", ["--version"], { encoding: "utf8" }).trim().split(" ").slice(0, 2).join(" ");
  const model = cpus()[0]?.model.trim();
  const versions = ["@casl/ability", "casbin", "@cedar-policy/cedar-wasm", "esbuild"].map((name) => `${name} ${locked(name)}`);
  const crates = ["cedar-policy", "casbin", "regorus"].map((name) => `${name} ${crate(name)}`);
  // Processor time hides waiting, but not what others do to the caches: whoever reads the figures should know.
  const load = `load average ${loadavg()[2].toFixed(1)} while it ran`;
  const parts = [`${availableParallelism()} cores${model ? ` (${model})` : ""}`, `Node ${process.version.slice(1)}`, rustc, load];
  return `${parts.join(", ")}; npm: ${versions.join(", ")}; crates: ${crates.join(", ")}`;
}

function locked(name) {
  const lock = JSON.parse(readFileSync(new URL("../../../package-lock.json", import.meta.url), "utf8"));
  return lock.packages[`node_modules/${name}`].version;
}

function crate(name) {
  const lock = readFileSync(new URL("../native/Cargo.lock", import.meta.url), "utf8");
  return lock.split(`name = "${name}"\nversion = "`)[1].split('"')[0];
}
