/** One worker for the tests of a file, fresh tenants on it, and what their databases hold. */

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { document } from "../../scenarios/corpus.mjs";
import { client } from "./client.mjs";
import { startKv } from "./kv.mjs";
import { platform } from "./workerd.mjs";

export const OPERATOR = "operator:dev";

/** A running worker with everything around it. */
export async function running(options = {}) {
  const directory = mkdtempSync(join(tmpdir(), "countersign-faults-"));
  const kv = await startKv();
  Object.assign(kv, options.kv);
  const server = await platform({ directory, ...options, kv });
  await server.start();
  const { ask, close } = client(server.port);
  const stop = async () => {
    await server.kill();
    close();
    kv.stop();
    rmSync(directory, { recursive: true, force: true });
  };
  return { server, kv, ask, stop };
}

/** A tenant from one of the scenarios' files. */
export async function setUp(ask, name, base, model) {
  const body = { model: document(`${model}.toml`), tenant: document(`${base}.toml`) };
  const answer = await ask(OPERATOR, "PUT", `/v1/tenants/${name}`, body);
  if (answer.status !== 201) throw new Error(`${name}: ${answer.status} ${answer.text}`);
  return account(ask, name);
}

/** A tenant's ways in: `manage` for its users, the others for whoever looks behind. */
export function account(ask, name) {
  const faults = async (operation) => {
    const answer = await ask(undefined, "GET", `/faults/${name}/${operation}`);
    if (answer.status !== 200) throw new Error(`${operation}: ${answer.status} ${answer.text}`);
    return answer.data;
  };
  return {
    name,
    manage: (subject, method, path, body, headers) => ask(subject, method, `/v1/tenants/${name}${path}`, body, headers),
    faults,
    /** Everything in its database, table by table. */
    dump: () => faults("dump"),
    /** A digest of each table. */
    sums: () => faults("sums"),
  };
}

/** Asks again until there is an answer; `undefined` if there was none in time. */
export async function eventually(look, milliseconds = 15_000) {
  const until = Date.now() + milliseconds;
  while (Date.now() < until) {
    const found = await look();
    if (found) return found;
    await sleep(50);
  }
  return undefined;
}
