/** `/me/watch` on the running worker: who may open it, what comes over it, how many there may be, and how it ends. */

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { WebSocket } from "ws";
import { document } from "../scenarios/corpus.mjs";
import { decoded } from "./snapshot.mjs";
import { ask, freshTenant, OPERATOR, URL_OF_WORKER } from "./worker.mjs";

const PROTOCOL = "countersign.v1";
let tenant;
before(async () => (tenant = (await freshTenant("acme")).name));
/** Every socket that was opened: what is left open would keep this process alive. */
const sockets = [];
after(() => sockets.forEach((socket) => socket.terminate()));

const manage = async (method, path, body) => {
  const answer = await ask("user:olivia", method, `/v1/tenants/${tenant}${path}`, { body });
  assert.ok(answer.status < 300, answer.text);
  return answer;
};
const override = (subject, effect) =>
  manage("PUT", `/members/${subject}/overrides`, { permission: "sign:view", scope: "/", effect });

/** Opens a socket; `next` is its next message, `ended` the code that it was closed with. */
async function open(subject, { query = "", protocols = [PROTOCOL], headers = {}, name = tenant } = {}) {
  const address = `${URL_OF_WORKER.replace("http", "ws")}/v1/tenants/${name}/me/watch${query}`;
  const socket = new WebSocket(address, protocols, { headers: subject === undefined ? headers : { Authorization: `Dev ${subject}`, ...headers } });
  sockets.push(socket);
  const [waiting, came] = [[], []];
  socket.on("message", (data, binary) => {
    const message = binary ? decoded(data) : data.toString();
    waiting.length > 0 ? waiting.shift()(message) : came.push(message);
  });
  const ended = new Promise((done) => socket.on("close", (code) => done(code)));
  await new Promise((opened, refused) => {
    socket.on("open", opened);
    socket.on("error", refused);
    socket.on("unexpected-response", (request, { statusCode }) => {
      // Nobody else ends a connection that was refused.
      request.destroy();
      refused(Object.assign(new Error(), { statusCode }));
    });
  });
  return {
    socket,
    ended,
    came,
    next: () => (came.length > 0 ? came.shift() : new Promise((done) => waiting.push(done))),
  };
}
const refused = (...given) => open(...given).then(() => 101, ({ statusCode }) => statusCode);

describe("who may watch", () => {
  test("members, who say who they are", async () => {
    const credential = (text) => [PROTOCOL, `countersign.authorization.${encodeURIComponent(text)}`];
    for (const [expected, ...given] of [
      [101, "user:eddie"],
      [101, undefined, { protocols: credential("Dev user:eddie") }],
      [404, "user:nobody"],
      [404, "user:eddie", { name: "no-such-tenant" }],
      [403, "user:dora"],
      [401, undefined],
      [401, undefined, { headers: { Origin: "https://evil.test", Cookie: "session=1" } }],
      [401, undefined, { headers: { Origin: URL_OF_WORKER } }],
      [400, "user:eddie", { protocols: ["something"] }],
      [400, "user:eddie", { query: "?since=1" }],
    ]) {
      assert.equal(await refused(...given), expected, JSON.stringify(given));
    }
    const plain = await ask("user:eddie", "GET", `/v1/tenants/${tenant}/me/watch`);
    assert.equal(plain.status, 426);
  });

  test("not more than there is room for", async () => {
    const { name } = await freshTenant("acme");
    const all = await Promise.all(Array.from({ length: 32 }, () => open("user:petra", { name })));
    assert.equal(await refused("user:petra", { name }), 429);
    assert.equal(await refused("user:eddie", { name }), 101);
    all[0].socket.close();
    await all[0].ended;
    await sleep(100);
    assert.equal(await refused("user:petra", { name }), 101);
    for (const { socket } of all) socket.terminate();
  });
});

describe("what comes over it", () => {
  test("one's own snapshot at once and at each change, and nothing of what others are given", async () => {
    const [eddie, petra] = [await open("user:eddie"), await open("user:petra")];
    const first = await eddie.next();
    assert.deepEqual([first.subject, first.tenant], ["user:eddie", tenant]);
    await petra.next();
    const { revision } = await override("user:petra", "deny");
    assert.equal((await petra.next()).revision, revision);
    // What concerns nobody who listens: another member, a group without them, a role that they do not hold.
    await override("user:mia", "deny");
    await manage("POST", "/groups", { id: "surveyors" });
    await manage("POST", "/roles", { id: "surveyor", allow: ["sign:view"] });
    await manage("PATCH", "/members/user:eddie", { name: "Edward" });
    const last = await override("user:eddie", "deny");
    const told = await eddie.next();
    assert.deepEqual([told.subject, told.revision], ["user:eddie", last.revision]);
    await sleep(100);
    assert.deepEqual([eddie.came, petra.came], [[], []]);
    for (const { socket } of [eddie, petra]) socket.terminate();
  });

  test("whoever comes again with what he holds is told that it is current, or what is", async () => {
    const { revision } = await override("user:eddie", "allow");
    const query = (held, subject = "user:eddie") => `?revision=${held}&subject=${encodeURIComponent(subject)}`;
    await override("user:mia", "allow");
    const current = await open("user:eddie", { query: query(revision) });
    const text = await current.next();
    assert.match(text, /^\{"current":\d+\}$/);
    assert.ok(JSON.parse(text).current > revision);
    for (const asked of [query(revision - 1), query(revision, "user:petra"), query(revision + 1_000), ""]) {
      const again = await open("user:eddie", { query: asked });
      assert.equal((await again.next()).subject, "user:eddie", asked);
      again.socket.terminate();
    }
    current.socket.terminate();
  });

  test("pings are answered, anything else ends it", async () => {
    const { socket, next, ended } = await open("user:eddie");
    await next();
    socket.send("ping");
    assert.equal(await next(), "pong");
    socket.send("x".repeat(1_000));
    assert.equal(await ended, 1008);
  });

  test("whoever is deactivated or removed is told and closed", async () => {
    const { name } = await freshTenant("acme");
    const [eddie, petra, olivia] = await Promise.all(["user:eddie", "user:petra", "user:olivia"].map((who) => open(who, { name })));
    for (const page of [eddie, petra, olivia]) await page.next();
    const owner = (method, path) => ask("user:olivia", method, `/v1/tenants/${name}/members/${path}`);
    const { revision } = await owner("POST", "user:eddie/deactivate");
    assert.equal((await eddie.next()).revision, revision);
    assert.equal(await eddie.ended, 4403);
    assert.ok((await owner("DELETE", "user:petra")).status < 300);
    assert.equal(await petra.ended, 4404);
    assert.deepEqual([olivia.came, petra.came], [[], []]);
    olivia.socket.terminate();
  });

  test("who is watched is told after an account was replaced, too", async () => {
    const { name } = await freshTenant("acme");
    const page = await open("user:eddie", { name });
    await page.next();
    const body = { model: document("signagent.toml"), tenant: document("acme.toml") };
    const again = await ask(OPERATOR, "PUT", `/v1/tenants/${name}`, { body });
    assert.ok(again.status < 300, again.text);
    const denied = { permission: "sign:view", scope: "/", effect: "deny" };
    const { revision } = await ask("user:olivia", "PUT", `/v1/tenants/${name}/members/user:eddie/overrides`, { body: denied });
    assert.equal((await page.next()).revision, revision);
    page.socket.terminate();
  });
});
