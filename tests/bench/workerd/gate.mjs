/**
 * The gate beside a bare worker that passes everything through, in the same workerd with the same origin, warm: requests a
 * second and latencies in rounds that take turns, so that whatever else the machine does happens to both. The bar is 85 %
 * of the bare worker's throughput. Beside both runs a script that decides nothing and does what a gate cannot leave: its
 * share is what the platform leaves of the bare worker's throughput.
 *
 * It is measured with one request again and again, and with 4,000 of twenty members and two hundred paths. The engine
 * compiles a function for speed once enough has run through it, and the gate's are many: warm is who has had 20,000.
 *
 * `COUNTERSIGN_ROUNDS` and `COUNTERSIGN_SECONDS` say how many rounds, and how long each of their parts; with
 * `COUNTERSIGN_LOG_ALLOWS=0` the gate writes no lines.
 */

import { readFileSync, statSync, writeFileSync } from "node:fs";
import { loadavg } from "node:os";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { OPERATOR, running } from "../../faults/platform/account.mjs";
import { VARIABLES } from "../../faults/platform/workerd.mjs";
import { document } from "../../scenarios/corpus.mjs";
import { computed, hammer, request, spread } from "./load.mjs";

const ROUNDS = Number(process.env.COUNTERSIGN_ROUNDS ?? 15);
const SECONDS = Number(process.env.COUNTERSIGN_SECONDS ?? 2);
const BAR = 0.85;
/**
 * What any gate in a script does beside deciding: hands the request's headers on but for those that speak of who asks, adds
 * what it says of the request, and says on the answer how long it took and which request it was.
 */
const SCRIPT = `
const removed = new Set(["authorization", "cf-access-jwt-assertion", "x-forwarded-user", "x-user-id", "remote-user"]);
export default {
  async fetch(request, env) {
    const headers = new Headers();
    for (const [name, value] of request.headers) if (!removed.has(name)) headers.append(name, value);
    const id = crypto.randomUUID();
    headers.set("x-request-id", id);
    for (let number = 1; number < 9; number += 1) headers.set("x-said-" + number, "something that the origin is told");
    const answer = await env.ORIGIN.fetch(new Request(request, { headers, redirect: "manual" }));
    const copy = new Response(answer.body, answer);
    copy.headers.set("x-request-id", id);
    copy.headers.set("server-timing", "script;dur=0");
    return copy;
  },
};`;
const BARE = "export default { fetch: (request, env) => env.ORIGIN.fetch(request) };";
const TENANT = "acme";
const path = (sign) => `/api/${TENANT}/projects/renovation/states/draft/signs/${sign}`;
const USERS = 20;
const PATHS = 200;
/** Requests that the bare worker and the gate have each had before anything is measured. */
const WARM = Number(process.env.COUNTERSIGN_WARM ?? 20_000);
/** What a browser sends; both workers get the same bytes. */
const HEADERS = {
  "User-Agent": "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36",
  Accept: "application/json",
  "Accept-Language": "en-GB,en;q=0.9",
  "Accept-Encoding": "gzip, deflate, br",
  Referer: "https://app.example.com/projects/renovation",
  Cookie: "theme=dark; seen=1",
  "Sec-Fetch-Mode": "cors",
  "Sec-Fetch-Site": "same-origin",
};
const from = (user, sign) => request(path(sign), { ...HEADERS, Authorization: `Dev user:${user}` });
/** Every member asks for every path, and no two in a row are of the same. */
const varied = Array.from({ length: USERS * PATHS }, (_, number) => {
  return from(`bench-${(number + Math.floor(number / PATHS)) % USERS}`, `sign-${number % PATHS}`);
});
const LOADS = { one: [from("bench-0", "r2")], varied };
/** The scenarios' tenant with these members. */
const members = Array.from({ length: USERS }, (_, number) => {
  const member = `[[members]]\nsubject = "user:bench-${number}"\nattributes = { licensed = true }\n`;
  return `${member}[[assignments]]\nto = "user:bench-${number}"\nrole = "editor"\nscope = "project:renovation"\n`;
});
const TENANT_FILE = `${document("acme.toml")}\n${members.join("")}`;

