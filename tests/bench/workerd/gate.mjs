/**
 * The gate beside a bare worker that passes everything through, in the same workerd with the same origin, warm: requests a
 * second and latencies in rounds that take turns, so that whatever else the machine does happens to both. The bar is 85 %
 * of the bare worker's throughput.
 *
 * `COUNTERSIGN_ROUNDS` and `COUNTERSIGN_SECONDS` say how many rounds, and how long each of their halves.
 */

import { readFileSync, statSync, writeFileSync } from "node:fs";
import { loadavg } from "node:os";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { OPERATOR, running, setUp } from "../../faults/platform/account.mjs";
import { VARIABLES } from "../../faults/platform/workerd.mjs";
import { computed, hammer, spread } from "./load.mjs";

const ROUNDS = Number(process.env.COUNTERSIGN_ROUNDS ?? 15);
const SECONDS = Number(process.env.COUNTERSIGN_SECONDS ?? 2);
const BAR = 0.85;
const BARE = "export default { fetch: (request, env) => env.ORIGIN.fetch(request) };";
const TENANT = "acme";
const PATH = `/api/${TENANT}/projects/renovation/states/draft/signs/r2`;
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
  Authorization: "Dev user:eddie",
};

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
  await setUp(worker.ask, TENANT, "acme", "signagent");
  const kinds = { bare: server.ports.bare, gate: server.port };
  const run = async (kind, milliseconds) => {
    const used = computed(server.pid);
    const { latencies, errors, took } = await hammer({ port: kinds[kind], path: PATH, headers: HEADERS, milliseconds });
    if (errors.length > 0) throw new Error(`${kind}: ${errors[0]}`);
    return { rate: (latencies.length / took) * 1_000, computing: ((computed(server.pid) - used) * 1_000) / latencies.length, ...spread(latencies) };
  };
  for (const kind of ["bare", "gate", "bare", "gate"]) await run(kind, 1_500);
  const results = { bare: [], gate: [] };
  for (let round = 0; round < ROUNDS; round += 1) {
    // Whoever goes first in one round goes second in the next.
    for (const kind of round % 2 === 0 ? ["bare", "gate"] : ["gate", "bare"]) results[kind].push(await run(kind, SECONDS * 1_000));
  }
  for (const [kind, rounds] of Object.entries(results)) {
    const of = (key, digits) => rounded(median(rounds.map((round) => round[key])), digits);
    say(`${kind}: requests a second`, of("rate", 0));
    say(`${kind}: µs of computing a request`, of("computing", 0));
    say(`${kind}: ms, p50 / p99`, [of("p50", 2), of("p99", 2)]);
  }
  const share = median(results.gate.map((gate, round) => gate.rate / results.bare[round].rate));
  const computing = median(results.gate.map((gate, round) => results.bare[round].computing / gate.computing));
  say("throughput, share of the bare worker's", rounded(share, 3));
  say("by computing time, share", rounded(computing, 3));
  say("load of the machine", loadavg().map((load) => rounded(load)));
  console.log(share >= BAR ? `The bar of ${BAR} is reached.` : `The bar of ${BAR} is missed.`);
} finally {
  await worker.stop();
}
if (process.env.COUNTERSIGN_BENCH) writeFileSync(`${process.env.COUNTERSIGN_BENCH}/gate.json`, JSON.stringify(figures, null, 2));
