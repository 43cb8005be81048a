/**
 * Whatever fails in workerd, on whatever kind of route: nobody is allowed what he may not, the answer comes in time and
 * says nothing, whoever is served at the same moment notices nothing, and the next request is answered.
 */

import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { document } from "../scenarios/corpus.mjs";
import { account, eventually, OPERATOR, running, setUp } from "./platform/account.mjs";

/** An answer comes within this time whatever happens, in milliseconds. */
const SOON = 2_500;
const PLAIN = '{"type":"about:blank","title":"Service Unavailable","status":503}';
/** Members who hold nothing: each is asked about once, so that nothing is held of them. */
const CROWD = 250;

let worker;
let neighbours;
let next = 0;

before(async () => {
  worker = await running();
  const members = Array.from({ length: CROWD }, (_, number) => `[[members]]\nsubject = "user:c${number}"\n`).join("");
  const body = { model: document("signagent.toml"), tenant: `${document("acme.toml")}\n${members}` };
  for (const name of ["hit", "other"]) {
    const answer = await worker.ask(OPERATOR, "PUT", `/v1/tenants/${name}`, body);
    assert.equal(answer.status, 201, answer.text);
  }
  neighbours = await setUp(worker.ask, "neighbours", "acme", "signagent");
  const hitAccount = account(worker.ask, "hit");
  assert.ok(await eventually(async () => (await hitAccount.faults("pending")) === 0, 30_000), "KV was not filled");
});
after(() => worker?.stop());

const sign = (tenant, project, state, id) => `/api/${tenant}/projects/${project}/states/${state}/signs/${id}`;
const evaluation = (who) => ({ subject: { type: "user", id: who.slice(5) }, action: { name: "edit" }, resource: { type: "sign", id: "project:tower/state:ordered/sign:t1" } });
/** Method, path, body; and whether the answer lets the caller do what he may not. */
const CLASSES = {
  public: ["GET", () => "/demo/nothing", undefined, () => false],
  read: ["GET", () => sign("hit", "tower", "ordered", "t1"), undefined, (answer) => answer.headers["from-origin"] === "yes"],
  strict: ["PUT", () => sign("hit", "tower", "ordered", "t1"), () => ({ text: "mine" }), (answer) => answer.headers["from-origin"] === "yes"],
  list: ["GET", () => "/v1/tenants/hit/audit", undefined, (answer) => answer.status < 300],
  command: ["POST", () => "/v1/tenants/hit/members/user:one/lock", undefined, (answer) => answer.status < 300],
  snapshot: ["GET", () => "/v1/tenants/hit/me/snapshot", undefined, () => false],
  decision: ["POST", () => "/t/hit/access/v1/evaluation", evaluation, (answer) => answer.data?.decision === true],
};

/** One request of somebody who may do nothing, with something failing. */
async function hit(kind, failing, who = `user:c${next++ % CROWD}`) {
  const [method, path, body, allows] = CLASSES[kind];
  const answer = await worker.ask(who, method, path(), body?.(who), failing);
  const what = `${kind} with ${JSON.stringify(failing)}: ${answer.status} ${answer.text.slice(0, 200)}`;
  assert.ok(!allows(answer), what);
  assert.ok(answer.took < SOON, `${what}, after ${answer.took} ms`);
  // The decision API's errors are sentences, as its specification wants them.
  const plain = [PLAIN, ...(kind === "decision" ? ["Service Unavailable"] : [])];
  if (answer.status >= 500) assert.ok(answer.status === 503 && plain.includes(answer.text), what);
  return answer;
}

/** Somebody else's request meanwhile, to another tenant. */
async function unharmed(what) {
  const { name } = neighbours;
  const answer = await worker.ask("user:one", "GET", sign(name, "renovation", "draft", "r2"));
  assert.equal(answer.status, 200, `a neighbour, while ${what}: ${answer.status} ${answer.text}`);
  assert.equal(answer.headers["from-origin"], "yes");
  return answer.took;
}

