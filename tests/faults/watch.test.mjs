/** Open pages while their worker is killed, and while their object sleeps. */

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { WebSocket } from "ws";
import { eventually, running, setUp } from "./platform/account.mjs";

const SIGN = "project:renovation/state:draft/sign:r2";
/** An object without work is put aside after ten seconds. */
const ASLEEP = 12_000;
let worker;
let connect;
before(async () => {
  globalThis.WebSocket = WebSocket;
  ({ connect } = await import("../../crates/countersign-wasm/npm/dist/entry-browser-node.js"));
  worker = await running();
});
after(() => worker.stop());

async function page(tenant) {
  const headers = { Authorization: "Dev user:eddie" };
  const connection = await connect({ url: worker.server.url, tenant: tenant.name, headers });
  assert.ok(await eventually(() => connection.state === "live"), connection.state);
  return connection;
}

async function edits(tenant, allowed) {
  const body = { permission: "sign:edit", scope: "/", effect: allowed ? "inherit" : "deny" };
  const answer = await tenant.manage("user:olivia", "PUT", "/members/user:eddie/overrides", body);
  assert.equal(answer.status, 200, answer.text);
}

describe("open pages", { concurrency: true }, () => {
  test("a page is told what has changed, however long its object has slept", async (t) => {
    const tenant = await setUp(worker.ask, "sleepy", "acme", "signagent");
    const connection = await page(tenant);
    t.after(() => connection.close());
    await sleep(ASLEEP);
    assert.equal(connection.state, "live");
    assert.ok((await tenant.faults("born")) > 1, "it did not sleep");
    await edits(tenant, false);
    assert.ok(await eventually(() => !connection.can("edit", SIGN)));
  });

  test("a page whose worker was killed comes back to what is so by then", async (t) => {
    const own = await running();
    // Also where the test fails: a worker or a page that is left keeps the process alive.
    t.after(() => (connection?.close(), own.stop()));
    let connection;
    const tenant = await setUp(own.ask, "killed", "acme", "signagent");
    const headers = { Authorization: "Dev user:eddie" };
    connection = await connect({ url: own.server.url, tenant: tenant.name, headers });
    assert.ok(await eventually(() => connection.state === "live"));
    for (const allowed of [false, true]) {
      await own.server.kill();
      assert.ok(await eventually(() => connection.state !== "live"));
      assert.equal(connection.can("edit", SIGN), !allowed, "answers hold meanwhile");
      await own.server.start();
      await edits(tenant, allowed);
      assert.ok(await eventually(() => connection.state === "live" && connection.can("edit", SIGN) === allowed));
    }
  });
});
