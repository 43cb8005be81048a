/** `countersign/verify` as installed: what the gate signs is believed, and nothing else. */

import assert from "node:assert/strict";
import { createHash, createHmac, generateKeyPairSync, sign as signed } from "node:crypto";
import { readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { install } from "./install.mjs";

const KEY = "a key of the gate and its origin, and of nobody else";
const HEADER = { alg: "HS256", typ: "countersign+jwt" };
const NOW = 1_800_000_000;
const TARGET = "/api/acme/docs/a?full=1";
const CLAIMS = {
  iss: "countersign",
  aud: "countersign-origin",
  iat: NOW,
  exp: NOW + 30,
  rid: "0f0f0f0f-0000-4000-8000-000000000000",
  method: "PUT",
  host: "app.example.com",
  target: digest(TARGET),
  decision: "allow",
  sub: "user:ann",
  tenant: "acme",
  revision: 7,
};

let project, verifier, CountersignError;
before(async () => {
  project = install();
  ({ verifier, CountersignError } = await project.load("countersign/verify"));
});
after(() => project?.remove());

function digest(text) {
  return createHash("sha256").update(text).digest("base64url");
}

const part = (value) => Buffer.from(typeof value === "string" ? value : JSON.stringify(value)).toString("base64url");
const hmac = (text, key = KEY, hash = "sha256") => createHmac(hash, key).update(text).digest("base64url");

/** An assertion with some claims, or a header, replaced; signed as the gate does unless told otherwise. */
function assertion({ claims = {}, header = HEADER, key = KEY, tag } = {}) {
  const text = `${part(header)}.${typeof claims === "string" ? part(claims) : part({ ...CLAIMS, ...claims })}`;
  return `${text}.${tag ?? hmac(text, key)}`;
}

function request({ token = assertion(), method = "PUT", url = TARGET, headers } = {}) {
  return { method, url, headers: headers ?? { "countersign-assertion": token } };
}

/** What becomes of a request: what is said of it, or the code of the refusal. */
async function check(asked, { options = {}, expected = {} } = {}) {
  try {
    return await verifier({ key: KEY, ...options })(asked, { now: NOW * 1_000, ...expected });
  } catch (error) {
    assert.ok(error instanceof CountersignError, String(error));
    assert.doesNotMatch(error.message, /user:ann|acme/, "an error may be logged");
    return error.code;
  }
}

test("what the gate signed is believed, however the host writes requests", async () => {
  const said = { decision: "allow", subject: "user:ann", tenant: "acme", revision: 7, requestId: CLAIMS.rid, host: CLAIMS.host, issued: new Date(NOW * 1_000) };
  const headers = { "Countersign-Assertion": assertion() };
  assert.deepEqual(await check(request()), said);
  assert.deepEqual(await check(new Request(`https://app.example.com${TARGET}`, { method: "PUT", headers })), said);
  assert.deepEqual(await check({ method: "PUT", url: `https://origin.internal:8443${TARGET}#x`, headers: new Headers(headers) }), said);
  assert.deepEqual(await check({ ...request(), url: "/docs/a?full=1", originalUrl: TARGET }), said);
  const root = { "countersign-assertion": assertion({ claims: { target: digest("/?a") } }) };
  for (const url of ["/?a", "https://origin.internal/?a", "https://origin.internal?a"]) assert.deepEqual(await check({ method: "PUT", url, headers: root }), said);
  assert.deepEqual(await check(request(), { expected: { tenant: "acme" } }), said);
  assert.deepEqual(await check(request({ token: assertion({ claims: { more: 1 } }) })), said);
});

test("one that was made for something else is foreign", async () => {
  for (const asked of [
    request({ method: "GET" }),
    request({ method: "put" }),
    request({ url: "/api/acme/docs/b?full=1" }),
    request({ url: "/api/acme/docs/a" }),
    request({ url: "/api/acme/docs/a?full=2" }),
    request({ url: "/api/acme/docs/a?full=1&full=2" }),
    request({ url: "/api/acme/docs/a?full=1?" }),
    request({ url: "/API/acme/docs/a?full=1" }),
    request({ url: "//api/acme/docs/a?full=1" }),
    request({ url: `http://origin.internal?to=${TARGET}` }),
    request({ url: `origin.internal${TARGET}` }),
    request({ url: "/api/acme/docs/%61?full=1" }),
    request({ token: assertion({ claims: { aud: "another-origin" } }) }),
    request({ token: assertion({ claims: { iss: "somebody" } }) }),
  ]) assert.equal(await check(asked), "assertion_foreign", JSON.stringify(asked));
  assert.equal(await check(request(), { expected: { tenant: "globex" } }), "assertion_foreign");
  assert.equal(await check(request(), { options: { audience: "another-origin" } }), "assertion_foreign");
});

test("it is good for as long as it says, and for a minute at the very most", async () => {
  for (const [seconds, options, code] of [
    [29, {}],
    [34, {}],
    [35, {}, "assertion_expired"],
    [30, { tolerance: 0 }, "assertion_expired"],
    [59, { tolerance: 30 }],
    [60, { tolerance: 30 }, "assertion_expired"],
    [-5, {}],
    [-6, {}, "assertion_expired"],
    [86_400, {}, "assertion_expired"],
    [Number.NaN, {}, "assertion_expired"],
  ]) {
    const answer = await check(request(), { options, expected: { now: (NOW + seconds) * 1_000 } });
    assert.equal(answer.code ?? (answer.decision === "allow" ? undefined : answer), code, `${seconds} s ${JSON.stringify(options)}`);
  }
  assert.equal(await check(request({ token: assertion({ claims: { exp: NOW + 61 } }) })), "assertion_invalid");
  const old = await verifier({ key: KEY })(request()).catch(({ code }) => code);
  assert.equal(old, "assertion_expired", "the clock is the host's, unless another is given");
});

test("nothing that is signed in another way, or not at all", async () => {
  const { privateKey } = generateKeyPairSync("ed25519");
  const other = `${part({ ...HEADER, alg: "EdDSA" })}.${part(CLAIMS)}`;
  const [header, claims, tag] = assertion().split(".");
  const forged = [
    assertion({ header: { ...HEADER, alg: "none" }, tag: "" }),
    assertion({ header: { ...HEADER, alg: "none" } }),
    assertion({ header: { ...HEADER, alg: "HS512" } }),
    `${part({ ...HEADER, alg: "HS512" })}.${part(CLAIMS)}.${hmac(`${part({ ...HEADER, alg: "HS512" })}.${part(CLAIMS)}`, KEY, "sha512")}`,
    `${other}.${signed(null, Buffer.from(other), privateKey).toString("base64url")}`,
    assertion({ header: { ...HEADER, kid: "x" } }),
    assertion({ header: { ...HEADER, jwk: { kty: "oct", k: part("x") } } }),
    assertion({ header: { typ: "JWT", alg: "HS256" } }),
    assertion({ key: `${KEY}.` }),
    assertion({ key: "" }),
    assertion({ tag: hmac("something else") }),
    `${header}.${claims}.`,
    `${header}.${claims}`,
    `${header}..${tag}`,
    `.${claims}.${tag}`,
    `${header}.${claims}.${tag}.`,
    `${header}.${claims}.${tag}=`,
    `${header}.${part({ ...CLAIMS, sub: "user:eve" })}.${tag}`,
    `${header}.${claims}.${tag.slice(0, -1)}${tag.endsWith("A") ? "B" : "A"}`.replace(/.$/, "!"),
    ` ${assertion()}`,
    `${assertion()}, ${assertion()}`,
    `Bearer ${assertion()}`,
    "x".repeat(100_000),
  ];
  for (const token of forged) assert.equal(await check(request({ token })), "assertion_invalid", token.slice(0, 200));
  for (const headers of [{}, { "countersign-assertion": "" }, { "countersign-assertion": undefined }, new Headers(), { "countersign-subject": "user:ann" }]) {
    assert.equal(await check(request({ headers })), "assertion_missing");
  }
  assert.equal(await check(request({ headers: { "countersign-assertion": [assertion(), assertion()] } })), "assertion_invalid");
});

test("every bit of it counts", async () => {
  const token = assertion();
  for (let at = 0; at < token.length; at += 1) {
    const flipped = String.fromCharCode(token.charCodeAt(at) ^ 1);
    const answer = await check(request({ token: token.slice(0, at) + flipped + token.slice(at + 1) }));
    assert.equal(answer, "assertion_invalid", `at ${at}`);
  }
});

test("claims that the gate never signs", async () => {
  for (const claims of ["", "null", "[]", "7", '"x"', "{", "\u00ff"]) {
    assert.equal(await check(request({ token: assertion({ claims }) })), "assertion_invalid", claims);
  }
  for (const claims of [
    { exp: undefined }, { exp: String(NOW + 30) }, { exp: null }, { iat: undefined }, { rid: undefined }, { host: 7 },
    { target: undefined }, { decision: undefined }, { decision: "deny" }, { decision: "approval" }, { sub: undefined }, { sub: 7 },
    { sub: null }, { tenant: undefined }, { revision: undefined }, { revision: "7" },
  ]) assert.equal(await check(request({ token: assertion({ claims }) })), "assertion_invalid", JSON.stringify(claims));
});

test("a route for everybody is believed where the origin says so", async () => {
  const token = assertion({ claims: { decision: "public", sub: undefined, tenant: undefined, revision: undefined } });
  assert.equal(await check(request({ token })), "assertion_public");
  const said = await check(request({ token }), { options: { public: true } });
  assert.deepEqual([said.decision, said.subject], ["public", undefined]);
  assert.equal(await check(request({ token }), { options: { public: true }, expected: { tenant: "acme" } }), "assertion_foreign");
});

test("a key takes another's place without a gap", async () => {
  const next = "the key that comes after the one that there is now";
  const both = { key: [next, KEY] };
  assert.equal((await check(request(), { options: both })).decision, "allow");
  assert.equal((await check(request({ token: assertion({ key: next }) }), { options: both })).decision, "allow");
  assert.equal(await check(request(), { options: { key: next } }), "assertion_invalid");
  const bytes = new TextEncoder().encode(KEY);
  assert.equal((await check(request(), { options: { key: bytes } })).decision, "allow");
  const imported = await crypto.subtle.importKey("raw", bytes, { name: "HMAC", hash: "SHA-256" }, false, ["verify"]);
  assert.equal((await check(request(), { options: { key: imported } })).decision, "allow");
});

test("a verifier that could be wrong is not made", async () => {
  const other = await crypto.subtle.importKey("raw", new TextEncoder().encode(KEY), { name: "HMAC", hash: "SHA-512" }, false, ["verify"]);
  for (const options of [
    undefined, {}, { key: "" }, { key: "short" }, { key: [] }, { key: [KEY, ""] }, { key: 7 }, { key: other }, { key: KEY, audience: "" },
    { key: KEY, audience: null }, { key: KEY, tolerance: 31 }, { key: KEY, tolerance: -1 }, { key: KEY, tolerance: "5" }, { key: KEY, public: "no" },
  ]) {
    assert.throws(() => verifier(options), (error) => error instanceof CountersignError && error.code === "invalid_argument", JSON.stringify(options));
  }
});

/** Each check, taken out of the source, and the request that is believed without it. */
test("without any one of its checks it would believe what it must not", async () => {
  const everybody = { decision: "public", sub: undefined, tenant: undefined, revision: undefined };
  const seeded = [
    ['if (!fits.includes(true))', request({ token: assertion({ key: "another key, which is long enough as well" }) })],
    ['if (said.exp - said.iat > SECONDS)', request({ token: assertion({ claims: { exp: NOW + 86_400 } }) })],
    ['if (!(seconds < said.exp + tolerance))', request(), { now: (NOW + 3_600) * 1_000 }],
    ['if (!(seconds >= said.iat - tolerance))', request(), { now: (NOW - 3_600) * 1_000 }],
    ['if (said.iss !== "countersign")', request({ token: assertion({ claims: { iss: "somebody" } }) })],
    ['if (said.aud !== audience)', request({ token: assertion({ claims: { aud: "another-origin" } }) })],
    ['if (said.method !== request.method)', request({ method: "DELETE" })],
    ['if (said.target !== (await digest(target(request))))', request({ url: "/api/acme/docs/b?full=1" })],
    ['if (tenant !== undefined && said.tenant !== tenant)', request(), { tenant: "globex" }],
    ['if (!everybody)', request({ token: assertion({ claims: everybody }) })],
    ['if (header !== HEADER)', request({ token: assertion({ header: { ...HEADER, alg: "none" } }) })],
  ];
  const folder = new URL("../../crates/countersign-wasm/npm/src/", import.meta.url);
  const source = readFileSync(new URL("verify.ts", folder), "utf8");
  for (const [check, asked, expected = {}] of seeded) {
    assert.ok(source.includes(check), `${check} is gone`);
    // Of the rest of the package it needs the errors alone.
    const contents = source.replace(check, "if (false)").replaceAll("./shared.js", "./error.js");
    const { outputFiles } = await build({ stdin: { contents, loader: "ts", resolveDir: fileURLToPath(folder) }, bundle: true, write: false, format: "esm" });
    const mutant = await import(`data:text/javascript;base64,${Buffer.from(outputFiles[0].text).toString("base64")}`);
    const believe = (verify) => verify({ key: KEY })(asked, { now: NOW * 1_000, ...expected }).then(() => true, () => false);
    assert.deepEqual([await believe(mutant.verifier), await believe(verifier)], [true, false], check);
  }
});
