/** The panel of those who may give roles: whom, which role, at which scope, and how a member stands. */

import { manage, reasonFor } from "./api.js";
import { options, words } from "./view.js";

/** What may be given where, as the model has it. */
const SCOPES = {
  viewer: (projects) => [{ value: "/", label: "Everything" }, ...ofProjects(projects)],
  manager: (projects) => ofProjects(projects),
  reviewer: (projects) => ofStates(projects),
};

const form = document.getElementById("assign");
const standing = document.getElementById("standing");
let fixtures = { users: [], projects: {} };
/** Asks whether the one who is signed in may ask how others stand. */
let mayAsk = () => false;
/** Counts what has been asked, so that a late answer is not taken for the newest. */
let asked = 0;

/** Wires the panel up; `handled` wraps what may fail. */
export function startPeople(handled) {
  form.addEventListener("submit", handled(assign));
  form.elements.role.addEventListener("change", listScopes);
  form.elements.to.addEventListener("change", handled(showStanding));
  for (const command of ["activate", "deactivate"]) {
    document.getElementById(command).addEventListener("click", handled(() => change(command)));
  }
}

/** Fills the panel with a tenant's people and projects. */
export function listPeople(newFixtures) {
  fixtures = newFixtures;
  form.elements.to.replaceChildren(...options(fixtures.users.map(({ subject, name }) => ({ value: subject, label: name }))));
  listScopes();
}

/** Somebody has signed in, or rights have changed. */
export function refreshPeople(connection) {
  mayAsk = () => connection.can("evaluate", "access:new");
  return showStanding();
}

function listScopes() {
  form.elements.scope.replaceChildren(...options(SCOPES[form.elements.role.value](fixtures.projects), form.elements.scope.value));
}

function ofProjects(projects) {
  return Object.keys(projects).map((id) => ({ value: `project:${id}`, label: words(id) }));
}

function ofStates(projects) {
  return Object.entries(projects).flatMap(([id, states]) =>
    states.map((state) => ({ value: `project:${id}/state:${state}`, label: `${words(id)}: ${words(state)}` })));
}

/** The engine names a status when it decides; whoever may not ask it gets both buttons, and its answer to either. */
async function showStanding() {
  const mine = ++asked;
  delete form.dataset.standing;
  standing.textContent = "";
  const reason = mayAsk() ? await reasonFor(form.elements.to.value, "view", "project", "any") : undefined;
  if (reason === undefined || mine !== asked) return;
  form.dataset.standing = reason.stage === "status" ? reason.detail : "active";
  standing.textContent = words(form.dataset.standing);
}

async function assign(event) {
  event.preventDefault();
  const { to, role, scope } = form.elements;
  await manage("POST", "assignments", { to: to.value, role: role.value, scope: scope.value });
}

async function change(command) {
  await manage("POST", `members/${form.elements.to.value}/${command}`);
  await showStanding();
}
