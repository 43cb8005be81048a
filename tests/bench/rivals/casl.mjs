/**
 * CASL, twice: as its guide writes it, with conditions on fields of the object, and in its fastest form, a rule for each
 * action with a matcher of one's own. Its objects are made before the clock starts, which is to its advantage; that form
 * is there once more with the strings that the others are given, of which the objects are made within the clock.
 */

import { Ability, AbilityBuilder, createMongoAbility } from "@casl/ability";
import { objects, strings } from "./columns.mjs";
import { ACTIONS, BUYS_IN, GRANTS, members, projectsOf, ROLES } from "./world.mjs";

const detectSubjectType = (made) => made.__type;

function guide() {
  const { can, build } = new AbilityBuilder(createMongoAbility);
  for (const { role, project } of GRANTS) can(ROLES[role], "sign", { project });
  return build({ detectSubjectType });
}

function own() {
  const rules = ACTIONS.map((action) => ({ action, subject: "sign", conditions: { projects: new Set(projectsOf(action)) } }));
  return new Ability(rules, { detectSubjectType, conditionsMatcher: ({ projects }) => (made) => projects.has(made.project) });
}

const asked = {
  prepare: (questions) => [...strings("action")(questions), objects("sign", "path", "project")(questions)],
  columns: ["actions", "things"],
  call: "it.can(actions[i], things[i])",
};
const filter = 'things.filter((thing) => it.can("view", thing))';
const order = { ...asked, prepare: (questions) => [...strings("action")(questions), objects("order", "path", "project")(questions)] };

function guideOrders() {
  const { can, build } = new AbilityBuilder(createMongoAbility);
  for (const project of BUYS_IN) can("place", "order", { project, cost: { $lt: 50 } });
  return build({ detectSubjectType });
}

function ownOrders() {
  const conditions = { projects: new Set(BUYS_IN), below: 50 };
  return new Ability([{ action: "place", subject: "order", conditions }], {
    detectSubjectType,
    conditionsMatcher: ({ projects, below }) => (made) => made.cost < below && projects.has(made.project),
  });
}

/** An ability for each member, found by name; a sign brings its project and its state along. */
function abilities(make) {
  return new Map(members().map(({ subject, grants }) => [subject, make(grants)]));
}

function guideMember(grants) {
  const { can, build } = new AbilityBuilder(createMongoAbility);
  for (const { role, scope } of grants) can(ROLES[role], "sign", { [scope.includes("/") ? "state" : "project"]: scope });
  return build({ detectSubjectType });
}

function ownMember(grants) {
  const scopes = (action) => new Set(grants.filter(({ role }) => ROLES[role].includes(action)).map(({ scope }) => scope));
  const rules = ACTIONS.map((action) => ({ action, subject: "sign", conditions: { scopes: scopes(action) } }));
  return new Ability(rules, {
    detectSubjectType,
    conditionsMatcher: ({ scopes: set }) => (made) => set.has(made.project) || set.has(made.state),
  });
}

const member = {
  prepare: (questions) => [...strings("subject", "action")(questions), objects("sign", "path", "project", "state")(questions)],
  columns: ["subjects", "actions", "things"],
  call: "it.get(subjects[i]).can(actions[i], things[i])",
};

function entries(rules, placed, each) {
  const list = { ...asked, setup: rules, filter };
  return {
    repeated: { ...asked, setup: rules },
    first: { ...asked, setup: rules },
    condition: { ...order, setup: placed },
    list,
    listNew: list,
    listMixed: list,
    tenant: { ...member, setup: () => abilities(each) },
  };
}

/** What a path is of, with its project; objects are made of paths by text, so that no call is added to CASL's own. */
const made = (type, path, rest = "") => `{ __type: "${type}", path: ${path}, project: ${path}.slice(8, ${path}.indexOf("/"))${rest} }`;
const fromPath = { prepare: strings("action", "path"), columns: ["actions", "paths"], call: `it.can(actions[i], ${made("sign", "paths[i]")})`, setup: own };
const listed = { ...fromPath, filter: `paths.filter((path) => it.can("view", ${made("sign", "path")}))` };
const upTo = (from) => `paths[i].slice(0, paths[i].indexOf("/", ${from}))`;
const fromPaths = {
  repeated: fromPath,
  first: fromPath,
  condition: {
    prepare: (questions) => [...strings("action", "path")(questions), questions.map(({ cost }) => cost)],
    columns: ["actions", "paths", "costs"],
    call: `it.can(actions[i], ${made("order", "paths[i]", ", cost: costs[i]")})`,
    setup: ownOrders,
  },
  list: listed,
  listNew: listed,
  listMixed: listed,
  tenant: {
    prepare: strings("subject", "action", "path"),
    columns: ["subjects", "actions", "paths"],
    call: `it.get(subjects[i]).can(actions[i], { __type: "sign", path: paths[i], project: ${upTo(0)}, state: ${upTo('paths[i].indexOf("/") + 1')} })`,
    setup: () => abilities(ownMember),
  },
};

export default {
  "casl/paths": fromPaths,
  "casl/guide": entries(guide, guideOrders, guideMember),
  "casl/own": entries(own, ownOrders, ownMember),
};
