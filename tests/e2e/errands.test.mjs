/** What an account's object does by itself: deliveries to webhooks, and messages to other accounts. */

import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { createServer } from "node:http";
import { after, before, describe, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { ask, freshTenant, OPERATOR } from "./worker.mjs";

/** Asks again until there is an answer, for ten seconds. */
async function eventually(look, what) {
  for (let attempt = 0; attempt < 100; attempt++) {
    const found = await look();
    if (found) return found;
    await sleep(100);
  }
  assert.fail(`${what} did not happen within ten seconds`);
}

async function account(base, model) {
  const { name } = await freshTenant(base, model);
  const check = async (subject, line, status, body) => {
    const [method, path] = line.split(" ");
    const answer = await ask(subject, method, `/v1/tenants/${name}${path}`, { body });
    assert.equal(answer.status, status, `${subject} ${line}: ${answer.status} ${answer.text}`);
    return answer.data;
  };
  return { name, check };
}

describe("webhooks", () => {
  /** A receiver that keeps what it gets, and answers as it is told. */
  const got = [];
  /** The first delivery that says this is answered with a failure. */
  let failing;
  const server = createServer((request, response) => {
    const chunks = [];
    request.on("data", (chunk) => chunks.push(chunk));
    request.on("end", () => {
      const body = Buffer.concat(chunks).toString();
      got.push({ headers: request.headers, body });
      const fails = failing !== undefined && body.includes(failing);
      if (fails) failing = undefined;
      response.writeHead(fails ? 500 : 204).end();
    });
  });
  before(() => new Promise((ready) => server.listen(0, "127.0.0.1", ready)));
  after(() => server.close());
  const url = () => `http://127.0.0.1:${server.address().port}/hook`;

  const signed = ({ headers, body }, secret) => {
    const key = Buffer.from(secret.replace(/^whsec_/, ""), "base64");
    const text = `${headers["webhook-id"]}.${headers["webhook-timestamp"]}.${body}`;
    const signature = createHmac("sha256", key).update(text).digest("base64");
    return headers["webhook-signature"].split(" ").includes(`v1,${signature}`);
  };

  test("signet-8, portal-4: an invitation goes out with its secret, signed, and lets in once", async () => {
    const { name, check } = await account("initech", "portal.toml");
    const hook = await check(OPERATOR, "POST /webhooks", 201, { url: url(), events: ["invitation.*"] });
    const give = [{ role: "contact", scope: "service:vpn" }];
    await check("user:ada", "POST /members", 201, { subject: "user:ivy", user_name: "ivy(home)@initech.example", assignments: give, invite: "now" });
    const delivery = await eventually(() => got.find(({ body }) => body.includes("user:ivy")), "the delivery");
    assert.ok(signed(delivery, hook.secret));
    assert.ok(!signed({ ...delivery, body: delivery.body.replace("ivy", "eve") }, hook.secret));
    const { type, secret: shown } = JSON.parse(delivery.body);
    assert.equal(type, "invitation.sent");
    assert.equal(shown.email, "ivy@initech.example", "without the comment");
    const { secret } = shown;
    const accept = (who) => ask(who, "POST", `/v1/tenants/${name}/invitations/accept`, { body: { secret } });
    assert.equal((await accept("user:ursula")).status, 404, "it is for ivy alone");
    const accepted = await accept("user:ivy");
    assert.equal(accepted.status, 200, accepted.text);
    assert.ok((await accept("user:ivy")).status >= 400, "and it is good once");
    assert.equal((await check("user:ada", "GET /members/user:ivy", 200)).status, "active");
  });

  test("a receiver that fails is tried again, under the same id", async () => {
    const { check } = await account("initech", "portal.toml");
    await check(OPERATOR, "POST /webhooks", 201, { url: url(), events: ["member.*"] });
    failing = "user:mona";
    await check("user:ada", "POST /members/user:mona/lock", 200);
    const attempts = () => got.filter(({ body }) => body.includes("user:mona"));
    await eventually(() => attempts().length >= 2, "a second attempt");
    const [first, second] = attempts();
    assert.equal(first.headers["webhook-id"], second.headers["webhook-id"]);
  });
});

test("assuresign-6 to assuresign-10: linked users follow a floating one, each with rights of its own", async () => {
  const [one, other] = [await account("meridian", "assuresign.toml"), await account("meridian", "assuresign.toml")];
  const link = { subject: "user:sam", tenant: other.name };
  await one.check("user:nora", "POST /links", 409, link);
  for (const { check } of [one, other]) {
    await check("user:nora", "PATCH /settings", 200, { multiple_accounts: true, account_name: "Meridian" });
    await check("user:nora", "PATCH /members/user:sam", 200, { multiple_accounts: true });
  }
  await one.check("user:nora", "POST /links", 201, link);
  const linked = async () => (await one.check("user:sam", "GET /me/links", 200)).items.find(({ status }) => status === "linked");
  const found = await eventually(linked, "the link");
  assert.equal(found.tenant, other.name);

  await one.check("user:nora", "PATCH /members/user:sam", 200, { email: "samuel@meridian.example" });
  await eventually(async () => (await other.check("user:nora", "GET /members/user:sam", 200)).email === "samuel@meridian.example", "the new address");
  await other.check("user:nora", "PATCH /members/user:sam", 200, { last_name: "Sender-Smith" });
  await eventually(async () => (await one.check("user:nora", "GET /members/user:sam", 200)).last_name === "Sender-Smith", "the new name");

  // Rights are each account's own.
  await one.check("user:nora", "PUT /members/user:sam/overrides/all", 200, { effect: "deny" });
  const rights = await other.check("user:nora", "GET /members/user:sam/rights", 200);
  assert.equal(rights.rights.document.find(({ permission }) => permission === "document:send").shown, "inherit (allow)");

  await other.check("user:nora", "POST /members/user:sam/deactivate", 200);
  await sleep(500);
  assert.equal((await one.check("user:nora", "GET /members/user:sam", 200)).status, "active", "a linked user alone");
  await other.check("user:nora", "POST /members/user:sam/activate", 200);
  await one.check("user:nora", "POST /members/user:sam/deactivate", 200);
  await eventually(async () => (await other.check("user:nora", "GET /members/user:sam", 200)).status === "deactivated", "the end of all");
});
