/** `connect` against a small server: what it sends, when it asks again, what it does when it cannot. */

import assert from "node:assert/strict";
import { createServer } from "node:http";
import { after, before, beforeEach, test } from "node:test";
import { document } from "../scenarios/corpus.mjs";
import { install } from "./install.mjs";

const SIGN = "project:renovation/state:draft/sign:r2";

let project;
let connect;
let tenant;
let server;
let url;
/** What the server answers, and what it was asked. */
let respond;
let requests;

before(async () => {
  project = install();
  ({ connect } = await project.load("countersign/browser"));
  const { Policy, Tenant } = await project.load("countersign/compile");
  tenant = Tenant.load(Policy.parse(document("signagent.toml")), document("acme.toml"));
  server = createServer((request, response) => {
    requests.push({ path: request.url, headers: request.headers });
    const { status = 200, etag = '"1"', body = "" } = respond(request);
    response.writeHead(status, { etag }).end(body);
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  url = `http://127.0.0.1:${server.address().port}`;
});
beforeEach(() => {
  requests = [];
  respond = () => ({ body: tenant.snapshot("user:eddie") });
});
after(() => {
  server?.close();
  project?.remove();
});

test("it asks for the tenant's snapshot with the given headers, and answers", async () => {
  let asked = 0;
  const connection = await connect({ url, tenant: "a b/c", headers: async () => ({ Authorization: `Dev ${++asked}` }) });
  assert.equal(requests[0].path, "/v1/tenants/a%20b%2Fc/me/snapshot");
  assert.equal(requests[0].headers.authorization, "Dev 1");
  assert.equal(connection.can("edit", SIGN), true);
  assert.equal(connection.checker.can("approve", SIGN), false);
  await connection.refresh();
  assert.equal(requests[1].headers.authorization, "Dev 2");
  connection.close();
});

test("a refresh sends the tag; only a new snapshot is a change", async () => {
  const connection = await connect({ url, tenant: "acme" });
  let changes = 0;
  const stop = connection.onChange(() => changes++);
  respond = () => ({ status: 304 });
  assert.equal(await connection.refresh(), false);
  assert.equal(requests[1].headers["if-none-match"], '"1"');
  respond = () => ({ etag: '"2"', body: tenant.snapshot("user:eddie", { ttl: 2 * 3_600_000 }) });
  assert.equal(await connection.refresh(), true);
  assert.equal(changes, 1);
  stop();
  await connection.refresh();
  assert.equal(requests[3].headers["if-none-match"], '"2"');
  assert.equal(changes, 1);
  connection.close();
});

test("a failed refresh says why and leaves the answers in use", async () => {
  const connection = await connect({ url, tenant: "acme" });
  const wrong = [
    ["fetch_failed", () => ({ status: 503 })],
    ["snapshot_corrupt", () => ({ body: "<html>" })],
  ];
  for (const [code, answer] of wrong) {
    respond = answer;
    await assert.rejects(connection.refresh(), { name: "CountersignError", code });
    assert.equal(connection.can("edit", SIGN), true);
  }
  connection.close();
});

test("a snapshot of somebody else ends it: these rights are nobody's here", async () => {
  const connection = await connect({ url, tenant: "acme" });
  respond = () => ({ body: tenant.snapshot("user:olivia") });
  await assert.rejects(connection.refresh(), { name: "CountersignError", code: "snapshot_foreign" });
  assert.equal(connection.state, "ended");
  assert.throws(() => connection.can("edit", SIGN), { code: "freed" });
});

test("it refreshes by itself before the snapshot expires, without the tag", async () => {
  respond = () => ({ body: tenant.snapshot("user:eddie", { ttl: 1_000 }) });
  const connection = await connect({ url, tenant: "acme" });
  respond = () => ({ body: tenant.snapshot("user:eddie") });
  await new Promise((resolve) => {
    // The timer of a connection keeps no process alive, so this one does.
    const waiting = setTimeout(resolve, 10_000);
    connection.onChange(() => (clearTimeout(waiting), resolve()));
  });
  assert.equal(requests.length, 2);
  assert.equal(requests[1].headers["if-none-match"], undefined);
  assert.ok(connection.checker.expires.getTime() > Date.now() + 60_000);
  connection.close();
});

test("what cannot be reached or understood is an error with a code", async () => {
  respond = () => ({ status: 401 });
  await assert.rejects(connect({ url, tenant: "acme" }), { code: "fetch_failed", status: 401 });
  await assert.rejects(connect({ url: "http://127.0.0.1:1", tenant: "acme" }), { code: "fetch_failed" });
  await assert.rejects(connect({ url }), { code: "invalid_argument" });
  await assert.rejects(connect(), { code: "invalid_argument" });
});

test("after closing nothing is answered and nothing is asked", async () => {
  const connection = await connect({ url, tenant: "acme" });
  connection.close();
  connection.close();
  assert.throws(() => connection.can("edit", SIGN), { code: "freed" });
  assert.throws(() => connection.gate(), { code: "freed" });
  await assert.rejects(connection.refresh(), { code: "freed" });
  assert.equal(requests.length, 1);
});
