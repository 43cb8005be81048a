/**
 * The OpenAPI document: served, readable, and held against the worker by schemathesis.
 *
 * COUNTERSIGN_SCHEMATHESIS names the program (xtask installs it). COUNTERSIGN_API_EXAMPLES is the number of examples an
 * operation that are made up beside those at the edges of the schema: 2 if it is not set, and 100 makes a long run.
 */

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { launch } from "./browser.mjs";
import { holder } from "./document.mjs";
import { ask, freshTenant, OPERATOR, URL_OF_WORKER } from "./worker.mjs";

const COMMITTED = JSON.parse(readFileSync(new URL("../../config/openapi.json", import.meta.url), "utf8"));
const HOOKS = fileURLToPath(new URL("../api/hooks.py", import.meta.url));
const PROGRAM = process.env.COUNTERSIGN_SCHEMATHESIS;
const EXAMPLES = process.env.COUNTERSIGN_API_EXAMPLES ?? "2";

describe("the description of the API", () => {
  test("it is served to everybody, as it was committed", async () => {
    const answer = await ask(undefined, "GET", "/v1/openapi.json");
    assert.equal(answer.status, 200);
    assert.deepEqual(answer.data, COMMITTED);
  });

  test("its page needs nothing from elsewhere, and no script", async () => {
    const { status, type, text, headers } = await ask(undefined, "GET", "/v1/docs");
    assert.equal(status, 200);
    assert.match(type, /^text\/html/);
    assert.match(headers.get("content-security-policy"), /default-src 'none'; style-src 'self'/);
    assert.doesNotMatch(text, /<script|javascript:|(src|href)="(https?:)?\/\//);
    const targets = [...text.matchAll(/href="#([^"]+)"/g)].map(([, id]) => id);
    assert.deepEqual([...new Set(targets)].filter((id) => !text.includes(`id="${id}"`)), []);
    assert.equal((await ask(undefined, "GET", "/v1/docs.css")).status, 200);
  });

  test("its page fits a phone, in light and dark, and the keyboard leads into it", async () => {
    const browser = await launch();
    try {
      for (const colorScheme of ["light", "dark"]) {
        const page = await (await browser.newContext({ viewport: { width: 360, height: 740 }, colorScheme })).newPage();
        const complaints = [];
        page.on("console", (message) => complaints.push(message.text()));
        await page.goto(`${URL_OF_WORKER}/v1/docs`);
        assert.equal(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), true);
        const paper = await page.evaluate(() => getComputedStyle(document.body).backgroundColor.match(/\d+/g).map(Number));
        assert.equal(paper[0] > 128, colorScheme === "light");
        await page.keyboard.press("Tab");
        await page.keyboard.press("Enter");
        assert.equal(await page.evaluate(() => document.activeElement.id), "content");
        assert.deepEqual(complaints, []);
      }
    } finally {
      await browser.close();
    }
  });

  test("it is not to be written to", async () => {
    for (const path of ["/v1/openapi.json", "/v1/docs"]) {
      const answer = await ask(undefined, "POST", path);
      assert.equal(answer.status, 405);
      assert.equal(answer.headers.get("allow"), "GET, HEAD");
    }
  });
});

describe("paths and verbs", () => {
  const check = async (line, status, expected = {}) => {
    const [method, path] = line.split(" ");
    const answer = await ask(OPERATOR, method, path, expected.send);
    assert.equal(answer.status, status, `${line}: ${answer.status} ${answer.text}`);
    for (const [name, value] of Object.entries(expected.headers ?? {})) assert.equal(answer.headers.get(name), value, line);
    return answer;
  };

  test("the same answer to the same mistake everywhere", async () => {
    const { name } = await freshTenant("orbit", "signpath.toml");
    const at = `/v1/tenants/${name}`;
    await check(`GET ${at}/nothing`, 404);
    await check(`PATCH ${at}/members`, 405, { headers: { allow: "GET, POST" } });
    await check(`GET ${at}/assignments/bulk`, 405, { headers: { allow: "POST" } });
    await check(`GET ${at}/invitations/accept`, 405, { headers: { allow: "POST" } });
    await check(`POST ${at}/me/snapshot`, 405, { headers: { allow: "GET" } });
    await check(`GET /t/${name}/access/v1/evaluation`, 405, { headers: { allow: "POST" } });
    await check(`GET ${at}/me/snapshot?fresh=1`, 400);
    await check(`GET ${at}/members?lmit=1`, 400);
    await check(`POST ${at}/members`, 415);
    await check(`POST ${at}/members`, 400, { send: { body: { subjct: "user:x" } } });
    await check(`POST ${at}/members`, 422, { send: { body: { subject: "nobody" } } });
  });

  test("ids are read however a client encodes them, and what was made has an address", async () => {
    const { name } = await freshTenant("orbit", "signpath.toml");
    const at = `/v1/tenants/${name}`;
    for (const id of ["user:ada", "user%3Aada", "user%3aad%61"]) {
      assert.equal((await check(`GET ${at}/members/${id}`, 200)).data.subject, "user:ada");
    }
    for (const id of ["user:%2Fada", "user:%5Cada", "user:%00", "user:%F", "%2E"]) {
      const answer = await ask(OPERATOR, "GET", `${at}/members/${id}`);
      assert.ok([400, 404, 405].includes(answer.status), `${id}: ${answer.status}`);
    }
    const odd = { subject: "user:a#b?c;d%e" };
    const made = await check(`POST ${at}/members`, 201, { send: { body: odd } });
    const address = made.headers.get("location");
    assert.equal(address, `${at}/members/user:a%23b%3Fc%3Bd%25e`);
    assert.equal((await check(`GET ${address}`, 200)).data.subject, odd.subject);
  });
});

