/**
 * Requests that are written to get past the gate, as bytes to a workerd of this file's own: what an origin that decodes a
 * path once, or twice, would serve for what reached it is never anything but what the caller may have.
 *
 * The origin echoes what it received. A worker beside the gate that passes everything on shows that each check can fail.
 */

import assert from "node:assert/strict";
import { connect } from "node:net";
import { after, before, describe, test } from "node:test";
import { OPERATOR, running } from "../faults/platform/account.mjs";

const TARGETS = 10_000;
const HEADERS = 3_000;
/** How many the open door gets: enough to see that it is open. */
const CONTROLS = 600;
const CONNECTIONS = 24;

const KINDS = ["docs", "files", "users", "teams", "notes"];
/** Thirty routes: method, path, and the question, or nothing for a public one. */
const ROUTES = [
  ["GET", "/"],
  ["GET", "/open/*"],
  ["GET", "/{t}/health"],
  ["POST", "/{t}/login"],
  ["GET", "/{t}/docs/published/{d}"],
  ...KINDS.flatMap((kind) => [
    ["GET", `/{t}/${kind}/secret`, `audit ${kind}:secret`],
    ["GET", `/{t}/${kind}/{id}`, `view ${kind}:{id}`],
    ["PUT", `/{t}/${kind}/{id}`, `edit ${kind}:{id}`],
    ["DELETE", `/{t}/${kind}/{id}`, `delete ${kind}:{id}`],
    ["GET", `/{t}/${kind}/{id}/parts/{p}`, `view ${kind}:{id}/part:{p}`],
  ]),
];
/** What the caller may, each with all below it. */
const MAY = ["view docs:a", "view files:a", "view files:x y", "view notes:b1", "edit notes:b1"];

const table = ROUTES.map(([method, path, asked]) => {
  if (asked === undefined) return `[[routes]]\nmethod = "${method}"\npath = "${path.replace("{t}", "{_t}").replace("{d}", "{_d}")}"\npublic = true\n`;
  const [action, resource] = asked.split(" ");
  return `[[routes]]\nmethod = "${method}"\npath = "${path.replace("{t}", "{tenant}")}"\naction = "${action}"\nresource = "${resource}"\n`;
}).join("\n");
const model = `name = "bypass"
${KINDS.map((kind) => `[types.${kind}]\nactions = ["view", "edit", "delete", "audit"]`).join("\n")}
[types.part]
parent = [${KINDS.map((kind) => `"${kind}"`).join(", ")}]
actions = ["view"]
[roles.reader]
allow = [${[...KINDS, "part"].map((kind) => `"${kind}:view"`).join(", ")}]
[roles.writer]
allow = ["notes:edit"]
`;
const tenant = `[[members]]\nsubject = "user:one"\n${MAY.map((right) => {
  const at = right.indexOf(" ");
  const role = right.slice(0, at) === "edit" ? "writer" : "reader";
  return `[[assignments]]\nto = "user:one"\nrole = "${role}"\nscope = "${right.slice(at + 1)}"\n`;
}).join("")}`;
const origin = `export default { fetch(request) {
  const seen = { method: request.method, url: request.url, headers: [...request.headers] };
  return new Response("the origin", { headers: { echo: encodeURIComponent(JSON.stringify(seen)) } });
} };`;
const open = "export default { fetch: (request, env) => env.ORIGIN.fetch(request) };";

let worker;
let ports;
before(async () => {
  worker = await running({ faults: false, origin, routes: table, extra: [{ name: "open", text: open }] });
  ports = { gate: worker.server.port, open: worker.server.ports.open };
  const answer = await worker.ask(OPERATOR, "PUT", "/v1/tenants/acme", { model, tenant });
  assert.equal(answer.status, 201, answer.text);
});
after(() => worker.stop());

