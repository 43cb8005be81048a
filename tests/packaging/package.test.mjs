/** What the tarball holds, and that it works as installed: one line of Node, a Worker's bundle, strict TypeScript. */

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { document } from "../scenarios/corpus.mjs";
import { install } from "./install.mjs";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const SIGN = "project:renovation/state:draft/sign:r2";

let project;
before(() => {
  project = install();
});
after(() => project?.remove());

test("the tarball holds what it should and nothing else", () => {
  const declared = [
    "answers", "api", "arguments", "ask", "base64", "browser", "checker", "clock", "compile", "compiler", "connection", "countersign_compile", "crowd",
    "demand", "details", "element", "engine", "error", "explanation", "express", "families", "gate", "generated/api", "given", "guard", "hono", "index", "kept", "live",
    "model", "nearest", "plain", "plan", "questions", "raw", "react", "reason", "refusal", "routes", "runtime", "server", "shared", "shared-compile",
    "snapshot", "sql", "types", "verify", "vocabulary", "vue", "wasm",
  ];
  const entries = ["", "-browser", "-compile"].flatMap((part) => ["inline", "node", "web", "workerd"].map((host) => `entry${part}-${host}.js`));
  entries.push("entry-compile-inline-node.js", "entry-verify-node.js", "inline-compile.js");
  const wanted = [
    "LICENSE",
    "README.md",
    "package.json",
    "dist/countersign.css",
    "dist/countersign.wasm",
    "dist/countersign_compile.wasm",
    "dist/countersign_details.wasm",
    ...[...entries, "browser.js", "express.js", "hono.js", "react.js", "server.js", "shared.js", "shared-compile.js", "verify.js", "vue.js"].flatMap((file) => [`dist/${file}`, `dist/${file}.map`]),
    ...declared.map((module) => `dist/${module}.d.ts`),
  ];
  assert.deepEqual(project.files, wanted.sort());
});

test("every address of `exports` exists and types come first", () => {
  const manifest = JSON.parse(readFileSync(join(project.directory, "node_modules/countersign/package.json"), "utf8"));
  for (const [name, target] of Object.entries(manifest.exports)) {
    if (typeof target === "string") assert.ok(project.files.includes(target.slice(2)), target);
    else {
      // The API is types alone; what stands between a framework and the engine is the same in every host, and the verifier in
      // all but Node.
      const alike = ["./hono", "./express", "./react", "./vue"].map((entry) => [entry, ["types", "default"]]);
      const wanted = new Map([["./api", ["types"]], ["./verify", ["types", "workerd", "node", "default"]], ...alike]);
      assert.deepEqual(Object.keys(target), wanted.get(name) ?? ["types", "workerd", "node", "webpack", "browser", "default"]);
      const paths = (of) => (typeof of === "string" ? [of] : Object.values(of).flatMap(paths));
      for (const path of paths(target)) assert.ok(project.files.includes(path.slice(2)), path);
    }
  }
  assert.equal(manifest.dependencies, undefined);
});

