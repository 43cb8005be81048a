/**
 * 50 tenants of 2,000 members each with random traffic on one worker: allowed and denied reads and writes through the gate,
 * strict ones among them, and now and then a command. No answer may be another than is known, and the worker's memory must
 * not go on growing once it is warm.
 *
 * Warm is a worker whose objects have published everything, and which was asked about more members than its cache has room
 * for. From then on two things are looked at: the module's memory, which never shrinks, so that it stands still only where
 * nothing is kept; and what the process holds, which is V8's heap, SQLite's pages and all else of the platform besides.
 *
 * `COUNTERSIGN_SOAK` says for how many seconds (300), `COUNTERSIGN_SOAK_TENANTS` and `COUNTERSIGN_SOAK_MEMBERS` of how many.
 * The first quarter of the time is for allocators and V8 to come to rest, and counts as warming up, too.
 */

import { writeFileSync } from "node:fs";
import { loadavg } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import { OPERATOR, running } from "../../faults/platform/account.mjs";
import { VARIABLES } from "../../faults/platform/workerd.mjs";
import { document } from "../../scenarios/corpus.mjs";
import { base, members } from "../worker/account.mjs";
import { computed, resident, spread } from "./load.mjs";

const SECONDS = Number(process.env.COUNTERSIGN_SOAK ?? 300);
const TENANTS = Number(process.env.COUNTERSIGN_SOAK_TENANTS ?? 50);
const MEMBERS = Number(process.env.COUNTERSIGN_SOAK_MEMBERS ?? 2_000);
const CONNECTIONS = 12;
/** Members who are asked about before anything is measured: the cache has room for some 20,000 of them. */
const WARM = Math.min(TENANTS * MEMBERS, 25_000);
/**
 * By how much the process may hold more in the last quarter than in the second, in KiB. It grows under a script without any
 * of the worker's code, too, with each body that is forwarded and each write of an object: what is ours alone is the
 * module's memory.
 */
const GROWTH = 24 * 1024;
/** By how much the module's memory may grow behind the first quarter, in KiB. */
const MODULE_GROWTH = 2 * 1024;
/** How large it may be at all, in KiB: the cache's 32 MiB, the requests under way and the objects at work. */
const MODULE = 48 * 1024;
/** Megabytes of V8's heap: as much as an isolate has on the platform. */
const HEAP = 128;
const seed = Number(process.env.COUNTERSIGN_SEED ?? Date.now() % 1_000_000);

/** Numbers that a seed repeats (mulberry32). */
function random(state) {
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return (((mixed ^ (mixed >>> 14)) >>> 0) * below) / 2 ** 32 | 0;
  };
}

const figures = { seconds: SECONDS, tenants: TENANTS, members: MEMBERS, seed };
function say(name, value) {
  figures[name] = value;
  console.log(`${name.padEnd(44)} ${typeof value === "object" ? JSON.stringify(value) : value}`);
}
const rounded = (value) => Math.round(value * 100) / 100;

const worker = await running({ faults: false, heap: HEAP, variables: { ...VARIABLES, COUNTERSIGN_LOG_ALLOWS: "0.01" } });
const { server, kv, ask } = worker;
const name = (tenant) => `soak-${tenant}`;
const subject = (member) => `user:u${String(member).padStart(6, "0")}`;
const latencies = [];
const memory = [];
const module = [];
const wrong = [];
const counts = {};

/** The module's memory, in KiB: an object writes it down when it has grown, if that is not long ago. */
function noted() {
  const lines = server.printed.matchAll(/"code":"memory","detail":"(\d+)"/g);
  return Math.max(module.at(-1) ?? 0, ...[...lines].map(([, bytes]) => Number(bytes) / 1_024));
}

/** Asks about as many members of all tenants as there is room for, and more. */
async function warmUp() {
  let next = 0;
  const one = async () => {
    while (next < WARM) {
      const number = next++;
      const member = Math.floor(number / TENANTS);
      await ask(subject(member), "GET", `/api/${name(number % TENANTS)}/projects/p${member % 500}`);
      if (number % 100 === 0) module.push(noted());
    }
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, one));
}

/** One request, what it must be answered with, and what it is called in the counts. */
function drawn(draw) {
  const tenant = name(draw(TENANTS));
  const member = draw(MEMBERS);
  const active = member % 50 !== 49;
  const own = `/api/${tenant}/projects/p${member % 500}`;
  const strange = (member + 1) % TENANTS;
  switch (draw(20)) {
    case 0:
      // Somebody of no tenant at all.
      return ["stranger", `user:stranger-${strange}`, "GET", own, [404]];
    case 1:
      // A tenant that there is not.
      return ["nowhere", subject(member), "GET", `/api/nowhere-${draw(20)}/projects/p1`, [404]];
    case 2:
      // Strict: the object is asked. Editors act while they are licensed; every twentieth may not even see the signs.
      return ["strict", subject(member), "PUT", `${own}/states/draft/signs/r${draw(9)}`, edits(member, active), { text: "x" }];
    case 3:
      return ["no route", subject(member), "GET", `/api/${tenant}/elsewhere`, [404]];
    case 4:
      return ["snapshot", subject(member), "GET", `/v1/tenants/${tenant}/me/snapshot`, [200]];
    case 5:
      return draw(20) === 0 ? ["command", "user:olivia", "PATCH", `/v1/tenants/${tenant}/settings`, [200], { seats_contact: `Round ${draw(1_000)}` }] : ["page", undefined, "GET", "/", [200]];
    default:
      return ["read", subject(member), "GET", own, active ? [200] : [404]];
  }
}