describe("nothing gets past the gate", () => {
  test(`D1: ${TARGETS} targets, for an origin that decodes once and one that decodes twice`, async (context) => {
    const { forwarded, bypasses, answered } = await targets(ports.gate, TARGETS);
    context.diagnostic(`${answered} answered, ${forwarded} of them forwarded, ${bypasses.length} bypasses`);
    assert.deepEqual(bypasses.slice(0, 5), []);
    assert.ok(forwarded > TARGETS / 50, `only ${forwarded} were forwarded`);
    const control = await targets(ports.open, CONTROLS);
    assert.ok(control.bypasses.length > CONTROLS / 10, `the open door lets ${control.bypasses.length} through`);
  });

  test("D2: the method that decides is the method that is forwarded, whatever else names one", async (context) => {
    const { forwarded, bypasses, sent } = await methods(ports.gate);
    context.diagnostic(`${sent} sent, ${forwarded} of them forwarded, ${bypasses.length} bypasses`);
    assert.deepEqual(bypasses.slice(0, 5), []);
    assert.ok(forwarded > 50, `only ${forwarded} were forwarded`);
    const control = await methods(ports.open);
    assert.ok(control.bypasses.length > 500, `the open door lets ${control.bypasses.length} through`);
  });

  test(`D3: ${HEADERS} headers that speak for the gate, or for a proxy before it`, async (context) => {
    const { forwarded, bypasses } = await headers(ports.gate, HEADERS);
    context.diagnostic(`${forwarded} forwarded, ${bypasses.length} bypasses`);
    assert.deepEqual(bypasses.slice(0, 5), []);
    assert.ok(forwarded > HEADERS / 3, `only ${forwarded} were forwarded`);
    const control = await headers(ports.open, CONTROLS);
    assert.ok(control.bypasses.length > CONTROLS / 3, `the open door lets ${control.bypasses.length} through`);
  });
});

/** Sends targets that may be read as others, and gives what reached the origin and should not have. */
async function targets(port, count) {
  const random = dice(7);
  const paths = ROUTES.map(([, path]) => filled(path, random));
  const bypasses = [];
  let forwarded = 0;
  let answered = 0;
  await each(port, count, (number) => {
    const [method, path] = ROUTES[number % ROUTES.length];
    const target = twisted(random, filled(path, random), paths);
    return [`${method} ${target}`, `${method} ${target} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Dev user:one\r\nContent-Length: 0\r\n\r\n`];
  }, (line, answer) => {
    answered += answer === undefined ? 0 : 1;
    const seen = echoed(answer);
    if (seen === undefined) return;
    forwarded++;
    for (const decodes of [1, 2]) {
      const served = serves(seen.method, seen.url, decodes);
      if (!allowed(served)) bypasses.push(`${line}: an origin that decodes ${decodes} times serves ${served}`);
    }
  });
  return { forwarded, bypasses, answered };
}

const OVERRIDE = "DELETE";
const METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND", "SEARCH", "PURGE", "get"];
const form = `_method=${OVERRIDE}`;
const json = JSON.stringify({ _method: OVERRIDE });
/** What names another method: headers, query, type of the body and body. */
const TRICKS = [
  {},
  { header: "X-HTTP-Method-Override" },
  { header: "x-http-method" },
  { header: "X_Method_Override" },
  { query: `_method=${OVERRIDE}` },
  { query: `x=1&%5Fmethod=${OVERRIDE}` },
  { type: "application/x-www-form-urlencoded", body: form },
  { type: "application/json", body: json },
];

async function methods(port) {
  const random = dice(3);
  const cases = METHODS.flatMap((method) => TRICKS.flatMap((trick) => ROUTES.map(([, path]) => ({ method, trick, path: filled(path, random) }))));
  const bypasses = [];
  let forwarded = 0;
  await each(port, cases.length, (number) => {
    const { method, path, trick: { header, query, type, body = "" } } = cases[number];
    const lines = ["Host: localhost", "Authorization: Dev user:one", `Content-Length: ${body.length}`];
    if (header !== undefined) lines.push(`${header}: ${OVERRIDE}`);
    if (type !== undefined) lines.push(`Content-Type: ${type}`);
    const target = query === undefined ? path : `${path}?${query}`;
    return [number, `${method} ${target} HTTP/1.1\r\n${lines.join("\r\n")}\r\n\r\n${body}`];
  }, (number, answer) => {
    const seen = echoed(answer);
    if (seen === undefined) return;
    forwarded++;
    const { method, path, trick } = cases[number];
    const line = `${method} ${path} ${JSON.stringify(trick)}`;
    if (seen.method !== method) bypasses.push(`${line}: the origin got ${seen.method}`);
    // An origin that believes the first word on the method that it finds outside of the body.
    const header = seen.headers.find(([name]) => /^x.(http.method|method.override)/.test(name))?.[1];
    const url = new URL(seen.url);
    const effective = header ?? url.searchParams.get("_method") ?? (seen.method === "HEAD" ? "GET" : seen.method);
    const served = serves(effective, seen.url, 1);
    if (!allowed(served)) bypasses.push(`${line}: the origin does ${effective}, ${served}`);
  });
  return { forwarded, bypasses, sent: cases.length };
}

