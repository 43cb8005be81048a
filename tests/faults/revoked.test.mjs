/**
 * A right is taken back while KV serves what was there before, or nothing: the next strict request is refused, and so is
 * one that carries the revision; any other is within the bound. `COUNTERSIGN_REVOCATIONS` says how often.
 */

import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { OPERATOR, running, setUp } from "./platform/account.mjs";

const REVOCATIONS = Number(process.env.COUNTERSIGN_REVOCATIONS ?? 2_000);
const TENANTS = 20;
/** The bound of reads, in milliseconds. */
const BOUND = 5_000;
/** What a machine that is busy may take to send a request, in milliseconds. */
const SLACK = 250;

const sign = (name) => `/api/${name}/projects/tower/states/ordered/signs/t1`;
const GIVE = { to: "user:petra", role: "editor", scope: "project:tower" };
const allowed = (answer) => answer.headers["from-origin"] === "yes";

let keys = 0;
/** A command that may be sent again where its connection was closed. */
const command = ({ manage }, method, path, body) => manage(OPERATOR, method, path, body, { "Idempotency-Key": `revoked-${keys++}` });

/** Gives a right, uses it, takes it back, and asks; `fault` goes with the strict request. */
async function once(tenant, ask, fault) {
  const path = sign(tenant.name);
  const given = await command(tenant, "POST", "/assignments", GIVE);
  assert.equal(given.status, 201, given.text);
  const before = await ask("user:petra", "PUT", path, { text: "hers" });
  assert.ok(allowed(before), `${before.status} ${before.text}`);
  const taken = await command(tenant, "DELETE", `/assignments/${given.data.id}`);
  assert.ok(taken.status < 300, `${taken.status} ${taken.text}`);
  const revision = taken.headers["countersign-revision"];
  assert.ok(Number(revision) > 0, JSON.stringify(taken.headers));
  const strict = await ask("user:petra", "PUT", path, { text: "hers" }, fault && { "Fail-Object": fault });
  const carrying = await ask("user:petra", "GET", path, undefined, { "Countersign-Min-Revision": revision });
  const bounded = await ask("user:petra", "GET", path);
  return { strict: allowed(strict), carrying: allowed(carrying), bounded: allowed(bounded), statuses: [strict.status, carrying.status] };
}

/** An old version, or a miss: never what was put last, if there was anything before. */
const stale = (versions) => (Math.random() < 0.3 ? undefined : versions[Math.floor(Math.random() * Math.max(1, versions.length - 1))]);

test(`${REVOCATIONS} revocations, with a KV that is held stale`, async (t) => {
  const worker = await running({ kv: { stale } });
  try {
    const names = Array.from({ length: TENANTS }, (_, number) => `t${number}`);
    const tenants = await Promise.all(names.map((name) => setUp(worker.ask, name, "acme", "signagent")));
    const began = performance.now();
    const wrong = [];
    let [done, late] = [0, 0];
    await Promise.all(tenants.map(async (tenant) => {
      for (; done < REVOCATIONS; ) {
        done++;
        const { strict, carrying, statuses } = await once(tenant, worker.ask);
        if (strict || carrying || !statuses.every((status) => [403, 404].includes(status))) wrong.push({ tenant: tenant.name, statuses });
      }
      // What neither asks the head nor carries a revision: a view that was good before is gone within the bound.
      const given = await command(tenant, "POST", "/assignments", GIVE);
      const least = { "Countersign-Min-Revision": given.headers["countersign-revision"] };
      assert.ok(allowed(await worker.ask("user:petra", "GET", sign(tenant.name), undefined, least)));
      await command(tenant, "DELETE", `/assignments/${given.data.id}`);
      const gone = performance.now();
      for (let open = true; open; ) {
        const asked = performance.now();
        open = allowed(await worker.ask("user:petra", "GET", sign(tenant.name)));
        if (open) late = Math.max(late, asked - gone);
        if (open) await sleep(100);
      }
    }));
    const took = Math.round(performance.now() - began);
    t.diagnostic(`${done} revocations in ${took} ms, ${worker.kv.reads} reads of KV; without strictness or revision the last allow came ${Math.round(late)} ms after`);
    assert.deepEqual(wrong.slice(0, 10), []);
    assert.ok(worker.kv.reads > 100, "KV was hardly read");
    // The control: a view that was good does serve for a while, and no longer than the bound.
    assert.ok(late > 0, "nothing was served from what was held");
    assert.ok(late < BOUND + SLACK, `an allow ${late} ms after`);
    // Seeded bug: a head that forgets changes is found out.
    const forgotten = await once(tenants[0], worker.ask, "forgets");
    assert.ok(forgotten.strict, "a forgetful head allowed nothing");
  } finally {
    await worker.stop();
  }
});
