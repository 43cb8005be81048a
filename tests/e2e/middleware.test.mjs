/** The worker's gate gives the answers that the npm package's middlewares are held to. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { before, describe, test } from "node:test";
import { REQUESTS, send } from "../packaging/hosts/requests.mjs";
import { Policy } from "../../crates/countersign-wasm/npm/dist/entry-compile-node.js";
import { Checker } from "../../crates/countersign-wasm/npm/dist/entry-node.js";
import { gate } from "../../crates/countersign-wasm/npm/dist/express.js";
import { document } from "../scenarios/corpus.mjs";
import { ask, freshTenant, OPERATOR, URL_OF_WORKER } from "./worker.mjs";

describe("the worker's gate", () => {
  let name;
  before(async () => ({ name } = await freshTenant("acme")));

  for (const row of REQUESTS) {
    const [what, , , , status, body] = row;
    test(what, async () => {
      const answer = await send(URL_OF_WORKER, name, row);
      assert.equal(answer.status, status, answer.text);
      if (body !== undefined) assert.equal(answer.text, body);
    });
  }
});

describe("a server's own gate, by the snapshots of a worker", () => {
  const RITA = "user:rita";
  const SIGN = "/projects/renovation/states/internal-review/signs/r1/approve";
  let name;
  let requests;
  before(async () => {
    ({ name } = await freshTenant("acme"));
    requests = `/v1/tenants/${name}/requests`;
    const policy = { id: "signs", permissions: ["sign:approve"], approvers: ["role:owner"] };
    assert.equal((await ask(OPERATOR, "POST", `/v1/tenants/${name}/approval-policies`, { body: policy })).status, 201);
  });

  /** What the gate answers Rita's request to approve a sign; 200 where it lets it through. */
  async function judged(options = {}) {
    const snapshot = await ask(RITA, "GET", `/v1/tenants/${name}/me/snapshot`);
    const checker = await Checker.load(snapshot.bytes);
    const routes = readFileSync(new URL("../../config/routes.toml", import.meta.url), "utf8");
    const middleware = gate({ routes, policy: Policy.parse(document("signagent.toml")), identify: () => RITA, rights: () => checker, ...options });
    const request = { method: "POST", originalUrl: `/api/${name}${SIGN}`, rawHeaders: ["host", "localhost"], headers: { host: "localhost" } };
    const headers = {};
    const answer = await new Promise((done) => {
      const response = { statusCode: 200, setHeader: (key, value) => (headers[key] = value), end: (body) => done({ status: response.statusCode, headers, body }) };
      middleware(request, response, () => done({ status: 200, headers }));
    });
    const says = checker.check("approve", "project:renovation/state:internal-review/sign:r1").decision;
    checker.free();
    return { ...answer, says };
  }

  /** Asks the worker for the approval, as a server of the caller's. */
  const onApproval = async ({ subject, action, resource, attributes, context, actionAttributes }) => {
    const filed = await ask(subject, "POST", requests, { body: { action, resource, attributes, context, action_attributes: actionAttributes } });
    assert.ok([200, 201].includes(filed.status), filed.text);
    return { address: `${requests}/${filed.data.id}` };
  };

  test("what was approved is not let through by it: nobody would note that it was used", async () => {
    const first = await judged();
    assert.deepEqual([first.status, JSON.parse(first.body).code, first.says], [403, "approval_required", "approval"]);
    const waits = await judged({ onApproval });
    assert.equal(waits.status, 202);
    const address = waits.headers.location;
    assert.equal((await judged({ onApproval })).headers.location, address, "asked again it is the same request");
    assert.deepEqual(JSON.parse(waits.body), { decision: "approval", address });
    assert.equal((await ask(RITA, "GET", address)).data.status, "pending");
    assert.equal((await ask("user:olivia", "POST", `${address}/approve`)).status, 200);
    // The snapshot says that it may be done now, for a button; the gate that can note its use lets it through once.
    const after = await judged();
    assert.deepEqual([after.says, after.status, JSON.parse(after.body).code], ["allow", 403, "approval_required"]);
    const headers = { "Countersign-Approval": address.split("/").at(-1) };
    const passes = async () => (await ask(RITA, "POST", `/api/${name}${SIGN}`, { headers })).status;
    assert.deepEqual([await passes(), await passes()], [200, 409]);
  });
});
