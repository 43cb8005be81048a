/**
 * Who is calling, in workerd: tokens that `jose` signed, keys from a server that records everything the worker asks outside,
 * hostile tokens, Cloudflare Access, API tokens, sessions. The worker is configured as in production: no development switch.
 */

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { running } from "../faults/platform/account.mjs";
import { document } from "../scenarios/corpus.mjs";
import { families, mutations, signed } from "./identity/hostile.mjs";
import { ACCESS_AUDIENCE, AUDIENCE, CERTS, ISSUER, KEYS, pair, startOutside, TEAM, token } from "./identity/issuer.mjs";
import { weakVerifiers } from "./identity/weak.mjs";
import { holder } from "./document.mjs";

/** Hostile tokens in all: the table and, up to here, broken ones. */
const HOSTILE = Number(process.env.COUNTERSIGN_HOSTILE ?? 1_000);
const AT_ONCE = 16;
const MAC_KEY = { COUNTERSIGN_MAC_KEY: "a key for tests that guards nothing but tests" };
const VARIABLES = {
  ...MAC_KEY,
  COUNTERSIGN_JWT_ISSUER: ISSUER,
  COUNTERSIGN_JWT_AUDIENCE: AUDIENCE,
  COUNTERSIGN_JWT_JWKS_URL: KEYS,
  COUNTERSIGN_ACCESS_TEAM: "acme.cloudflareaccess.com",
  COUNTERSIGN_ACCESS_AUDIENCE: ACCESS_AUDIENCE,
  COUNTERSIGN_SESSION_KEY: "a key for sessions in tests, of some length",
  COUNTERSIGN_OPERATORS: "operator:olga=user:olga",
};
const R2 = "/projects/renovation/states/draft/signs/r2";

const holds = holder();
let [outside, worker, keys, foreign, access, page] = [];

/** Sends a request; what the API answers must be what the OpenAPI document describes. */
async function ask(method, path, headers = {}, body) {
  const answer = await worker.ask(undefined, method, path, body, headers);
  if (path.startsWith("/v1/")) holds(method, path, answer.status, new Headers(Object.entries(answer.headers).map(([name, value]) => [name, String(value)])), answer.data);
  return answer;
}
const bearer = (token) => ({ Authorization: `Bearer ${token}` });
const whoIs = (headers) => ask("GET", "/v1/session", headers);

before(async () => {
  outside = await startOutside();
  keys = await Promise.all([pair("rsa-1", "RS256"), pair("ec-1", "ES256"), pair("ed-1", "EdDSA")]);
  foreign = await Promise.all([pair("foreign-rsa", "RS256"), pair("foreign-ec", "ES256"), pair("foreign-ed", "EdDSA")]);
  access = await pair("access-1", "RS256");
  outside.answers.set(KEYS, { keys: keys.map(({ jwk }) => jwk) });
  outside.answers.set(CERTS, { keys: [access.jwk], public_cert: { kid: "access-1", cert: "unused" } });
  worker = await running({ faults: false, variables: VARIABLES, outbound: outside.port });
  page = { Origin: `https://127.0.0.1:${worker.server.port}`, "Content-Type": "application/json" };
});
after(async () => {
  await worker?.stop();
  outside?.stop();
});

