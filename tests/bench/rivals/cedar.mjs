/**
 * Cedar in wasm: the policies are parsed once and stay inside; a call brings the entities that it needs, which are made
 * before the clock starts. It has no cache, so that a repeated question costs what the first does.
 */

import cedar from "@cedar-policy/cedar-wasm/nodejs";
import { anew } from "../measure.mjs";
import { ACTIONS, BUYS_IN, members, projectsOf, ROLES } from "./world.mjs";

/** Parses the policies into the module and gives `can`, over a call that somebody else has put together. */
function load(policies) {
  const answer = cedar.preparsePolicySet("bench", { staticPolicies: policies });
  if (answer.type !== "success") throw new Error(JSON.stringify(answer.errors));
  return {
    can(call) {
      const { response, errors } = cedar.statefulIsAuthorized(call);
      if (response === undefined || response.diagnostics.errors.length > 0) {
        throw new Error(JSON.stringify(errors ?? response.diagnostics.errors));
      }
      return response.decision === "allow";
    },
  };
}

const set = (type, ids) => `[${ids.map((id) => `${type}::"${id}"`).join(", ")}]`;

/** One policy an action: the rights of one subject, as literal sets. */
function signs() {
  const policy = (action) => `permit(principal == User::"ann", action == Action::"${action}", resource is Sign)
    when { ${JSON.stringify(projectsOf(action))}.contains(context.project) };`;
  return load(ACTIONS.map(policy).join("\n"));
}

const call = (principal, action, type, id, context, entities) => ({
  principal: { type: "User", id: principal },
  action: { type: "Action", id: action },
  resource: { type, id },
  context,
  preparsedPolicySetId: "bench",
  entities,
});

const fresh = (questions, field) => anew(questions.map((question) => question[field]))();

const sign = {
  setup: signs,
  prepare: (questions) => {
    const [actions, paths, projects] = ["action", "path", "project"].map((field) => fresh(questions, field));
    return [paths.map((path, i) => call("ann", actions[i], "Sign", path, { project: projects[i] }, []))];
  },
  columns: ["calls"],
  call: "it.can(calls[i])",
  slow: true,
};
const list = { ...sign, filter: "calls.filter((call) => it.can(call))" };

/** A policy a role: a member brings the scopes that he holds it at, and a sign brings its ancestors. */
function roles() {
  const policy = ([role, actions]) => `permit(principal, action in ${set("Action", actions)}, resource is Sign)
    when { principal.${role}.contains(context.project) || principal.${role}.contains(context.state) };`;
  return load(Object.entries(ROLES).map(policy).join("\n"));
}

export default {
  cedar: {
    repeated: sign,
    first: sign,
    condition: {
      ...sign,
      // In hundredths: Cedar's own decimals are slower.
      setup: () =>
        load(`permit(principal == User::"ann", action == Action::"place", resource is Order)
          when { context.cost < 5000 && ${JSON.stringify(BUYS_IN)}.contains(context.project) };`),
      prepare: (questions) => {
        const [actions, paths, projects] = ["action", "path", "project"].map((field) => fresh(questions, field));
        return [
          paths.map((path, i) => {
            const context = { project: projects[i], cost: Math.round(questions[i].cost * 100) };
            return call("ann", actions[i], "Order", path, context, []);
          }),
        ];
      },
    },
    list,
    listNew: list,
    listMixed: list,
    tenant: {
      ...sign,
      setup: () => {
        const scopes = (grants, role) => grants.filter((grant) => grant.role === role).map(({ scope }) => scope);
        const attributes = (grants) => Object.fromEntries(Object.keys(ROLES).map((role) => [role, scopes(grants, role)]));
        const entities = members().map(({ subject, grants }) => [
          subject,
          [{ uid: { type: "User", id: subject }, attrs: attributes(grants), parents: [] }],
        ]);
        return { ...roles(), entities: new Map(entities) };
      },
      prepare: (questions, { entities }) => {
        const [subjects, actions, paths] = ["subject", "action", "path"].map((field) => fresh(questions, field));
        const context = ({ project, state }) => ({ project, state });
        const calls = subjects.map((subject, i) =>
          call(subject, actions[i], "Sign", paths[i], context(questions[i]), entities.get(questions[i].subject)),
        );
        return [calls];
      },
    },
  },
};
