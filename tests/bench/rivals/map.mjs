/** The floor: what one would write by hand for exactly this, with nothing to load, check, explain or change. */

import { strings } from "./columns.mjs";
import { ACTIONS, BUYS_IN, list, members, projectsOf, ROLES, signs } from "./world.mjs";

/** Every answer is known beforehand: action, then path. */
function known(questions) {
  const allowed = new Map(ACTIONS.map((action) => [action, new Set(projectsOf(action))]));
  return new Map(
    ACTIONS.map((action) => [action, new Map(questions.map(({ path, project }) => [path, allowed.get(action).has(project)]))]),
  );
}

const lookup = {
  prepare: strings("action", "path"),
  columns: ["actions", "paths"],
  call: "it.get(actions[i]).get(paths[i])",
};

/** The project is cut out of the path and looked up. */
const cut = {
  setup: () => new Map(ACTIONS.map((action) => [action, new Set(projectsOf(action))])),
  prepare: strings("action", "path"),
  columns: ["actions", "paths"],
  call: 'it.get(actions[i]).has(paths[i].slice(8, paths[i].indexOf("/")))',
};

/** Member, then scope, then the allowed actions as bits. */
class ByHand {
  constructor() {
    this.members = new Map();
    for (const { subject, grants } of members()) {
      const scopes = new Map();
      for (const { role, scope } of grants) scopes.set(scope, (scopes.get(scope) ?? 0) | mask(role));
      this.members.set(subject, scopes);
    }
  }

  can(subject, action, path) {
    const scopes = this.members.get(subject);
    if (scopes === undefined) return false;
    let allowed = scopes.get("/") ?? 0;
    for (let end = path.indexOf("/"); end !== -1; end = path.indexOf("/", end + 1)) {
      allowed |= scopes.get(path.slice(0, end)) ?? 0;
    }
    allowed |= scopes.get(path) ?? 0;
    return ((allowed >> BITS.get(action)) & 1) === 1;
  }
}

const BITS = new Map(ACTIONS.map((action, bit) => [action, bit]));
const mask = (role) => ROLES[role].reduce((bits, action) => bits | (1 << BITS.get(action)), 0);

export default {
  map: {
    repeated: { ...lookup, setup: () => known(signs()) },
    first: cut,
    condition: {
      setup: () => new Map([["place", new Set(BUYS_IN)]]),
      prepare: (questions) => [...strings("action", "path")(questions), questions.map(({ cost }) => cost)],
      columns: ["actions", "paths", "costs"],
      call: 'it.get(actions[i]).has(paths[i].slice(8, paths[i].indexOf("/"))) && costs[i] < 50',
    },
    list: { ...lookup, setup: () => known(list()), filter: 'paths.filter((path) => it.get("view").get(path))' },
    listNew: { ...cut, filter: 'paths.filter((path) => it.get("view").has(path.slice(8, path.indexOf("/"))))' },
    listMixed: { ...cut, filter: 'paths.filter((path) => it.get("view").has(path.slice(8, path.indexOf("/"))))' },
    tenant: {
      setup: () => new ByHand(),
      prepare: strings("subject", "action", "path"),
      columns: ["subjects", "actions", "paths"],
      call: "it.can(subjects[i], actions[i], paths[i])",
    },
  },
};
