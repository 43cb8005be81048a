/** AuthZEN 1.0 over HTTP: the certification scenario case by case, the interop vectors, and what a page's token is bound to. */

import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { before, describe, test } from "node:test";
import { ask, OPERATOR, URL_OF_WORKER } from "./worker.mjs";

const AT = new URL("../conformance/authzen/", import.meta.url);
const read = (name) => readFileSync(new URL(name, AT), "utf8");
const PEP = "service:pep";

/** Sends a document as a policy enforcement point does, as it is: `raw` replaces the body's text. */
async function pdp(tenant, place, document, { who = PEP, headers = {}, raw, method = "POST" } = {}) {
  const all = { "Content-Type": "application/json", ...headers };
  if (who !== null) all.Authorization = `Dev ${who}`;
  const body = method === "POST" ? (raw ?? JSON.stringify(document)) : undefined;
  const response = await fetch(`${URL_OF_WORKER}/t/${tenant}/access/v1/${place}`, { method, headers: all, body });
  const text = await response.text();
  const type = response.headers.get("content-type") ?? "";
  return { status: response.status, headers: response.headers, type, text, data: type.startsWith("application/json") ? JSON.parse(text) : undefined };
}

async function tenant(base) {
  const name = `${base}-${randomBytes(6).toString("hex")}`;
  const body = { model: read(`${base}.model.toml`), tenant: read(`${base}.tenant.toml`) };
  const answer = await ask(OPERATOR, "PUT", `/v1/tenants/${name}`, { body });
  assert.equal(answer.status, 201, answer.text);
  return name;
}

const user = (id, properties) => ({ type: "user", id, properties });
const record = (id, status) => ({ type: "record", id, properties: status && { status } });
const action = (name, properties) => ({ name, properties });
const TIME = { time: "2025-06-27T18:03-07:00", ip: "192.168.1.1" };

