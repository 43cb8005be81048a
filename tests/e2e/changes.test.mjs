/** Changes: who may make them, that they act on the very next strict request, and that the audit log has them. */

import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { before, describe, test } from "node:test";
import { document } from "../scenarios/corpus.mjs";
import { api, ask, freshTenant, OPERATOR } from "./worker.mjs";

const R2 = "project:renovation/state:draft/sign:r2";
const EDIT = { body: { text: "changed" } };

let acme;
before(async () => {
  acme = await freshTenant("acme");
});

const edit = (subject) => ask(subject, "PUT", api(acme.name, R2), EDIT);
const manage = (subject, method, path, body) => ask(subject, method, `/v1/tenants/${acme.name}${path}`, { body });

test("an assignment acts on the next strict request, and so does its end", async () => {
  assert.equal((await edit("user:vera")).status, 403);
  const given = await manage("user:olivia", "POST", "/assignments", { to: "user:vera", role: "editor", scope: "project:renovation" });
  assert.equal(given.status, 201, given.text);
  assert.equal(given.revision, given.data.revision);

  const allowed = await edit("user:vera");
  assert.equal(allowed.status, 200, allowed.text);
  assert.equal(allowed.revision, given.revision);

  const taken = await manage("user:olivia", "DELETE", `/assignments/${given.data.id}`);
  assert.equal(taken.status, 200, taken.text);
  assert.ok(taken.revision > given.revision);
  const refused = await edit("user:vera");
  assert.equal(refused.status, 403);
  assert.equal((await ask("user:vera", "GET", api(acme.name, R2))).status, 200, "and she still sees it");
});

test("a deactivated member may nothing at once, and everything again once activated", async () => {
  assert.equal((await edit("user:eddie")).status, 200);
  const off = await manage("user:olivia", "POST", "/members/user:eddie/deactivate");
  assert.equal(off.status, 200, off.text);
  assert.equal((await edit("user:eddie")).status, 404);
  const read = await ask("user:eddie", "GET", api(acme.name, R2), { headers: { "Countersign-Min-Revision": String(off.revision) } });
  assert.equal(read.status, 404);

  const on = await manage("user:olivia", "POST", "/members/user:eddie/activate");
  assert.equal(on.status, 200, on.text);
  assert.equal((await edit("user:eddie")).status, 200);
});

test("a revocation acts on a reading request that names its revision", async () => {
  const given = await manage("user:olivia", "POST", "/assignments", { to: "user:mia", role: "viewer", scope: "project:renovation" });
  const at = (revision) => ask("user:mia", "GET", api(acme.name, R2), { headers: { "Countersign-Min-Revision": String(revision) } });
  assert.equal((await at(given.revision)).status, 200);
  const taken = await manage("user:olivia", "DELETE", `/assignments/${given.data.id}`);
  const answer = await at(taken.revision);
  assert.equal(answer.status, 404);
});

describe("who may not", () => {
  const refused = [
    ["a viewer gives a role", "user:vera", "POST", "/assignments", { to: "user:vera", role: "owner" }],
    ["an admin gives a role that admins do not assign", "user:adam", "POST", "/assignments", { to: "user:adam", role: "owner" }],
    ["an admin deactivates a member", "user:adam", "POST", "/members/user:vera/deactivate"],
    ["a member of nothing", "user:nobody", "POST", "/members/user:vera/deactivate"],
    ["another tenant's owner", "user:gina", "POST", "/members/user:vera/deactivate"],
    ["an owner replaces the tenant", "user:olivia", "PUT", "", { model: "", tenant: "" }],
  ];
  for (const [title, subject, method, path, body] of refused) {
    test(title, async () => {
      const before = await revision();
      const answer = await manage(subject, method, path, body);
      assert.ok([403, 404].includes(answer.status), `${answer.status} ${answer.text}`);
      assert.match(answer.type, /^application\/problem\+json/);
      assert.equal(await revision(), before, "nothing was committed");
    });
  }

  test("nobody at all", async () => {
    assert.equal((await manage(undefined, "POST", "/members/user:vera/deactivate")).status, 401);
  });
});

describe("what makes no sense", () => {
  const wrong = [
    ["a role that does not exist", { to: "user:vera", role: "manger" }],
    ["a misspelt key", { to: "user:vera", role: "viewer", scop: "project:renovation" }],
    ["a scope that does not follow the parents", { to: "user:vera", role: "viewer", scope: "sign:r2" }],
    ["a role at a scope where it may not be", { to: "user:vera", role: "owner", scope: "project:renovation" }],
  ];
  for (const [title, body] of wrong) {
    test(title, async () => {
      const before = await revision();
      const answer = await manage("user:olivia", "POST", "/assignments", body);
      assert.ok(answer.status >= 400 && answer.status < 500, `${answer.status} ${answer.text}`);
      assert.equal(await revision(), before);
    });
  }

  test("a tenant file with an unknown role is refused with its place", async () => {
    const body = { model: document("signagent.toml"), tenant: document("acme.toml").replace('role = "editor"', 'role = "edtor"') };
    const answer = await ask(OPERATOR, "PUT", `/v1/tenants/${acme.name}`, { body });
    assert.ok([400, 422].includes(answer.status), `${answer.status}`);
    assert.match(answer.text, /edtor/);
  });
});

test("the audit log has every change, and only those who may read it see it", async () => {
  const given = await manage("user:olivia", "POST", "/assignments", { to: "user:gus", role: "viewer" });
  const log = await manage("user:olivia", "GET", "/audit");
  assert.equal(log.status, 200, log.text);
  const { entries } = log.data;
  const [entry] = entries.filter(({ revision }) => revision === given.revision);
  assert.equal(entry.actor, "user:olivia");
  assert.equal(typeof entry.hash, "string");
  assert.equal(new Set(entries.map(({ hash }) => hash)).size, entries.length);
  assert.deepEqual(entries.map(({ seq }) => seq), entries.map(({ seq }) => seq).sort((a, b) => a - b));
  assert.ok([403, 404].includes((await manage("user:vera", "GET", "/audit")).status));
  assert.equal((await manage(undefined, "GET", "/audit")).status, 401);
});

