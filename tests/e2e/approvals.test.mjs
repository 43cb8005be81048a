/** What needs an approval, through the gate to the origin: 202, an approval by somebody else, and once through. */

import assert from "node:assert/strict";
import { before, describe, test } from "node:test";
import { api, ask, freshTenant, OPERATOR } from "./worker.mjs";

const R1 = "project:renovation/state:internal-review/sign:r1";
const RITA = "user:rita";
const OWNER = "user:olivia";

describe("an approval at the gate", () => {
  let at;
  let manage;
  before(async () => {
    const { name } = await freshTenant("acme");
    manage = async (who, line, status, body) => {
      const [method, path] = line.split(" ");
      const answer = await ask(who, method, `/v1/tenants/${name}${path}`, { body });
      assert.equal(answer.status, status, `${who} ${line}: ${answer.text}`);
      return answer.data;
    };
    at = { name, sign: `${api(name, R1)}/approve`, access: `/t/${name}/access/v1` };
    await manage(OPERATOR, "POST /approval-policies", 201, { id: "signs", permissions: ["sign:approve"], approvers: ["role:owner"] });
  });

  const sign = (approval, who = RITA) => ask(who, "POST", at.sign, { headers: approval ? { "Countersign-Approval": approval } : {} });
  const asked = async () => {
    const answer = await sign();
    assert.equal(answer.status, 202, answer.text);
    assert.equal(answer.headers.get("location"), `/v1/tenants/${at.name}/requests/${answer.data.request}`);
    assert.equal(answer.headers.get("cache-control"), "no-store");
    return answer.data;
  };

  test("it waits at an address, is approved by somebody else, and passes once", async () => {
    const { request, status, address } = await asked();
    assert.equal(status, "pending");
    assert.deepEqual((await asked()).request, request);
    assert.equal((await ask(RITA, "GET", address)).data.status, "pending");
    const early = await sign(request);
    assert.deepEqual([early.status, early.data.code], [409, "not_approved"]);
    await manage(RITA, `POST /requests/${request}/approve`, 403);
    await manage(OWNER, `POST /requests/${request}/approve`, 200);
    assert.deepEqual([(await asked()).request, (await asked()).status], [request, "approved"]);
    assert.equal((await sign(request, "user:petra")).status, 403);
    const done = await sign(request);
    assert.deepEqual([done.status, done.data?.approvedBy], [200, RITA], done.text);
    const again = await sign(request);
    assert.deepEqual([again.status, again.data.code], [409, "already_used"]);
    assert.equal((await ask(RITA, "GET", address)).data.status, "used");
  });

  test("of many that come at once with one approval, one passes", async () => {
    for (let round = 0; round < 5; round++) {
      const { request } = await asked();
      await manage(OWNER, `POST /requests/${request}/approve`, 200);
      const all = await Promise.all(Array.from({ length: round === 0 ? 2 : 6 }, () => sign(request)));
      const passed = all.filter(({ status }) => status === 200);
      assert.equal(passed.length, 1, all.map(({ status, text }) => `${status} ${text}`).join("\n"));
      assert.ok(all.every(({ status, data }) => status === 200 || data.code === "already_used"));
    }
  });

  test("AuthZEN: a denial that says how to ask, a request, and one `true`", async () => {
    const [, ...id] = RITA.split(":");
    const question = { subject: { type: "user", id: id.join(":") }, action: { name: "approve" }, resource: { type: "sign", id: R1 } };
    const post = (place, body, who = RITA) => ask(who, "POST", place, { body });
    const denied = (await post(`${at.access}/evaluation`, question)).data;
    assert.deepEqual([denied.decision, denied.context.reason], [false, "approval_required"]);
    const { endpoint, binding_token } = denied.context.access_request;
    const made = await post(new URL(endpoint).pathname, { ...question, denial: { binding_token, reason: "approval_required" } });
    assert.equal(made.status, 201, made.text);
    const { task } = made.data;
    assert.equal(made.headers.get("location"), task.status_endpoint);
    await manage(OWNER, `POST /requests/${task.id}/approve`, 200);
    const { result } = (await ask(RITA, "GET", new URL(task.status_endpoint).pathname)).data;
    assert.deepEqual([result.mode, result.approval.id], ["reevaluate", task.id]);
    // Asking uses nothing up, and allows nothing: whoever goes ahead names the approval.
    const unnamed = { decision: false, context: { reason: "approval_required", next_action: "retry", approval: { single_use: true } } };
    assert.deepEqual((await post(`${at.access}/evaluation`, question)).data, unnamed);
    const again = { ...question, context: { approval: result.approval } };
    const both = await Promise.all([post(`${at.access}/evaluation`, again), post(`${at.access}/evaluation`, again)]);
    assert.deepEqual(both.map(({ data }) => data.decision).sort(), [false, true]);
    assert.equal((await post(`${at.access}/evaluation`, question)).data.decision, false);
    const unbound = await post(new URL(endpoint).pathname, { ...question, action: { name: "view" }, denial: { binding_token } });
    assert.deepEqual([unbound.status, unbound.data.type], [400, "urn:openid:authzen:access-request:error:invalid_denial_binding"]);
  });

  test("an explanation is given to whoever asks for one, beside how to ask", async () => {
    const body = { subject: { type: "user", id: "rita" }, action: { name: "approve" }, resource: { type: "sign", id: R1 } };
    const { data } = await ask(RITA, "POST", `${at.access}/evaluation`, { body, headers: { "Countersign-Explain": "true" } });
    const { decision, reason, access_request } = data.context;
    assert.deepEqual([decision, reason.stage, reason.policy, typeof access_request], ["approval", "approval", "signs", "object"]);
  });

  test("an approver who may not any more counts no longer", async () => {
    const { request } = await asked();
    const { id } = await manage(OPERATOR, "POST /assignments", 201, { to: "user:adam", role: "owner" });
    await manage("user:adam", `POST /requests/${request}/approve`, 200);
    await manage(OPERATOR, `DELETE /assignments/${id}`, 200);
    const refused = await sign(request);
    assert.deepEqual([refused.status, refused.data.code], [409, "stale"]);
  });
});
