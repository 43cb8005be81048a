/**
 * node-casbin with roles in domains. What changes least is matched first, nothing is a regular expression, and the
 * project is cut out of the path before the clock starts. Where answers may be kept, its cached enforcer is asked; it is
 * asynchronous, so that each answer is awaited. Where none can be, `enforceSync`, which is faster than `enforce`.
 */

import * as casbin from "casbin";
import { strings } from "./columns.mjs";
import { BUYS_IN, GRANTS, members, ROLES } from "./world.mjs";

const POLICY = Object.entries(ROLES).flatMap(([role, actions]) => actions.map((action) => [role, "sign:*", action]));

function model(request, matcher) {
  return casbin.newModelFromString(`
[request_definition]
r = ${request}
[policy_definition]
p = sub, obj, act
[role_definition]
g = _, _, _
[policy_effect]
e = some(where (p.eft == allow))
[matchers]
m = ${matcher}
`);
}

async function enforcer(make, text, grants, policy = POLICY) {
  const made = await make(text);
  made.enableLog(false);
  await made.addPolicies(policy);
  await made.addGroupingPolicies(grants);
  return made;
}

const MATCHER = "r.act == p.act && g(r.sub, p.sub, r.dom) && keyMatch(r.obj, p.obj)";
const grants = [...new Map(GRANTS.map(({ role, project }) => [`${role} ${project}`, ["ann", role, project]])).values()];
const cached = () => enforcer(casbin.newCachedEnforcer, model("sub, dom, obj, act", MATCHER), grants);
const plain = () => enforcer(casbin.newEnforcer, model("sub, dom, obj, act", MATCHER), grants);

/** `project:p1/sign:2` is `sign:2` in the domain `p1`; the domain belongs to its name, or the cache would mix them up. */
const cut = (questions) => questions.map((question) => ({ ...question, obj: question.path.slice(question.path.indexOf("/") + 1) }));
const asked = {
  prepare: (questions) => strings("action", "obj", "project")(cut(questions)),
  columns: ["actions", "objs", "projects"],
  slow: true,
};
const awaited = 'await it.enforce("ann", projects[i], objs[i], actions[i])';
const sync = 'it.enforceSync("ann", projects[i], objs[i], actions[i])';
const kept = `await (async () => { const kept = []; for (let i = 0; i < n; i++) if (${awaited}) kept.push(objs[i]); return kept; })()`;
const keptSync = `objs.filter((obj, i) => ${sync})`;

export default {
  casbin: {
    repeated: { ...asked, setup: cached, call: awaited },
    first: { ...asked, setup: plain, call: sync },
    condition: {
      setup: () => {
        const matcher = "r.cost < 50 && r.act == p.act && g(r.sub, p.sub, r.dom) && keyMatch(r.obj, p.obj)";
        const grants = BUYS_IN.map((project) => ["ann", "buyer", project]);
        return enforcer(casbin.newEnforcer, model("sub, dom, obj, act, cost", matcher), grants, [["buyer", "order:*", "place"]]);
      },
      prepare: (questions) => [...asked.prepare(questions), questions.map(({ cost }) => cost)],
      columns: [...asked.columns, "costs"],
      call: 'it.enforceSync("ann", projects[i], objs[i], actions[i], costs[i])',
      slow: true,
    },
    list: { ...asked, setup: cached, call: awaited, filter: kept },
    listNew: { ...asked, setup: plain, call: sync, filter: keptSync },
    listMixed: { ...asked, setup: plain, call: sync, filter: keptSync },
    tenant: {
      setup: () => {
        const matcher = "r.act == p.act && (g(r.sub, p.sub, r.dom) || g(r.sub, p.sub, r.dom2)) && keyMatch(r.obj, p.obj)";
        const rows = members().flatMap(({ subject, grants }) => grants.map(({ role, scope }) => [subject, role, scope]));
        const unique = [...new Map(rows.map((row) => [row.join(" "), row])).values()];
        return enforcer(casbin.newEnforcer, model("sub, dom, dom2, obj, act", matcher), unique);
      },
      prepare: (questions) =>
        strings("subject", "action", "obj", "project", "state")(
          questions.map((question) => ({ ...question, obj: question.path.slice(question.path.lastIndexOf("/") + 1) })),
        ),
      columns: ["subjects", "actions", "objs", "projects", "states"],
      call: "it.enforceSync(subjects[i], projects[i], states[i], objs[i], actions[i])",
      slow: true,
    },
  },
};
