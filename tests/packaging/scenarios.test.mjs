/** Every scenario through the packed package in Node: the in-memory tenant, and the checker that loads its snapshots. */

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { document, failures, scenarios, seeded } from "../scenarios/corpus.mjs";
import { install } from "./install.mjs";

const corpus = scenarios();
let project;
let countersign;
let compile;

before(async () => {
  project = install();
  countersign = await project.load("countersign");
  compile = await project.load("countersign/compile");
});
after(() => project?.remove());

describe("in memory", () => {
  for (const scenario of corpus) {
    test(scenario.file, async () => assert.deepEqual(await failures(scenario, askTenant(load(scenario))), []));
  }
});

describe("from a snapshot", () => {
  for (const scenario of corpus) {
    test(scenario.file, async () => assert.deepEqual(await failures(scenario, askSnapshot(load(scenario))), []));
  }
});

test("a wrong expectation is reported", async () => {
  for (const ask of [askTenant, askSnapshot]) {
    const scenario = corpus.find(({ file }) => file === "signagent-1.toml");
    const reported = await failures(seeded(scenario, 3), ask(load(scenario)));
    assert.equal(reported.length, 1, reported.join("\n"));
    assert.match(reported[0], /expected allow, got deny/);
  }
});

test("the same data as an object is the same tenant", async () => {
  const { parse } = await import("smol-toml");
  const policy = compile.Policy.parse(JSON.stringify(parse(document("signagent.toml"))));
  const data = JSON.parse(JSON.stringify(parse(document("acme.toml"))));
  const tenant = compile.Tenant.load(policy, data);
  const [scenario] = corpus.filter(({ file }) => file === "signagent-6.toml");
  assert.deepEqual(await failures(scenario, askTenant(tenant)), []);
});

function load({ model, tenant }) {
  const policy = compile.Policy.parse(document(model), { name: model });
  return compile.Tenant.load(policy, document(tenant), { name: tenant });
}

function askTenant(tenant) {
  return (expected) => {
    const { subject, action, context, now } = expected;
    const resource = asked(expected);
    try {
      const { decision, reason } = tenant.check(subject, action, resource, context, { now });
      assert.equal(tenant.can(subject, action, resource, context, { now }), decision === "allow");
      return { decision, stage: reason.stage, title: reason.title };
    } catch (error) {
      return denied(error);
    }
  };
}

/** What a program misspells is an error there, and a deny everywhere else. */
function denied(error) {
  if (["unknown_action", "unknown_type"].includes(error.code)) return { decision: "deny", stage: undefined };
  throw error;
}

/** The resource as the package is asked: its path, with attributes where the caller supplies some. */
function asked({ resource, attributes }) {
  return attributes === undefined ? resource : { path: resource, attributes };
}

/** Asks every way a checker can be asked; they must agree before one of them is judged. */
function askSnapshot(tenant) {
  return async (expected) => {
    const { subject, action, context, now } = expected;
    const resource = asked(expected);
    const checker = await countersign.Checker.load(tenant.snapshot(subject, { now, ttl: 60_000 }), { now });
    try {
      const { decision, reason } = checker.check(action, resource, context, { now });
      const may = decision === "allow";
      assert.equal(checker.can(action, resource, context, { now }), may);
      assert.equal(checker.can(action, resource, context, { now }), may, "the second answer");
      assert.equal(checker.actions(resource, context, { now }).includes(action), may);
      assert.deepEqual(checker.filter(action, [resource], context, { now }), may ? [resource] : []);
      return { decision, stage: reason.stage, title: reason.title };
    } catch (error) {
      return denied(error);
    } finally {
      checker.free();
    }
  };
}
