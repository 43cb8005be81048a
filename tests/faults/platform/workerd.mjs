/**
 * The built worker in a workerd of its own, without wrangler: started in a fraction of a second, killed without warning,
 * started again on what is on its disk.
 */

import { spawn } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { createServer } from "node:net";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { parse } from "smol-toml";

const ROOT = resolve(fileURLToPath(import.meta.url), "../../../..");
const EDGE = join(ROOT, "crates/countersign-edge");
const WRAPPER = join(ROOT, "tests/faults/worker");
/** What is deployed, the first of them the entry. */
const SHIPPED = ["js/entry.js", "build/index.js", "build/index_bg.wasm"];
/** The binary itself: a launcher in between would be killed in its place. */
const WORKERD = createRequire(import.meta.url)("workerd").default;
const VARIABLES = {
  COUNTERSIGN_DEV_SIGN_IN: "insecure-development-only",
  COUNTERSIGN_OPERATORS: "operator:dev",
  COUNTERSIGN_MAC_KEY: "a key for tests that guards nothing but tests",
};
const ORIGIN = 'export default { fetch: () => new Response("the origin", { headers: { "From-Origin": "yes" } }) };';
/** How long it may take to answer after it was started, in milliseconds. */
const PATIENCE = 20_000;

/** A port that nobody listens on at the moment. */
async function freePort() {
  const server = createServer();
  await new Promise((ready) => server.listen(0, "127.0.0.1", ready));
  const { port } = server.address();
  await new Promise((done) => server.close(done));
  return port;
}

/** A text as the configuration writes it. */
const quoted = (text) => JSON.stringify(text);

/** The configuration, in workerd's own language, of the same bindings as `wrangler.toml` has. */
function configuration({ directory, port, kv, modules, variables: own, assets }) {
  const { compatibility_date: date, compatibility_flags: flags } = parse(readFileSync(join(ROOT, "wrangler.toml"), "utf8"));
  const given = Object.entries({ ...VARIABLES, ...own }).filter(([, text]) => text !== undefined);
  const variables = given.map(([name, text]) => `(name = ${quoted(name)}, text = ${quoted(text)})`);
  const parts = modules.map((name) => `(name = ${quoted(name)}, ${name.endsWith(".wasm") ? "wasm" : "esModule"} = embed ${quoted(name)})`);
  return `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [
    (name = "main", worker = .worker),
    (name = "kv", external = (address = "127.0.0.1:${kv.port}", http = ())),
    (name = "assets", disk = (path = ${quoted(assets)})),
    (name = "origin", worker = (modules = [(name = "origin.js", esModule = ${quoted(ORIGIN)})], compatibilityDate = ${quoted(date)})),
    (name = "objects", disk = (path = ${quoted(join(directory, "objects"))}, writable = true)),
    (name = "internet", network = (allow = ["public", "private"]))
  ],
  sockets = [(name = "http", address = "127.0.0.1:${port}", http = (), service = "main")]
);
const worker :Workerd.Worker = (
  modules = [${parts.join(", ")}],
  compatibilityDate = ${quoted(date)},
  compatibilityFlags = [${flags.map(quoted).join(", ")}],
  bindings = [
    ${variables.join(", ")},
    (name = "COUNTERSIGN_KV", kvNamespace = "kv"),
    (name = "ASSETS", service = "assets"),
    (name = "ORIGIN", service = "origin"),
    (name = "TENANT", durableObjectNamespace = "Tenant")
  ],
  durableObjectNamespaces = [(className = "Tenant", uniqueKey = "countersign-tests-tenant", enableSql = true)],
  durableObjectStorage = (localDisk = "objects"),
  globalOutbound = "internet"
);
`;
}

/**
 * Prepares a worker that keeps its objects below `directory` and its copies in `kv`. With `faults` what is shipped is
 * wrapped by `tests/faults/worker`, which makes it fail on request; it is itself the same. `variables` replace or, where
 * they are undefined, take away some of the usual ones; `assets` is another folder of deployed files. A worker that is
 * `broken` is running once it answers at all.
 */
export async function platform({ directory, kv, faults = true, variables = {}, assets = join(ROOT, "config"), broken = false }) {
  if (!existsSync(join(EDGE, "build/index.js"))) throw new Error("the worker is not built; run `cargo xtask build` first");
  const port = await freePort();
  mkdirSync(join(directory, "objects"), { recursive: true });
  const wrapper = faults ? ["faults.js", "fail.js", "hooks.js"] : [];
  for (const folder of ["js", "build"]) mkdirSync(join(directory, folder), { recursive: true });
  for (const name of wrapper) copyFileSync(join(WRAPPER, name), join(directory, name));
  for (const name of SHIPPED) copyFileSync(join(EDGE, name), join(directory, name));
  const modules = [...wrapper, ...SHIPPED];
  writeFileSync(join(directory, "config.capnp"), configuration({ directory, port, kv, modules, variables, assets }));
  const url = `http://127.0.0.1:${port}`;
  let child;
  // A test that ends in any way takes its worker with it.
  process.once("exit", () => child?.kill("SIGKILL"));

  async function answers() {
    const until = Date.now() + PATIENCE;
    while (Date.now() < until && child.exitCode === null) {
      const answer = await fetch(`${url}/`).catch(() => undefined);
      await answer?.arrayBuffer();
      if (answer?.status === 200 || (broken && answer !== undefined)) return;
      await sleep(10);
    }
    throw new Error(`workerd does not answer:\n${server.printed.slice(-4_000)}`);
  }

  const server = {
    url,
    port,
    /** What it wrote to its log, the last part of it. */
    printed: "",
    async start() {
      child = spawn(WORKERD, ["serve", "config.capnp"], { cwd: directory, stdio: ["ignore", "pipe", "pipe"] });
      for (const stream of [child.stdout, child.stderr]) {
        stream.on("data", (text) => (server.printed = (server.printed + text).slice(-100_000)));
      }
      await answers();
    },
    /** Ends it as a crash does: nothing of it runs any more when this is done. */
    async kill() {
      if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
      const gone = new Promise((done) => child.once("exit", done));
      child.kill("SIGKILL");
      await gone;
    },
    get pid() {
      return child?.pid;
    },
  };
  return server;
}
