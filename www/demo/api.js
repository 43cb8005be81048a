/** Requests through the gate, as the user who is signed in. */

let tenant = "";
let subject = "";
let listener = () => {};
/** The revision that the page goes by. */
let revision = 0;

/** From now on requests are this user's, in this tenant. */
export function signInAs(newTenant, newSubject) {
  tenant = newTenant;
  subject = newSubject;
  revision = 0;
}

/** What the gate answers from now on is not older than this: the page hears of a change before every copy of the rights does. */
export function atLeast(newRevision) {
  revision = newRevision;
}

/** The headers of the development sign-in. */
export function identity() {
  return { Authorization: `Dev ${subject}` };
}

/**
 * `listener` hears of every answer to what the user did: `{ method, path, status, revision, refusal }`, the path without
 * the part that is the same for all. Without a status there was no answer.
 */
export function onAnswer(newListener) {
  listener = newListener;
}

/** Asks the demo's API; `path` begins behind the tenant. */
export function api(method, path, body) {
  return tell(method, path, () => send(method, `/api/${encodeURIComponent(tenant)}/${path}`, body));
}

/** Asks the management API of the engine. */
export function manage(method, path, body) {
  return tell(method, path, () => send(method, `/v1/tenants/${encodeURIComponent(tenant)}/${path}`, body));
}

/** Reading for the page goes untold: answers are shown to what the user does. */
export async function read(path) {
  const response = await send("GET", `/api/${encodeURIComponent(tenant)}/${path}`);
  return response.ok ? response.json() : undefined;
}

/** Asks the engine about somebody else, with the reason; `undefined` if it does not say. */
export async function reasonFor(member, action, type, id) {
  const [kind, name] = member.split(":");
  const body = { subject: { type: kind, id: name }, action: { name: action }, resource: { type, id } };
  const path = `/t/${encodeURIComponent(tenant)}/access/v1/evaluation`;
  const response = await send("POST", path, body, { "Countersign-Explain": "true" });
  return response.ok ? (await response.json()).context.reason : undefined;
}

async function tell(method, path, ask) {
  try {
    const response = await ask();
    const refusal = response.ok ? undefined : await problemOf(response);
    listener({ method, path, status: response.status, revision: response.headers.get("Countersign-Revision"), refusal });
  } catch (error) {
    listener({ method, path, status: undefined, revision: null, refusal: error.message });
  }
}

/** Refusals are problem details; whatever else comes is named by its status only. */
async function problemOf(response) {
  const problem = await response.json().catch(() => undefined);
  return problem?.detail ?? problem?.title ?? "";
}

function send(method, path, body, more = {}) {
  const headers = { ...identity(), ...more };
  if (revision > 0) headers["Countersign-Min-Revision"] = String(revision);
  if (body !== undefined) headers["Content-Type"] = "application/json";
  return fetch(path, { method, headers, body: JSON.stringify(body), cache: "no-store" });
}