describe("the comparison that every end-to-end test makes", () => {
  const all = { "content-type": "application/json", "countersign-revision": "7", etag: '"7"' };
  const group = { id: "g", name: null, assignments: [] };
  const check = (name, expected, { status = 200, headers = all, body = group, path = "/groups/g" } = {}) =>
    test(name, () => {
      const compare = () => holder()("GET", `/v1/tenants/acme${path}`, status, new Headers(headers), body);
      if (expected === undefined) compare();
      else assert.throws(compare, expected);
    });

  check("takes what is described", undefined);
  check("takes what the document says nothing of", undefined, { path: "/nothing/at/all/like/it", body: 7 });
  check("finds a status", /does not describe/, { status: 418 });
  check("finds a missing header", /no Countersign-Revision/, { headers: { "content-type": "application/json" } });
  check("finds another kind of content", /text\/plain is not described/, { headers: { ...all, "content-type": "text/plain" } });
  check("finds a missing key", /'name'/, { body: { id: "g", assignments: [] } });
  check("finds a key that is not described", /additional/, { body: { ...group, secret: "x" } });
  check("finds a value of another kind", /must be string/, { body: { ...group, id: 7 } });
});

describe("schemathesis", { skip: PROGRAM === undefined && "COUNTERSIGN_SCHEMATHESIS is not set", concurrency: 2 }, () => {
  test("an operator's answers are what the document says", () => holds(OPERATOR, "coverage,fuzzing", EXAMPLES));
  // An administrator among the members: what operators are not asked is asked here.
  test("a member's answers are what the document says", () => holds("user:ada", "fuzzing", String(3 * Number(EXAMPLES))));

  test("it finds what is not so", async () => {
    const api = structuredClone(COMMITTED);
    faults.forEach(([, , plant]) => plant(api));
    const only = faults.flatMap(([operation]) => ["--include-operation-id", operation]);
    const { code, text } = await run(api, OPERATOR, "coverage,fuzzing", "4", only);
    assert.equal(code, 1, text);
    for (const [operation, what] of faults) assert.match(failures(text).get(label(operation)) ?? "", what, `${operation}\n${text}`);
  });
});

const form = (api, name) => api.components.schemas[name];
const at = (api, path) => api.paths[`/v1/tenants/{tenant}${path}`];

/** In which operation schemathesis has to find what, and the plant: something that is not as the worker does it. */
const faults = [
  ["listMembers", /ST108/, (api) => form(api, "MemberView").required.push("shoe_size")],
  ["getSettings", /ST108/, (api) => (form(api, "SettingsView").properties.seats_taken = { type: "string" })],
  ["getGroup", /ST103/, (api) => delete at(api, "/groups/{id}").get.responses["404"]],
  ["createGroup", /ST202/, (api) => (form(api, "GroupBody").properties.color = { type: "string" })],
  ["listInvitations", /ST201/, (api) => (at(api, "/invitations").get.parameters = [{ name: "limit", in: "query", schema: { type: "integer", minimum: 1, maximum: 10 } }])],
  ["listTokens", /ST105/, (api) => (at(api, "/tokens").get.responses["200"].content = { "text/plain": {} })],
  ["listGroupMembers", /ST107/, (api) => (at(api, "/groups/{id}/members").get.responses["200"].headers["X-Count"] = { required: true, schema: { type: "integer" } })],
  ["listRoles", /ST204/, (api) => delete at(api, "/roles").post],
];

/** `GET /path` of an operation. */
function label(id) {
  const all = Object.entries(COMMITTED.paths).flatMap(([path, item]) => Object.entries(item).map(([method, { operationId }]) => [operationId, `${method.toUpperCase()} ${path}`]));
  return new Map(all).get(id);
}

/** What schemathesis wrote of each operation that failed. */
const failures = (text) => new Map(text.split(/\n_{3,} /).slice(1).map((part) => [part.split(/ _{3,}/)[0].replace(/^(POST|TRACE|OPTIONS|PUT|PATCH|DELETE) (?=.*\/roles$)/, "GET "), part]));

