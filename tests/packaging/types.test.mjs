/** Types from a model: what the compiler of TypeScript takes and refuses, and what an editor offers. */

import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { install } from "./install.mjs";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
/** Built by the native tests. */
const COMMAND = process.env.COUNTERSIGN_COMMAND ?? join(ROOT, "target/debug/countersign");
const COMPILER = join(ROOT, "node_modules/typescript/bin/tsc");
const OPTIONS = ["--noEmit", "--strict", "--exactOptionalPropertyTypes", "--target", "es2022", "--lib", "es2022,dom", "--module", "nodenext", "--types", "", "--pretty", "false"];

let project;
before(() => {
  project = install();
});
after(() => project?.remove());

/** A folder of the project with the types of a model. */
function folder(name, model, ...options) {
  const path = join(project.directory, name);
  mkdirSync(path);
  const types = execFileSync(COMMAND, ["types", model, ...options], { encoding: "utf8" });
  writeFileSync(join(path, "model.d.ts"), types);
  return path;
}

/** What the compiler says, line by line of the file: `undefined` where it takes it. */
function compile(path, lines, ...options) {
  const file = options.includes("--jsx") ? "uses.tsx" : "uses.ts";
  writeFileSync(join(path, file), lines.join("\n"));
  const files = [file, "model.d.ts"];
  const { stdout } = spawnSync("node", [COMPILER, ...OPTIONS, ...options, ...files], { cwd: path, encoding: "utf8" });
  const found = lines.map(() => undefined);
  for (const line of stdout.split("\n")) {
    const [, number, message] = /^uses\.tsx?\((\d+),\d+\): (.*)$/.exec(line) ?? [];
    if (number !== undefined) found[number - 1] ??= message;
    else assert.doesNotMatch(line, /^\S+\.tsx?\(/, line);
  }
  return { found, stdout };
}

const HEAD = [
  'import type { Checker } from "countersign";',
  'import type { Tenant } from "countersign/compile";',
  "declare const checker: Checker; declare const tenant: Tenant; declare const id: string; declare const path: string;",
  'declare const either: "edit" | "comment"; declare const one: "project:p" | "project:p/state:s/sign:1";',
];

/** Whether each statement is taken; where it is refused, with which words. */
const TABLE = [
  ['checker.can("edit", "project:p/state:s/sign:42");', true],
  ['checker.can("edti", "project:p/state:s/sign:42");', '"edti"'],
  ['checker.can("edit", "sign:42");', "the type 'sign' stands below 'state' and not below '/'"],
  ['checker.can("edit", "project:p/sign:42");', "the type 'sign' stands below 'state' and not below 'project'"],
  ['checker.can("edit", "project:p/state:s/sgn:42");', "there is no type 'sgn' in the model"],
  ['checker.can("comment", "project:p/state:s");', "the type 'state' has no action 'comment'"],
  ['checker.can("edit", "project:");', "there is no id behind 'project:'"],
  ['checker.can("edit", "project");', "no segment of a path"],
  ['checker.can("edit", "");', "no segment of a path"],
  ["checker.can(\"edit\", `project:${id}/state:${id}/sign:${id}`);", true],
  ["checker.can(\"edit\", `project:${id}/sign:${id}`);", "the type 'sign' stands below 'state'"],
  ["checker.can(\"edit\", `${path}/sign:${id}`);", true],
  ["checker.can(\"edit\", `${path}/sgn:${id}`);", "there is no type 'sgn'"],
  ["checker.can(\"edit\", `${path}/state:${id}`);", "the type 'state' has no action 'edit'"],
  ['checker.can("edit", path);', true],
  ["checker.can(id, path);", "Argument of type 'string'"],
  ['checker.can(either, "project:p");', true],
  ['checker.can(either, "project:p/state:s");', "has no action"],
  ['checker.can("edit", one);', true],
  ['checker.can("approve", one);', "the type 'project' has no action 'approve'"],
  ['checker.can("edit", { path: "project:p", attributes: { kind: "design" } });', true],
  ['checker.can("edit", { path: "project:p", attributes: { knd: "design" } });', "'knd'"],
  ['checker.can("edit", { path: "project:p", attributes: { kind: "desing" } });', '"desing"'],
  ['checker.can("edit", { path: "project:p/sign:1" });', "stands below 'state'"],
  ['checker.can("edit", "project:p", {}, { now: 5 });', true],
  ['checker.can("edit", "project:p", { cost: 1 });', "type 'never'"],
  ['checker.can("view", "member:user:ann");', true],
  ['checker.can("create", "project:p/assignment:new");', true],
  ['checker.can("create", "project:p/assinment:new");', "there is no type 'assinment'"],
  ['checker.check("approve", "project:p/state:s").reason.stage;', true],
  ['checker.check("approve", "project:p");', "the type 'project' has no action 'approve'"],
  ['checker.explain("approve", "project:p");', "the type 'project' has no action 'approve'"],
  ['const actions: ("view" | "approve")[] = checker.actions("project:p/state:s");', true],
  ['const wrong: "view"[] = checker.actions("project:p/state:s");', "approve"],
  ['checker.actions("project:p/stat:s");', "there is no type 'stat'"],
  ['const left: string[] = checker.filter("edit", ["project:p", path]);', true],
  ['checker.filter("edit", ["project:p", "project:p/state:s"]);', "the type 'state' has no action 'edit'"],
  ['checker.filter("edit", [{ path: "project:p" as const, row: 1 }].map(({ path }) => ({ path })));', true],
  ['checker.anywhere("approve", "sign", { sign_type: "room" });', true],
  ['checker.anywhere("approve", "sign", { sing_type: "room" });', "'sing_type'"],
  ['checker.anywhere("approve", "project");', '"sign" | "state"'],
  ['checker.plan("view", "sgn");', '"sgn"'],
  ['checker.plan("view", "sign");', true],
  ['tenant.can("user:a", "edit", "project:p");', true],
  ['tenant.can("user:a", "edti", "project:p");', '"edti"'],
  ['tenant.check("user:a", "approve", "project:p");', "the type 'project' has no action 'approve'"],
  ['tenant.subjects("approve", "project:p");', "the type 'project' has no action 'approve'"],
  ['tenant.resources("user:a", "approve", "project");', '"sign" | "state"'],
  ['tenant.anywhere("user:a", "edit", "project", { kind: "build" });', true],
];

test("a table of statements", () => {
  const path = folder("table", join(ROOT, "presets/signagent/model.toml"));
  const { found } = compile(path, [...HEAD, ...TABLE.map(([statement]) => statement)]);
  assert.deepEqual(found.slice(0, HEAD.length), HEAD.map(() => undefined));
  for (const [at, [statement, expected]] of TABLE.entries()) {
    const said = found[HEAD.length + at];
    if (expected === true) assert.equal(said, undefined, `${statement}\n${said}`);
    else assert.ok(said?.includes(expected), `${statement}\nexpected ${expected}, found ${said}`);
  }
});

const CONNECTED = [
  'import { connect, defineElement, type Connection } from "countersign/browser";',
  "declare const connection: Connection; declare const id: string; declare const path: string; const heard = () => {};",
];
const REACT = [
  'import { createElement } from "react"; import type { Connection } from "countersign/browser"; import type { Checker } from "countersign";',
  'import { Can, CountersignProvider, useCan } from "countersign/react";',
  "declare const connection: Connection; declare const checker: Checker; declare const id: string; declare const path: string;",
];
const VUE = [
  'import { computed, createApp, h, ref, type GlobalComponents, type GlobalDirectives } from "vue"; import type { Connection } from "countersign/browser";',
  'import { Can, countersign, useCan } from "countersign/vue"; type Question = Parameters<NonNullable<Exclude<GlobalDirectives["vCan"], Function>["mounted"]>>[1]["value"];',
  "declare const connection: Connection; declare const id: string; declare const path: string; declare const app: ReturnType<typeof createApp>;",
];
const APPROVES = "the type 'project' has no action 'approve'";
/** What shows answers, in the same way. */
const SHOWN = {
  "a connection": [CONNECTED, [
    ['connection.can("edit", "project:p");', true],
    ['connection.can("edti", "project:p");', '"edti"'],
    ['connection.can("approve", "project:p");', APPROVES],
    ['connection.can("edit", path, {}, { now: 5 });', true],
    ['connection.shows("edit", "project:p");', true],
    ['connection.shows("approve", "project:p");', APPROVES],
    ['connection.observe(heard, "edit", `project:${id}`);', true],
    ['connection.observe(heard, "edti", "project:p");', '"edti"'],
    ['connection.checker.check("approve", "project:p");', APPROVES],
    ["defineElement(connection);", true],
    ['const one: Connection = await connect({ tenant: "acme" });', true],
  ]],
  React: [REACT, [
    ['useCan("edit", "project:p/state:s/sign:1");', true],
    ['useCan("edti", "project:p");', '"edti"'],
    ['useCan("approve", "project:p");', APPROVES],
    ['useCan("edit", `project:${id}`);', true],
    ['useCan("edit", path);', true],
    ['useCan("edit", { path: "project:p", attributes: { kind: "design" } });', true],
    ['useCan("edit", { path: "project:p", attributes: { knd: "design" } });', "'knd'"],
    ['createElement(CountersignProvider, { source: connection });', true],
    ['createElement(CountersignProvider, { source: checker, rendered: { checker, now: 5 } });', true],
    ['<CountersignProvider source={connection}><Can action="edit" resource="project:p" fallback="no">yes</Can></CountersignProvider>;', true],
    ['<Can action="edit" resource={path}>{(allowed) => (allowed ? "yes" : "no")}</Can>;', true],
    ['<Can action="edti" resource="project:p" />;', '"edti"'],
    ['<Can action="approve" resource="project:p" />;', APPROVES],
  ]],
  Vue: [VUE, [
    ['useCan("edit", "project:p/state:s/sign:1");', true],
    ['useCan("edti", "project:p");', '"edti"'],
    ['useCan("approve", "project:p");', APPROVES],
    ['useCan("edit", () => `project:${id}`);', true],
    ['useCan("edit", ref(path));', true],
    ['useCan("edit", computed(() => path));', true],
    ['useCan(() => "edit" as const, "project:p");', true],
    ['useCan(() => "edti" as const, "project:p");', '"edti"'],
    ['useCan("approve", () => "project:p" as const);', APPROVES],
    ["app.use(countersign({ source: connection }));", true],
    ['h(Can, { action: "edit", resource: "project:p" });', true],
    ['h(Can, { action: "edti", resource: "project:p" });', "No overload"],
    ['new Can({ action: "approve", resource: "project:p" });', APPROVES],
    ['const tag: GlobalComponents["Can"] = Can;', true],
    ['const asked: Question = "edit project:p";', true],
    ['const other: Question = "edti project:p";', '"edti project:p"'],
  ]],
};

for (const [what, [head, table]] of Object.entries(SHOWN)) {
  test(`what shows answers: ${what}`, () => {
    for (const name of ["react", "vue", "@vue", "@types", "csstype"]) {
      const link = join(project.directory, "node_modules", name);
      if (!existsSync(link)) symlinkSync(join(ROOT, "node_modules", name), link);
    }
    const path = folder(`shown-${what.replace(" ", "-")}`, join(ROOT, "presets/signagent/model.toml"));
    const options = ["--jsx", "react-jsx", "--skipLibCheck"];
    const { found, stdout } = compile(path, [...head, ...table.map(([statement]) => statement)], ...options);
    assert.deepEqual(found.slice(0, head.length), head.map(() => undefined), stdout);
    for (const [at, [statement, expected]] of table.entries()) {
      const said = found[head.length + at];
      if (expected === true) assert.equal(said, undefined, `${statement}\n${said}`);
      else assert.ok(said?.includes(expected), `${statement}\nexpected ${expected}, found ${said}`);
    }
    // Without a model everything is a text.
    writeFileSync(join(path, "model.d.ts"), "export {};\n");
    const free = compile(path, [...head, ...table.map(([statement]) => statement)], ...options);
    assert.deepEqual(free.found.filter((message) => message !== undefined), [], free.stdout);
  });
}

test("without a model every action and path is a text", () => {
  const path = join(project.directory, "without");
  mkdirSync(path);
  writeFileSync(join(path, "model.d.ts"), "export {};\n");
  const lines = [...HEAD, ...TABLE.map(([statement]) => statement).filter((statement) => !/wrong|left/.test(statement))];
  const typed = (line) => line.replace('const actions: ("view" | "approve")[]', "const actions: string[]");
  const { found } = compile(path, lines.map(typed));
  assert.deepEqual(found.filter((message) => message !== undefined), []);
});

test("a program of several models names them", () => {
  const path = folder("several", join(ROOT, "presets/signagent/model.toml"), "--no-register");
  const { found } = compile(path, [
    'import { Checker } from "countersign"; import type { Signagent } from "./model.js";',
    'const signs = await Checker.load<Signagent>(new Uint8Array()); signs.can("edit", "project:p");',
    'signs.can("edti", "project:p");',
    'const other: Checker = await Checker.load(new Uint8Array()); other.can("anything", "at:all");',
    "export {};",
  ]);
  assert.deepEqual(found.map((message) => message === undefined), [true, true, false, true, true]);
});

test("types of another model are noticed", () => {
  const path = folder("stale", join(ROOT, "presets/signagent/model.toml"));
  const check = (model) => spawnSync(COMMAND, ["types", model, "--check", join(path, "model.d.ts")], { encoding: "utf8" });
  assert.equal(check(join(ROOT, "presets/signagent/model.toml")).status, 0);
  const other = check(join(ROOT, "presets/portal/model.toml"));
  assert.deepEqual([other.status, /is not of this model/.test(other.stderr)], [1, true], other.stderr);
});

/** What an editor offers where `|` stands, by the language service that editors with TypeScript 5 run. */
function editor(path) {
  const require = createRequire(join(ROOT, "crates/xtask/js/types/package.json"));
  const ts = require("typescript");
  const file = join(path, "offers.ts");
  let [text, version] = ["", 0];
  const service = ts.createLanguageService({
    ...ts.sys,
    useCaseSensitiveFileNames: () => ts.sys.useCaseSensitiveFileNames,
    getCompilationSettings: () => ({ strict: true, exactOptionalPropertyTypes: true, target: ts.ScriptTarget.ES2022, lib: ["lib.es2022.d.ts", "lib.dom.d.ts"], module: ts.ModuleKind.NodeNext, types: [] }),
    getScriptFileNames: () => [file, join(path, "model.d.ts")],
    getScriptVersion: (name) => (name === file ? String(version) : "0"),
    getScriptSnapshot: (name) => {
      const read = name === file ? text : ts.sys.readFile(name);
      return read === undefined ? undefined : ts.ScriptSnapshot.fromString(read);
    },
    getCurrentDirectory: () => path,
    getDefaultLibFileName: (options) => ts.getDefaultLibFilePath(options),
  });
  return (statement) => {
    const whole = `${HEAD.join("\n")}\n${statement}`;
    const at = whole.indexOf("¦");
    [text, version] = [whole.replace("¦", ""), version + 1];
    return (service.getCompletionsAtPosition(file, at, {})?.entries ?? []).map(({ name }) => name).sort();
  };
}

test("an editor offers actions, types and the shapes of paths", () => {
  const offers = editor(folder("offers", join(ROOT, "presets/signagent/model.toml")));
  assert.ok(["approve", "comment", "edit", "view"].every((action) => offers('checker.can("¦")').includes(action)));
  assert.deepEqual(offers('checker.can("approve", "¦")'), ["project:/state:", "project:/state:/sign:"]);
  assert.deepEqual(offers('checker.can("approve", { path: "¦" })'), ["project:/state:", "project:/state:/sign:"]);
  assert.deepEqual(offers('tenant.check("user:a", "approve", "¦")'), ["project:/state:", "project:/state:/sign:"]);
  assert.deepEqual(offers('checker.anywhere("approve", "¦")'), ["sign", "state"]);
  assert.deepEqual(offers('checker.can("edit", { path: "project:p", attributes: { ¦ } })'), ["kind"]);
});

test("a thousand actions are no burden", (context) => {
  const model = join(project.directory, "thousand.toml");
  const types = Array.from({ length: 40 }, (_, type) => {
    const actions = Array.from({ length: 25 }, (_, action) => `"do_${type}_${action}"`).join(", ");
    return `[types.t${type}]\n${type % 4 === 0 ? "" : `parent = "t${type - 1}"\n`}actions = [${actions}]\n`;
  });
  writeFileSync(model, `name = "thousand"\n${types.join("\n")}`);
  const path = folder("thousand", model);
  const lines = [...HEAD.slice(0, 3)];
  const refused = [];
  for (let use = 0; use < 200; use++) {
    const type = use % 40;
    const above = Array.from({ length: type % 4 }, (_, level) => `t${type - (type % 4) + level}:x/`).join("");
    lines.push(`checker.can("do_${type}_${use % 25}", "${above}t${type}:${use}");`);
    lines.push(`checker.can("do_${(type + 1) % 40}_${use % 25}", "${above}t${type}:${use}");`);
    refused.push(lines.length - 1);
  }
  const { found, stdout } = compile(path, lines, "--extendedDiagnostics");
  assert.deepEqual(found.flatMap((message, at) => (message === undefined ? [] : [at])), refused);
  const seconds = Number(/Total time:\s*([\d.]+)s/.exec(stdout)?.[1]);
  const checked = Number(/Check time:\s*([\d.]+)s/.exec(stdout)?.[1]);
  const offers = editor(path);
  assert.equal(offers('checker.can("¦")').length, 1_000 + 18);
  const times = Array.from({ length: 5 }, (_, round) => {
    const begun = performance.now();
    assert.deepEqual(offers(`checker.can("do_${round}_1", "¦")`).length, 1);
    return performance.now() - begun;
  }).sort((a, b) => a - b);
  context.diagnostic(`400 questions: checked in ${checked} s of ${seconds} s; an editor's offer: ${times[2].toFixed(0)} ms in the middle`);
  // Generous: what is meant is that nothing explodes.
  assert.ok(checked < 10 && times[2] < 2_000, `${checked} s, ${times}`);
});

test("the types cost nothing at run time", () => {
  const browser = readFileSync(join(project.directory, "node_modules/countersign/dist/entry-web.js"), "utf8");
  assert.doesNotMatch(browser, /Mistake|shapes|Registered/);
});
