/**
 * The demo's origin: an API of signs that trusts the gate in front of it.
 *
 * It decides nothing. What comes through the gate may be done, and the gate's assertion says who wants it: it is verified
 * for each request, so that whoever reaches this worker in any other way gets nothing, not even the page.
 */

import { verifier } from "../../crates/countersign-wasm/npm/dist/verify.js";
import { FILES } from "../dist/files.js";
import { projectsOf } from "./signs.js";

const ROUTES = [
  ["GET", "/api/:tenant/projects/:project", readProject],
  ["GET", "/api/:tenant/projects/:project/states/:state", readState],
  ["GET", "/api/:tenant/projects/:project/states/:state/signs/:sign", readSign],
  ["PUT", "/api/:tenant/projects/:project/states/:state/signs/:sign", editSign],
  ["POST", "/api/:tenant/projects/:project/states/:state/signs/:sign/approve", approveSign],
  ["POST", "/api/:tenant/projects/:project/states/:state/signs/:sign/comments", commentSign],
].map(([method, pattern, handle]) => ({ method, handle, pattern: new URLPattern({ pathname: pattern }) }));

/** Made at the first request: the key is a variable, and a worker without it serves nothing. */
let verify;

export default {
  async fetch(request, env) {
    const { pathname } = new URL(request.url);
    verify ??= verifier({ key: env.COUNTERSIGN_ASSERTION_KEY ?? "", public: true });
    const passed = await verify(request).catch(() => undefined);
    if (passed === undefined) return problem(403, "Forbidden");
    const file = FILES.get(pathname);
    if (file !== undefined) return serve(file);
    if (passed.decision !== "allow") return problem(403, "Forbidden");
    const { subject } = passed;
    for (const { method, pattern, handle } of ROUTES) {
      const match = pattern.exec({ pathname });
      if (match === null || method !== request.method) continue;
      const { tenant, project, state, sign } = match.pathname.groups;
      // The path says whose signs these are, and so must the assertion.
      if (tenant !== passed.tenant) return problem(403, "Forbidden");
      const found = find(tenant, project, state, sign);
      return found === undefined ? problem(404, "Not Found") : handle(found, { subject, request });
    }
    return problem(404, "Not Found");
  },
};

function serve({ type, base64 }) {
  const body = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  return new Response(body, { headers: { "Content-Type": type, "Cache-Control": "no-cache" } });
}

/** What the path names, down to its last part; `undefined` as soon as a part does not exist. */
function find(tenant, projectId, stateId, signId) {
  const project = own(projectsOf(tenant), projectId);
  const state = stateId === undefined ? undefined : own(project?.states, stateId);
  const sign = signId === undefined ? undefined : own(state?.signs, signId);
  if (project === undefined || (stateId !== undefined && state === undefined)) return undefined;
  if (signId !== undefined && sign === undefined) return undefined;
  return { project, projectId, state, stateId, sign, signId };
}

function own(object, key) {
  return object !== undefined && Object.hasOwn(object, key) ? object[key] : undefined;
}

function readProject({ project, projectId }) {
  const { title, kind, states } = project;
  return Response.json({ id: projectId, title, kind, states: Object.keys(states) });
}

function readState({ state, stateId }) {
  const signs = Object.entries(state.signs).map(([id, sign]) => ({ id, ...sign }));
  return Response.json({ id: stateId, title: state.title, signs });
}

function readSign({ sign, signId }) {
  return Response.json({ id: signId, ...sign });
}

async function editSign({ sign, signId }, { request }) {
  const text = await readText(request);
  if (text === undefined) return problem(400, "Bad Request", "Send JSON with a `text`.");
  sign.text = text;
  sign.approvedBy = null;
  return Response.json({ id: signId, ...sign });
}

function approveSign({ sign, signId }, { subject }) {
  sign.approvedBy = subject;
  return Response.json({ id: signId, ...sign });
}

async function commentSign({ sign, signId }, { subject, request }) {
  const text = await readText(request);
  if (text === undefined) return problem(400, "Bad Request", "Send JSON with a `text`.");
  sign.comments.push({ by: subject, text });
  return Response.json({ id: signId, ...sign }, { status: 201 });
}

/** The `text` of a JSON body, at most 500 characters. */
async function readText(request) {
  const body = await request.json().catch(() => undefined);
  return typeof body?.text === "string" ? body.text.slice(0, 500) : undefined;
}

function problem(status, title, detail) {
  const body = { type: "about:blank", title, status, detail };
  return Response.json(body, { status, headers: { "Content-Type": "application/problem+json" } });
}
