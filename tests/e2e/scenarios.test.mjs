/** Every scenario over HTTP: the decision API of the worker, with the reason asked for and the clock set. */

import assert from "node:assert/strict";
import { before, describe, test } from "node:test";
import { failures, scenarios, seeded } from "../scenarios/corpus.mjs";
import { ask, freshTenant, OPERATOR } from "./worker.mjs";

const corpus = scenarios();
const tenants = {};

before(async () => {
  for (const { model, tenant } of corpus) tenants[tenant] ??= await freshTenant(tenant.replace(".toml", ""), model);
});

describe("over HTTP", () => {
  for (const scenario of corpus) {
    test(scenario.file, async () => assert.deepEqual(await failures(scenario, evaluate(scenario)), []));
  }
});

test("a wrong expectation is reported", async () => {
  const scenario = corpus.find(({ file }) => file === "signagent-1.toml");
  const reported = await failures(seeded(scenario, 3), evaluate(scenario));
  assert.equal(reported.length, 1, reported.join("\n"));
});

function evaluate({ tenant }) {
  const { name, revision } = tenants[tenant];
  return async ({ subject, action, resource, now, context: given, attributes }) => {
    const [type, ...id] = subject.split(":");
    const body = {
      subject: { type, id: id.join(":") },
      action: { name: action },
      resource: { type: resource.split("/").at(-1).split(":")[0], id: resource, properties: attributes },
      context: given,
    };
    const headers = { "Countersign-Explain": "true", "Countersign-Dev-Now": new Date(now).toISOString() };
    const answer = await ask(OPERATOR, "POST", `/t/${name}/access/v1/evaluation`, { body, headers });
    assert.equal(answer.status, 200, answer.text);
    assert.equal(answer.revision, revision);
    const { decision, context } = answer.data;
    assert.equal(decision, context.decision === "allow");
    assert.equal(context.revision, revision);
    return { decision: context.decision, stage: context.reason.stage, title: context.reason.title };
  };
}