describe("tokens", () => {
  test("of every algorithm are believed, and the subject is theirs", async () => {
    for (const key of keys) {
      for (const [more, header] of [[{}, {}], [{ aud: ["other", AUDIENCE] }, { typ: "at+jwt" }], [{ jti: "1", scope: "a b" }, { typ: undefined }]]) {
        const answer = await whoIs(bearer(await token(key, more, header)));
        assert.deepEqual([answer.status, answer.data?.subject, answer.data?.operator], [200, "user:ann", false], `${key.alg} ${answer.text}`);
      }
    }
    assert.deepEqual([...new Set(outside.asked)], [KEYS]);
  });

  test("make an operator of whom the configuration names, and of nobody else", async () => {
    const olga = await whoIs(bearer(await token(keys[0], { sub: "olga" })));
    assert.deepEqual([olga.data.subject, olga.data.operator], ["operator:olga", true]);
    const other = await whoIs(bearer(await token(keys[0], { sub: "operator:olga" })));
    assert.deepEqual([other.data.subject, other.data.operator], ["user:operator:olga", false]);
  });

  test("decide what reaches the origin", async () => {
    const olga = bearer(await token(keys[1], { sub: "olga" }));
    const body = { model: document("signagent.toml"), tenant: document("acme.toml") };
    assert.equal((await ask("PUT", "/v1/tenants/acme", olga, body)).status, 201);
    assert.equal((await ask("PUT", "/v1/tenants/other", olga, body)).status, 201);
    for (const [sub, status] of [["eddie", 200], ["nobody", 404], ["olga", 404]]) {
      const answer = await ask("GET", `/api/acme${R2}`, bearer(await token(keys[2], { sub })));
      assert.deepEqual([answer.status, answer.headers["from-origin"]], [status, status === 200 ? "yes" : undefined], `${sub} ${answer.text}`);
    }
  });

  test(`${HOSTILE} hostile ones are refused, and nothing but the issuer's keys was asked for`, async (t) => {
    const { table, sound } = await families(keys, foreign);
    const listed = table.flatMap(([family, tokens]) => tokens.map((token) => [family, token]));
    assert.ok(listed.length >= 200, `${listed.length} in the table`);
    const broken = mutations(keys.map((key) => sound(key)), Math.max(0, HOSTILE - listed.length)).map((token) => ["a broken one", token]);
    const all = [...listed, ...broken];
    const asked = outside.asked.length;
    const wrong = [];
    const queue = all.values();
    await Promise.all(Array.from({ length: AT_ONCE }, async () => {
      for (const [family, token] of queue) {
        const [shown, gated] = [await whoIs(bearer(token)), Math.random() < 0.2 ? await ask("GET", `/api/acme${R2}`, bearer(token)) : undefined];
        for (const answer of [shown, gated].filter(Boolean)) {
          if (answer.status !== 401 || answer.headers["from-origin"]) wrong.push(`${family}: ${answer.status} ${token.slice(0, 300)}`);
        }
      }
    }));
    assert.deepEqual(wrong, []);
    for (const key of keys) assert.equal((await whoIs(bearer(sound(key)))).status, 200, `${key.alg}: the control`);
    const since = outside.asked.slice(asked);
    assert.deepEqual(outside.asked.filter((address) => address !== KEYS && address !== CERTS), [], "addresses that were asked");
    // One search for a key that is not there, and one more if a minute has passed.
    assert.ok(since.length <= 2, `${since.length} fetches of keys`);
    t.diagnostic(`${listed.length} in the table, ${broken.length} broken; ${since.length} fetches of keys meanwhile`);
  });

  test("verifiers with one mistake each let some of them through", async () => {
    const { table } = await families(keys, foreign);
    const weak = await weakVerifiers(keys);
    const [[, , plain]] = weak;
    const believed = async (believes, family) => {
      const tokens = table.find(([name]) => name === family)[1];
      return (await Promise.all(tokens.map(believes))).filter(Boolean).length;
    };
    for (const [mistake, family, believes] of weak) {
      const usual = believes === plain ? 0 : await believed(plain, family);
      assert.ok((await believed(believes, family)) > usual, `nothing catches a verifier that ${mistake}`);
    }
  });

  test("a key that was just published is found, and RSA keys under 2,048 bits are none", async () => {
    const [next, short] = [await pair("rsa-2", "RS256"), await pair("rsa-short", "RS256", { modulusLength: 2048 })];
    const weak = await crypto.subtle.generateKey({ name: "RSASSA-PKCS1-v1_5", hash: "SHA-256", modulusLength: 1024, publicExponent: new Uint8Array([1, 0, 1]) }, true, ["sign", "verify"]);
    const jwk = { ...(await crypto.subtle.exportKey("jwk", weak.publicKey)), kid: "weak", alg: "RS256" };
    const fresh = await running({ faults: false, variables: VARIABLES, outbound: outside.port });
    try {
      const status = async (token) => (await fresh.ask(undefined, "GET", "/v1/session", undefined, bearer(token))).status;
      const [tokenOfNext, tokenOfWeak] = [await token(next), signed({ alg: "RS256", privateKey: weak.privateKey }, { alg: "RS256", kid: "weak" }, { iss: ISSUER, aud: AUDIENCE, sub: "ann", exp: 9e9 })];
      assert.equal(await status(await token(keys[0])), 200);
      outside.answers.set(KEYS, { keys: [...keys, next, short].map(({ jwk }) => jwk).concat([jwk]) });
      await new Promise((later) => setTimeout(later, 5_200));
      const asked = outside.asked.length;
      assert.equal(await status(tokenOfNext), 200, "a new key");
      assert.equal(await status(tokenOfWeak), 401, "a short key");
      assert.equal(outside.asked.length, asked + 1);
    } finally {
      await fresh.stop();
    }
  });

  const troubles = [
    ["redirects", (response) => response.writeHead(302, { location: "https://evil.example/keys" }).end()],
    ["fails", (response) => response.writeHead(500).end("{}")],
    ["answers with 65 KB", (response) => response.writeHead(200).end(JSON.stringify({ keys: [], more: "x".repeat(65 * 1024) }))],
    ["answers with HTML", (response) => response.writeHead(200).end("<html>")],
    ["repeats a member", (response) => response.writeHead(200).end('{"keys":[],"keys":[]}')],
    ["does not answer", () => {}],
    ["answers for ever", (response) => response.writeHead(200).write('{"keys":[')],
  ];
  test("where the keys' address cannot be believed, nobody is known, soon", async () => {
    const cold = await running({ faults: false, variables: VARIABLES, outbound: outside.port });
    try {
      for (const [what, answer] of troubles) {
        outside.answers.set(KEYS, answer);
        await cold.server.kill();
        await cold.server.start();
        const good = bearer(await token(keys[0]));
        const answers = await Promise.all(Array.from({ length: 5 }, () => cold.ask(undefined, "GET", "/v1/session", undefined, good)));
        for (const { status, took } of answers) assert.deepEqual([status, took < 2_500], [503, true], `${what}: ${status} after ${took} ms`);
      }
      assert.deepEqual(outside.asked.filter((address) => address.includes("evil")), []);
    } finally {
      outside.answers.set(KEYS, { keys: keys.map(({ jwk }) => jwk) });
      await cold.stop();
    }
  });
});

