/** The command line's `import` and `pull` against the running worker: a few thousand members, an interruption, a faulty part. */

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { randomBytes } from "node:crypto";
import { base, members } from "../bench/worker/account.mjs";
import { ask, OPERATOR, URL_OF_WORKER } from "./worker.mjs";

const MEMBERS = Number(process.env.COUNTERSIGN_IMPORT ?? 3_000);
const MODEL = "presets/signagent/model.toml";
const folder = mkdtempSync(join(tmpdir(), "countersign-import-"));
after(() => rmSync(folder, { recursive: true }));

const fresh = () => `import-${randomBytes(6).toString("hex")}`;

/** Runs the command, which the native tests have built; its exit code and what it said. */
function countersign(args, token = `Dev ${OPERATOR}`) {
  const env = { ...process.env, COUNTERSIGN_TOKEN: token };
  const built = process.env.COUNTERSIGN_COMMAND;
  const [program, command] = built ? [built, args] : ["cargo", ["run", "--quiet", "--locked", "-p", "countersign-cli", "--", ...args]];
  return new Promise((resolve) => {
    execFile(program, command, { env }, (error, stdout, stderr) => resolve({ code: error?.code ?? 0, stdout, stderr }));
  });
}

/** A tenant file with so many members. */
function file(name, count, change = (account) => account) {
  const [there, { members: all, assignments, overrides }] = [base(), members(0, count)];
  const account = { ...there, members: [...there.members, ...all], assignments: [...there.assignments, ...assignments], overrides };
  const path = join(folder, `${name}.json`);
  writeFileSync(path, JSON.stringify(change(account)));
  return path;
}

/**
 * A worker whose answers fail as `fails` says: `undefined`, or the status of an answer that comes too late; with `early` it
 * is not asked at all.
 */
