/**
 * Many questions at once, and among them commands that fail half way: nobody is allowed anything by a failure, and nobody
 * else notices. `COUNTERSIGN_STORM` says how many requests there are; one in a hundred is made to fail.
 */

import assert from "node:assert/strict";
import { test } from "node:test";
import { OPERATOR, running, setUp } from "./platform/account.mjs";
import { broken } from "./platform/chain.mjs";

const REQUESTS = Number(process.env.COUNTERSIGN_STORM ?? 3_000);
const AT_ONCE = 32;
const FAULTS = ["panic", "error", "commit"];
/** Writes that giving a role has at least. */
const WRITES = 6;

test(`${REQUESTS} requests, one in a hundred of which fails half way: no allow, and no harm to others`, async (t) => {
  const worker = await running();
  try {
    const tenants = [await setUp(worker.ask, "acme", "acme", "signagent"), await setUp(worker.ask, "acme-2", "acme", "signagent")];
    const tower = (tenant) => `/api/${tenant}/projects/tower/states/ordered/signs/t1`;
    const give = { to: "user:petra", role: "viewer", scope: "project:tower" };
    const wrong = [];
    const note = (what, answer) => wrong.push(`${what}: ${answer.status} ${answer.text.slice(0, 200)}`);
    let [failed, slowest] = [0, 0];
    /** One request of each kind; what would be given to Petra is never given. */
    async function one(number) {
      const { name, manage } = tenants[number % 2];
      if (number % 100 === 0) {
        const fault = FAULTS[failed++ % FAULTS.length];
        const headers = { "Idempotency-Key": `storm-${number}`, Fault: `${fault}@${fault === "commit" ? 0 : 1 + (failed % WRITES)}` };
        const answer = await manage(OPERATOR, "POST", "/assignments", give, headers);
        slowest = Math.max(slowest, answer.took);
        if (answer.status !== 503) note(`the command with ${headers.Fault}`, answer);
      } else if (number % 3 === 0) {
        const answer = await worker.ask("user:petra", "GET", tower(name));
        if (answer.status !== 404 || answer.headers["from-origin"]) note("what Petra may not see", answer);
      } else if (number % 3 === 1) {
        const answer = await worker.ask("user:petra", "PUT", tower(name), { text: "hers" });
        if (![403, 404].includes(answer.status) || answer.headers["from-origin"]) note("what Petra may not edit", answer);
      } else {
        const answer = await worker.ask("user:one", "GET", `/api/${name}/projects/renovation/states/draft/signs/r2`);
        if (answer.status !== 200 || !answer.headers["from-origin"]) note("what One may see", answer);
      }
    }
    const began = performance.now();
    let next = 0;
    await Promise.all(Array.from({ length: AT_ONCE }, async () => {
      while (next < REQUESTS) await one(next++);
    }));
    t.diagnostic(`${REQUESTS} requests, ${failed} failures, the slowest of them ${Math.round(slowest)} ms, in ${Math.round(performance.now() - began)} ms`);
    assert.deepEqual(wrong.slice(0, 10), []);
    for (const tenant of tenants) assert.deepEqual(broken(await tenant.dump()), []);
    // It does watch the right door: once the right is given, it opens.
    const given = await tenants[0].manage(OPERATOR, "POST", "/assignments", give);
    assert.equal(given.status, 201, given.text);
    const least = { "Countersign-Min-Revision": String(given.data.revision) };
    assert.equal((await worker.ask("user:petra", "GET", tower("acme"), undefined, least)).status, 200);
    // Seeded bug: without the roll-back, a command that failed opens it.
    const [, other] = tenants;
    await other.faults("rollback?is=off");
    let open = false;
    for (let write = 1; write < 12 && !open; write++) {
      const failed = await other.manage(OPERATOR, "POST", "/assignments", give, { "Idempotency-Key": `seeded-${write}`, Fault: `error@${write}` });
      assert.equal(failed.status, 503, failed.text);
      const [[, , revision]] = (await other.dump()).meta;
      const now = { "Countersign-Min-Revision": String(revision) };
      open = (await worker.ask("user:petra", "GET", tower(other.name), undefined, now)).status === 200;
    }
    assert.ok(open, "a command that was not rolled back gave nothing");
  } finally {
    await worker.stop();
  }
});
