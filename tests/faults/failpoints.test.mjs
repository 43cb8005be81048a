/** Every write of a command fails once in every way: nothing of the command is left, and sent again it is applied once. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, describe, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { document } from "../scenarios/corpus.mjs";
import { account, eventually, OPERATOR, running, setUp } from "./platform/account.mjs";
import { broken } from "./platform/chain.mjs";
import { client } from "./platform/client.mjs";

/** A command's answer comes within this time whatever happens to it, in milliseconds. */
const SOON = 2_500;
const EDGE = new URL("../../crates/countersign-edge/", import.meta.url);
const KINDS = ["error", "panic"];

let worker;
before(async () => (worker = await running()));
after(() => worker.stop());

/** A tenant whose alarm is held back: what is published would change its database while it is compared. */
async function held(base, model) {
  const name = `${base}-${Math.random().toString(36).slice(2)}`;
  await account(worker.ask, name).faults("hold");
  return setUp(worker.ask, name, base, model);
}

let keys = 0;

/**
 * Sends a command until it is done, each time with the next of its writes failing, in each of the ways; answers with the
 * number of its writes. `body` may be made from the answers to those before it.
 */
async function everyWrite(tenant, [subject, line, status, body], kinds = KINDS) {
  const [method, path] = line.split(" ");
  const key = `key-${keys++}`;
  const send = (fault) => tenant.manage(subject, method, path, body, { "Idempotency-Key": key, ...(fault && { Fault: fault }) });
  const was = await tenant.sums();
  const changed = async (since) => Object.entries(await tenant.sums()).filter(([table, sum]) => sum !== since[table]).map(([table]) => table).join();
  const undone = async (fault) => {
    const answer = await send(fault);
    if (answer.status < 500) return answer;
    assert.match(answer.headers["content-type"], /problem\+json/);
    assert.ok(answer.took < SOON, `${line} ${fault} took ${answer.took} ms`);
    assert.equal(await changed(was), "", `${line} ${fault} left something behind`);
    return undefined;
  };
  assert.equal(await undone("commit@0"), undefined, `${line}: the commit did not fail`);
  for (let write = 1; ; write++) {
    for (const kind of kinds) {
      const answer = await undone(`${kind}@${write}`);
      if (answer === undefined) continue;
      // There are no more writes: it was done.
      assert.equal(answer.status, status, `${line}: ${answer.status} ${answer.text}`);
      const now = await tenant.sums();
      assert.notDeepEqual(now, was, `${line} changed nothing`);
      assert.deepEqual(broken(await tenant.dump()), []);
      if (status < 400) {
        const again = await send();
        assert.equal(again.status, status, `${line} again: ${again.status} ${again.text}`);
        assert.equal(await changed(now), "", `${line} was applied twice`);
      }
      return { writes: write - 1, answer };
    }
  }
}