async function unreliable(fails, { early = false } = {}) {
  const server = createServer((asked, answer) => {
    const refused = early ? fails(asked.method, new URL(asked.url, URL_OF_WORKER).pathname) : undefined;
    if (refused !== undefined) {
      asked.resume();
      answer.writeHead(refused, { "content-type": "application/json" });
      answer.end(JSON.stringify({ detail: "It was switched off." }));
      return;
    }
    const from = new URL(asked.url, URL_OF_WORKER);
    const passed = request(from, { method: asked.method, headers: asked.headers }, (came) => {
      const status = early ? undefined : fails(asked.method, from.pathname);
      if (status === undefined) {
        answer.writeHead(came.statusCode, came.headers);
        came.pipe(answer);
      } else {
        came.resume();
        answer.writeHead(status, { "content-type": "application/json" });
        answer.end(JSON.stringify({ detail: "It was switched off." }));
      }
    });
    asked.pipe(passed);
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { url: `http://127.0.0.1:${server.address().port}`, close: () => server.close() };
}

const settings = async (tenant) => (await ask(OPERATOR, "GET", `/v1/tenants/${tenant}/settings`)).data;

test("thousands of members are imported through trouble and an interruption, and exported again", async () => {
  const tenant = fresh();
  const path = file("account", MEMBERS, (account) => ({ ...account, settings: { account_name: "Imported" } }));
  let sent = 0;
  // The second part is applied, and its answer lost; the third is refused for good.
  const worker = await unreliable((method, where) => {
    if (!where.endsWith("/import")) return undefined;
    sent += 1;
    return { 2: 503, 4: 403 }[sent];
  });
  const args = ["import", "--url", worker.url, "--tenant", tenant, "--model", MODEL, path];
  const first = await countersign(args);
  assert.equal(first.code, 1, first.stderr);
  assert.match(first.stderr, /stopped after 2000 of \d+ members; run it again/);
  assert.ok(existsSync(`${path}.import`));

  // Where it was interrupted it goes on: with what was answered wrongly, which is applied once.
  const before = sent;
  const second = await countersign(args);
  worker.close();
  assert.equal(second.code, 0, second.stderr);
  assert.match(second.stdout, new RegExp(`${MEMBERS + 1} of ${MEMBERS + 1} members were imported`));
  assert.equal(sent - before, Math.ceil((MEMBERS + 1) / 1_000) - 2, "what was acknowledged is not sent again");
  assert.ok(!existsSync(`${path}.import`), "nothing is left over");

  const expected = MEMBERS + 1 - members(0, MEMBERS).members.filter(({ status }) => status === "deactivated").length;
  const { seats_taken, account_name } = await settings(tenant);
  assert.deepEqual([seats_taken, account_name], [expected, "Imported"]);
  // Decisions do not wait for the copies at the edge.
  const may = async (id, resource) => {
    const body = { subject: { type: "user", id }, action: { name: "view" }, resource: { type: "project", id: resource }, context: {} };
    return (await ask(OPERATOR, "POST", `/t/${tenant}/access/v1/evaluation`, { body })).data?.decision;
  };
  const newest = `u${String(MEMBERS - 2).padStart(6, "0")}`;
  assert.deepEqual([await may(newest, "project:p9"), await may("nobody", "project:p9")], [true, false]);
  const out = join(folder, "out.json");
  const pulled = await countersign(["pull", "--url", URL_OF_WORKER, "--tenant", tenant, out], "Dev user:olivia");
  assert.equal(pulled.code, 0, pulled.stderr);
  const [was, is] = [path, out].map((name) => JSON.parse(readFileSync(name, "utf8")));
  for (const list of ["members", "groups", "assignments", "overrides", "roles"]) assert.equal(is[list].length, was[list].length, list);

  // What was pulled brings nothing new.
  const same = await countersign(["import", "--only-members", "--url", URL_OF_WORKER, "--tenant", tenant, "--model", MODEL, out]);
  assert.match(same.stdout, /: 0 added, 0 changed/, same.stderr);
});

test("an import does not go on in an account that another one has replaced meanwhile", async () => {
  const tenant = fresh();
  const [path, other] = [file("first", 3), file("other", 2)];
  let refuse = true;
  const worker = await unreliable((method, where) => (refuse && where.endsWith("/import") ? 403 : undefined), { early: true });
  const run = (name) => countersign(["import", "--url", worker.url, "--tenant", tenant, "--model", MODEL, name]);
  assert.equal((await run(path)).code, 1);
  refuse = false;
  assert.equal((await run(other)).code, 0);
  const late = await run(path);
  assert.deepEqual([late.code, /imported anew/.test(late.stderr)], [1, true], late.stderr);
  const again = await run(path);
  worker.close();
  assert.equal(again.code, 0, again.stderr);
  assert.match(again.stdout, /The account was replaced\. 4 of 4 members/);
});

test("a deleted member does not come back, and the places of mistakes are named", async () => {
  const tenant = fresh();
  const url = ["--url", URL_OF_WORKER, "--tenant", tenant, "--model", MODEL];
  const path = file("small", 3);
  assert.equal((await countersign(["import", ...url, path])).code, 0);
  const gone = await ask("user:olivia", "DELETE", `/v1/tenants/${tenant}/members/user:u000002`);
  assert.equal(gone.status, 200, gone.text);
  const back = await countersign(["import", "--only-members", ...url, path]);
  assert.deepEqual([back.code, /user:u000002/.test(back.stderr)], [1, true], back.stderr);
  const wrong = file("wrong", 3, (account) => ({ ...account, assignments: [{ to: "user:u000001", role: "surveyr" }] }));
  const told = await countersign(["import", ...url, wrong]);
  assert.equal(told.code, 2);
  assert.match(told.stderr, /wrong\.json:1:\d+.*surveyr/s);
  assert.match((await countersign(["import", ...url, path], "")).stderr, /COUNTERSIGN_TOKEN/);
  const member = await ask("user:olivia", "POST", `/v1/tenants/${tenant}/import`, { body: { tenant: "" } });
  assert.equal(member.status, 403);
});

test("a push shows what it would change, and changes it when it is told to", async () => {
  const tenant = fresh();
  const [model, path] = [join(folder, "push.toml"), join(folder, "push.json")];
  writeFileSync(model, 'name = "push"\n[types.doc]\nactions = ["view", "edit"]\n[roles.reader]\nallow = ["doc:view"]\n[roles.editor]\nallow = ["doc:edit"]\n');
  const account = (role) => writeFileSync(path, JSON.stringify({ members: [{ subject: "user:ann" }], assignments: [{ to: "user:ann", role }] }));
  const push = (...options) => countersign(["push", "--url", URL_OF_WORKER, "--tenant", tenant, "--model", model, path, ...options]);
  account("reader");
  assert.equal((await push("--yes")).code, 0);
  assert.deepEqual((await push("--dry-run")).code, 0, "nothing would change");
  const before = (await ask(OPERATOR, "GET", `/v1/tenants/${tenant}/settings`)).revision;
  account("editor");
  const told = await push("--dry-run", "--json");
  const seen = JSON.parse(told.stdout).changes.map(({ subject, permission, before, after }) => `${subject} ${permission} ${before} ${after}`);
  assert.deepEqual([told.code, seen.sort()], [1, ["user:ann doc:edit deny allow", "user:ann doc:view allow deny"]], told.stderr);
  const shown = await push("--dry-run");
  assert.match(shown.stdout, /user:ann {2}doc:edit {2}deny -> allow {2}\//);
  // Nobody can be asked in a test, and so nothing was done.
  const unasked = await push();
  assert.deepEqual([unasked.code, /--yes does it/.test(unasked.stderr)], [2, true], unasked.stderr);
  assert.equal((await ask(OPERATOR, "GET", `/v1/tenants/${tenant}/settings`)).revision, before);
  const asks = await push("--json");
  assert.deepEqual([asks.code, asks.stdout, /nobody is asked/.test(asks.stderr)], [2, "", true], asks.stderr);
  const done = await push("--yes");
  assert.deepEqual([done.code, /is at revision/.test(done.stdout)], [0, true], done.stderr);
  assert.ok((await ask(OPERATOR, "GET", `/v1/tenants/${tenant}/settings`)).revision > before);
  const stranger = await countersign(["push", "--url", URL_OF_WORKER, "--tenant", tenant, "--model", model, path, "--yes"], "Dev user:ann");
  assert.equal(stranger.code, 1, stranger.stderr);
});

test("programs are told what came of each command, and what the worker says of a refusal", async () => {
  const tenant = fresh();
  const there = ["--url", URL_OF_WORKER, "--tenant", tenant];
  const [path, out] = [file("programs", 3), join(folder, "programs-out.json")];
  const check = async (args, code, expected, token) => {
    const done = await countersign([...args, "--json"], token);
    assert.equal(done.code, code, `${args} ${done.stdout} ${done.stderr}`);
    const answer = JSON.parse(done.stdout);
    for (const [key, value] of Object.entries(expected)) assert.deepEqual(answer[key], value, `${args} ${done.stdout}`);
    return answer;
  };
  const imported = await check(["import", ...there, "--model", MODEL, path], 0, { done: true, tenant, replaced: true, members: 4, added: 4, changed: 0 });
  assert.ok(imported.revision > 0);
  await check(["import", ...there, "--model", MODEL, path], 1, { done: false, status: 401 }, "Dev nobody");
  const pulled = await check(["pull", ...there, out], 0, { done: true, tenant, file: out, members: 4 });
  assert.deepEqual([pulled.since, pulled.revision], [pulled.revision, imported.revision]);
  await check(["pull", ...there, out], 1, { done: false }, "Dev user:stranger");
  const pushed = await check(["push", ...there, "--model", MODEL, out, "--yes"], 0, { done: true });
  assert.ok(pushed.revision > imported.revision && Array.isArray(pushed.impact.changes));
  await check(["push", ...there, "--model", MODEL, out, "--yes"], 1, { done: false, status: 403 }, "Dev user:u000001");
});
