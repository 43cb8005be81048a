/** The demo sign manager: signs in, loads what the package says may be viewed, and sends what the user asks for. */

import { connect } from "countersign/browser";
import { api, atLeast, identity, onAnswer, read, signInAs } from "./api.js";
import { listPeople, refreshPeople, startPeople } from "./people.js";
import { answerParts, node, options, projectCard, words } from "./view.js";

const $ = (id) => document.getElementById(id);
const { tenants: directory } = await (await fetch("/demo/directory.json")).json();
const LOG_LINES = 20;
const STATES = {
  connecting: "Connecting for changes …",
  live: "Changes show as they are made.",
  polling: "Changes show within seconds: the page asks for them.",
  offline: "Offline: what is shown may be old.",
  ended: "",
};
const STATUSES = {
  invited: "has not accepted the invitation yet",
  deactivated: "is deactivated",
  locked: "is locked",
};

let connection;
/** Counts sign-ins: whatever an earlier one is still waiting for is thrown away when it comes. */
let turn = 0;

async function start() {
  const asked = new URLSearchParams(location.search);
  const tenant = asked.get("tenant") ?? "acme";
  const tenants = [...new Set([...Object.keys(directory), tenant])];
  $("tenant").replaceChildren(...options(tenants.map((value) => ({ value, label: words(value) })), tenant));
  listUsers(asked.get("user"));
  $("tenant").addEventListener("change", handled(() => (listUsers(), signIn())));
  $("user").addEventListener("change", handled(signIn));
  $("projects").addEventListener("click", handled(act));
  $("ask").addEventListener("submit", handled(ask));
  for (const tab of document.querySelectorAll(".tab")) tab.addEventListener("click", () => show(tab.dataset.interface));
  $("last").querySelector("button").addEventListener("click", () => ($("last").hidden = true));
  startPeople(handled);
  onAnswer(answered);
  await signIn();
}

/** What fails is said in the page; it is not for the console alone. */
function handled(handle) {
  return async (...given) => {
    try {
      await handle(...given);
    } catch (error) {
      say(`That did not work: ${error.message}`);
    }
  };
}

/** What the chosen tenant has; one called `acme-something` is a copy of Acme. */
function fixtures() {
  const base = $("tenant").value.split("-")[0];
  return Object.hasOwn(directory, base) ? directory[base] : { users: [], projects: {} };
}

function listUsers(chosen) {
  const { users } = fixtures();
  $("user").replaceChildren(...options(users.map(({ subject, name }) => ({ value: subject, label: name })), chosen));
  listPeople(fixtures());
}

function nameOf(subject) {
  return fixtures().users.find((user) => user.subject === subject)?.name ?? subject;
}

async function signIn() {
  const mine = ++turn;
  connection?.signOut();
  connection = undefined;
  $("projects").replaceChildren();
  $("empty").hidden = true;
  $("last").hidden = true;
  $("revision").textContent = "none";
  sayState();
  signInAs($("tenant").value, $("user").value);
  try {
    const next = await connect({ tenant: $("tenant").value, subject: $("user").value, headers: identity });
    if (mine !== turn) return next.close();
    connection = next;
  } catch (error) {
    if (mine === turn) say(error.status === 404 ? `${nameOf($("user").value)} is no member here.` : `Signing in failed: ${error.message}`);
    return;
  }
  connection.gate(document.body);
  connection.onChange(handled(load));
  connection.addEventListener("state", sayState);
  connection.addEventListener("end", handled(() => ended(mine)));
  sayState();
  await load();
}

function sayState() {
  $("live").textContent = STATES[connection?.state] ?? "";
}

/** The worker says that this user is no member any more, or somebody else. */
function ended(signIn) {
  if (signIn !== turn) return;
  turn++;
  connection = undefined;
  $("projects").replaceChildren();
  say(`${nameOf($("user").value)} is no member here any more.`);
}

/** Fetches only what this user may view, and so never asks in vain. */
async function load() {
  const mine = turn;
  const { checker } = connection;
  $("revision").textContent = checker.revision;
  atLeast(checker.revision);
  chooseInterface();
  const loading = Object.entries(fixtures().projects).map(([id, states]) => loadProject(checker, id, states));
  const projects = await Promise.all([...loading, refreshPeople(connection)]).catch((error) => {
    // Somebody else has signed in meanwhile, and this user's checker is gone.
    if (mine === turn) throw error;
  });
  if (mine !== turn) return;
  const found = projects.filter((project) => project?.states.length > 0);
  draw(found);
  if (found.length === 0) say(whyNothing(checker));
  else $("empty").hidden = true;
}