describe("the development sign-in", () => {
  test("is none without its switch, on a loopback host too", async () => {
    for (const subject of ["user:ann", "operator:olga", "operator:dev"]) {
      const answer = await whoIs({ Authorization: `Dev ${subject}`, "Countersign-Dev-Now": "2026-01-01T00:00:00Z" });
      assert.equal(answer.status, 401, subject);
    }
  });
});

describe("a worker that nobody could sign in to", () => {
  const cases = [
    ["no issuer", MAC_KEY, /COUNTERSIGN_JWT_ISSUER/],
    ["no audience", { ...VARIABLES, COUNTERSIGN_JWT_AUDIENCE: "" }, /set COUNTERSIGN_JWT_AUDIENCE/],
    ["keys over http", { ...VARIABLES, COUNTERSIGN_JWT_JWKS_URL: "http://127.0.0.1:1/keys" }, /COUNTERSIGN_JWT_JWKS_URL/],
    ["no key for seals", { ...VARIABLES, COUNTERSIGN_MAC_KEY: "short" }, /COUNTERSIGN_MAC_KEY/],
  ];
  for (const [what, variables, sentence] of cases) {
    test(`does not serve: ${what}`, async () => {
      const refusing = await running({ faults: false, variables, ready: 503 });
      try {
        for (const path of ["/", "/v1/session", `/api/acme${R2}`, "/v1/docs"]) {
          const answer = await refusing.ask(undefined, "GET", path);
          assert.deepEqual([answer.status, answer.headers["from-origin"]], [503, undefined], path);
          assert.doesNotMatch(answer.text, /COUNTERSIGN/);
        }
        assert.match(refusing.server.printed, sentence);
      } finally {
        await refusing.stop();
      }
    });
  }
});