test("the snapshot's tag is the revision", async () => {
  const first = await manage("user:vera", "GET", "/me/snapshot");
  assert.equal(first.status, 200);
  const etag = first.headers.get("etag");
  assert.equal(etag, `"${first.revision}"`);
  const again = (tag) => ask("user:vera", "GET", `/v1/tenants/${acme.name}/me/snapshot`, { headers: { "If-None-Match": tag } });
  assert.equal((await again(etag)).status, 304);
  const given = await manage("user:olivia", "POST", "/assignments", { to: "user:vera", role: "viewer", scope: "project:annex" });
  const next = await again(etag);
  assert.equal(next.status, 200);
  assert.equal(next.headers.get("etag"), `"${given.revision}"`);
});

test("a tag says nothing to somebody else, as who is no member learns nothing at all", async () => {
  const { headers } = await manage("user:vera", "GET", "/me/snapshot");
  const held = { "If-None-Match": headers.get("etag"), "Countersign-Snapshot-Subject": "user:vera" };
  const path = `/v1/tenants/${acme.name}/me/snapshot`;
  assert.equal((await ask("user:vera", "GET", path, { headers: held })).status, 304);
  assert.equal((await ask("user:olivia", "GET", path, { headers: held })).status, 200);
  const nowhere = await ask("user:stranger", "GET", "/v1/tenants/nowhere/me/snapshot", { headers: { "Countersign-Min-Revision": "1" } });
  const here = await ask("user:stranger", "GET", path, { headers: { "Countersign-Min-Revision": "1" } });
  assert.deepEqual([here.status, here.text, here.revision], [nowhere.status, nowhere.text, nowhere.revision]);
  assert.equal(here.status, 404);
});

test("a command that fails half-way leaves nothing behind", async () => {
  const { name } = await freshTenant("acme");
  const seen = async () => {
    const { data } = await ask("user:olivia", "GET", `/v1/tenants/${name}/audit`);
    const { status, revision } = await ask("user:petra", "PUT", api(name, R2), EDIT);
    return { log: data.entries.map(({ hash }) => hash), status, revision };
  };
  const before = await seen();
  // Petra becomes an editor, which is written first; the last member's record is larger than a row may be.
  const scope = `project:${"p".repeat(250)}`;
  const grants = Array.from({ length: 12_000 }, (_, at) => `[[assignments]]\nto = "user:zz"\nrole = "viewer"\nscope = "${scope}${at}"\n`);
  const petra = '[[assignments]]\nto = "user:petra"\nrole = "editor"\nscope = "project:renovation"\n';
  const tenant = [document("acme.toml"), petra, '[[members]]\nsubject = "user:zz"\n', ...grants].join("\n");
  const answer = await ask(OPERATOR, "PUT", `/v1/tenants/${name}`, { body: { model: document("signagent.toml"), tenant } });
  assert.equal(answer.status, 503, answer.text);
  assert.deepEqual(await seen(), before);
  // And the tenant goes on.
  const given = await ask("user:olivia", "POST", `/v1/tenants/${name}/assignments`, { body: { to: "user:mia", role: "viewer" } });
  assert.equal(given.status, 201, given.text);
});

test("the audit log comes in pages", async () => {
  const all = (await manage("user:olivia", "GET", "/audit")).data;
  assert.equal(all.more, false);
  const [, second] = all.entries;
  const rest = (await manage("user:olivia", "GET", `/audit?after=${second.seq}`)).data;
  assert.deepEqual(rest.entries, all.entries.filter(({ seq }) => seq > second.seq));
  assert.equal((await manage("user:olivia", "GET", "/audit?page=2")).status, 400);
});

test("a committed change is published to KV, sealed", { skip: process.env.COUNTERSIGN_STATE === undefined }, async () => {
  const { revision } = await manage("user:olivia", "POST", "/assignments", { to: "user:mia", role: "viewer" });
  const published = () => sealedRecords(process.env.COUNTERSIGN_STATE)
    .filter(({ tenant, key }) => tenant === acme.name && key === "subject/user:mia")
    .map((record) => record.revision);
  for (let tries = 0; !published().includes(revision); tries++) {
    assert.ok(tries < 40, `KV does not hold revision ${revision}, but ${published()}`);
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
});

/** The headers of the sealed records among the values that workerd's KV keeps on disk. */
function sealedRecords(state) {
  const files = readdirSync(state, { recursive: true, withFileTypes: true }).filter((file) => file.isFile() && /blobs/.test(file.parentPath));
  const values = files.flatMap((file) => {
    try {
      return [readFileSync(join(file.parentPath, file.name))];
    } catch (error) {
      // A newer value took its place since the folder was read.
      if (error.code === "ENOENT") return [];
      throw error;
    }
  });
  return values.filter((bytes) => bytes.subarray(0, 4).toString("latin1") === "CSR\x01").map((bytes) => {
    let at = 36;
    const number = () => {
      let value = 0;
      for (let shift = 0; ; shift += 7) {
        const byte = bytes[at++];
        value += (byte & 127) * 2 ** shift;
        if (byte < 128) return value;
      }
    };
    const text = () => {
      const length = number();
      at += length;
      return bytes.subarray(at - length, at).toString();
    };
    return { tenant: text(), key: text(), epoch: number(), revision: number() };
  });
}

async function revision() {
  return (await manage("user:olivia", "GET", "/me/snapshot")).revision;
}