test("in Node an entry is one file, and its classes are those of the first", async () => {
  const first = await project.load("countersign");
  for (const name of ["browser", "compile", "verify"]) {
    const file = readFileSync(join(project.directory, `node_modules/countersign/dist/entry-${name}-node.js`), "utf8");
    const asked = new Set([...file.matchAll(/(?:from|import)\s*"([^"]+)"/g)].map(([, from]) => from).filter((from) => !from.startsWith("node:")));
    assert.deepEqual([...asked], ["./entry-node.js"], name);
  }
  assert.deepEqual(Object.keys(first).sort(), ["Checker", "CountersignError"]);
  const { CountersignError } = first;
  const { Policy } = await project.load("countersign/compile");
  const { connect } = await project.load("countersign/browser");
  const { verifier } = await project.load("countersign/verify");
  assert.throws(() => Policy.parse("="), CountersignError);
  await assert.rejects(async () => connect({ tenant: 1 }), CountersignError);
  await assert.rejects(async () => verifier({ key: 1 }), CountersignError);
});

test("one line of Node answers", async () => {
  const { Policy, Tenant } = await project.load("countersign/compile");
  const tenant = Tenant.load(Policy.parse(document("signagent.toml")), document("acme.toml"));
  writeFileSync(join(project.directory, "eddie.snapshot"), tenant.snapshot("user:eddie"));
  const line = `import("countersign").then(async ({ Checker }) => {
    const checker = await Checker.load(require("node:fs").readFileSync("eddie.snapshot"));
    console.log(checker.can("edit", "${SIGN}"), checker.can("approve", "${SIGN}"));
  })`;
  const output = execFileSync(process.execPath, ["-e", line], { cwd: project.directory, encoding: "utf8" });
  assert.equal(output.trim(), "true false");
});

test("a page's bundle holds one wasm file and no compiler", async () => {
  const { outputFiles, metafile } = await bundle({ conditions: ["production"], platform: "browser", loader: { ".wasm": "file" } });
  assert.ok(outputFiles.length >= 1);
  const inputs = Object.keys(metafile.inputs);
  assert.ok(inputs.some((path) => path.endsWith("entry-web.js")));
  assert.deepEqual(inputs.filter((path) => path.includes("compile")), []);
});

test("a Worker's bundle imports the wasm as modules", async () => {
  const { metafile } = await bundle({ conditions: ["workerd"], platform: "neutral", external: ["*.wasm"] });
  const [output] = Object.values(metafile.outputs);
  assert.deepEqual(output.imports.filter(({ external }) => external).map(({ path }) => path.split("/").at(-1)).sort(), [
    "countersign.wasm",
    "countersign_details.wasm",
  ]);
});

test("strict TypeScript accepts right calls and refuses wrong ones", () => {
  writeFileSync(join(project.directory, "right.ts"), RIGHT);
  tsc("right.ts");
  writeFileSync(join(project.directory, "wrong.ts"), `${RIGHT}\nconst n: number = checker.can("edit", "a:b");\ncheker.free();\n`);
  assert.throws(() => tsc("wrong.ts"), (error) => /wrong\.ts\(\d+,7\)/.test(error.stdout) && /checker/.test(error.stdout));
});

const RIGHT = `
import { Checker, CountersignError, type Decision } from "countersign";
import { connect } from "countersign/browser";
import { verifier, type Allowed, type Public } from "countersign/verify";
import { Policy, Tenant } from "countersign/compile";
const tenant = Tenant.load(Policy.parse("", { name: "m" }), { members: [] });
const checker = await Checker.load(tenant.snapshot("user:a", { now: new Date(), ttl: 1000 }));
const allowed: boolean = checker.can("edit", { path: "sign:1", attributes: { kind: "room" } }, { cost: 1 }, { now: 0 });
const decision: Decision = checker.check("edit", "sign:1");
const some: { path: string; title: string }[] = checker.filter("edit", [{ path: "sign:1", title: "One" }]);
const live = await connect({ tenant: "acme", headers: () => ({ authorization: "x" }) });
const stop: () => void = live.gate(document.body);
const passed: Allowed = await verifier({ key: "k" })(new Request("https://a.test"), { tenant: "acme" });
const either: Allowed | Public = await verifier({ key: ["k", "l"], public: true })({ method: "GET", url: "/", headers: {} });
console.log(passed.subject, either.decision, allowed, decision.reason.stage, some, new CountersignError("freed", "x").code, stop);
`;

function tsc(file) {
  const options = ["--noEmit", "--strict", "--module", "nodenext", "--target", "es2022", "--lib", "es2022,dom", "--types", ""];
  const compiler = join(ROOT, "node_modules/typescript/bin/tsc");
  return execFileSync(process.execPath, [compiler, ...options, file], { cwd: project.directory, encoding: "utf8", stdio: "pipe" });
}

function bundle(options) {
  const contents = `import { Checker } from "countersign"; console.log(Checker);`;
  return build({
    stdin: { contents, resolveDir: project.directory },
    bundle: true,
    write: false,
    format: "esm",
    outdir: "out",
    metafile: true,
    ...options,
  });
}
