/** The demo sign manager: signs in, loads what the package says may be viewed, and sends what the user asks for. */

import { connect } from "countersign/browser";
import { api, identity, manage, onAnswer, signInAs } from "./api.js";
import { answerLine, options, projectCard } from "./view.js";

const $ = (id) => document.getElementById(id);
const directory = await (await fetch("/demo/directory.json")).json();
const LOG_LINES = 8;

let connection;
/** Counts sign-ins: whatever an earlier one is still waiting for is thrown away when it comes. */
let turn = 0;

async function start() {
  const asked = new URLSearchParams(location.search);
  const tenant = asked.get("tenant") ?? "acme";
  const tenants = [...new Set([...Object.keys(directory.users), tenant])];
  $("tenant").replaceChildren(...options(tenants.map((value) => ({ value, label: value })), tenant));
  listUsers(asked.get("user"));
  $("tenant").addEventListener("change", () => (listUsers(), signIn()));
  $("user").addEventListener("change", signIn);
  $("projects").addEventListener("click", act);
  $("assign").addEventListener("submit", assign);
  $("deactivate").addEventListener("click", () => changeMember("deactivate"));
  $("activate").addEventListener("click", () => changeMember("activate"));
  $("ask").addEventListener("submit", ask);
  for (const tab of document.querySelectorAll("[data-interface]")) tab.addEventListener("click", () => show(tab.dataset.interface));
  onAnswer((answer) => {
    $("log").prepend(answerLine(answer));
    while ($("log").children.length > LOG_LINES) $("log").lastElementChild.remove();
  });
  await signIn();
}

/** People of the chosen tenant; one called `acme-something` has Acme's. */
function listUsers(chosen) {
  const people = directory.users[$("tenant").value.split("-")[0]] ?? [];
  const entries = people.map(({ subject, label }) => ({ value: subject, label }));
  $("user").replaceChildren(...options(entries, chosen));
  $("assign").elements.to.replaceChildren(...options(entries));
}

async function signIn() {
  const mine = ++turn;
  connection?.close();
  connection = undefined;
  $("projects").replaceChildren();
  $("revision").textContent = "none";
  signInAs($("tenant").value, $("user").value);
  try {
    const next = await connect({ tenant: $("tenant").value, headers: identity });
    if (mine !== turn) return next.close();
    connection = next;
  } catch (error) {
    if (mine === turn) say(`Signing in failed: ${error.message}`);
    return;
  }
  connection.gate(document.body);
  connection.onChange(load);
  show(connection.can("open", "interface:design") || !connection.can("open", "interface:build") ? "design" : "build");
  await load();
}

/** Fetches only what this user may view, and so never asks in vain. */
async function load() {
  const mine = turn;
  const { checker } = connection;
  $("revision").textContent = checker.revision;
  const projects = await Promise.all(directory.projects.map((id) => loadProject(checker, id))).catch((error) => {
    // Somebody else has signed in meanwhile, and this user's checker is gone.
    if (mine === turn) throw error;
  });
  if (mine !== turn) return;
  const found = projects.filter(({ states }) => states.length > 0);
  $("projects").replaceChildren(...found.map(projectCard));
  if (found.length === 0) say("Nothing here for this user.");
  else $("empty").hidden = true;
}

/** A project says which states it has; whoever sees a state only has to know its name, for which the directory stands. */
async function loadProject(checker, id) {
  const project = checker.can("view", `project:${id}`) ? await read(`projects/${id}`) : undefined;
  const states = project?.states ?? (checker.can("view", `project:${id}`) ? [] : directory.states);
  const visible = checker.filter("view", states.map((state) => `project:${id}/state:${state}`));
  const found = await Promise.all(visible.map((path) => read(`projects/${id}/states/${path.split("state:")[1]}`)));
  return { project: project ?? { id }, states: found.filter((state) => state !== undefined) };
}

/** Reading for the page goes unlogged: the log is for what the user does. */
async function read(path) {
  const response = await fetch(`/api/${encodeURIComponent($("tenant").value)}/${path}`, { headers: identity(), cache: "no-store" });
  return response.ok ? response.json() : undefined;
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
    case "view":
      await api("GET", path);
      return;
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
  const { path: place, do: name } = { ...sign.dataset, ...button.dataset };
  await load();
  $("projects").querySelector(`[data-path="${place}"] [data-do="${name}"]`)?.focus();
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

async function assign(event) {
  event.preventDefault();
  const { to, role, scope } = event.target.elements;
  await manage("POST", "assignments", { to: to.value, role: role.value, scope: scope.value });
  await connection?.refresh();
}

async function changeMember(command) {
  await manage("POST", `members/${$("assign").elements.to.value}/${command}`);
  await connection?.refresh();
}

async function ask(event) {
  event.preventDefault();
  const { method, path } = event.target.elements;
  await api(method.value, path.value, method.value === "GET" ? undefined : { text: "Asked directly" });
}

function show(name) {
  document.body.dataset.interface = name;
  for (const tab of document.querySelectorAll("[data-interface].tab")) tab.setAttribute("aria-pressed", String(tab.dataset.interface === name));
}

function say(sentence) {
  $("empty").textContent = sentence;
  $("empty").hidden = false;
}

await start();