describe("a write that fails leaves nothing of its command", () => {
  const member = (id, more) => ({ subject: `user:${id}`, user_name: `${id}@meridian.example`, assignments: [{ role: "reader" }], ...more });
  const nora = (...rest) => ["user:nora", ...rest];
  const MERIDIAN = [
    nora("POST /members", 201, member("a")),
    nora("POST /members", 201, member("b", { invite: "now" })),
    nora("PATCH /members/user:a", 200, { name: "Ann", email: "ann@meridian.example" }),
    nora("POST /members/user:a/lock", 200),
    nora("PUT /members/user:a/overrides", 200, { permission: "document:view", effect: "deny" }),
    nora("PUT /members/user:a/overrides/all", 200, { effect: "inherit" }),
    nora("POST /groups", 201, { id: "g", name: "Group" }),
    nora("PUT /groups/g/members/user:a", 200),
    nora("POST /assignments", 201, { to: "group:g", role: "sender" }),
    nora("POST /assignments/bulk", 201, { assignments: [{ to: "user:a", role: "sender" }, { to: "user:b", role: "sender" }] }),
    nora("POST /roles", 201, { id: "auditor", allow: ["report:*"] }),
    nora("PUT /roles/auditor", 200, { id: "auditor", allow: ["report:view"] }),
    nora("DELETE /roles/auditor", 200),
    nora("DELETE /groups/g", 200),
    nora("POST /resources", 201, { path: "document:7", attributes: {} }),
    nora("DELETE /resource?path=document:7", 200),
    nora("DELETE /members/user:a", 200),
    nora("POST /members/user:b/invite", 200),
    nora("POST /members", 201, { subject: "service:ci" }),
    nora("POST /tokens", 201, { subject: "service:ci", name: "main" }),
    nora("POST /approval-policies", 201, { id: "p", permissions: ["document:send"], approvers: ["user:nora"] }),
    ["user:sam", "POST /requests", 201, { action: "send", resource: "document:9" }],
    [OPERATOR, "PATCH /settings", 200, { seats: 99 }],
    [OPERATOR, "POST /webhooks", 201, { url: "https://hooks.example.com/in", events: ["member.*"] }],
    nora("PATCH /members/user:sam", 200, { name: "Samuel" }),
    // A refusal is written down too.
    ["user:rita", "POST /members", 403, member("c")],
    [OPERATOR, "PUT ", 200, { model: document("assuresign.toml"), tenant: document("meridian.toml") }],
  ];

  test("whichever write it is, whether it errs or panics, and when the commit fails", async (t) => {
    const [tenant, other] = [await held("meridian", "assuresign"), await held("meridian", "assuresign")];
    // Another tenant goes on meanwhile.
    let [going, rounds] = [true, 0];
    const neighbour = (async () => {
      for (; going; rounds++) {
        const answer = await other.manage("user:nora", "PATCH", "/members/user:sam", { name: `Sam ${rounds}` });
        assert.equal(answer.status, 200, answer.text);
        await sleep(100);
      }
    })();
    let writes = 0;
    try {
      for (const command of MERIDIAN) writes += (await everyWrite(tenant, command)).writes;
    } finally {
      going = false;
      await neighbour;
    }
    t.diagnostic(`${MERIDIAN.length} commands, ${writes} writes, each in ${KINDS.length} ways; ${rounds} commands of a neighbour`);
    assert.ok(writes > 100 && rounds > 10);
    await tenant.faults("release");
    const published = await eventually(async () => (await tenant.faults("pending")) === 0);
    assert.ok(published, "the outbox was not drained");
  });

  test("an approval, from the request to its use", async () => {
    const tenant = await held("orbit", "signpath");
    const body = { action: "submit", resource: "project:app/signing_policy:release" };
    const { answer } = await everyWrite(tenant, ["user:sub", "POST /requests", 201, body]);
    await everyWrite(tenant, ["user:app", `POST /requests/${answer.data.id}/approve`, 200]);
    await everyWrite(tenant, ["user:sub", `POST /requests/${answer.data.id}/use`, 200]);
    await everyWrite(tenant, ["user:ada", "POST /support", 201, { subject: "support:vendor", role: "support", reason: "ticket 12" }]);
  });

  test("a module that traps: the next request is answered, and nothing is left", async (t) => {
    const tenant = await held("meridian", "assuresign");
    const { ask, close } = client(worker.server.port, { patience: 2_000 });
    // When copies are put again is not of the command: an object whose memory was lost puts what waited once more.
    const sums = async () => ({ ...(await tenant.sums()), outbox: undefined });
    const was = await sums();
    let slowest = 0;
    for (const write of [1, 4, 7]) {
      const headers = { "Idempotency-Key": "trap", Fault: `trap@${write}` };
      const sent = ask("user:nora", "POST", `/v1/tenants/${tenant.name}/members`, member("t"), headers);
      const status = await sent.then(({ status }) => status, () => "none");
      assert.ok(status === "none" || status >= 500, `${status}`);
      const next = await tenant.manage("user:nora", "GET", "/members/user:sam");
      assert.equal(next.status, 200, next.text);
      assert.ok(next.took < SOON, `the next request took ${next.took} ms`);
      slowest = Math.max(slowest, next.took);
      assert.deepEqual(await sums(), was);
    }
    close();
    t.diagnostic(`the slowest request after a trap took ${Math.round(slowest)} ms`);
    await everyWrite(tenant, ["user:nora", "POST /members", 201, member("t")]);
  });

  test("what is shipped knows nothing of all this", () => {
    const shipped = ["js/entry.js", "build/index.js", "build/index_bg.wasm"].map((name) => readFileSync(new URL(name, EDGE)));
    const words = ["failure that was asked for", "acknowledge early", "/faults/"];
    const found = words.filter((word) => shipped.some((bytes) => bytes.includes(word)));
    assert.deepEqual(found, []);
    const wrapper = readFileSync(new URL("worker/faults.js", import.meta.url));
    assert.ok(words.every((word) => wrapper.includes(word)), "the wrapper has them");
    assert.match(readFileSync(new URL("../../wrangler.toml", import.meta.url), "utf8"), /^main = "crates\/countersign-edge\/js\/entry.js"$/m);
  });

  test("seeded bug: a log that was changed is found to be", async () => {
    const tenant = await held("meridian", "assuresign");
    for (const name of ["A", "B", "C"]) await tenant.manage("user:nora", "PATCH", "/members/user:sam", { name });
    const dump = await tenant.dump();
    assert.deepEqual(broken(dump), []);
    const changes = {
      edited: (audit) => (audit[2][1] = audit[2][1].replace('"B"', '"X"')),
      removed: (audit) => audit.splice(2, 1),
      swapped: (audit) => audit.splice(1, 2, audit[2], audit[1]),
      "cut off": (audit) => audit.pop(),
      twice: (audit) => audit.splice(2, 0, audit[1]),
    };
    for (const [what, change] of Object.entries(changes)) {
      const changed = structuredClone(dump);
      change(changed.audit);
      assert.notDeepEqual(broken(changed), [], what);
    }
  });

  test("seeded bug: without the roll-back, something is left", async () => {
    const tenant = await held("meridian", "assuresign");
    await tenant.faults("rollback?is=off");
    for (const kind of KINDS) {
      await assert.rejects(everyWrite(tenant, ["user:nora", "POST /members", 201, member(kind)], [kind]), /left something behind/);
    }
  });
});
