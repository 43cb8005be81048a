/** The rows of the five systems that are about managing an account, over HTTP; each test names its rows. */

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { ask, freshTenant, OPERATOR } from "./worker.mjs";

/** A fresh account: requests as somebody, and questions about somebody. */
async function account(base, model) {
  const { name } = await freshTenant(base, model);
  const manage = (subject, method, path, body, headers) => ask(subject, method, `/v1/tenants/${name}${path}`, { body, headers });
  /** `method path` as somebody, which must come out with this status; answers with the body. */
  const check = async (subject, line, status, body, headers) => {
    const [method, path] = line.split(" ");
    const answer = await manage(subject, method, path, body, headers);
    assert.equal(answer.status, status, `${subject} ${line}: ${answer.status} ${answer.text}`);
    return answer.data;
  };
  /** The decision about a question, at the newest revision. */
  const may = async (subject, action, resource, context = {}) => {
    const [type, id] = [subject.split(":")[0], subject.slice(subject.indexOf(":") + 1)];
    const [kind] = resource.split("/").at(-1).split(":");
    const body = { subject: { type, id }, action: { name: action }, resource: { type: kind, id: resource }, context: { ...context, explain: true } };
    const answer = await ask(subject, "POST", `/t/${name}/access/v1/evaluation`, { body });
    return answer.data?.decision ?? answer.status;
  };
  return { name, check, may, manage };
}

describe("Signet", () => {
  test("signet-2: only the agency makes a power user, and only before the first contract", async () => {
    const { check } = await account("campos", "signet.toml");
    const power = { to: "user:kendra", role: "power_user" };
    await check("user:ali", "POST /assignments", 403, power);
    await check(OPERATOR, "POST /assignments", 201, power);
    await check(OPERATOR, "PATCH /settings", 200, {
      sealed_roles: { power_user: "A contract has started: nobody can be made a power user any more. Contact the agency." },
    });
    for (const who of ["user:ali", OPERATOR]) {
      const refused = await check(who, "POST /assignments", 403, { ...power, to: "user:bea" });
      assert.match(refused.detail, /[Cc]ontact the agency|Ask an administrator/);
    }
    const own = { subject: "user:new", assignments: [{ role: "power_user" }], invite: "now" };
    await check("user:ali", "POST /members", 403, own);
    await check("user:ali", "POST /roles", 403, { id: "mine", allow: ["contract:*"], assigns: ["power_user"] });
  });

  test("signet-4, signet-5, signet-8: a power user invites, and the invited one may nothing until activated", async () => {
    const { check, may } = await account("campos", "signet.toml");
    const invited = { user_name: "pat@campos.example", subject: "user:pat", assignments: [{ role: "access_user" }], invite: "now" };
    await check("user:kendra", "POST /members", 403, invited);
    await check("user:ali", "POST /webhooks", 403, { url: "https://example.com/hook" });
    const made = await check("user:ali", "POST /members", 201, invited);
    assert.ok(made.id);
    const listed = await check("user:ali", "GET /members?status=invited", 200);
    assert.deepEqual(listed.items.map(({ subject }) => subject), ["user:aiden", "user:pat"]);
    assert.equal(await may("user:pat", "record", "contract:a1"), false);
  });

  test("signet-8: the power users are told of a recorded payment, by the agency's system alone", async () => {
    const { check } = await account("campos", "signet.toml");
    const told = { event: "payment.recorded", to: ["role:power_user"], data: { contract: "contract:a1" } };
    await check("user:kendra", "POST /notifications", 403, told);
    await check("service:payments", "POST /notifications", 200, told);
    const inbox = async (who) => (await check(who, "GET /me/notifications", 200)).items.map(({ event }) => event);
    for (const who of ["user:ali", "user:bea"]) assert.deepEqual(await inbox(who), ["payment.recorded"], who);
    assert.deepEqual(await inbox("user:kendra"), []);
  });

  test("signet-7: being a user elsewhere gives nothing here", async () => {
    const [one, other] = [await account("campos", "signet.toml"), await account("campos", "signet.toml")];
    await one.check("user:ali", "POST /members", 201, { subject: "user:only-here", assignments: [{ role: "access_user" }] });
    await other.check("user:only-here", "GET /members", 404);
  });
});

