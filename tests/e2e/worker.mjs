/** The running worker, as the end-to-end tests talk to it: its address, fresh tenants, and requests as somebody. */

import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { document } from "../scenarios/corpus.mjs";
import { holder } from "./document.mjs";

const holds = holder();

export const URL_OF_WORKER = process.env.COUNTERSIGN_URL ?? "http://127.0.0.1:8787";
export const OPERATOR = "operator:dev";

/** Loads one of the tenant files under a name that nobody used before, and gives the name and the revision. */
export async function freshTenant(base, model = "signagent.toml") {
  const name = `${base}-${randomBytes(6).toString("hex")}`;
  const body = { model: document(model), tenant: document(`${base}.toml`) };
  const answer = await ask(OPERATOR, "PUT", `/v1/tenants/${name}`, { body });
  assert.equal(answer.status, 201, answer.text);
  return { name, revision: answer.data.revision };
}

/**
 * Sends a request as a subject (or as nobody, `undefined`); `data` is the body where it is JSON. The answer must be one
 * that the OpenAPI document describes.
 */
export async function ask(subject, method, path, { body, headers = {} } = {}) {
  const all = { ...headers };
  if (subject !== undefined) all.Authorization = `Dev ${subject}`;
  if (body !== undefined) all["Content-Type"] = "application/json";
  const [response, bytes] = await sent(path, { method, headers: all, body: JSON.stringify(body), redirect: "manual" });
  const type = response.headers.get("content-type") ?? "";
  const text = bytes.toString();
  const data = /[/+]json/.test(type) && text !== "" ? JSON.parse(text) : undefined;
  holds(method, path, response.status, response.headers, data ?? (type === "application/x-ndjson" ? text : undefined));
  const revision = Number(response.headers.get("countersign-revision") ?? NaN);
  return { status: response.status, headers: response.headers, type, bytes, text, data, revision };
}

/** What wrangler's local proxy says where a kept connection to the worker was closed: the worker has not seen the request. */
const NOT_SEEN = "Your worker restarted mid-request.";

async function sent(path, request) {
  for (;;) {
    const response = await fetch(URL_OF_WORKER + path, request);
    const bytes = Buffer.from(await response.arrayBuffer());
    if (response.status !== 503 || !bytes.toString().startsWith(NOT_SEEN)) return [response, bytes];
  }
}

/** The API path of a resource: `project:p/state:s` → `/api/TENANT/projects/p/states/s`. */
export function api(tenant, resource) {
  return `/api/${tenant}/${resource.split("/").map((segment) => segment.replace(":", "s/")).join("/")}`;
}