const PROTECTED = [
  "countersign-subject", "countersign-tenant", "countersign-revision", "countersign-assertion", "x-countersign-subject",
  "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-forwarded-user", "x-forwarded-uri", "forwarded",
  "x-original-url", "x-rewrite-url", "x-middleware-subrequest", "x-middleware-rewrite", "x-http-method-override",
  "cf-connecting-ip", "cf-access-jwt-assertion", "x-auth-request-email", "x-real-ip", "true-client-ip", "remote-user",
  "remote-groups", "x-remote-group", "x-ms-token-aad-id-token", "x-authentik-username", "x-pomerium-claim-email", "x-consumer-username",
  "x-vouch-user", "oidc-claim-sub", "tailscale-user-login", "client-cert", "impersonate-user", "x-invoke-path", "client-ip", "x-azure-clientip",
];

async function headers(port, count) {
  const random = dice(13);
  const bypasses = [];
  let forwarded = 0;
  await each(port, count, () => {
    const name = random.of(PROTECTED);
    const spelt = [...name].map((letter) => (letter === "-" ? random.of(["-", "-", "_", "."]) : random.of([letter, letter.toUpperCase()]))).join("");
    const lines = ["Host: localhost", "Authorization: Dev user:one", `${spelt}: evil`];
    if (random.below(3) === 0) lines.push(`${name.toUpperCase()}: evil, evil`);
    if (random.below(4) === 0) lines.push(`Connection: ${random.of(["keep-alive", "close", "upgrade"])}, ${name}`);
    if (random.below(8) === 0) lines.push("Connection: Countersign-Subject");
    return [lines.join(" | "), `GET /acme/docs/a HTTP/1.1\r\n${lines.join("\r\n")}\r\n\r\n`];
  }, (line, answer) => {
    const seen = echoed(answer);
    if (seen === undefined) return;
    forwarded++;
    const leaked = seen.headers.filter(([, value]) => value.includes("evil"));
    if (leaked.length > 0) bypasses.push(`${line}: the origin got ${JSON.stringify(leaked)}`);
    const subjects = seen.headers.filter(([name]) => name.replaceAll(/[_.]/g, "-") === "countersign-subject");
    if (subjects.length !== 1 || subjects[0][1] !== "user:one") bypasses.push(`${line}: the origin got ${JSON.stringify(subjects)}`);
    if (seen.headers.some(([name]) => name === "connection" || name === "authorization")) bypasses.push(`${line}: the origin got it`);
  });
  return { forwarded, bypasses };
}

/** Whether the caller may have what an origin serves. */
function allowed(served) {
  return served === undefined || served === "public" || MAY.some((right) => served === right || served.startsWith(`${right}/`));
}

/** What an origin serves: the question that should have been asked, or `public`. */
function serves(method, url, decodes) {
  let path = url.replace(/^[a-z]+:\/\/[^/]*/, "").split("?")[0];
  for (let round = 0; round < decodes; round++) {
    path = Buffer.from(path.replaceAll(/%([0-9a-f]{2})/gi, (_, digits) => String.fromCharCode(Number.parseInt(digits, 16))), "latin1").toString("latin1");
  }
  path = Buffer.from(path, "latin1").toString("utf8").split(/[\0?#]/)[0].replaceAll("\\", "/");
  const segments = [];
  for (const segment of path.split("/").map((part) => part.split(";")[0])) {
    if (segment === "..") segments.pop();
    else if (segment !== "" && segment !== ".") segments.push(segment);
  }
  for (const [known, pattern, asked] of ROUTES) {
    const pieces = pattern.split("/").filter((piece) => piece !== "");
    const open = pieces.at(-1) === "*";
    if (known !== method || (open ? segments.length + 1 < pieces.length : segments.length !== pieces.length)) continue;
    const fixed = open ? pieces.slice(0, -1) : pieces;
    if (!fixed.every((piece, at) => piece.startsWith("{") || piece === segments[at])) continue;
    return fixed.reduce((question, piece, at) => question.replace(piece, segments[at]), asked ?? "public");
  }
  return undefined;
}

/** A path of a route: often of a resource that the caller may have, so that it could serve as a disguise. */
function filled(path, random) {
  const id = random.of(["a", "a", "b1", "secret", "x%20y", "published", "parts"]);
  return path.replace("{t}", "acme").replace("{id}", id).replace("{d}", id).replace("{p}", "p1").replace("*", "a/b");
}

/** The path written in a way that may be read as another one. */
function twisted(random, path, others) {
  for (let left = random.below(4); left > 0; left--) {
    const at = 1 + random.below(path.length);
    const put = (text) => path.slice(0, at) + text + path.slice(at);
    const code = (path.charCodeAt(at) || 97).toString(16).padStart(2, "0");
    const swap = (text) => path.slice(0, at) + text + path.slice(at + 1);
    const other = random.of(others);
    const ways = [
      () => swap(`%${code}`),
      () => swap(`%${code.toUpperCase()}`),
      () => swap(`%25${code}`),
      () => `/${path.slice(1).replace("/", "%2F")}`,
      () => `/${path.slice(1).replaceAll("/", "%252f")}`,
      () => path.replaceAll("/", "//"),
      () => `${path}/`,
      () => put("/./"),
      () => put("/../"),
      () => put("%2e%2e/"),
      () => put("%252e%252e%252f"),
      () => put("\\"),
      () => put("%5c..%5c"),
      () => put(";v=1"),
      () => put("%3B"),
      () => put("%00"),
      () => path + random.of([".json", ".rsc", "%20", ".", "%2Ejson", "..;", "?x=/../secret", "?_rsc=1"]),
      () => path.toUpperCase(),
      () => swap((path[at] ?? "a").toUpperCase()),
      () => put(random.of(["?", "%3F", "#", "%23", "%0a", "+", "%c0%af", "%EF%BC%8F", "%u002f", "%E2%84%AA", "%", "%2"])),
      () => `${other}/..${path}`,
      () => `${path}/..%2f..%2f..${other}`,
      () => `${path}/../../..${other}`,
      () => `${other}/%2e%2e/%2E%2E/.%2e${path}`,
      () => `http://${random.of(["localhost", "evil.test"])}${path}`,
      () => `/acme/docs/a/..%5c${path}`,
    ];
    path = random.of(ways)();
  }
  return path;
}

/** Chance that a seed repeats. */
function dice(seed) {
  let state = seed;
  const below = (limit) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * limit);
  };
  return { below, of: (list) => list[below(list.length)] };
}