describe("AssureSign", () => {
  const found = async (check, query) => (await check("user:nora", `GET /members?${query}`, 200)).items.map(({ subject }) => subject);

  test("assuresign-1: a comment makes another user of the same mailbox", async () => {
    const { check } = await account("meridian", "assuresign.toml");
    const user = (user_name) => ({ user_name, assignments: [{ role: "reader" }] });
    await check("user:nora", "POST /members", 201, { subject: "user:p1", ...user("pool(east)@meridian.example") });
    await check("user:nora", "POST /members", 201, { subject: "user:p2", ...user("pool(west)@meridian.example") });
    await check("user:nora", "POST /members", 409, { subject: "user:p3", ...user("POOL(east)@Meridian.example") });
    const east = await check("user:nora", "GET /members/user:p1", 200);
    assert.equal(east.email, "pool@meridian.example");
  });

  test("assuresign-2, assuresign-3, assuresign-4: rights of a user", async () => {
    const { check, may } = await account("meridian", "assuresign.toml");
    const right = async (permission) => {
      const { rights } = await check("user:nora", "GET /members/user:sam/rights", 200);
      const [kind] = permission.split(":");
      return rights[kind].find((entry) => entry.permission === permission).shown;
    };
    assert.equal(await right("document:send"), "inherit (allow)");
    assert.equal(await right("document:cancel"), "deny");
    assert.equal(await right("report:export"), "inherit (deny)");
    await check("user:nora", "PUT /members/user:sam/overrides", 200, { permission: "document:cancel", effect: "inherit" });
    assert.equal(await right("document:cancel"), "inherit (allow)");
    assert.equal(await may("user:sam", "cancel", "document:1"), true);
    await check("user:nora", "PUT /members/user:sam/overrides/all", 200, { effect: "deny" });
    assert.equal(await may("user:sam", "view", "document:1"), false);
    await check("user:nora", "PUT /members/user:sam/overrides/all", 200, { effect: "inherit" });
    assert.equal(await may("user:sam", "view", "document:1"), true);
    await check("user:rita", "PUT /members/user:rita/overrides/all", 403, { effect: "allow" });
  });

  test("assuresign-5: no seat is left, and how to ask for more", async () => {
    const { check, manage } = await account("meridian", "assuresign.toml");
    await check("user:nora", "PATCH /settings", 403, { seats: 99 });
    await check(OPERATOR, "PATCH /settings", 200, { seats: 6, seats_contact: "Write to sales@assuresign.example for more seats." });
    const create = (number) => ({ subject: `user:n${number}` });
    // Four are taken, or would be; all at once, and never more than there are.
    const made = await Promise.all([1, 2, 3, 4, 5].map((number) => manage("user:nora", "POST", "/members", create(number))));
    const refused = made.filter(({ status }) => status === 409);
    assert.equal(made.filter(({ status }) => status === 201).length, 2);
    assert.equal(refused.length, 3);
    assert.match(refused[0].text, /sales@assuresign\.example/);
    const { seats_taken } = await check("user:nora", "GET /settings", 200);
    assert.equal(seats_taken, 6);
  });

  test("assuresign-11, assuresign-12: search, and from a result lock and unlock", async () => {
    const { check, may } = await account("meridian", "assuresign.toml");
    assert.deepEqual(await found(check, "name=ritA"), ["user:rita"]);
    assert.deepEqual(await found(check, "text=sender"), ["user:sam"]);
    assert.deepEqual(await found(check, "name=Sam&status=locked"), []);
    await check("user:nora", "POST /members/user:sam/lock", 200);
    assert.equal(await may("user:sam", "view", "document:1"), false);
    assert.deepEqual(await found(check, "name=Sam&status=locked"), ["user:sam"]);
    await check("user:nora", "POST /members/user:sam/unlock", 200);
    assert.equal(await may("user:sam", "view", "document:1"), true);
    await check("user:rita", "GET /members", 403);
  });
});

