/**
 * What a start costs: a workerd with the built worker beside one with a bare script, each from the process's start to its
 * first answer, in rounds that take turns; and what the first request of an isolate reads.
 *
 * The platform starts a worker's script before it has any request, and gives it a second for that. Here the start of the
 * process is in both figures, so that their difference is the worker's: reading the script and the module, compiling them,
 * and everything that is done before a request.
 *
 * `COUNTERSIGN_ROUNDS` says how many rounds.
 */

import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { eventually, OPERATOR, running } from "../../faults/platform/account.mjs";
import { document } from "../../scenarios/corpus.mjs";
import { statistics } from "../rivals/statistics.mjs";
import { computed } from "./load.mjs";

const ROUNDS = Number(process.env.COUNTERSIGN_ROUNDS ?? 15);
const WORKERD = createRequire(import.meta.url)("workerd").default;
const TENANT = "acme";
const PATH = `/api/${TENANT}/projects/renovation/states/draft/signs/r2`;
/** Somebody in a group, so that a cold request reads policy, subject and group. */
const MEMBER = `
[[members]]
subject = "user:bench"
groups = ["bench"]
attributes = { licensed = true }
[[assignments]]
to = "group:bench"
role = "editor"
scope = "project:renovation"
`;
const BARE = `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [(name = "main", worker = (
    modules = [(name = "worker.js", esModule = "export default { fetch: () => new Response() };")], compatibilityDate = "2026-01-01"))],
  sockets = [(name = "http", address = "127.0.0.1:PORT", http = (), service = "main")]
);
`;

const figures = { rounds: ROUNDS };
function say(name, key, value) {
  figures[key] = value;
  console.log(`${name.padEnd(60)} ${JSON.stringify(value)}`);
}
const rounded = (value) => Math.round(value);

/** How long a workerd that does nothing takes to its first answer, and what it computes until then, in milliseconds. */
async function bare(port) {
  const directory = mkdtempSync(join(tmpdir(), "countersign-bare-"));
  writeFileSync(join(directory, "config.capnp"), BARE.replace("PORT", String(port)));
  const begun = performance.now();
  const child = spawn(WORKERD, ["serve", "config.capnp"], { cwd: directory, stdio: "ignore" });
  try {
    for (;;) {
      const answer = await fetch(`http://127.0.0.1:${port}/`).catch(() => undefined);
      await answer?.arrayBuffer();
      if (answer?.ok) return { took: performance.now() - begun, used: computed(child.pid) };
      if (child.exitCode !== null) throw new Error("the bare workerd does not run");
      await sleep(10);
    }
  } finally {
    const gone = new Promise((done) => child.once("exit", done));
    child.kill("SIGKILL");
    await gone;
    rmSync(directory, { recursive: true, force: true });
  }
}

const worker = await running({ faults: false });
try {
  const { server, kv, ask } = worker;
  const made = await ask(OPERATOR, "PUT", `/v1/tenants/${TENANT}`, { model: document("signagent.toml"), tenant: document("acme.toml") + MEMBER });
  if (made.status !== 201) throw new Error(`${made.status} ${made.text}`);
  // What is not in KV yet would be read from the object.
  for (let puts = -1; puts !== kv.puts; await sleep(1_000)) puts = kv.puts;
  const view = () => ask("user:bench", "GET", PATH);
  if (!(await eventually(async () => (await view()).status === 200))) throw new Error(`the tenant is not served: ${(await view()).text}`);

  const rounds = { bare: [], worker: [] };
  const first = [];
  const reads = { cold: [], warm: [] };
  for (let round = 0; round < ROUNDS; round += 1) {
    const ours = async () => {
      await server.kill();
      await server.start();
      rounds.worker.push({ took: server.started, used: computed(server.pid) });
      for (const kind of ["cold", "warm"]) {
        const before = kv.reads;
        const answer = await view();
        if (answer.status !== 200) throw new Error(`${answer.status} ${answer.text}`);
        if (kind === "cold") first.push(answer.took);
        reads[kind].push(kv.reads - before);
      }
    };
    const other = async () => rounds.bare.push(await bare(server.port));
    await server.kill();
    for (const run of round % 2 === 0 ? [other, ours] : [ours, async () => (await server.kill(), other())]) await run();
  }
  for (const [kind, of] of Object.entries(rounds)) {
    say(`${kind}: ms to the first answer`, `${kind}_ms`, statistics(of.map(({ took }) => rounded(took))));
    say(`${kind}: ms of computing until then`, `${kind}_computing_ms`, statistics(of.map(({ used }) => used)));
  }
  say("ms by which the worker starts later", "start_ms", statistics(rounds.worker.map(({ took }, at) => rounded(took - rounds.bare[at].took))));
  say("an isolate's first request through the gate, ms", "first_ms", statistics(first.map(rounded)));
  say("KV reads of an isolate's first request, at most", "reads_cold", Math.max(...reads.cold));
  say("KV reads of the next one, at most", "reads_warm", Math.max(...reads.warm));
} finally {
  await worker.stop();
}
if (process.env.COUNTERSIGN_BENCH) writeFileSync(`${process.env.COUNTERSIGN_BENCH}/start.json`, JSON.stringify(figures, null, 2));
