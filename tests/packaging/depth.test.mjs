/** Everything that nests, from one level to a hundred thousand, through the package: an answer or an error, soon, never a trap. */

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { document } from "../scenarios/corpus.mjs";
import { install } from "./install.mjs";

const LEVELS = [1, 2, 8, 16, 31, 32, 33, 64, 80, 127, 128, 512, 513, 2_000, 10_000, 100_000];
/** Milliseconds that one may take at most: what is promised. The best of some attempts counts, for machines are busy. */
const TIME = 5;
const ATTEMPTS = 12;

let project;
let Checker;
let CountersignError;
let Policy;
let Tenant;
let policy;
let checker;

before(async () => {
  project = install();
  ({ Checker, CountersignError } = await project.load("countersign"));
  ({ Policy, Tenant } = await project.load("countersign/compile"));
  policy = Policy.parse(document("signagent.toml"));
  checker = await Checker.load(Tenant.load(policy, document("acme.toml")).snapshot("user:one"));
});
after(() => project?.remove());

const twice = (open, middle, close) => (levels) => open.repeat(levels) + middle + close.repeat(levels);
const chain = (one, between) => (levels) => Array(levels).fill(one).join(between);
const model = (text) => Policy.parse(text);
const tenant = (text) => Tenant.load(policy, text);
const question = (path) => checker.check("view", path);
const condition = (text) => model(`name = "x"
[types.a]
actions = ["b"]
attributes.list = { type = "list", of = "int" }
attributes.n = "int"
attributes.t = "string"
attributes.ok = "bool"
[[rules]]
effect = "permit"
permissions = ["a:b"]
when = '''${text}'''
`);

const documents = [
  ["toml: lists", (levels) => `name = ${twice("[", "", "]")(levels)}`],
  ["toml: open lists", (levels) => `name = ${"[".repeat(levels)}`],
  ["toml: tables", (levels) => `name = ${twice("{a=", "1", "}")(levels)}`],
  ["toml: open tables", (levels) => `name = ${"{a=".repeat(levels)}`],
  ["toml: names within names", (levels) => `name = ${twice("{a.a.a.a=", "1", "}")(levels)}`],
  ["toml: escapes", (levels) => `name = "${"\\n".repeat(levels)}"`],
  ["toml: dotted keys", (levels) => `${chain("a", ".")(levels)} = 1`],
  ["toml: headers", (levels) => `[${chain("a", ".")(levels)}]`],
  ["toml: headers of lists", (levels) => `[[${chain("a", ".")(levels)}]]`],
  ["json: lists", (levels) => `{"a":${twice("[", "", "]")(levels)}}`],
  ["json: objects", twice('{"a":', "1", "}")],
  ["json: open", twice('{"a":', "", "")],
  ["json: escapes", (levels) => `{"a":"${"\\n".repeat(levels)}"}`],
];
const conditions = [
  ["parentheses", twice("(", "resource.ok", ")")],
  ["open parentheses", twice("(", "", "")],
  ["not", twice("!", "resource.ok", "")],
  ["minus", twice("-", "resource.n == 1", "")],
  ["escapes", (levels) => `resource.t == '${"\\n".repeat(levels)}'`],
  ["ands", chain("resource.ok", " && ")],
  ["ors", chain("resource.ok", " || ")],
  ["sums", (levels) => `${chain("resource.n", " + ")(levels)} == 1`],
  ["comparisons", chain("resource.n", " < ")],
  ["choices at the end", twice("resource.ok ? true : ", "resource.ok", "")],
  ["choices in the middle", twice("resource.ok ? ", "resource.ok", " : false")],
  ["choices in front", twice("(", "resource.ok", " ? true : resource.ok)")],
  ["lists", twice("[", "resource.n", "] == [1]")],
  ["items", (levels) => `resource.n in [${chain("1", ", ")(levels)}]`],
  ["maps", twice("{'a': ", "1", "}")],
  ["loops", twice("resource.list.exists(x, ", "x == 1", ")")],
  ["sizes", twice("size(", "resource.t", ") == 1")],
  ["has", twice("has(", "resource.t", ")")],
  ["methods", (levels) => `resource.t${".contains('a')".repeat(levels)}`],
  ["fields", (levels) => `resource${".t".repeat(levels)}`],
  ["indices", (levels) => `resource.list${"[0]".repeat(levels)} == 1`],
  ["groups of a pattern", (levels) => `resource.t.matches('${twice("(", "a", ")")(levels)}')`],
  ["repeats of a pattern", (levels) => `resource.t.matches('${twice("(", "a", "){9}")(levels)}')`],
];
const paths = [
  ["segments", chain("project:a", "/")],
  ["slashes", (levels) => "/".repeat(levels)],
  ["colons", (levels) => ":".repeat(levels)],
  ["an id", (levels) => `project:${"x".repeat(levels)}`],
];
const ROWS = [
  ...documents.map(([name, make]) => [`model, ${name}`, make, model]),
  ...documents.map(([name, make]) => [`tenant, ${name}`, make, tenant]),
  ...conditions.map(([name, make]) => [`condition, ${name}`, make, condition]),
  ...paths.map(([name, make]) => [`path, ${name}`, make, question]),
];

/** The fastest of some readings of a text, each of which ends with an answer or an error of ours. */
function fastest(read, text, levels) {
  let best = Infinity;
  for (let attempt = 0; attempt < ATTEMPTS && (attempt < 2 || best > TIME); attempt++) {
    const started = performance.now();
    try {
      read(text)?.free?.();
    } catch (error) {
      // A trap would be a RuntimeError or come as `internal`, an exhausted stack a RangeError.
      assert.ok(error instanceof CountersignError && error.code !== "internal", `${levels} levels: ${error}`);
    }
    best = Math.min(best, performance.now() - started);
  }
  return best;
}

for (const [name, make, read] of ROWS) {
  test(name, (context) => {
    let [worst, at] = [0, 0];
    for (const levels of LEVELS) {
      const text = make(levels);
      const took = fastest(read, text, levels);
      if (took > worst) [worst, at] = [took, levels];
      assert.ok(took <= TIME, `${levels} levels (${text.length} bytes) take ${took.toFixed(1)} ms`);
    }
    context.diagnostic(`${worst.toFixed(2)} ms at ${at} levels`);
    // The engine still answers afterwards.
    assert.equal(typeof question("project:renovation").decision, "string");
  });
}