describe("SignPath", () => {
  test("signpath-3: tokens are shown once, rotated and revoked", async () => {
    const { check } = await account("orbit", "signpath.toml");
    const made = await check("user:ada", "POST /tokens", 201, { subject: "service:ci", name: "main" });
    assert.ok(made.secret.length >= 40);
    const list = await check("user:ada", "GET /tokens", 200);
    assert.equal(list.items.length, 1);
    assert.ok(!JSON.stringify(list).includes(made.secret));
    const again = await check("user:ada", `POST /tokens/${made.id}/rotate`, 200);
    assert.notEqual(again.secret, made.secret);
    await check("user:sub", "POST /tokens", 403, { subject: "service:ci", name: "mine" });
    await check("user:ada", `DELETE /tokens/${made.id}`, 200);
  });

  test("signpath-4: a request waits, its approver approves it, and everybody concerned is told", async () => {
    const { check } = await account("orbit", "signpath.toml");
    const body = { action: "submit", resource: "project:app/signing_policy:release" };
    await check("user:app", "POST /requests", 409, body);
    const { id } = await check("user:sub", "POST /requests", 201, body);
    const inbox = async (who) => (await check(who, "GET /me/notifications", 200)).items.map(({ event }) => event);
    assert.ok((await inbox("user:app")).includes("request.pending"));
    await check("user:sub", `POST /requests/${id}/approve`, 403);
    await check("user:app", `POST /requests/${id}/approve`, 200);
    assert.ok((await inbox("user:sub")).includes("request.approved"));
    await check("user:sub", `POST /requests/${id}/use`, 200);
    await check("user:sub", `POST /requests/${id}/use`, 409);
  });

  test("signpath-5, signpath-7: support is let in for a time, and both are in the log", async () => {
    const { check, may } = await account("orbit", "signpath.toml");
    assert.equal(await may("support:vendor", "edit", "certificate:c1"), false);
    await check("user:sub", "POST /support", 403, { subject: "support:vendor", role: "support", reason: "help" });
    await check("user:ada", "POST /support", 201, { subject: "support:vendor", role: "support", reason: "ticket 12" });
    assert.equal(await may("support:vendor", "edit", "certificate:c1"), true);
    await check("user:ada", "DELETE /support", 200);
    assert.equal(await may("support:vendor", "edit", "certificate:c1"), false);
    const { entries } = await check("user:ada", "GET /audit", 200);
    const commands = entries.map(({ command, outcome }) => `${command} ${outcome}`);
    assert.ok(commands.includes("authorise_support done") && commands.includes("disable_support done"), commands.join());
    assert.ok(commands.includes("authorise_support forbidden"));
  });
});

describe("SignAgent", () => {
  test("signagent-8: who is a member already gets no second invitation", async () => {
    const { check } = await account("acme", "signagent.toml");
    const refused = await check("user:olivia", "POST /members", 409, { subject: "user:vera", invite: "now" });
    assert.match(refused.detail, /role/);
  });
});

describe("Portal", () => {
  test("portal-2: only admins manage users, and others are told whom to ask", async () => {
    const { check } = await account("initech", "portal.toml");
    const refused = await check("user:mona", "POST /members", 403, { subject: "user:new" });
    assert.match(refused.detail, /administrator/);
  });

  test("portal-3, portal-4: invited later, nothing is sent until asked", async () => {
    const { check } = await account("initech", "portal.toml");
    await check("user:ada", "POST /members", 201, { subject: "user:ivy", name: "Ivy", user_name: "ivy@initech.example", invite: "later" });
    const shown = await check("user:ada", "GET /members/user:ivy", 200);
    assert.equal(shown.status, "invited");
    assert.equal(shown.email, "ivy@initech.example");
    assert.equal(shown.invitation?.sent_at ?? null, null);
    await check("user:ada", "POST /members/user:ivy/invite", 200);
    assert.ok((await check("user:ada", "GET /members/user:ivy", 200)).invitation.sent_at);
  });

  test("portal-5, portal-6: a change of level and a deactivation act on the next check", async () => {
    const { check, may } = await account("initech", "portal.toml");
    assert.equal(await may("user:ursula", "view", "service:mail"), false);
    await check("user:ada", "POST /assignments", 201, { to: "user:ursula", role: "manager" });
    assert.equal(await may("user:ursula", "view", "service:mail"), true);
    await check("user:ada", "POST /members/user:ursula/deactivate", 200);
    assert.equal(await may("user:ursula", "view", "service:mail"), false);
    await check("user:ada", "POST /members/user:ursula/activate", 200);
    assert.equal(await may("user:ursula", "view", "service:mail"), true);
  });

  test("portal-7: services are assigned one by one or in bulk", async () => {
    const { check, may } = await account("initech", "portal.toml");
    const give = (scope) => ({ to: "user:ursula", role: "contact", scope });
    await check("user:ada", "POST /assignments/bulk", 201, { assignments: [give("service:mail"), give("service:web")] });
    assert.equal(await may("user:ursula", "view", "service:web"), true);
    assert.equal(await may("user:ursula", "view", "service:other"), false);
  });

  test("portal-8, portal-9: a policy made at run time; a rejection has a reason; nobody approves their own", async () => {
    const { check } = await account("initech", "portal.toml");
    const policy = { id: "all-orders", permissions: ["order:place"], when: "context.cost > 10", approvers: ["role:admin"] };
    await check("user:mona", "POST /approval-policies", 403, policy);
    await check("user:ada", "POST /approval-policies", 201, policy);
    const order = { action: "place", resource: "order:7", context: { cost: "20.00" } };
    const { id } = await check("user:mona", "POST /requests", 201, order);
    const pending = await check("user:ada", "GET /requests?status=pending", 200);
    assert.equal(pending.items[0].id, id);
    await check("user:ada", `POST /requests/${id}/reject`, 200, { reason: "too dear" });
    const seen = await check("user:mona", `GET /requests/${id}`, 200);
    assert.equal(seen.status, "rejected");
    assert.equal(seen.rejection.reason, "too dear");
    const own = await check("user:ada", "POST /requests", 201, { ...order, resource: "order:8" });
    await check("user:ada", `POST /requests/${own.id}/approve`, 403);
  });
});

