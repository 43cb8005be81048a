/**
 * An account of 100,000 members on a running worker: how long its import takes, how long a search, what an edited role
 * publishes, and how much memory the worker's module took for all of it.
 *
 * `COUNTERSIGN_SCALE` says how many members; `COUNTERSIGN_LOG` names the worker's log, in which it notes its memory.
 */

import { randomBytes } from "node:crypto";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { ask, OPERATOR } from "../../e2e/worker.mjs";
import { document } from "../../scenarios/corpus.mjs";
import { base, members } from "./account.mjs";

const MEMBERS = Number(process.env.COUNTERSIGN_SCALE ?? 100_000);
const PART = Number(process.env.COUNTERSIGN_SCALE_PART ?? 1_000);
const ROUNDS = 60;
const tenant = `large-${randomBytes(4).toString("hex")}`;
const figures = { members: MEMBERS, part: PART };

/** A request that must be answered so; its answer and how many milliseconds it took. */
async function timed(who, method, path, body, headers) {
  const begun = performance.now();
  const answer = await ask(who, method, `/v1/tenants/${tenant}${path}`, { body, headers });
  const took = performance.now() - begun;
  if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${answer.text}`);
  return { ...answer, took };
}

/** The memory of the worker's module in MiB, as its log has it. */
function memory() {
  const log = process.env.COUNTERSIGN_LOG;
  const lines = log === undefined ? [] : readFileSync(log, "utf8").matchAll(/"code":"memory","detail":"(\d+)"/g);
  const most = Math.max(0, ...[...lines].map(([, bytes]) => Number(bytes)));
  return most === 0 ? undefined : Math.round(most / 1024 / 102.4) / 10;
}

/** The processes of this worker: what wrangler, which names the state, has started. */
function processes() {
  const state = process.env.COUNTERSIGN_STATE;
  const all = readdirSync("/proc").filter((pid) => /^\d+$/.test(pid)).map((pid) => {
    try {
      const [command, status] = ["cmdline", "status"].map((name) => readFileSync(`/proc/${pid}/${name}`, "utf8"));
      return { pid, command, parent: /PPid:\s+(\d+)/.exec(status)[1], most: Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0) };
    } catch {
      return { pid, command: "", parent: "", most: 0 };
    }
  });
  const wranglers = new Set(all.filter(({ command }) => state !== undefined && command.includes(state)).map(({ pid }) => pid));
  return all.filter(({ command, parent }) => wranglers.has(parent) && command.includes("workerd"));
}

/** What the worker's processes have computed so far, in milliseconds: on a busy machine it says more than the clock. */
function computed() {
  const ticks = workers.map(({ pid }) => readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1].split(" "));
  return ticks.reduce((sum, fields) => sum + (Number(fields[11]) + Number(fields[12])) * 10, 0);
}

function spread(times) {
  const sorted = [...times].sort((a, b) => a - b);
  const at = (part) => Math.round(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] * 10) / 10;
  return { p50: at(0.5), p95: at(0.95), max: at(1) };
}

function say(name, value) {
  figures[name] = value;
  console.log(`${name.padEnd(44)} ${typeof value === "object" ? JSON.stringify(value) : value}`);
}

const model = document("signagent.toml");
await timed(OPERATOR, "PUT", "", { model, tenant: JSON.stringify(base()) });
const workers = processes();
say("memory after the base, MiB", memory());

const [begun, used] = [performance.now(), computed()];
const parts = [];
const beside = [];
for (let from = 0; from < MEMBERS; from += PART) {
  const part = JSON.stringify(members(from, Math.min(MEMBERS, from + PART)));
  parts.push((await timed(OPERATOR, "POST", "/import", { tenant: part })).took);
  // A command that does not wait for what is being published.
  if (from % (PART * 10) === 0) beside.push((await timed("user:olivia", "PATCH", "/settings", { seats_contact: `Part ${from}` })).took);
}
say("import, seconds", Math.round((performance.now() - begun) / 100) / 10);
say("import, seconds of computing", Math.round((computed() - used) / 100) / 10);
say("one part, ms", spread(parts));
say("a command between parts, ms", spread(beside));
say("memory after the import, MiB", memory());

const settle = async () => (await timed("user:olivia", "GET", "/settings")).data;
await settle();
const last = String(MEMBERS - 7).padStart(6, "0");
const kinds = {
  "one by its address": `limit=1&cursor=user:u${last}`,
  "text, one found": `text=.${MEMBERS - 7}@large`,
  "text, nothing found": "text=nobody-has-this",
  "name, a full page": "name=gus",
  "name, one found": `name=%20${MEMBERS - 7}`,
  "user name, nothing found": "user_name=nobody",
  "account, nothing found": "account=nowhere",
  "status, a full page": "status=deactivated",
  "status, nothing found": "status=locked",
  "status and text, one found": `status=active&text=.${MEMBERS - 7}@`,
  "group": "group=g7",
  "group and text": "group=g7&text=nobody",
  "a page from the middle": `cursor=user:u${String(MEMBERS / 2).padStart(6, "0")}`,
  "the largest page": "limit=200",
};
for (const [name, query] of Object.entries(kinds)) {
  const [times, before] = [[], computed()];
  for (let round = 0; round < ROUNDS; round += 1) times.push((await timed("user:olivia", "GET", `/members?${query}`)).took);
  say(`search: ${name}, ms`, { ...spread(times), computed: Math.round((computed() - before) / ROUNDS) });
}
say("one member, ms", (await timed("user:olivia", "GET", `/members/user:u${last}`)).took);
say("memory after searching, MiB", memory());

const edits = [];
for (let round = 0; round < 20; round += 1) {
  const allow = ["project:view", "sign:view", ...(round % 2 === 0 ? ["sign:comment"] : [])];
  edits.push((await timed("user:olivia", "PUT", "/roles/surveyor", { at: ["/", "project"], allow })).took);
}
say("role edit, ms", spread(edits));
const seen = await timed("user:olivia", "PUT", "/roles/surveyor?dry_run=true", { at: ["/", "project"], allow: ["project:view"] });
say("role edit as a dry run, ms", Math.round(seen.took));
say("memory after role edits, MiB", memory());
say("roles listed, ms", Math.round((await timed("user:olivia", "GET", "/roles")).took));

let cursor = "";
let [exported, pages] = [0, 0];
const exporting = performance.now();
do {
  const { data } = await timed("user:olivia", "GET", `/export/parts?limit=200${cursor}`);
  exported += data.members.length;
  pages += 1;
  cursor = data.next === undefined ? undefined : `&cursor=${encodeURIComponent(data.next)}`;
} while (cursor !== undefined);
if (exported !== MEMBERS + 1) throw new Error(`${exported} members were exported instead of ${MEMBERS + 1}`);
say("export in parts, seconds", Math.round((performance.now() - exporting) / 100) / 10);
say("export, parts", pages);
say("memory after the export, MiB", memory());

const again = performance.now();
await timed(OPERATOR, "PUT", "", { model, tenant: JSON.stringify(base()) });
say("replacing all of it, seconds", Math.round((performance.now() - again) / 100) / 10);
say("memory at the end, MiB", memory());
say("most memory of a process, MiB", Math.round(Math.max(0, ...processes().map(({ most }) => most)) / 1024));
if (process.env.COUNTERSIGN_BENCH) writeFileSync(`${process.env.COUNTERSIGN_BENCH}/scale.json`, JSON.stringify(figures, null, 2));
