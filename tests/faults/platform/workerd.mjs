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
export const VARIABLES = {
  COUNTERSIGN_DEV_SIGN_IN: "insecure-development-only",
  COUNTERSIGN_OPERATORS: "operator:dev",
  COUNTERSIGN_MAC_KEY: "a key for tests that guards nothing but tests",
};
/** What it signs with for the origin, which has it too. */
export const ASSERTION_KEY = "another key for tests, which signs for the origin";
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
function configuration({ directory, port, kv, modules, origin, bound, extra, variables: given, outbound, assets, heap }) {
  const { compatibility_date: date, compatibility_flags: flags } = parse(readFileSync(join(ROOT, "wrangler.toml"), "utf8"));
  const all = Object.entries({ COUNTERSIGN_ASSERTION_KEY: ASSERTION_KEY, ...given }).filter(([, text]) => text !== undefined);
  const variables = all.map(([name, text]) => `(name = ${quoted(name)}, text = ${quoted(text)})`);
  const parts = modules.map((name) => `(name = ${quoted(name)}, ${name.endsWith(".wasm") ? "wasm" : "esModule"} = embed ${quoted(name)})`);
  const key = `(name = "COUNTERSIGN_ASSERTION_KEY", text = ${quoted(ASSERTION_KEY)})`;
  const script = (text, bindings) =>
    `(modules = [(name = "worker.js", esModule = ${quoted(text)})], compatibilityDate = ${quoted(date)}, bindings = [${bindings}])`;
  const others = extra.map(({ name, text }) => `(name = ${quoted(name)}, worker = ${script(text, '(name = "ORIGIN", service = "origin")')})`);
  const doors = extra.map(({ name, port }) => `(name = ${quoted(name)}, address = "127.0.0.1:${port}", http = (), service = ${quoted(name)})`);
  return `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  ${heap === undefined ? "" : `v8Flags = ["--max-old-space-size=${heap}", "--max-semi-space-size=4"],`}
  services = [
    (name = "main", worker = .worker),
    (name = "kv", external = (address = "127.0.0.1:${kv.port}", http = ())),
    (name = "assets", disk = (path = ${quoted(assets)})),
    (name = "origin", worker = ${script(origin, key)}),
    ${others.map((other) => `${other},`).join("\n    ")}
    (name = "objects", disk = (path = ${quoted(join(directory, "objects"))}, writable = true)),
    (name = "internet", ${outbound === undefined ? 'network = (allow = ["public", "private"])' : `external = (address = "127.0.0.1:${outbound}", http = (style = proxy))`})
  ],
  sockets = [${[`(name = "http", address = "127.0.0.1:${port}", http = (), service = "main")`, ...doors].join(", ")}]
);
const worker :Workerd.Worker = (
  modules = [${parts.join(", ")}],
  compatibilityDate = ${quoted(date)},
  compatibilityFlags = [${flags.map(quoted).join(", ")}],
  bindings = [
    ${variables.join(", ")},
    (name = "COUNTERSIGN_KV", kvNamespace = "kv"),
    (name = "ASSETS", service = "assets"),
    ${bound ? '(name = "ORIGIN", service = "origin"),' : ""}
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
 * wrapped by `tests/faults/worker`, which makes it fail on request; it is itself the same.
 *
 * `origin` is the text of another origin, `bound` whether it is bound, `routes` the text of another route table, `assets`
 * another folder of deployed files; `variables` are in place of those for development, beside the key for the origin, and
 * `changed` replace or, where they are undefined, take away some of them; all that the worker fetches goes to the port
 * `outbound`, as to a proxy. `extra` workers have the same origin, and a port each. `heap` is how many megabytes V8 lets grow before it collects what
 * is garbage: without a limit it may wait for gigabytes. `ready` is how the worker answers to
 * `/`; one that is `broken` is running once it answers at all.
 */
export async function platform(options) {
  const { directory, kv, faults = true, origin = ORIGIN, bound = true, variables = VARIABLES, changed = {}, outbound } = options;
  const { heap, routes, assets: folder = join(ROOT, "config"), ready = 200, broken = false, extra = [] } = options;
  if (!existsSync(join(EDGE, "build/index.js"))) throw new Error("the worker is not built; run `cargo xtask build` first");
  const port = await freePort();
  const wrapper = faults ? ["faults.js", "fail.js", "hooks.js"] : [];
  for (const made of ["objects", "js", "build"]) mkdirSync(join(directory, made), { recursive: true });
  for (const name of wrapper) copyFileSync(join(WRAPPER, name), join(directory, name));
  for (const name of SHIPPED) copyFileSync(join(EDGE, name), join(directory, name));
  const modules = [...wrapper, ...SHIPPED];
  const assets = routes === undefined ? folder : join(directory, "assets");
  if (routes !== undefined) {
    mkdirSync(assets, { recursive: true });
    writeFileSync(join(assets, "routes.toml"), routes);
  }
  const placed = await Promise.all(extra.map(async (other) => ({ ...other, port: await freePort() })));
  const all = { ...variables, ...changed };
  const given = { directory, port, kv, modules, origin, bound, variables: all, outbound, assets, heap, extra: placed };
  writeFileSync(join(directory, "config.capnp"), configuration(given));
  const url = `http://127.0.0.1:${port}`;
  let child;
  // A test that ends in any way takes its worker with it.
  process.once("exit", () => child?.kill("SIGKILL"));

  async function answers() {
    const until = Date.now() + PATIENCE;
    while (Date.now() < until && child.exitCode === null) {
      const answer = await fetch(`${url}/`).catch(() => undefined);
      await answer?.arrayBuffer();
      if (answer?.status === ready || (broken && answer !== undefined)) return;
      await sleep(10);
    }
    throw new Error(`workerd does not answer:\n${server.printed.slice(-4_000)}`);
  }

  const server = {
    url,
    port,
    /** The ports of the extra workers. */
    ports: Object.fromEntries(placed.map((other) => [other.name, other.port])),
    /** How many milliseconds its last start took, up to the first answer. */
    started: undefined,
    /** What it wrote to its log, the last part of it. */
    printed: "",
    async start() {
      child = spawn(WORKERD, ["serve", "config.capnp"], { cwd: directory, stdio: ["ignore", "pipe", "pipe"] });
      for (const stream of [child.stdout, child.stderr]) {
        stream.on("data", (text) => (server.printed = (server.printed + text).slice(-100_000)));
      }
      const begun = performance.now();
      await answers();
      server.started = performance.now() - begun;
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