describe("every command", () => {
  test("a retried command is applied once, a dry run changes nothing, a stale one is refused", async () => {
    const { check } = await account("meridian", "assuresign.toml");
    const key = { "Idempotency-Key": "one" };
    const give = { to: "user:rita", role: "sender" };
    const first = await check("user:nora", "POST /assignments", 201, give, key);
    assert.deepEqual(await check("user:nora", "POST /assignments", 201, give, key), first);
    await check("user:nora", "POST /assignments", 422, { ...give, to: "user:sam" }, key);

    const impact = await check("user:nora", "DELETE /assignments/" + first.id + "?dry_run=true", 200);
    assert.ok(impact.changes.some(({ subject, permission, before, after }) => `${subject} ${permission} ${before} ${after}` === "user:rita document:send allow deny"));
    await check("user:nora", "POST /members/user:rita/lock", 412, undefined, { "If-Match": '"0"' });
  });

  test("roles are made, given, changed and kept while they are in use", async () => {
    const { check, may } = await account("meridian", "assuresign.toml");
    await check("user:nora", "POST /roles", 201, { id: "auditor", allow: ["report:*"] });
    await check("user:nora", "POST /assignments", 201, { to: "user:sam", role: "auditor" });
    assert.equal(await may("user:sam", "export", "report:1"), true);
    await check("user:nora", "PUT /roles/auditor", 200, { id: "auditor", allow: ["report:view"] });
    assert.equal(await may("user:sam", "export", "report:1"), false);
    await check("user:nora", "DELETE /roles/auditor", 409);
    await check("user:nora", "POST /roles", 422, { id: "wrong", allow: ["reprt:view"] });
  });

  test("the log is asked for beyond its end, and beyond what a double holds", async () => {
    const { check } = await account("meridian", "assuresign.toml");
    for (const after of ["1000", "999999999999999"]) {
      assert.deepEqual((await check("user:nora", `GET /audit?after=${after}`, 200)).entries, [], after);
    }
    for (const after of ["9007199254740993", "18446744073709551615", "-1"]) {
      await check("user:nora", `GET /audit?after=${after}`, 400);
    }
  });

  test("what was exported can be imported again", async () => {
    const { check } = await account("meridian", "assuresign.toml");
    const exported = await check("user:nora", "GET /export", 200);
    assert.ok(exported.members.length >= 4);
  });

  test("pages of a list", async () => {
    const { check } = await account("meridian", "assuresign.toml");
    const seen = [];
    let cursor = "";
    do {
      const page = await check("user:nora", `GET /members?limit=1${cursor}`, 200);
      seen.push(...page.items.map(({ subject }) => subject));
      cursor = page.next && `&cursor=${encodeURIComponent(page.next)}`;
    } while (cursor);
    assert.deepEqual(seen, ["user:locked", "user:nora", "user:rita", "user:sam"]);
    await check("user:nora", "GET /members?limit=0", 400);
    await check("user:nora", "GET /members?limt=5", 400);
  });
});