describe("the certification scenario", () => {
  let name;
  before(async () => {
    name = await tenant("certification");
  });

  const question = (subject, verb, resource, more = {}) => ({ subject, action: verb, resource, ...more });
  const RULE_1 = question(user("alice"), action("read"), record("record-1"));
  const RULE_4 = question(user("bob"), action("write"), record("record-1"));
  const SOFT = action("delete", { soft: true });
  const HARD = action("delete", { soft: false });

  const decisions = [
    ["rule 1", RULE_1, true],
    ["rule 2", question(user("alice"), action("write"), record("record-1")), true],
    ["rule 3", question(user("bob"), action("read"), record("record-1")), true],
    ["rule 4", RULE_4, false],
    ["rule 5", question(user("alice"), action("write"), record("record-2", "archived")), false],
    ["rule 5 on a record that is stored as active", question(user("alice"), action("write"), record("record-1", "archived")), false],
    ["rule 6", question(user("bob", { role: "admin" }), action("write"), record("record-2", "archived")), true],
    ["rule 6 for another subject", question(user("alice", { role: "admin" }), action("write"), record("record-2", "archived")), true],
    ["rule 7", question(user("alice"), SOFT, record("record-1")), true],
    ["rule 8", question(user("alice"), HARD, record("record-1")), false],
    ["context", { ...RULE_1, context: TIME }, true],
    ["unknown fields", { ...RULE_1, foo: "bar", futureField: { nested: true } }, true],
    [
      "additional properties",
      question(user("alice", { department: "Sales", role: "manager" }), action("read", { method: "GET" }), {
        ...record("record-1"), properties: { status: "active", owner: "bob" },
      }),
      true,
    ],
    ["a stored attribute that the caller would override", question(user("alice", { admin: true }), action("write"), record("record-2", "archived")), false],
    ["nulls", { ...RULE_1, context: null, subject: { ...RULE_1.subject, properties: null } }, true],
  ];
  for (const [what, request, expected] of decisions) {
    test(`evaluation: ${what}`, async () => {
      const answer = await pdp(name, "evaluation", request);
      assert.deepEqual([answer.status, answer.data], [200, { decision: expected }], answer.text);
      assert.match(answer.type, /^application\/json/);
      assert.deepEqual((await pdp(name, "evaluation", request)).data, { decision: expected });
    });
  }

  const without = (...keys) => {
    const copy = structuredClone(RULE_1);
    for (const key of keys) {
      const [entity, field] = key.split(".");
      if (field) delete copy[entity][field];
      else delete copy[entity];
    }
    return copy;
  };
  const refused = [
    ...["subject", "action", "resource", "subject.type", "subject.id", "action.name", "resource.type", "resource.id"].map((key) => [
      `without ${key}`, without(key), {}, new RegExp(`\`${key}\` is missing`),
    ]),
    ["subject is a string", { ...RULE_1, subject: "alice" }, {}, /`subject` must be an object/],
    ["action.name is a number", { ...RULE_1, action: { name: 123 } }, {}, /`action.name` must be a string/],
    ["properties are a list", { ...RULE_1, action: { name: "read", properties: [] } }, {}, /`action.properties`/],
    ["another content type", RULE_1, { headers: { "Content-Type": "text/plain" } }, /application\/json/],
    ["a list", undefined, { raw: "[]" }, /no JSON object/],
    ["no JSON", undefined, { raw: "{ not json" }, /no JSON/],
    ["nothing", undefined, { raw: "" }, /empty/],
    ["a repeated key", undefined, { raw: JSON.stringify(RULE_1).replace("{", '{"context":{},"context":{},') }, /repeated/],
    ["a repeated key within", undefined, { raw: JSON.stringify({ ...RULE_1, context: 0 }).replace('"context":0', '"context":{"a":1,"a":2}') }, /repeated/],
    ["half a character", undefined, { raw: JSON.stringify({ ...RULE_1, foo: 0 }).replace('"foo":0', '"foo":"\\ud800"') }, /no JSON/],
    ["bytes that are no text", undefined, { raw: Buffer.from([0x7b, 0xff, 0x7d]) }, /UTF-8/],
    ["too much nesting", undefined, { raw: JSON.stringify({ ...RULE_1, context: 0 }).replace('"context":0', `"context":${'{"a":'.repeat(5000)}1${"}".repeat(5000)}`) }, /no JSON/],
  ];
  for (const [what, request, options, sentence] of refused) {
    test(`400: ${what}`, async () => {
      const answer = await pdp(name, "evaluation", request, options);
      assert.equal(answer.status, 400, answer.text);
      assert.match(answer.type, /^text\/plain/);
      assert.match(answer.text, sentence);
    });
  }

  test("a body that is too large, another method, another path", async () => {
    const large = await pdp(name, "evaluation", { ...RULE_1, context: { a: "x".repeat(300_000) } });
    assert.deepEqual([large.status, large.type], [413, "text/plain; charset=utf-8"]);
    const got = await pdp(name, "evaluation", undefined, { method: "GET" });
    assert.deepEqual([got.status, got.headers.get("allow")], [405, "POST"]);
    assert.equal((await pdp(name, "evaluator", RULE_1)).status, 404);
  });

  test("`application/json; charset=utf-8` is taken", async () => {
    const headers = { "Content-Type": "application/json; charset=utf-8" };
    assert.equal((await pdp(name, "evaluation", RULE_1, { headers })).data.decision, true);
  });

  test("a request's id comes back, with errors too", async () => {
    const headers = { "X-Request-ID": "bfe9eb29-ab87-4ca3-be83-a1d5d8305716" };
    for (const [place, request, options] of [["evaluation", RULE_1, {}], ["evaluation", {}, {}], ["evaluations", RULE_1, { who: null }], ["search/action", RULE_1, {}]]) {
      const answer = await pdp(name, place, request, { ...options, headers });
      assert.equal(answer.headers.get("x-request-id"), headers["X-Request-ID"], `${place} ${answer.status}`);
    }
    assert.equal((await pdp(name, "evaluation", RULE_1)).status, 200);
  });

  test("who is asking: 401 with a challenge, 403 for whoever may ask about himself alone", async () => {
    const nobody = await pdp(name, "evaluation", RULE_1, { who: null });
    assert.equal(nobody.status, 401);
    assert.match(nobody.headers.get("www-authenticate"), /^Bearer/);
    assert.match(nobody.type, /^text\/plain/);
    assert.equal((await pdp(name, "evaluation", RULE_1, { who: "user:bob" })).status, 403);
    assert.equal((await pdp(name, "evaluation", RULE_1, { who: "user:alice" })).data.decision, true);
    const many = { action: action("read"), resource: record("record-1"), evaluations: [{ subject: user("alice") }, { subject: user("bob") }] };
    const { evaluations } = (await pdp(name, "evaluations", many, { who: "user:alice" })).data;
    assert.deepEqual(evaluations.map(({ decision }) => decision), [true, false]);
    assert.equal(evaluations[1].context.error.status, 403);
    for (const who of ["user:bob", "user:nobody"]) {
      const search = await pdp(name, "search/subject", question({ type: "user" }, action("read"), record("record-1")), { who });
      assert.ok(search.status === 403 || search.data.results.length === 0, `${who}: ${search.status} ${search.text}`);
    }
  });

  const batches = [
    ["items", { ...without("resource"), evaluations: [{ resource: record("record-1") }, { resource: record("record-2") }] }, [true, true]],
    ["order", { subject: user("bob"), resource: record("record-1"), evaluations: [{ action: action("read") }, { action: action("write") }] }, [true, false]],
    ["properties", { subject: user("alice"), action: action("write"), evaluations: [{ resource: record("record-1", "active") }, { resource: record("record-2", "archived") }] }, [true, false]],
    ["subjects", { action: action("write"), resource: record("record-2", "archived"), evaluations: [{ subject: user("alice") }, { subject: user("bob", { role: "admin" }) }] }, [false, true]],
    ["no defaults", { evaluations: [RULE_1, RULE_4] }, [true, false]],
    ["contexts", { ...without("resource"), context: TIME, evaluations: [{ resource: record("record-1") }, { resource: record("record-2"), context: { source: "x" } }] }, [true, true]],
    ["an empty item", { subject: user("alice"), action: action("write"), resource: record("record-1", "active"), evaluations: [{}, { resource: record("record-2", "archived") }] }, [true, false]],
    // A resource of its own has none of the common one's properties.
    ["entities are replaced whole", { subject: user("alice"), action: action("write"), resource: record("record-2", "archived"), evaluations: [{ resource: record("record-1") }, {}] }, [true, false]],
    ["a failure", { ...without("resource"), options: { evaluations_semantic: "execute_all" }, evaluations: [{ resource: record("record-1") }, {}, 7] }, [true, false, false]],
    ["deny on first deny", { subject: user("bob"), resource: record("record-1"), options: { evaluations_semantic: "deny_on_first_deny" }, evaluations: [{ action: action("read") }, { action: action("write") }, { action: action("read") }] }, [true, false]],
    ["deny on first failure", { subject: user("bob"), resource: record("record-1"), options: { evaluations_semantic: "deny_on_first_deny" }, evaluations: [{ action: {} }, { action: action("read") }] }, [false]],
    ["permit on first permit", { subject: user("bob"), resource: record("record-1"), options: { evaluations_semantic: "permit_on_first_permit", another: 1 }, evaluations: [{ action: action("write") }, { action: action("read") }, { action: action("write") }] }, [false, true]],
  ];
  for (const [what, request, expected] of batches) {
    test(`evaluations: ${what}`, async () => {
      const { status, data, text } = await pdp(name, "evaluations", request);
      assert.equal(status, 200, text);
      assert.deepEqual(data.evaluations.map(({ decision }) => decision), expected);
      assert.deepEqual(Object.keys(data), ["evaluations"]);
      for (const { decision, context } of data.evaluations) {
        if (context !== undefined) assert.deepEqual([decision, context.error.status, typeof context.error.message], [false, 400, "string"]);
      }
    });
  }

  test("evaluations: none, or an empty list of them, is a single evaluation", async () => {
    for (const evaluations of [undefined, []]) {
      assert.deepEqual((await pdp(name, "evaluations", { ...RULE_1, evaluations })).data, { decision: true });
      assert.equal((await pdp(name, "evaluations", { ...without("action"), evaluations })).status, 400);
    }
    for (const wrong of [{ ...RULE_1, evaluations: {} }, { evaluations: [RULE_1], subject: "alice" }, { evaluations: [RULE_1], options: { evaluations_semantic: "first" } }]) {
      assert.equal((await pdp(name, "evaluations", wrong)).status, 400, JSON.stringify(wrong));
    }
  });

  const ALICE_AND_BOB = [user("alice"), user("bob")];
  const searches = [
    ["S1", "subject", question({ type: "user" }, action("read"), record("record-1")), ALICE_AND_BOB],
    ["S1 with context", "subject", question({ type: "user" }, action("read"), record("record-1"), { context: TIME }), ALICE_AND_BOB],
    ["S1 with an id", "subject", question(user("alice"), action("read"), record("record-1")), ALICE_AND_BOB],
    ["S2", "resource", question(user("alice"), action("read"), { type: "record" }), [record("record-1"), record("record-2")]],
    ["S2 with an id", "resource", question(user("alice"), action("read"), record("record-1")), [record("record-1"), record("record-2")]],
    ["S3", "action", question(user("alice"), undefined, record("record-1")), [action("read"), action("write")]],
    ["S4", "subject", question({ type: "user" }, action("write"), record("record-2", "archived")), [user("bob")]],
    ["S5", "resource", question(user("bob", { role: "admin" }), action("write"), { type: "record" }), [record("record-2")]],
    ["S6", "action", question(user("bob", { role: "admin" }), undefined, record("record-2", "archived")), [action("read"), action("write")]],
    ["a service", "subject", question({ type: "service" }, action("read"), record("record-1")), []],
    ["an unknown subject", "action", question(user("nonexistent-user"), undefined, record("record-1")), []],
    ["an unknown subject's resources", "resource", question(user("nonexistent-user"), action("read"), { type: "record" }), []],
    ["an unknown type of subjects", "subject", question({ type: "spaceship" }, action("read"), record("record-1")), []],
    ["an unknown type of resources", "resource", question(user("alice"), action("read"), { type: "spaceship" }), []],
    ["an unknown resource type", "subject", question({ type: "user" }, action("read"), { type: "spaceship", id: "1" }), []],
    ["an unknown action", "subject", question({ type: "user" }, action("fly"), record("record-1")), []],
  ];
  for (const [what, kind, request, expected] of searches) {
    test(`search: ${what}`, async () => {
      const { status, text } = await pdp(name, `search/${kind}`, request);
      assert.equal(status, 200, text);
      assert.equal(text, JSON.stringify({ results: expected }));
    });
  }

  test("search: what is not whole is refused", async () => {
    for (const [kind, request] of [
      ["subject", { subject: { type: "user" }, resource: record("record-1") }],
      ["resource", { action: action("read"), resource: { type: "record" } }],
      ["action", { subject: user("alice") }],
      ["subject", question({ type: "user" }, action("read"), { type: "record" })],
      ["resource", question({ type: "user" }, action("read"), { type: "record" })],
      ["action", question({ type: "user" }, undefined, record("record-1"))],
      ["subject", question({}, action("read"), record("record-1"))],
      ["subject", question({ type: "user" }, action("read"), record("record-1"), { page: { limit: -1 } })],
      ["subject", question({ type: "user" }, action("read"), record("record-1"), { page: { limit: 1.5 } })],
      ["subject", question({ type: "user" }, action("read"), record("record-1"), { page: { token: 7 } })],
      ["subject", question({ type: "user" }, action("read"), record("record-1"), { page: [] })],
    ]) {
      assert.equal((await pdp(name, `search/${kind}`, request)).status, 400, `${kind} ${JSON.stringify(request)}`);
    }
  });

  for (const [kind, request, all] of [
    ["subject", question({ type: "user" }, action("read"), record("record-1")), ALICE_AND_BOB],
    ["resource", question(user("alice"), action("read"), { type: "record" }), [record("record-1"), record("record-2")]],
    ["action", question(user("alice"), undefined, record("record-1")), [action("read"), action("write")]],
  ]) {
    test(`pages: of a ${kind} search, and what their token is bound to`, async () => {
      const at = (more, options) => pdp(name, `search/${kind}`, { ...request, ...more }, options);
      const first = (await at({ page: { limit: 1 } })).data;
      assert.equal(JSON.stringify(first.results), JSON.stringify(all.slice(0, 1)));
      assert.deepEqual([Object.keys(first)[0], first.page.count], ["page", 1]);
      const token = first.page.next_token;
      assert.notEqual(token, "");
      for (const page of [{ token }, { token, limit: 1 }]) {
        const second = (await at({ page })).data;
        assert.equal(JSON.stringify(second), JSON.stringify({ page: { next_token: "", count: 1 }, results: all.slice(1) }));
      }
      // The order of keys says nothing, and the id of what is looked for neither.
      const turned = Object.fromEntries(Object.entries(request).reverse());
      assert.equal((await pdp(name, `search/${kind}`, { page: { token }, ...turned })).status, 200);
      const nothing = (await at({ page: { limit: 0 } })).data;
      assert.deepEqual([nothing.results, nothing.page.next_token === ""], [[], false]);
      assert.deepEqual((await at({ page: {} })).data.page, { next_token: "", count: 2 });
      const changed = [
        [{ page: { token, limit: 2 } }],
        [{ page: { token: `${token}A` } }],
        [{ page: { token: token.slice(1) } }],
        [{ page: { token, properties: { sort: "id" } } }],
        [{ page: { token }, context: { a: 1 } }],
        [{ page: { token }, resource: { ...request.resource, type: "other", id: "record-2" } }],
        [{ page: { token }, subject: { ...request.subject, properties: { role: "x" } } }],
        [{ page: { token } }, { who: OPERATOR }],
      ];
      for (const [more, options] of changed) {
        const answer = await at(more, options);
        assert.deepEqual([answer.status, answer.type], [400, "text/plain; charset=utf-8"], `${JSON.stringify(more)} ${answer.text}`);
      }
      const elsewhere = kind === "action" ? "subject" : "action";
      assert.equal((await pdp(name, `search/${elsewhere}`, { ...request, action: action("read"), page: { token } })).status, 400);
      // Pages are of one state of the account.
      const other = `record:page-${kind}`;
      assert.equal((await ask(OPERATOR, "POST", `/v1/tenants/${name}/resources`, { body: { path: other } })).status, 201);
      assert.equal((await at({ page: { token } })).status, 400);
      assert.equal((await ask(OPERATOR, "DELETE", `/v1/tenants/${name}/resource?path=${other}`)).status, 200);
    });
  }

  test("metadata: of the tenant's path, for everybody, and as it was asked for", async () => {
    const answer = await fetch(`${URL_OF_WORKER}/.well-known/authzen-configuration/t/${name}`);
    assert.equal(answer.status, 200);
    assert.match(answer.headers.get("content-type"), /^application\/json/);
    const data = await answer.json();
    assert.equal(data.policy_decision_point, `${URL_OF_WORKER}/t/${name}`);
    for (const key of ["access_evaluation_endpoint", "access_evaluations_endpoint", "search_subject_endpoint", "search_resource_endpoint", "search_action_endpoint", "access_request_endpoint"]) {
      const asked = await fetch(data[key], { method: "POST", headers: { Authorization: `Dev ${PEP}`, "Content-Type": "application/json" }, body: "{}" });
      assert.equal(asked.status, 400, key);
    }
    assert.deepEqual(data.capabilities, ["urn:openid:authzen:capability:access-request"]);
    const nowhere = await fetch(`${URL_OF_WORKER}/.well-known/authzen-configuration/t/nowhere`);
    assert.equal((await nowhere.text()).replaceAll("/t/nowhere", ""), JSON.stringify(data).replaceAll(`/t/${name}`, ""));
    assert.equal((await fetch(`${URL_OF_WORKER}/.well-known/authzen-configuration/t/No`)).status, 404);
    assert.equal((await fetch(`${URL_OF_WORKER}/.well-known/authzen-configuration`)).status, 404);
  });
});