const figures = { rounds: ROUNDS, seconds: SECONDS, bar: BAR };
function show(name, value) {
  console.log(`${name.padEnd(44)} ${typeof value === "object" ? JSON.stringify(value) : value}`);
}
const rounded = (value, digits = 1) => Math.round(value * 10 ** digits) / 10 ** digits;
const median = (values) => spread(values).p50;

const edge = new URL("../../../crates/countersign-edge/", import.meta.url);
const parts = ["js/entry.js", "build/index.js", "build/index_bg.wasm"].map((name) => fileURLToPath(new URL(name, edge)));
figures.bundle = rounded(parts.reduce((sum, path) => sum + gzipSync(readFileSync(path), { level: 9 }).length, 0) / 1_024);
show("bundle, KB gzip", figures.bundle);
show("bundle, KB", rounded(parts.reduce((sum, path) => sum + statSync(path).size, 0) / 1_024));

const worker = await running({ faults: false, extra: [{ name: "bare", text: BARE }, { name: "script", text: SCRIPT }], variables: { ...VARIABLES, COUNTERSIGN_LOG_ALLOWS: process.env.COUNTERSIGN_LOG_ALLOWS } });
try {
  const { server } = worker;
  const made = await worker.ask(OPERATOR, "PUT", `/v1/tenants/${TENANT}`, { model: document("signagent.toml"), tenant: TENANT_FILE });
  if (made.status !== 201) throw new Error(`${made.status} ${made.text}`);
  const kinds = { bare: server.ports.bare, script: server.ports.script, gate: server.port };
  const run = async (kind, load, milliseconds) => {
    const used = computed(server.pid);
    const { latencies, errors, took } = await hammer({ port: kinds[kind], requests: LOADS[load], milliseconds });
    if (errors.length > 0) throw new Error(`${kind}: ${errors[0]}`);
    const computing = ((computed(server.pid) - used) * 1_000) / latencies.length;
    return { requests: latencies.length, rate: (latencies.length / took) * 1_000, computing, ...spread(latencies) };
  };
  for (const kind of Object.keys(kinds)) {
    for (let had = 0; had < WARM; ) had += (await run(kind, "varied", 1_000)).requests;
  }
  const shares = [];
  const results = Object.fromEntries(Object.keys(LOADS).map((load) => [load, { bare: [], script: [], gate: [] }]));
  for (let round = 0; round < ROUNDS; round += 1) {
    // Whoever goes first in one round goes last in the next.
    for (const load of Object.keys(LOADS)) {
      for (const kind of round % 2 === 0 ? Object.keys(kinds) : Object.keys(kinds).reverse()) results[load][kind].push(await run(kind, load, SECONDS * 1_000));
    }
  }
  figures.loads = {};
  for (const [load, of] of Object.entries(results)) {
    figures.loads[load] = {};
    for (const [kind, rounds] of Object.entries(of)) {
      const typical = (key, digits) => rounded(median(rounds.map((round) => round[key])), digits);
      const all = { rate: typical("rate", 0), computing: typical("computing", 0), p50: typical("p50", 2), p99: typical("p99", 2) };
      figures.loads[load][kind] = all;
      show(`${load}, ${kind}: requests a second`, all.rate);
      show(`${load}, ${kind}: µs of computing a request`, all.computing);
      show(`${load}, ${kind}: ms, p50 / p99`, [all.p50, all.p99]);
    }
    for (const kind of ["script", "gate"]) {
      const share = median(of[kind].map(({ rate }, round) => rate / of.bare[round].rate));
      const computing = median(of[kind].map((one, round) => of.bare[round].computing / one.computing));
      figures.loads[load][kind].share = rounded(share, 3);
      show(`${load}, ${kind}: throughput, share of the bare worker's`, rounded(share, 3));
      show(`${load}, ${kind}: by computing time, share`, rounded(computing, 3));
      if (kind === "gate") shares.push(share);
    }
  }
  show("load of the machine", loadavg().map((load) => rounded(load)));
  console.log(Math.min(...shares) >= BAR ? `The bar of ${BAR} is reached.` : `The bar of ${BAR} is missed.`);
} finally {
  await worker.stop();
}
if (process.env.COUNTERSIGN_BENCH) writeFileSync(`${process.env.COUNTERSIGN_BENCH}/gate.json`, JSON.stringify(figures, null, 2));