/** The title of a project is for those who may view it; there are people who see one of its states and no more. */
async function loadProject(checker, id, states) {
  const visible = new Set(checker.filter("view", states.map((state) => `project:${id}/state:${state}`)));
  const [project, ...found] = await Promise.all([
    checker.can("view", `project:${id}`) ? read(`projects/${id}`) : undefined,
    ...states.filter((state) => visible.has(`project:${id}/state:${state}`)).map((state) => read(`projects/${id}/states/${state}`)),
  ]);
  return { ...project, id, states: found.filter((state) => state !== undefined).map(withNames) };
}

function withNames(state) {
  const signs = state.signs.map((sign) => ({ ...sign, approvedBy: sign.approvedBy && nameOf(sign.approvedBy) }));
  return { ...state, signs };
}

/** Draws the projects anew; the keyboard stays where it was. */
function draw(projects) {
  const { dataset } = document.activeElement;
  const path = document.activeElement.closest("[data-path]")?.dataset.path;
  $("projects").replaceChildren(...projects.map(projectCard));
  if (path !== undefined) $("projects").querySelector(`[data-path="${path}"] [data-do="${dataset.do}"]`)?.focus();
}

function whyNothing(checker) {
  const { stage, detail } = checker.check("view", "project:any").reason;
  const name = nameOf(checker.subject);
  if (stage !== "status") return `${name} is a member and has no rights to any project yet.`;
  return `${name} ${STATUSES[detail] ?? "is not active"}, and so may do nothing, whatever roles there are.`;
}

/** Of an answer the user sees the newest first; one from a later revision than the page's says that rights have changed. */
function answered(answer) {
  $("log").prepend(node("li", {}, answerParts(answer)));
  while ($("log").children.length > LOG_LINES) $("log").lastElementChild.remove();
  $("last").firstElementChild.replaceChildren(...answerParts(answer));
  $("last").hidden = false;
  if (Number(answer.revision) > connection?.checker.revision) handled(() => connection.refresh())();
}

/** A button of a sign was pressed. */
async function act(event) {
  const button = event.target.closest("[data-do]");
  if (button === null) return;
  const sign = button.closest("[data-path]");
  const path = apiPath(sign.dataset.path);
  const title = sign.querySelector(".sign-title").textContent;
  const text = sign.querySelector(".sign-text").textContent.slice(1, -1);
  switch (button.dataset.do) {
    case "approve":
      await api("POST", `${path}/approve`);
      break;
    case "comment":
      if (!(await write(`Comment on ${title}`, "Comment", "", (written) => api("POST", `${path}/comments`, { text: written })))) return;
      break;
    case "edit":
      if (!(await write(`Edit ${title}`, "Text", text, (written) => api("PUT", path, { text: written })))) return;
      break;
  }
  await load();
}

/** `project:p/state:s/sign:1` → `projects/p/states/s/signs/1`. */
function apiPath(path) {
  return path.split("/").map((segment) => segment.replace(":", "s/")).join("/");
}

/** Asks for a text in the dialog; `send` runs unless it was cancelled. */
function write(title, label, text, send) {
  const dialog = $("editor");
  $("editor-title").textContent = title;
  $("editor-label").textContent = label;
  dialog.querySelector("textarea").value = text;
  dialog.returnValue = "";
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", async () => {
      const sends = dialog.returnValue === "send";
      if (sends) await send(dialog.querySelector("textarea").value);
      resolve(sends);
    }, { once: true });
  });
}

async function ask(event) {
  event.preventDefault();
  const { method, path } = event.target.elements;
  await api(method.value, path.value, method.value === "GET" ? undefined : { text: "Asked directly" });
}

/** The interface that is shown stays as long as it is allowed, or there is no other. */
function chooseInterface() {
  const allowed = ["design", "build"].filter((name) => connection.can("open", `interface:${name}`));
  const shown = document.body.dataset.interface ?? "design";
  show(allowed.includes(shown) ? shown : (allowed[0] ?? "design"));
}

function show(name) {
  document.body.dataset.interface = name;
  for (const tab of document.querySelectorAll(".tab")) tab.setAttribute("aria-pressed", String(tab.dataset.interface === name));
}

function say(sentence) {
  $("empty").textContent = sentence;
  $("empty").hidden = false;
}

await handled(start)();
