/**
 * The gate beside a bare worker that passes everything through, in the same workerd with the same origin, warm: requests a
 * second and latencies in rounds that take turns, so that whatever else the machine does happens to both. The bar is 85 %
 * of the bare worker's throughput.
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

const figures = { rounds: ROUNDS, seconds: SECONDS };
function say(name, value) {
  figures[name] = value;
  console.log(`${name.padEnd(44)} ${typeof value === "object" ? JSON.stringify(value) : value}`);
}
const rounded = (value, digits = 1) => Math.round(value * 10 ** digits) / 10 ** digits;
const median = (values) => spread(values).p50;

const edge = new URL("../../../crates/countersign-edge/build/", import.meta.url);
const parts = ["index.js", "index_bg.wasm"].map((name) => fileURLToPath(new URL(name, edge)));
say("bundle, KB gzip", rounded(parts.reduce((sum, path) => sum + gzipSync(readFileSync(path), { level: 9 }).length, 0) / 1_024));
say("bundle, KB", rounded(parts.reduce((sum, path) => sum + statSync(path).size, 0) / 1_024));

const worker = await running({ faults: false, extra: [{ name: "bare", text: BARE }], variables: { ...VARIABLES, COUNTERSIGN_LOG_ALLOWS: process.env.COUNTERSIGN_LOG_ALLOWS } });
try {
  const { server } = worker;
  say("start of workerd to the first answer, ms", rounded(server.started, 0));
  const made = await worker.ask(OPERATOR, "PUT", `/v1/tenants/${TENANT}`, { model: document("signagent.toml"), tenant: TENANT_FILE });
  if (made.status !== 201) throw new Error(`${made.status} ${made.text}`);
  const kinds = { bare: server.ports.bare, gate: server.port };
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
  const results = Object.fromEntries(Object.keys(LOADS).map((load) => [load, { bare: [], gate: [] }]));
  for (let round = 0; round < ROUNDS; round += 1) {
    // Whoever goes first in one round goes second in the next.
    for (const load of Object.keys(LOADS)) {
      for (const kind of round % 2 === 0 ? ["bare", "gate"] : ["gate", "bare"]) results[load][kind].push(await run(kind, load, SECONDS * 1_000));
    }
  }
  for (const [load, of] of Object.entries(results)) {
    for (const [kind, rounds] of Object.entries(of)) {
      const typical = (key, digits) => rounded(median(rounds.map((round) => round[key])), digits);
      say(`${load}, ${kind}: requests a second`, typical("rate", 0));
      say(`${load}, ${kind}: µs of computing a request`, typical("computing", 0));
      say(`${load}, ${kind}: ms, p50 / p99`, [typical("p50", 2), typical("p99", 2)]);
    }
    const share = median(of.gate.map((gate, round) => gate.rate / of.bare[round].rate));
    const computing = median(of.gate.map((gate, round) => of.bare[round].computing / gate.computing));
    say(`${load}: throughput, share of the bare worker's`, rounded(share, 3));
    say(`${load}: by computing time, share`, rounded(computing, 3));
    shares.push(share);
  }
  say("load of the machine", loadavg().map((load) => rounded(load)));
  console.log(Math.min(...shares) >= BAR ? `The bar of ${BAR} is reached.` : `The bar of ${BAR} is missed.`);
} finally {
  await worker.stop();
}
if (process.env.COUNTERSIGN_BENCH) writeFileSync(`${process.env.COUNTERSIGN_BENCH}/gate.json`, JSON.stringify(figures, null, 2));