/** What the origin received; `undefined` if the request did not get there. */
function echoed(answer) {
  return answer?.headers.echo === undefined ? undefined : JSON.parse(decodeURIComponent(answer.headers.echo));
}

/** Sends `count` requests of `make`, each `[what, bytes]`, and tells `done` what was answered: nothing where it was hung up on. */
async function each(port, count, make, done) {
  let next = 0;
  const line = async () => {
    let wire = new Wire(port);
    while (next < count) {
      const [what, bytes] = make(next++);
      const answer = await wire.send(bytes);
      done(what, answer);
      if (wire.closed) wire = new Wire(port);
    }
    wire.end();
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, line));
}

/** A connection that is kept, with one request on it at a time: whatever is sent is sent as it is. */
class Wire {
  closed = false;
  #socket;
  #got = Buffer.alloc(0);
  #waiting;
  #head = false;

  constructor(port) {
    this.#socket = connect(port, "127.0.0.1");
    this.#socket.setNoDelay(true);
    this.#socket.on("data", (bytes) => {
      this.#got = Buffer.concat([this.#got, bytes]);
      this.#look();
    });
    const over = () => {
      this.closed = true;
      this.#answer(undefined);
    };
    this.#socket.on("close", over).on("error", over);
  }

  send(bytes) {
    this.#head = bytes.startsWith("HEAD ");
    return new Promise((answered) => {
      this.#waiting = answered;
      this.#socket.write(bytes, "latin1");
    });
  }

  end() {
    this.#socket.destroy();
  }

  #answer(answer) {
    this.#waiting?.(answer);
    this.#waiting = undefined;
  }

  #look() {
    const end = this.#got.indexOf("\r\n\r\n");
    if (end < 0) return;
    const [first, ...lines] = this.#got.toString("latin1", 0, end).split("\r\n");
    const headers = Object.fromEntries(lines.map((line) => [line.slice(0, line.indexOf(":")).toLowerCase(), line.slice(line.indexOf(":") + 1).trim()]));
    const status = Number(first.split(" ")[1]);
    const bare = this.#head || status === 204 || status === 304;
    let over = end + 4;
    if (!bare && headers["transfer-encoding"] === "chunked") {
      const last = this.#got.indexOf("0\r\n\r\n", over - 2);
      if (last < 0) return;
      over = last + 5;
    } else if (!bare) {
      over += Number(headers["content-length"] ?? 0);
      if (this.#got.length < over) return;
    }
    this.#got = this.#got.subarray(over);
    if (headers.connection === "close") {
      this.closed = true;
      this.end();
    }
    this.#answer({ status, headers });
  }
}
