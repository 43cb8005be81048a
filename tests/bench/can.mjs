/** `can` from JavaScript, repeated and first, beside a nested `Map.get` and CASL; decisions are compared before any timing. */

import { AbilityBuilder, createMongoAbility, Ability } from "@casl/ability";
import assert from "node:assert/strict";
import { Checker } from "../../crates/countersign-wasm/npm/dist/entry-node.js";
import { Policy, Tenant } from "../../crates/countersign-wasm/npm/dist/entry-compile-node.js";
import { anew, interleave, table } from "./measure.mjs";

const ACTIONS = ["view", "comment", "edit", "approve"];
const PROJECTS = 50;
const RESOURCES = 2_000;

const MODEL = `
name = "bench"
[types.project]
actions = ["view"]
[types.sign]
parent = "project"
actions = ["view", "comment", "edit", "approve"]
[roles.viewer]
allow = ["project:view", "sign:view", "sign:comment"]
[roles.editor]
includes = ["viewer"]
allow = ["sign:edit"]
[roles.reviewer]
allow = ["sign:approve"]
`;

/** One subject: looks at even projects, edits every fourth, approves every tenth. */
const ROLES = { viewer: (p) => p % 2 === 0, editor: (p) => p % 4 === 0, reviewer: (p) => p % 10 === 0 };
const GRANTS = Array.from({ length: PROJECTS }, (_, p) => Object.keys(ROLES).filter((role) => ROLES[role](p)).map((role) => ({ p, role }))).flat();
const ALLOWS = { viewer: ["view", "comment"], editor: ["view", "comment", "edit"], reviewer: ["approve"] };

const path = (index, salt = "") => `project:p${index % PROJECTS}/sign:${salt}${index}`;
const paths = Array.from({ length: RESOURCES }, (_, index) => path(index));
const actions = paths.map((_, index) => ACTIONS[(index >> 2) % 4]);

const tenant = Tenant.load(Policy.parse(MODEL), {
  members: [{ subject: "user:ann" }],
  assignments: GRANTS.map(({ p, role }) => ({ to: "user:ann", role, scope: `project:p${p}` })),
});
const snapshot = tenant.snapshot("user:ann");
const checker = await Checker.load(snapshot);

const may = (action, index) => GRANTS.some(({ p, role }) => p === index % PROJECTS && ALLOWS[role].includes(action));
const nested = new Map(ACTIONS.map((action) => [action, new Map(paths.map((each, index) => [each, may(action, index)]))]));

// CASL twice: as its guide writes it, conditions on the subject's fields; and its fastest form, a rule per action with a
// hand-written matcher over a set of project names.
const guide = guideAbility();
const fast = fastAbility();
const signs = paths.map((each, index) => ({ __type: "sign", path: each, project: `p${index % PROJECTS}` }));

function guideAbility() {
  const { can, build } = new AbilityBuilder(createMongoAbility);
  for (const { p, role } of GRANTS) can(ALLOWS[role], "sign", { project: `p${p}` });
  return build({ detectSubjectType: (sign) => sign.__type });
}

function fastAbility() {
  const projects = (action) => new Set(GRANTS.filter(({ role }) => ALLOWS[role].includes(action)).map(({ p }) => `p${p}`));
  const rules = ACTIONS.map((action) => ({ action, subject: "sign", conditions: { projects: projects(action) } }));
  const conditionsMatcher = ({ projects: set }) => (sign) => set.has(sign.project);
  return new Ability(rules, { conditionsMatcher, detectSubjectType: (sign) => sign.__type });
}

for (const [index, each] of paths.entries()) {
  for (const action of ACTIONS) {
    const wanted = may(action, index);
    assert.equal(checker.can(action, each), wanted, `countersign: ${action} ${each}`);
    assert.equal(nested.get(action).get(each), wanted, `map: ${action} ${each}`);
    assert.equal(guide.can(action, signs[index]), wanted, `casl: ${action} ${each}`);
    assert.equal(fast.can(action, signs[index]), wanted, `casl, own matcher: ${action} ${each}`);
  }
}

