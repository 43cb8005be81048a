/** Explanations, plans, anywhere and the lists of a tenant: the two surfaces agree, and with `check`. */

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { document } from "../scenarios/corpus.mjs";
import { install } from "./install.mjs";

const MODEL = `
name = "lists"
[types.project]
actions = ["view"]
[types.order]
parent = ["project", "/"]
actions = ["view", "place"]
attributes.kind = "string"
[context]
cost = "decimal"
[roles.buyer]
allow = ["order:view", "order:place", "project:view"]
[[rules]]
effect = "forbid"
permissions = ["order:place"]
when = "context.cost > 50"
why = "too dear"
[[rules]]
effect = "forbid"
permissions = ["order:view"]
when = "resource.kind == 'secret'"
`;
const OPEN = "project:p/order:1";
const SECRET = "project:p/order:2";
const DATA = {
  members: [{ subject: "user:ann" }, { subject: "user:bob" }],
  assignments: [{ to: "user:ann", role: "buyer", scope: "project:p" }],
  resources: [{ path: "project:p" }, { path: OPEN, attributes: { kind: "open" } }, { path: SECRET, attributes: { kind: "secret" } }],
};

let project;
let tenant;
let checker;
let acme;

before(async () => {
  project = install();
  const { Policy, Tenant } = await project.load("countersign/compile");
  const { Checker } = await project.load("countersign");
  tenant = Tenant.load(Policy.parse(MODEL), DATA);
  checker = await Checker.load(tenant.snapshot("user:ann"));
  acme = Tenant.load(Policy.parse(document("signagent.toml")), document("acme.toml"));
});
after(() => project?.remove());

test("an explanation says what decided, what it beat and what would flip it", () => {
  for (const explained of [checker.explain("place", OPEN, { cost: 60 }), tenant.explain("user:ann", "place", OPEN, { cost: 60 })]) {
    assert.deepEqual([explained.decision, explained.reason], ["deny", { stage: "forbid", rule: "1", why: "too dear" }]);
    assert.deepEqual(explained.beat.map(({ stage, role, says, lost }) => [stage, role, says, lost]), [["role", "buyer", "allow", "an earlier stage decided"]]);
    assert.deepEqual(explained.flip.map(({ change, rule, reads }) => [change, rule, reads]), [["remove rule", 1, "context.cost"]]);
  }
  assert.equal(checker.explain("place", OPEN, { cost: 5 }).decision, "allow");
  assert.throws(() => checker.explain("plac", OPEN), { code: "unknown_action" });
});

test("plans are the same on both surfaces", () => {
  for (const [action, type, context] of [["view", "order"], ["view", "project"], ["place", "order", { cost: 1 }], ["place", "order", { cost: 100 }], ["place", "order"]]) {
    const plan = checker.plan(action, type, context);
    assert.deepEqual(JSON.parse(JSON.stringify(tenant.plan("user:ann", action, type, context))), plan);
  }
  assert.deepEqual(checker.plan("view", "project"), { kind: "when", scopes: ["project:p"], filter: { under: "project:p" } });
  assert.deepEqual(checker.plan("place", "order", { cost: 100 }), { kind: "never" });
  assert.throws(() => checker.plan("view", "oder"), { code: "unknown_type" });
  assert.throws(() => checker.plan("veiw", "order"), { code: "unknown_action" });
});

test("anywhere", () => {
  for (const [where, expected] of [[undefined, true], [{ kind: "open" }, true], [{ kind: "secret" }, false], [{ knid: "open" }, false], [{ kind: 5 }, false]]) {
    assert.equal(checker.anywhere("view", "order", where), expected, JSON.stringify(where));
    assert.equal(tenant.anywhere("user:ann", "view", "order", where), expected, JSON.stringify(where));
  }
  assert.equal(tenant.anywhere("user:bob", "view", "order"), false);
});

test("lists are what check says", () => {
  assert.deepEqual(tenant.subjects("view", OPEN), ["user:ann"]);
  assert.deepEqual(tenant.subjects("view", SECRET), []);
  assert.deepEqual(tenant.resources("user:ann", "view", "order"), [OPEN]);
  const sign = "project:renovation/state:draft/sign:r2";
  const may = acme.subjects("edit", sign);
  assert.ok(may.includes("user:olivia"));
  for (const subject of may) assert.equal(acme.can(subject, "edit", sign), true);
});

test("plans in SQL", () => {
  const { text, parameters } = tenant.plan("user:ann", "view", "order").sql({ dialect: "postgres", path: "orders.path", columns: { "order.kind": "kind" } });
  assert.match(text, /\$1/);
  assert.ok(parameters.includes("secret") && parameters.includes("project:p"), `${parameters}`);
  for (const mapping of [{}, null, { dialect: "mysql", path: "p" }, { dialect: "sqlite", path: "p" }, { dialect: "sqlite", path: "p", colums: {} }]) {
    assert.throws(() => tenant.plan("user:ann", "view", "order").sql(mapping), { code: "invalid_argument" });
  }
});
