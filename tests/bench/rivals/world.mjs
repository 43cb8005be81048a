/** What all contenders are asked about: the roles, the grants and the questions of each figure, the same in every run. */

export const ACTIONS = ["view", "comment", "edit", "approve"];
/** What a role allows on a sign. */
export const ROLES = { viewer: ["view", "comment"], editor: ["view", "comment", "edit"], reviewer: ["approve"] };

export const MODEL = `
name = "bench"
[types.project]
actions = ["view"]
[types.state]
parent = "project"
actions = ["view"]
[types.sign]
parent = ["project", "state"]
actions = ["view", "comment", "edit", "approve"]
[roles.viewer]
allow = ["project:view", "sign:view", "sign:comment"]
[roles.editor]
includes = ["viewer"]
allow = ["sign:edit"]
[roles.reviewer]
allow = ["sign:approve"]
`;

const PROJECTS = 50;
const RESOURCES = 2_000;
const LIST = 25_000;

/** One subject: looks at even projects, edits every fourth, approves every tenth. */
const HOLDS = { viewer: (p) => p % 2 === 0, editor: (p) => p % 4 === 0, reviewer: (p) => p % 10 === 0 };
export const GRANTS = Array.from({ length: PROJECTS }, (_, p) =>
  Object.keys(HOLDS).filter((role) => HOLDS[role](p)).map((role) => ({ role, project: `p${p}` })),
).flat();

/** The projects that an action is allowed in. */
export function projectsOf(action) {
  return [...new Set(GRANTS.filter(({ role }) => ROLES[role].includes(action)).map(({ project }) => project))];
}

function sign(index, salt) {
  const project = `p${index % PROJECTS}`;
  return { project, path: `project:${project}/sign:${salt}${index}` };
}

/** The same signs again and again, or with a salt signs that nobody has asked about. */
export function signs(salt = "") {
  return Array.from({ length: RESOURCES }, (_, index) => ({ ...sign(index, salt), action: ACTIONS[(index >> 2) % 4] }));
}

/** A long list for one action. */
export function list(salt = "") {
  return Array.from({ length: LIST }, (_, index) => ({ ...sign(index, salt), action: "view" }));
}

/** In no order, the same in every run. */
export function shuffled(questions) {
  const below = random(13);
  for (let last = questions.length - 1; last > 0; last--) {
    const at = below(last + 1);
    [questions[at], questions[last]] = [questions[last], questions[at]];
  }
  return questions;
}

/** Orders with a cost: the threshold decides about half of those whose project is allowed. */
export const CONDITION_MODEL = `
name = "bench"
[types.project]
actions = ["view"]
[types.order]
parent = "project"
actions = ["place"]
[context]
cost = "decimal"
[roles.buyer]
when = "context.cost < 50"
allow = ["order:place"]
`;
export const BUYS_IN = Array.from({ length: PROJECTS / 2 }, (_, index) => `p${index * 2}`);

export function orders() {
  return Array.from({ length: RESOURCES }, (_, index) => {
    const project = `p${(index >> 1) % PROJECTS}`;
    // Quarters, so that binary floating point is exact as well.
    return { project, path: `project:${project}/order:${index}`, action: "place", cost: ((index * 37) % 400) / 4 };
  });
}

const MEMBERS = 10_000;
const TENANT_PROJECTS = 1_000;

/** A tenant of many members with five assignments each, at projects and states. */
export function members() {
  const below = random(7);
  return Array.from({ length: MEMBERS }, (_, member) => ({
    subject: `user:member-${member}`,
    grants: Array.from({ length: 5 }, () => {
      const project = `project:p${below(TENANT_PROJECTS)}`;
      const scope = below(3) === 0 ? `${project}/state:s${below(4)}` : project;
      return { role: Object.keys(ROLES)[below(3)], scope };
    }),
  }));
}

/** Every second question is about a project that the member has a role in; the others are about any. */
export function memberQuestions(all) {
  const below = random(11);
  return Array.from({ length: 4_000 }, (_, index) => {
    const { subject, grants } = all[below(all.length)];
    const project = index % 2 === 0 ? grants[below(5)].scope.split("/")[0] : `project:p${below(TENANT_PROJECTS)}`;
    const state = `${project}/state:s${below(4)}`;
    return { subject, action: ACTIONS[below(4)], project, state, path: `${state}/sign:${below(100_000)}` };
  });
}

/** A linear congruence with its high bits: the same numbers in every run. */
function random(seed) {
  let state = BigInt(seed);
  return (bound) => {
    state = (state * 6364136223846793005n + 1442695040888963407n) & 0xffff_ffff_ffff_ffffn;
    return Number((state >> 33n) % BigInt(bound));
  };
}