describe("Cloudflare Access", () => {
  const assertion = (more = {}, key = access) => token(key, { iss: TEAM, aud: [ACCESS_AUDIENCE], sub: "0f3c", email: "ann@acme.example", ...more });

  test("names users by their address", async () => {
    const answer = await whoIs({ "Cf-Access-Jwt-Assertion": await assertion() });
    assert.deepEqual([answer.status, answer.data?.subject], [200, "user:ann@acme.example"], answer.text);
  });

  test("is held to team, audience, key, address and time", async () => {
    for (const [what, one] of [
      ["another audience", assertion({ aud: ["deadbeef"] })],
      ["another team", assertion({ iss: "https://evil.cloudflareaccess.com" })],
      ["the issuer's key", assertion({}, keys[0])],
      ["no address", assertion({ email: undefined })],
      ["a service token of Access", assertion({ email: undefined, sub: "", common_name: "abc.access" })],
      ["an end in the past", assertion({ exp: 1 })],
    ]) {
      assert.equal((await whoIs({ "Cf-Access-Jwt-Assertion": await one })).status, 401, what);
    }
    assert.equal((await whoIs({ Cookie: `CF_Authorization=${await assertion()}` })).status, 401, "the cookie of Access");
    assert.equal((await whoIs(bearer(await assertion()))).status, 401, "an assertion as a bearer token");
  });

  test("writes only from pages of this host", async () => {
    const headers = { "Cf-Access-Jwt-Assertion": await assertion() };
    const begin = (more) => ask("POST", "/v1/session", { ...headers, ...more });
    assert.equal((await begin({})).status, 401);
    assert.equal((await begin({ ...page, Origin: "https://evil.example" })).status, 401);
    assert.equal((await begin(page)).status, 200);
  });
});

describe("API tokens", () => {
  const service = { subject: "service:deploy", name: "Deploys" };
  let olga;
  before(async () => {
    olga = bearer(await token(keys[1], { sub: "olga" }));
    for (const tenant of ["acme", "other"]) {
      const made = await ask("POST", `/v1/tenants/${tenant}/members`, olga, { subject: service.subject });
      assert.ok([201, 409].includes(made.status), made.text);
      const given = { to: service.subject, role: "viewer", scope: "/" };
      assert.equal((await ask("POST", `/v1/tenants/${tenant}/assignments`, olga, given)).status, 201);
    }
  });
  const make = async (more = {}) => (await ask("POST", "/v1/tenants/acme/tokens", olga, { ...service, ...more })).data;
  const reads = async (secret, tenant = "acme") => (await ask("GET", `/api/${tenant}${R2}`, bearer(secret))).status;
  const strictly = async (secret, tenant = "acme") => (await ask("GET", `/v1/tenants/${tenant}/me/snapshot`, bearer(secret))).status;

  test("act for their service, in their account alone, and are nowhere in KV", async () => {
    const { secret } = await make();
    assert.match(secret, /^countersign_t\d+_[0-9a-f]{64}$/);
    assert.deepEqual([await reads(secret), await strictly(secret)], [200, 200]);
    assert.deepEqual([await reads(secret, "other"), await strictly(secret, "other")], [401, 401]);
    assert.deepEqual([(await whoIs(bearer(secret))).status, await strictly(`${secret.slice(0, -1)}x`)], [401, 401]);
    const random = secret.split("_").at(-1);
    const leaked = [...worker.kv.values].filter(([key, value]) => key.includes(random) || value.includes(random));
    assert.deepEqual([leaked, worker.server.printed.includes(random)], [[], false]);
  });

  test("end at once when they are replaced or revoked, and when they say", async () => {
    const { id, secret } = await make();
    assert.equal(await strictly(secret), 200);
    const { secret: second } = (await ask("POST", `/v1/tenants/acme/tokens/${id}/rotate`, olga)).data;
    assert.deepEqual([await strictly(secret), await strictly(second)], [401, 200]);
    assert.equal((await ask("DELETE", `/v1/tenants/acme/tokens/${id}`, olga)).status, 200);
    assert.equal(await strictly(second), 401);
    const { secret: short } = await make({ expires: new Date(Date.now() + 1_500).toISOString() });
    assert.equal(await strictly(short), 200);
    await new Promise((later) => setTimeout(later, 1_600));
    assert.equal(await strictly(short), 401);
  });

  test("command as their service may", async () => {
    const { secret } = await make();
    const refused = await ask("POST", "/v1/tenants/acme/members", bearer(secret), { subject: "user:new" });
    assert.equal(refused.status, 403);
    const stranger = await ask("POST", "/v1/tenants/other/members", bearer(secret), { subject: "user:new" });
    assert.equal(stranger.status, 401);
  });
});