/** After a failure everything is as before, for those who may and for those who may not. */
async function fine(what) {
  const may = await worker.ask("user:one", "PUT", sign("hit", "renovation", "draft", "r2"), { text: "fine" });
  assert.equal(may.headers["from-origin"], "yes", `after ${what}: ${may.status} ${may.text}`);
  const not = await worker.ask("user:petra", "PUT", sign("hit", "tower", "ordered", "t1"), { text: "not" });
  assert.ok([403, 404].includes(not.status), `after ${what}: ${not.status}`);
  assert.ok(may.took + not.took < SOON, `after ${what} it took ${may.took} and ${not.took} ms`);
}

const KV = ["error", "slow", "missing", "corrupt", "cut off", "unsigned", "foreign", "another key", "no bytes", "panic"];
const OBJECT = ["error", "retryable", "overloaded", "hang", "500", "garbage", "empty"];
const kinds = Object.keys(CLASSES);

describe("what fails in workerd allows nothing", () => {
  test("KV and the object, each in every way, alone and together, on every kind of route", async (t) => {
    const failures = [
      ...KV.map((kv) => ({ "Fail-Kv": kv })),
      ...OBJECT.map((object) => ({ "Fail-Object": object })),
      ...OBJECT.map((object, number) => ({ "Fail-Kv": KV[number], "Fail-Object": object })),
    ];
    let [count, slowest, beside] = [0, 0, 0];
    await Promise.all(failures.map(async (failing) => {
      const harmed = unharmed(JSON.stringify(failing));
      const one = async (kind) => {
        const answer = await hit(kind, failing);
        const refused = failing["Fail-Object"] !== undefined && kind !== "public";
        if (refused) assert.equal(answer.status, 503, `${kind} ${JSON.stringify(failing)}: ${answer.status} ${answer.text}`);
        slowest = Math.max(slowest, answer.took);
        count++;
      };
      // What takes its two seconds takes them on all kinds of route at once.
      if (failing["Fail-Object"] === "hang") await Promise.all(kinds.map(one));
      else for (const kind of kinds) await one(kind);
      beside = Math.max(beside, await harmed);
    }));
    await fine("all of this");
    t.diagnostic(`${count} failures, the slowest answer after ${Math.round(slowest)} ms; the slowest of the neighbours' after ${Math.round(beside)} ms`);
    assert.ok(beside < SOON);
  });

  test("an object that panics harms nobody else", async () => {
    for (const kind of kinds) {
      const [answer] = await Promise.all([hit(kind, { "Fail-Object": "panic" }), unharmed("the object panics")]);
      if (kind !== "public") assert.equal(answer.status, 503, `${kind}: ${answer.status} ${answer.text}`);
      await fine(`a panic of the object on ${kind}`);
    }
  });

  test("a failed call is made again at most twice, and never to an object that is overloaded", async () => {
    const tries = async (fault, kind = "strict") => {
      const answer = await hit(kind, { "Fail-Object": fault });
      return [answer.status, Number(answer.headers.tries)];
    };
    assert.deepEqual(await tries("retryable"), [503, 3]);
    assert.deepEqual(await tries("overloaded"), [503, 1]);
    assert.deepEqual(await tries("error"), [503, 1]);
    assert.deepEqual(await tries("hang"), [503, 1]);
    // Nobody knows whether a command without a key was carried out.
    assert.deepEqual(await tries("retryable", "command"), [503, 1]);
    const [status, made] = await tries("twice");
    assert.ok([403, 404].includes(status), `${status}`);
    // The head twice more than usual.
    assert.ok(made === 3 || made === 4, `${made} calls`);
  });

  test("what takes too long one after the other is refused in time", async () => {
    // Two subjects, and then a view and a socket: each in time, both together not.
    const subject = (number) => ({ subject: { type: "user", id: `c${number}` }, action: { name: "edit" }, resource: { type: "sign", id: "project:tower/state:ordered/sign:t1" } });
    const body = { evaluations: [subject(CROWD - 1), subject(CROWD - 2)] };
    const upgrade = { Connection: "Upgrade", Upgrade: "websocket", "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==", "Sec-WebSocket-Version": "13", "Sec-WebSocket-Protocol": "countersign.v1" };
    const late = await Promise.all([
      worker.ask(OPERATOR, "POST", "/t/hit/access/v1/evaluations", body, { "Fail-Object": "slow", "X-Request-ID": "a client's own", "Idempotency-Key": "any" }),
      worker.ask("user:one", "GET", "/v1/tenants/hit/me/watch", undefined, { "Fail-Object": "slow", ...upgrade }),
    ]);
    for (const answer of late) {
      assert.equal(answer.status, 503, answer.text);
      assert.ok(answer.took < SOON, `after ${answer.took} ms`);
    }
    assert.deepEqual([late[0].text, late[0].headers["x-request-id"]], ["Service Unavailable", "a client's own"]);
    await fine("slow answers");
  });

  test("what cannot be decided is answered under the id that was sent", async () => {
    const trace = "4bf92f3577b34da6a3ce929d0e0e4735";
    for (const failing of [{ "Fail-Object": "error" }, { "Fail-Kv": "panic" }, { "Fail-Worker": "trap" }, { "Fail-Worker": "overflow" }]) {
      // The decision API gives back whatever it was sent, all else what can spell nothing.
      for (const [kind, sent, told] of [["decision", "a client's own", /^a client's own$/], ["decision", trace, /^4bf92f3577b34da6a3ce929d0e0e4735$/], ["strict", trace, /^4bf92f3577b34da6a3ce929d0e0e4735$/], ["strict", "a client's own", /^[0-9a-f-]{36}$/], ["read", trace, /^4bf92f3577b34da6a3ce929d0e0e4735$/]]) {
        // With a key it may be sent again where its connection was closed.
        const { status, headers } = await hit(kind, { ...failing, "X-Request-ID": sent, "Idempotency-Key": "any" });
        const what = `${kind} with ${JSON.stringify(failing)}`;
        assert.match(headers["x-request-id"] ?? "", told, what);
        if (failing["Fail-Kv"] === undefined) assert.equal(status, 503, what);
      }
    }
    await fine("this");
  });

  test("what fails for a request is in the log under its id, in the worker and in the object", async () => {
    const logged = (id) => worker.server.printed.split("\n").flatMap((line) => {
      const [said] = /\{"code".*\}|\{.*"level".*\}/.exec(line) ?? [];
      return said?.includes(`"${id}"`) ? [JSON.parse(said).code] : [];
    });
    const shows = async (id, code) => assert.ok(await eventually(() => logged(id).includes(code)), `${code}: ${logged(id)}`);
    for (const [number, [fault, code]] of Object.entries({ overloaded: "object_overloaded", garbage: "object_corrupt" }).entries()) {
      const id = `4bf92f3577b34da6a3ce929d0e0e473${number}`;
      await hit("strict", { "Fail-Object": fault, "X-Request-ID": id });
      await shows(id, code);
    }
    const id = "4bf92f3577b34da6a3ce929d0e0e4739";
    const headers = { "Idempotency-Key": "logged", Fault: "error@1", "X-Request-ID": id };
    const answer = await neighbours.manage("user:olivia", "PUT", "/members/user:one/overrides", { permission: "sign:edit", scope: "/", effect: "deny" }, headers);
    assert.equal(answer.status, 503, answer.text);
    await shows(id, "storage_failed");
  });

  test("a module that dies answers all who wait, and the next request finds another", async (t) => {
    let slowest = 0;
    const dies = async (failing, kind) => {
      // Who shares the instance with it loses it, too; he is told soon, and nothing of his is done by halves.
      const [answer, shared] = await Promise.all([
        hit(kind, failing),
        worker.ask("user:one", "GET", sign(neighbours.name, "renovation", "draft", "r2")),
      ]);
      assert.ok([200, 503].includes(shared.status) && shared.took < SOON, `${shared.status} ${shared.took}`);
      slowest = Math.max(slowest, answer.took, shared.took);
      // Reads alone, which are put to the module in another way than all else.
      for (let number = 0; number < 3; number += 1) {
        const read = await worker.ask("user:one", "GET", sign(neighbours.name, "renovation", "draft", "r2"));
        assert.equal(read.status, 200, `${read.status} ${read.text}`);
      }
      await fine(`${JSON.stringify(failing)} on ${kind}`);
      return answer.status;
    };
    for (const kind of kinds.filter((kind) => kind !== "public")) {
      assert.equal(await dies({ "Fail-Object": "trap" }, kind), 503, kind);
    }
    for (const fault of ["trap", "overflow"]) {
      for (const kind of ["read", "strict", "snapshot", "decision"]) assert.equal(await dies({ "Fail-Worker": fault }, kind), 503, `${fault} ${kind}`);
    }
    t.diagnostic(`the slowest answer came after ${Math.round(slowest)} ms`);
    // The control: it was the script around the module that answered.
    assert.match(worker.server.printed, /"code":"worker_trap","detail":"[^"]*","event":"unserved","level":"error","request":"[0-9a-f-]{36}"/);
  });

  test("a module without memory allows nothing, and is followed by one that has some", async () => {
    // A model of several megabytes does not fit any more.
    const body = { model: document("signagent.toml"), tenant: `${document("acme.toml")}\n${"# padding\n".repeat(800_000)}` };
    const answer = await worker.ask(OPERATOR, "PUT", "/v1/tenants/large", body, { "Fail-Worker": "memory" });
    assert.equal(answer.status, 503, `${answer.status} ${answer.text}`);
    const read = await worker.ask("user:one", "GET", sign(neighbours.name, "renovation", "draft", "r2"));
    assert.equal(read.status, 200, `${read.status} ${read.text}`);
    await fine("memory ran out");
    assert.equal((await account(worker.ask, "large").manage("user:one", "GET", "/members")).status, 404);
  });
});

describe("an origin that throws after the module died", () => {
  const origin = `export default {
    async fetch(request) {
      if (!request.headers.has("throws")) return new Response("the origin");
      await scheduler.wait(500);
      throw new Error("a failure that was asked for");
    },
  };`;

  test("is answered by another instance, under the request's own id", async (t) => {
    const worker = await running({ origin });
    t.after(() => worker.stop());
    await setUp(worker.ask, "acme", "acme", "signagent");
    const read = (headers) => worker.ask("user:one", "GET", sign("acme", "renovation", "draft", "r2"), undefined, headers);
    assert.equal((await read()).status, 200);
    for (const fault of ["trap", "overflow"]) {
      const id = "4bf92f3577b34da6a3ce929d0e0e4736";
      const waits = read({ Throws: "yes", "X-Request-ID": id });
      await sleep(200);
      assert.equal((await read({ "Fail-Worker": fault })).status, 503, fault);
      // Nobody else has asked for anything, so that the instance is still the dead one.
      const answer = await waits;
      assert.deepEqual([answer.status, answer.text, answer.headers["x-request-id"]], [503, PLAIN, id], fault);
      assert.equal((await read()).status, 200, fault);
    }
  });
});

describe("a worker that is not configured serves nothing", () => {
  const cases = {
    "no secret": { changed: { COUNTERSIGN_MAC_KEY: undefined } },
    "a short secret": { changed: { COUNTERSIGN_MAC_KEY: "short" } },
    "a switch that says neither yes nor no": { changed: { COUNTERSIGN_DEV_SIGN_IN: "true" } },
    "nobody who could sign in": { changed: { COUNTERSIGN_DEV_SIGN_IN: undefined } },
    "operators that are none": { changed: { COUNTERSIGN_OPERATORS: "user:ann" } },
    "no route table": {},
    "a route table with a misspelt key": { routes: '[[routes]]\nmethod = "GET"\npath = "/"\npublik = true\n' },
  };
  for (const [what, { changed, routes }] of Object.entries(cases)) {
    test(what, async () => {
      const directory = mkdtempSync(join(tmpdir(), "countersign-config-"));
      if (routes !== undefined) writeFileSync(join(directory, "routes.toml"), routes);
      const bare = await running({ changed, broken: true, ...(changed === undefined && { assets: directory }) });
      try {
        for (const [method, path, body] of Object.values(CLASSES)) {
          const answer = await bare.ask("user:one", method, path(), body?.("user:one"));
          const plain = path().startsWith("/t/") ? "Service Unavailable" : PLAIN;
          assert.deepEqual([answer.status, answer.text], [503, plain], `${method} ${path()}`);
          assert.ok(answer.took < SOON);
        }
      } finally {
        await bare.stop();
        rmSync(directory, { recursive: true, force: true });
      }
    });
  }
});
