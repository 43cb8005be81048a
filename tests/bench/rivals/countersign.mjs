/** Countersign as its package is used: a checker of a snapshot, and the tenant of `countersign/compile`. */

import { Policy, Tenant } from "../../../crates/countersign-wasm/npm/dist/entry-compile-node.js";
import { Checker } from "../../../crates/countersign-wasm/npm/dist/entry-node.js";
import { strings } from "./columns.mjs";
import { BUYS_IN, CONDITION_MODEL, GRANTS, members, MODEL } from "./world.mjs";
import { Unable } from "./unable.mjs";

const TO = "user:ann";

function snapshot(model, grants) {
  const assignments = grants.map(({ role, project }) => ({ to: TO, role, scope: `project:${project}` }));
  return Tenant.load(Policy.parse(model), { members: [{ subject: TO }], assignments }).snapshot(TO);
}

const can = {
  setup: () => Checker.load(snapshot(MODEL, GRANTS)),
  prepare: strings("action", "path"),
  columns: ["actions", "paths"],
  call: "it.can(actions[i], paths[i])",
};

/** Says in one question whether conditions are there yet; a checker that ignored one would answer it with an allow. */
async function conditional() {
  try {
    const checker = await Checker.load(snapshot(CONDITION_MODEL, BUYS_IN.map((project) => ({ role: "buyer", project }))));
    const order = "project:p0/order:1";
    if (checker.can("place", order, { cost: 12.5 }) && !checker.can("place", order, { cost: 50 })) return checker;
    throw new Unable("answers a condition wrongly");
  } catch (error) {
    throw error instanceof Unable ? error : new Unable(`refuses conditions (${error.code ?? error.message})`);
  }
}

// A checker that has seen nothing yet, for what one keeps of earlier lists is not of new ones. The snapshot is made once:
// the compiler's garbage and the optimising of its module would go on in other threads of the process while it is timed.
const fresh = { checker: undefined, snapshot: undefined };

const unseen = {
  ...can,
  setup: () => fresh,
  before: async () => {
    fresh.checker?.free();
    fresh.checker = await Checker.load((fresh.snapshot ??= snapshot(MODEL, GRANTS)));
  },
  call: "it.checker.can(actions[i], paths[i])",
  filter: 'it.checker.filter("view", paths)',
};

export default {
  countersign: {
    repeated: can,
    first: can,
    condition: {
      setup: conditional,
      prepare: (questions) => [...strings("action", "path")(questions), questions.map(({ cost }) => cost)],
      columns: ["actions", "paths", "costs"],
      call: "it.can(actions[i], paths[i], { cost: costs[i] })",
    },
    list: { ...can, filter: 'it.filter("view", paths)' },
    listNew: unseen,
    listMixed: unseen,
    tenant: {
      setup: () => {
        const all = members();
        return Tenant.load(Policy.parse(MODEL), {
          members: all.map(({ subject }) => ({ subject })),
          assignments: all.flatMap(({ subject, grants }) => grants.map(({ role, scope }) => ({ to: subject, role, scope }))),
        });
      },
      prepare: strings("subject", "action", "path"),
      columns: ["subjects", "actions", "paths"],
      call: "it.can(subjects[i], actions[i], paths[i])",
    },
  },
};