describe("sessions", () => {
  let cookie;
  test("are begun by a token, and are cookies that pages cannot read and other sites not use", async () => {
    const begun = await ask("POST", "/v1/session", bearer(await token(keys[0], { sub: "eddie" })));
    assert.deepEqual([begun.status, begun.data.subject], [200, "user:eddie"], begun.text);
    const [set] = [begun.headers["set-cookie"]].flat();
    assert.match(set, /^__Host-countersign-session=[\w-]+; Path=\/; Max-Age=\d+; Secure; HttpOnly; SameSite=Strict$/);
    assert.ok(Number(/Max-Age=(\d+)/.exec(set)[1]) <= 600);
    cookie = set.split(";")[0];
    assert.equal((await whoIs({ Cookie: cookie })).data.subject, "user:eddie");
    assert.equal((await ask("GET", `/api/acme${R2}`, { Cookie: cookie })).status, 200);
    assert.equal((await whoIs({ Cookie: `${cookie.slice(0, -1)}${cookie.endsWith("A") ? "B" : "A"}` })).status, 401);
  });

  test("change nothing for another site: 400 shapes and more", async () => {
    const origins = [undefined, "null", "https://evil.example", page.Origin.replace("https", "http"), `${page.Origin}.evil.example`, `${page.Origin}0`, page.Origin.toUpperCase(), `${page.Origin}/`];
    const kinds = [undefined, "", "text/plain", "text/plain;application/json", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "text/json"];
    const targets = [["POST", "/v1/tenants/acme/members"], ["DELETE", "/v1/tenants/acme/members/user:eddie"], ["PUT", `/api/acme${R2}`], ["POST", `/api/acme${R2}/comments`], ["DELETE", "/v1/session"]];
    const shapes = targets.flatMap(([method, path]) => [...origins, page.Origin].flatMap((origin) => [...kinds, "application/json"].map((kind) => ({ method, path, origin, kind }))));
    const hostile = shapes.filter(({ origin, kind }) => origin !== page.Origin || kind !== "application/json");
    // Reads of what only writes may do, and WebSockets.
    for (const origin of origins) hostile.push({ method: "GET", path: `/api/acme${R2}`, origin, upgrade: true });
    assert.equal(hostile.length >= 360, true);
    const wrong = [];
    for (const { method, path, origin, kind, upgrade } of hostile) {
      const headers = { Cookie: cookie };
      if (origin !== undefined) headers.Origin = origin;
      if (kind !== undefined) headers["Content-Type"] = kind;
      if (upgrade) Object.assign(headers, { Upgrade: "websocket", Connection: "Upgrade", "Sec-WebSocket-Key": "AAAAAAAAAAAAAAAAAAAAAA==", "Sec-WebSocket-Version": "13" });
      const answer = await worker.ask(undefined, method, path, undefined, headers);
      if (answer.status !== 401 || answer.headers["from-origin"]) wrong.push(`${method} ${path} ${origin} ${kind}: ${answer.status}`);
    }
    assert.deepEqual(wrong, []);
    const own = await ask("PUT", `/api/acme${R2}`, { Cookie: cookie, ...page }, { text: "x" });
    assert.deepEqual([own.status, own.headers["from-origin"]], [200, "yes"], own.text);
  });

  test("end when the browser is told so", async () => {
    const ended = await ask("DELETE", "/v1/session", { Cookie: cookie, ...page });
    assert.equal(ended.status, 204, ended.text);
    assert.match([ended.headers["set-cookie"]].flat()[0], /^__Host-countersign-session=; Path=\/; Max-Age=0; /);
    assert.equal((await ask("DELETE", "/v1/session", { Cookie: cookie })).status, 401);
  });
});