async function holds(subject, phases, examples) {
  const { code, text, counts } = await run(COMMITTED, subject, phases, examples, []);
  assert.equal(code, 0, text);
  assert.match(text, new RegExp(`Tested: ${operations(COMMITTED)}\\b`), text);
  // A run in which hardly anything succeeds would prove little; the other tests see to the answers that it cannot get.
  const done = Object.keys(counts).filter((name) => name.endsWith(" 2")).length;
  assert.ok(done > operations(COMMITTED) / 2, `only ${done} operations were done`);
  console.log(`${subject}: ${done} operations done, ${text.match(/\d+ generated[^\n]*/)}, ${text.match(/(?<=in )[\d.]+s(?= =)/)}`);
}

const operations = ({ paths }) => Object.values(paths).flatMap((item) => Object.keys(item).filter((name) => name !== "parameters")).length;

/** One run as somebody, against a tenant of its own. */
async function run(api, subject, phases, examples, more) {
  const directory = mkdtempSync(join(tmpdir(), "countersign-api-"));
  try {
    const { name } = await freshTenant("orbit", "signpath.toml");
    writeFileSync(join(directory, "openapi.json"), JSON.stringify(api));
    writeFileSync(join(directory, "schemathesis.toml"), configuration(name, subject));
    writeFileSync(join(directory, "hooks.py"), readFileSync(HOOKS));
    const env = { ...process.env, COUNTERSIGN_KNOWN: JSON.stringify(await known(name)), COUNTERSIGN_COUNTS: join(directory, "counts.json"), PYTHONPATH: directory, NO_COLOR: "1", COLUMNS: "160" };
    const options = ["run", "openapi.json", "--phases", phases, "--max-examples", examples, "--seed", "1", "--no-shrink", "--warnings", "off"];
    const outcome = await finished(spawn(PROGRAM, [...options, ...more], { cwd: directory, env }));
    return { ...outcome, counts: JSON.parse(readFileSync(join(directory, "counts.json"), "utf8")) };
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

function finished(child) {
  return new Promise((resolve, reject) => {
    let text = "";
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (part) => (text += part));
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, text }));
  });
}

/** Every check is on. What is well-formed may still make no sense (422), be too late (409, 412) or be forbidden. */
const configuration = (tenant, subject) => `
hooks = "hooks"
base-url = "${URL_OF_WORKER}"
continue-on-failure = true
request-timeout = 20
headers = { Authorization = "Dev ${subject}" }

[parameters]
"path.tenant" = "${tenant}"

[generation]
database = "none"

[phases.coverage]
unexpected-methods = ["GET", "POST", "TRACE"]

[checks.positive_data_acceptance]
expected-statuses = ["2xx", "304", "403", "404", "409", "412", "422", "426"]

[checks.negative_data_rejection]
expected-statuses = ["400", "401", "403", "404", "405", "409", "412", "413", "415", "422", "426"]
`;

/** What there is in the tenant, by the names of parameters and keys, after some of everything was made. */
async function known(tenant) {
  const make = async (path, body) => {
    const answer = await ask(OPERATOR, "POST", `/v1/tenants/${tenant}${path}`, { body });
    assert.ok(answer.status < 300, `${path}: ${answer.text}`);
    return answer.data.id;
  };
  const several = (path, body) => Promise.all([1, 2, 3, 4].map((number) => make(path, body(number))));
  const members = await several("/members", (number) => ({ subject: `user:m${number}` }));
  const groups = await several("/groups", (number) => ({ id: `g${number}` }));
  const roles = await several("/roles", (number) => ({ id: `r${number}`, allow: ["project:view"] }));
  const assignments = await several("/assignments", (number) => ({ to: `user:m${number}`, role: `r${(number % 2) + 1}` }));
  await several("/members", (number) => ({ user_name: `i${number}@example.com`, invite: "now" }));
  const webhooks = await several("/webhooks", (number) => ({ url: `https://hooks${number}.example.com/` }));
  // Nobody is there to deliver to, and trying takes its time.
  await Promise.all(webhooks.map((id) => ask(OPERATOR, "PATCH", `/v1/tenants/${tenant}/webhooks/${id}`, { body: { enabled: false } })));
  const path = await several("/resources", (number) => ({ path: `project:p${number}` }));
  return {
    subject: members, members, groups, roles, assignments, path, below: path,
    tokens: await several("/tokens", (number) => ({ subject: "service:ci", name: `t${number}` })),
    webhooks,
    invitations: await invitations(tenant),
    "approval-policies": await several("/approval-policies", (number) => ({ id: `p${number}`, permissions: ["certificate:edit"] })),
    to: members, role: roles, group: groups, scope: ["/", ...path], permission: ["project:view", "certificate:*"], permissions: ["certificate:view"],
    approvers: members, member: members, event: ["build.done"], action: ["view"], resource: path,
    allow: ["project:view"], deny: ["certificate:view"], includes: ["user"], assigns: ["user"], at: ["/"],
  };
}

async function invitations(tenant) {
  const { data } = await ask(OPERATOR, "GET", `/v1/tenants/${tenant}/invitations`);
  return data.items.map(({ id }) => id);
}