function edits(member, active) {
  if (!active) return [404];
  if (member % 3 === 0) return [200];
  return [member % 20 === 0 ? 404 : 403];
}

async function client(draw, until) {
  while (Date.now() < until) {
    const [kind, who, method, path, expected, body] = drawn(draw);
    try {
      // Only what has a key goes out again over another connection where the worker has closed the kept one.
      const answer = await ask(who, method, path, body, kind === "command" ? { "Idempotency-Key": crypto.randomUUID() } : {});
      latencies.push([answer.took, kind]);
      counts[kind] = (counts[kind] ?? 0) + 1;
      if (!expected.includes(answer.status)) wrong.push(`${who} ${method} ${path}: ${answer.status} ${answer.text.slice(0, 200)}`);
    } catch (error) {
      wrong.push(`${who} ${method} ${path}: ${error}`);
    }
    if (wrong.length > 20) return;
  }
}

try {
  const model = document("signagent.toml");
  const first = { model, tenant: JSON.stringify(base()) };
  const part = members(0, MEMBERS);
  const parts = [];
  for (let from = 0; from < MEMBERS; from += 1_000) parts.push(JSON.stringify(members(from, Math.min(MEMBERS, from + 1_000))));
  figures.assignments = part.assignments.length;
  const begun = performance.now();
  for (let tenant = 0; tenant < TENANTS; tenant += 1) {
    for (const [method, path, body] of [["PUT", "", first], ...parts.map((text) => ["POST", "/import", { tenant: text }])]) {
      const answer = await ask(OPERATOR, method, `/v1/tenants/${name(tenant)}${path}`, body, { "Idempotency-Key": `${tenant}-${path}-${parts.findIndex((text) => text === body.tenant)}` });
      if (answer.status >= 300) throw new Error(`${name(tenant)}: ${answer.status} ${answer.text}`);
    }
  }
  say("setting up, seconds", rounded((performance.now() - begun) / 1_000));
  for (let puts = -1; puts !== kv.puts; await sleep(3_000)) puts = kv.puts;
  say("memory before, MiB", rounded(resident(server.pid) / 1_024));
  await warmUp();
  say("memory warm: process and module, MiB", [resident(server.pid), noted()].map((held) => rounded(held / 1_024)));
  module.splice(0, module.length, noted());

  const until = Date.now() + SECONDS * 1_000;
  const used = computed(server.pid);
  const clients = Array.from({ length: CONNECTIONS }, (_, number) => client(random(seed + number), until));
  const watch = async () => {
    while (Date.now() < until) {
      memory.push(resident(server.pid));
      module.push(noted());
      await sleep(Math.min(1_000, SECONDS * 20));
    }
  };
  await Promise.all([...clients, watch()]);
  const quarter = (number) => {
    const quarters = memory.slice(Math.floor((memory.length * number) / 4), Math.floor((memory.length * (number + 1)) / 4));
    return spread(quarters.length > 0 ? quarters : memory).p50;
  };
  say("requests", latencies.length);
  say("of which", counts);
  say("requests a second", Math.round(latencies.length / SECONDS));
  say("ms of computing a request", rounded((computed(server.pid) - used) / latencies.length));
  const { p50, p95, p99, max } = spread(latencies.map(([took]) => took));
  say("ms, p50 / p95 / p99 / max", [p50, p95, p99, max].map(rounded));
  const reads = spread(latencies.filter(([, kind]) => kind === "read").map(([took]) => took));
  say("reads: ms, p50 / p99", [reads.p50, reads.p99].map(rounded));
  say("memory by quarters, MiB", [0, 1, 2, 3].map((number) => rounded(quarter(number) / 1_024)));
  const growth = quarter(3) - quarter(1);
  say("growth after the warm-up, MiB", rounded(growth / 1_024));
  const [settled, last] = [module[Math.floor(module.length / 4)], noted()];
  say("module's memory: settled and last, MiB", [settled, last].map((held) => rounded(held / 1_024)));
  say("wrong answers and errors", wrong.length);
  const failed = server.printed.split("\n").filter((line) => line.includes('"level":"error"'));
  say("errors in the last part of the log", failed.length);
  say("load of the machine", loadavg().map(rounded));
  if (wrong.length > 0 || failed.length > 0) throw new Error([...wrong, ...failed].slice(0, 5).join("\n"));
  if (growth > GROWTH) throw new Error(`the process grew by ${rounded(growth / 1_024)} MiB after the warm-up`);
  if (last - settled > MODULE_GROWTH) throw new Error(`the module's memory grew by ${rounded((last - settled) / 1_024)} MiB after the warm-up`);
  if (last === 0 || last > MODULE) throw new Error(`the module's memory is of ${rounded(last / 1_024)} MiB`);
} finally {
  await worker.stop();
}
if (process.env.COUNTERSIGN_BENCH) writeFileSync(`${process.env.COUNTERSIGN_BENCH}/soak.json`, JSON.stringify(figures, null, 2));