describe("the interop vectors", () => {
  let name;
  before(async () => {
    name = await tenant("interop");
  });

  const compare = async (place, cases, outcome) => {
    const failed = [];
    for (const { request, expected } of cases) {
      const { status, data, text } = await pdp(name, place, request);
      const found = status === 200 ? outcome(data) : text;
      if (JSON.stringify(found) !== JSON.stringify(expected)) failed.push(`${JSON.stringify(request)}: ${JSON.stringify(found)}`);
    }
    return failed;
  };
  const sorted = ({ results }) => ({ results: results.toSorted((a, b) => (a.id ?? a.name).localeCompare(b.id ?? b.name)) });
  const ordered = (cases) => cases.map(({ request, expected }) => ({ request, expected: sorted(expected) }));

  const todo = JSON.parse(read("todo.json"));
  for (const draft of ["00", "01", "02"]) {
    test(`todo, draft ${draft}: 40`, async () => {
      assert.equal(todo[draft].length, 40);
      assert.deepEqual(await compare("evaluation", todo[draft], ({ decision }) => decision), []);
    });
  }
  test("todo: three batches", async () => {
    assert.equal(todo.evaluations.length, 3);
    assert.deepEqual(await compare("evaluations", todo.evaluations, ({ evaluations }) => evaluations), []);
  });
  test("gateways: 25", async () => {
    const { evaluation } = JSON.parse(read("gateway.json"));
    assert.equal(evaluation.length, 25);
    assert.deepEqual(await compare("evaluation", evaluation, ({ decision }) => decision), []);
  });
  const search = JSON.parse(read("search.json"));
  for (const [what, kind, count] of [["subject", "subject", 60], ["resource", "resource", 18], ["action", "action", 120], ["idp", "resource", 6]]) {
    test(`search, ${what}: ${count}`, async () => {
      assert.equal(search[what].length, count);
      assert.deepEqual(await compare(`search/${kind}`, ordered(search[what]), sorted), []);
    });
  }
  test("a wrong expectation is found", async () => {
    const [{ request, expected }] = search.action;
    assert.equal((await compare("search/action", [{ request, expected: { results: expected.results.slice(1) } }], sorted)).length, 1);
  });
});
