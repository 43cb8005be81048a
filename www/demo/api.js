/** Requests through the gate, as the user who is signed in. */

let tenant = "";
let subject = "";
let listener = () => {};

/** From now on requests are this user's, in this tenant. */
export function signInAs(newTenant, newSubject) {
  tenant = newTenant;
  subject = newSubject;
}

/** The headers of the development sign-in. */
export function identity() {
  return { Authorization: `Dev ${subject}` };
}

/** `listener` hears of every answer: `{ method, path, status, revision, text }`. */
export function onAnswer(newListener) {
  listener = newListener;
}

/** Asks the demo's API; `path` begins behind the tenant. */
export function api(method, path, body) {
  return send(method, `/api/${encodeURIComponent(tenant)}/${path}`, body);
}

/** Asks the management API of the engine. */
export function manage(method, path, body) {
  return send(method, `/v1/tenants/${encodeURIComponent(tenant)}/${path}`, body);
}

async function send(method, path, body) {
  const headers = identity();
  if (body !== undefined) headers["Content-Type"] = "application/json";
  const response = await fetch(path, { method, headers, body: JSON.stringify(body), cache: "no-store" });
  const text = await response.text();
  const answer = { method, path, status: response.status, revision: response.headers.get("Countersign-Revision"), text };
  listener(answer);
  return { ...answer, ok: response.ok, data: response.ok ? JSON.parse(text) : undefined };
}