const newPaths = anew(paths);
const newActions = anew(actions);
const strings = () => [newActions(), newPaths()];

// One loop for each, made by text, so that no loop's call site learns of two contenders.
const loop = (call) => new Function("it", `return ([actions, paths]) => {
  let yes = 0;
  for (let index = 0; index < paths.length; index++) if (${call}) yes++;
  if (yes === 0) throw new Error("nothing is allowed");
  return paths.length;
}`);

table(
  "Repeated `can`, strings built anew each time",
  interleave({
    "Map.get(action).get(path)": { prepare: strings, run: loop("it.get(actions[index]).get(paths[index])")(nested) },
    countersign: { prepare: strings, run: loop("it.can(actions[index], paths[index])")(checker) },
  }),
);

const objects = () => {
  const [made, fresh] = strings();
  return [made, fresh.map((each, index) => ({ __type: "sign", path: each, project: signs[index].project }))];
};
table(
  "Repeated `can` beside CASL, which takes objects with fields instead of a path",
  interleave({
    countersign: { prepare: strings, run: loop("it.can(actions[index], paths[index])")(checker) },
    "CASL, conditions as in its guide": { prepare: objects, run: loop("it.can(actions[index], paths[index])")(guide) },
    "CASL, a rule an action and its own matcher": { prepare: objects, run: loop("it.can(actions[index], paths[index])")(fast) },
  }),
);

const orders = await Checker.load(
  Tenant.load(
    Policy.parse(`
name = "orders"
[types.order]
actions = ["place"]
[context]
cost = "decimal"
[roles.buyer]
allow = ["order:place"]
[[rules]]
effect = "forbid"
permissions = ["order:place"]
when = "context.cost > 50"
`),
    { members: [{ subject: "user:ann" }], assignments: [{ to: "user:ann", role: "buyer" }] },
  ).snapshot("user:ann"),
);
const orderPaths = paths.map((_, index) => `order:${index % 40}`);
const costs = () => paths.map((_, index) => ({ cost: (index % 100) + 0.5 }));
const newOrders = anew(orderPaths);
const placed = new Map([["place", new Map(orderPaths.map((each) => [each, true]))]]);
costs().forEach((context, index) => assert.equal(orders.can("place", orderPaths[index], context), context.cost <= 50));
table(
  "Repeated `can` under a condition on the context, strings and contexts built anew each time",
  interleave({
    "Map.get(action).get(path)": { prepare: () => [actions.map(() => "place"), newOrders()], run: loop("it.get(actions[index]).get(paths[index])")(placed) },
    countersign: { prepare: () => [costs(), newOrders()], run: loop('it.can("place", paths[index], actions[index])')(orders) },
  }),
);

let round = 0;
const unseen = () => {
  round++;
  return [newActions(), anew(paths.map((_, index) => path(index, `${round}-`)))()];
};
table(
  "First `can` on a new resource",
  interleave({
    countersign: { prepare: unseen, run: loop("it.can(actions[index], paths[index])")(checker) },
    "CASL, a rule an action and its own matcher": { prepare: objects, run: loop("it.can(actions[index], paths[index])")(fast) },
  }),
);

const list = Array.from({ length: 25_000 }, (_, index) => path(index));
const freshList = anew(list);
const ROUNDS = { rounds: 30, warmup: 10 };
const unused = await Promise.all(Array.from({ length: ROUNDS.rounds + ROUNDS.warmup }, () => Checker.load(snapshot)));
table(
  "`filter` over 25,000 resources, in microseconds a list",
  micros(
    interleave(
      {
        "seen before": { prepare: freshList, run: (each) => checker.filter("view", each).length && 1 },
        "all new to the checker": {
          prepare: () => [unused.pop(), freshList()],
          run: ([unusedChecker, each]) => unusedChecker.filter("view", each).length && 1,
        },
      },
      ROUNDS,
    ),
  ),
  "µs",
);

function micros(medians) {
  return Object.fromEntries(Object.entries(medians).map(([name, value]) => [name, value / 1_000]));
}
