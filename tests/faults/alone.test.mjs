/** What an object does by itself, while its writes fail, its messages are lost and its receivers are slow. */

import assert from "node:assert/strict";
import { createServer } from "node:http";
import { after, before, describe, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { document } from "../scenarios/corpus.mjs";
import { account, eventually, OPERATOR, running, setUp } from "./platform/account.mjs";
import { broken } from "./platform/chain.mjs";

let worker;
before(async () => (worker = await running()));
after(() => worker.stop());

const fresh = (base, model) => setUp(worker.ask, `${base}-${Math.random().toString(36).slice(2)}`, base, model);
const pending = async (tenant) => (await tenant.faults("pending")) === 0;
const must = async (tenant, subject, line, status, body) => {
  const [method, path] = line.split(" ");
  const answer = await tenant.manage(subject, method, path, body);
  assert.equal(answer.status, status, `${line}: ${answer.status} ${answer.text} ${worker.server.printed.slice(-1500)}`);
  return answer.data;
};

describe("what an object does by itself", { concurrency: true }, () => {
  test("a tenant that could not be set up is as if nobody had tried", async () => {
    const body = { model: document("assuresign.toml"), tenant: document("meridian.toml") };
    for (let write = 1, set = false; !set; write++) {
      for (const kind of ["error", "panic"]) {
        const tenant = account(worker.ask, `new-${kind}-${write}`);
        await tenant.faults(`arm?fault=${kind}@${write}`);
        const answer = await tenant.manage(OPERATOR, "PUT", "", body);
        set = answer.status === 201;
        if (set) continue;
        assert.equal(answer.status, 503, answer.text);
        const seen = await tenant.manage("user:nora", "GET", "/members");
        assert.equal(seen.status, 404, `${kind}@${write}: ${seen.text}`);
        const { records = [], audit = [], outbox = [], models = [] } = await tenant.dump();
        assert.deepEqual([records, audit, outbox, models], [[], [], [], []], `${kind}@${write}`);
        const again = await tenant.manage(OPERATOR, "PUT", "", body);
        assert.equal(again.status, 201, `after ${kind}@${write}: ${again.status} ${worker.server.printed.slice(-1500)}`);
        assert.deepEqual(broken(await tenant.dump()), []);
        await must(tenant, "user:nora", "GET /members", 200);
      }
    }
  });

  test("whatever fails while records are published, KV has them in the end", async () => {
    const bytes = new TextDecoder("latin1");
    const fails = async (kind) => {
      const tenant = await fresh("meridian", "assuresign");
      assert.ok(await eventually(() => pending(tenant)));
      await tenant.faults("hold");
      await must(tenant, "user:nora", "POST /members/user:sam/lock", 200);
      await must(tenant, "user:nora", "POST /members/user:rita/lock", 200);
      assert.equal(await tenant.faults("pending"), 2);
      await tenant.faults(`arm?fault=${kind}@${kind === "commit" ? 0 : 1}`);
      await tenant.faults("release");
      assert.ok(await eventually(() => pending(tenant), 30_000), `after ${kind}, it was not published`);
      for (const [key, , record] of (await tenant.dump()).records) {
        assert.ok(bytes.decode(worker.kv.values.get(`t/${tenant.name}/${key}`)).includes(record), `${key} after ${kind}`);
      }
    };
    await Promise.all(["error", "before", "panic", "commit"].map(fails));
  });

  test("assuresign-6: a message and its acknowledgement are lost, and the link is made once", async () => {
    const [one, other] = [await fresh("meridian", "assuresign"), await fresh("meridian", "assuresign")];
    for (const tenant of [one, other]) {
      await must(tenant, "user:nora", "PATCH /settings", 200, { multiple_accounts: true });
      await must(tenant, "user:nora", "PATCH /members/user:sam", 200, { multiple_accounts: true });
    }
    await other.faults("messages?lose=before,after");
    await one.faults("messages?lose=after");
    await must(one, "user:nora", "POST /links", 201, { subject: "user:sam", tenant: other.name });
    // Nothing waits for it meanwhile.
    await must(one, "user:nora", "PATCH /members/user:rita", 200, { name: "Rita" });
    const linked = async (tenant) => (await must(tenant, "user:sam", "GET /me/links", 200)).items.some(({ status }) => status === "linked");
    assert.ok(await eventually(async () => (await linked(one)) && (await linked(other)), 45_000), "they were not linked");
    const sent = async (tenant) => !(await tenant.dump()).docs.some(([key]) => key.startsWith("outgoing/"));
    assert.ok(await eventually(async () => (await sent(one)) && (await sent(other)), 45_000), "a message was not acknowledged");
    for (const tenant of [one, other]) {
      const dump = await tenant.dump();
      assert.deepEqual(broken(dump, { alone: true }), []);
      const taken = dump.audit.map(([, text]) => JSON.parse(text)).filter(({ command }) => command.startsWith("message."));
      const names = taken.map(({ command, request }) => JSON.stringify([command, request]));
      assert.equal(new Set(names).size, names.length, `a message was taken in twice: ${names}`);
      assert.ok(names.length > 0);
    }
  });

  test("a receiver that takes seconds to answer holds up no publication", async () => {
    const tenant = await fresh("meridian", "assuresign");
    let [reached, answered] = [0, 0];
    const receiver = createServer(async (request, response) => {
      reached++;
      request.resume();
      await sleep(4_000);
      answered++;
      response.writeHead(204).end();
    });
    await new Promise((ready) => receiver.listen(0, "127.0.0.1", ready));
    try {
      await must(tenant, OPERATOR, "POST /webhooks", 201, { url: `http://127.0.0.1:${receiver.address().port}/`, events: ["member.*"] });
      await must(tenant, "user:nora", "POST /members/user:rita/lock", 200);
      assert.ok(await eventually(() => reached > 0), "the receiver was not called");
      await must(tenant, "user:nora", "PUT /members/user:sam/overrides", 200, { permission: "document:view", effect: "deny" });
      assert.ok(await eventually(() => pending(tenant), 3_000), "it waited for the receiver");
      assert.equal(answered, 0, "the receiver had answered already");
    } finally {
      receiver.closeAllConnections();
      receiver.close();
    }
  });
});
