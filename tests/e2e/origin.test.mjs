/**
 * What reaches an origin and what comes back from it, through the shipped worker in a workerd of the test's own: another
 * worker by its binding, and a server of Node by its URL. Each verifies every request with `countersign/verify`.
 */

import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { createServer, request as send } from "node:http";
import { connect } from "node:net";
import { after, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { verifier } from "../../crates/countersign-wasm/npm/dist/verify.js";
import { eventually, OPERATOR, running } from "../faults/platform/account.mjs";
import { ASSERTION_KEY, VARIABLES } from "../faults/platform/workerd.mjs";

const MODEL = `
name = "m"
[types.doc]
actions = ["view", "edit"]
[roles.editor]
allow = ["doc:view", "doc:edit"]
`;
const TENANT = `
[[members]]
subject = "user:ann"
[[members]]
subject = "user:bob"
[[assignments]]
to = "user:ann"
role = "editor"
${[0, 1, 2, 3, 4, 5].map((number) => `[[members]]\nsubject = "user:may-${number}"\n[[assignments]]\nto = "user:may-${number}"\nrole = "editor"\n[[members]]\nsubject = "user:may-not-${number}"\n`).join("")}`;
const route = (method, action) => `[[routes]]\nmethod = "${method}"\npath = "/{tenant}/docs/{doc}"\naction = "${action}"\nresource = "doc:{doc}"\n`;
const ROUTES = ["GET:view", "POST:edit", "PUT:edit", "PATCH:edit", "DELETE:edit"].map((pair) => route(...pair.split(":"))).join("") +
  '[[routes]]\nmethod = "GET"\npath = "/open/*"\npublic = true\n';
const hash = (bytes) => createHash("sha256").update(bytes).digest("hex");
const PACKED = gzipSync("what the origin had compressed before ".repeat(200));

/** The origin's worker: by the last part of the path it echoes, streams, redirects, compresses, or speaks WebSocket. */
async function originText() {
  const contents = `
    import { verifier } from "./verify.js";
    let verify;
    export default {
      async fetch(request, env) {
        verify ??= verifier({ key: env.COUNTERSIGN_ASSERTION_KEY, public: true });
        const passed = await verify(request).catch((error) => error);
        if (passed instanceof Error) return Response.json({ code: passed.code, message: passed.message }, { status: 403 });
        switch (new URL(request.url).pathname.split("/").at(-1)) {
          case "duplex":
            return new Response(request.body, { headers: { "Content-Type": "application/octet-stream" } });
          case "redirect":
            return new Response(null, { status: 307, headers: { Location: "https://elsewhere.example.com/x?y=1#z" } });
          case "words":
            return new Response("short and stout", { status: 418, statusText: "I Am A Teapot", headers: [["Set-Cookie", "a=1"], ["Set-Cookie", "b=2"], ["Server-Timing", "db;dur=5"], ["X-Request-ID", "mine"], ["Countersign-Revision", "999"]] });
          case "packed":
            return new Response(Uint8Array.from(atob("${PACKED.toString("base64")}"), (c) => c.charCodeAt(0)), { encodeBody: "manual", headers: { "Content-Encoding": "gzip", ETag: '"p"' } });
          case "nothing":
            return new Response(null, { status: 204 });
          case "large": {
            const block = new Uint8Array(64 * 1024).map((_, at) => at * 7);
            let left = 96;
            return new Response(new ReadableStream({ pull(c) { left-- > 0 ? c.enqueue(block.slice()) : c.close(); } }));
          }
          case "throws":
            throw new Error("the origin's own trouble");
          case "socket": {
            if (request.headers.get("Upgrade") !== "websocket") return new Response("upgrade", { status: 426 });
            const [client, server] = Object.values(new WebSocketPair());
            server.binaryType = "arraybuffer";
            server.accept();
            server.addEventListener("message", ({ data }) => server.send(typeof data === "string" ? passed.subject + " says " + data : data));
            server.addEventListener("close", ({ code, reason }) => server.close(code, reason));
            return new Response(null, { status: 101, webSocket: client, headers: { "Sec-WebSocket-Protocol": "echo.v1" } });
          }
        }
        const digest = new crypto.DigestStream("SHA-256");
        await (request.body ?? new Blob([]).stream()).pipeTo(digest);
        const sum = Array.from(new Uint8Array(await digest.digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
        return Response.json({ method: request.method, url: request.url, headers: [...request.headers], sum, passed });
      },
    };`;
  const resolveDir = fileURLToPath(new URL("../../crates/countersign-wasm/npm/dist/", import.meta.url));
  const { outputFiles } = await build({ stdin: { contents, resolveDir }, bundle: true, write: false, format: "esm", external: ["*.wasm"], treeShaking: true });
  return outputFiles[0].text;
}

/** The origin by URL: the same echo in Node. */
async function nodeOrigin() {
  const verify = verifier({ key: ASSERTION_KEY, public: true });
  const seen = [];
  const server = createServer(async (request, response) => {
    seen.push(request.url);
    const passed = await verify(request).catch((error) => error);
    if (passed instanceof Error) return response.writeHead(403).end(JSON.stringify({ code: passed.code }));
    if (request.url.endsWith("/duplex")) return request.pipe(response);
    if (request.url.endsWith("/redirect")) return response.writeHead(302, { location: "http://127.0.0.1:1/" }).end();
    if (request.url.endsWith("/words")) return response.writeHead(418, "I Am A Teapot", { "set-cookie": ["a=1", "b=2"] }).end("short and stout");
    if (request.url.endsWith("/packed")) return response.writeHead(200, { "content-encoding": "gzip" }).end(PACKED);
    const sum = createHash("sha256");
    for await (const chunk of request) sum.update(chunk);
    response.end(JSON.stringify({ method: request.method, url: request.url, headers: Object.entries(request.headers), sum: sum.digest("hex"), passed }));
  });
  server.on("upgrade", async (request, socket) => {
    const passed = await verify(request).catch((error) => error);
    if (passed instanceof Error) return socket.end("HTTP/1.1 403 Forbidden\r\n\r\n");
    const accept = createHash("sha1").update(`${request.headers["sec-websocket-key"]}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest("base64");
    socket.write(`HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\nSec-WebSocket-Protocol: echo.v1\r\n\r\n`);
    const frames = reader();
    socket.on("error", () => {});
    socket.on("data", (bytes) => {
      for (const { opcode, payload } of frames(bytes)) {
        if (opcode === 8) socket.end(frame(8, payload, false));
        else socket.write(frame(opcode, opcode === 1 ? Buffer.from(`${passed.subject} says ${payload}`) : payload, false));
      }
    });
  });
  await new Promise((ready) => server.listen(0, "127.0.0.1", ready));
  return { seen, url: `http://127.0.0.1:${server.address().port}`, stop: () => (server.closeAllConnections(), server.close()) };
}

/** One request over a connection of its own; the body is sent in these chunks, after a length or without one. */
function once(port, path, { method = "GET", who = "user:ann", headers = {}, chunks = [], length = true } = {}) {
  const all = { ...(who && { authorization: `Dev ${who}` }), ...headers };
  if (chunks.length > 0) all[length ? "content-length" : "transfer-encoding"] = length ? chunks.reduce((sum, { length }) => sum + length, 0) : "chunked";
  return new Promise((resolve, reject) => {
    const request = send({ host: "127.0.0.1", port, method, path, headers: all, agent: false }, (response) => {
      const parts = [];
      response.on("data", (part) => parts.push(part));
      response.on("end", () => {
        const bytes = Buffer.concat(parts);
        const json = () => JSON.parse(bytes.toString());
        resolve({ status: response.statusCode, message: response.statusMessage, headers: response.headers, raw: response.rawHeaders, bytes, json });
      });
      response.on("error", reject);
    });
    request.on("error", reject);
    for (const chunk of chunks) request.write(chunk);
    request.end();
  });
}

/** A frame of RFC 6455 section 5.2, masked as clients do. */
function frame(opcode, payload, masked = true) {
  const size = payload.length < 126 ? Buffer.from([payload.length]) : payload.length < 65_536 ? Buffer.from([126, payload.length >> 8, payload.length & 255]) : Buffer.concat([Buffer.from([127, 0, 0, 0, 0]), Buffer.from(Uint32Array.of(payload.length).buffer).reverse()]);
  if (!masked) return Buffer.concat([Buffer.from([0x80 | opcode]), size, payload]);
  size[0] |= 0x80;
  const mask = randomBytes(4);
  return Buffer.concat([Buffer.from([0x80 | opcode]), size, mask, payload.map((byte, at) => byte ^ mask[at % 4])]);
}

/** Takes bytes as they come, gives whole frames; parts of a message are not expected. */
function reader() {
  let held = Buffer.alloc(0);
  return (bytes) => {
    held = Buffer.concat([held, bytes]);
    const found = [];
    for (;;) {
      if (held.length < 2) return found;
      const short = held[1] & 0x7f;
      const start = 2 + (short === 126 ? 2 : short === 127 ? 8 : 0);
      if (held.length < start) return found;
      const size = short === 126 ? held.readUInt16BE(2) : short === 127 ? Number(held.readBigUInt64BE(2)) : short;
      const masked = held[1] & 0x80 ? 4 : 0;
      if (held.length < start + masked + size) return found;
      const mask = held.subarray(start, start + masked);
      const payload = held.subarray(start + masked, start + masked + size).map((byte, at) => (masked ? byte ^ mask[at % 4] : byte));
      found.push({ opcode: held[0] & 0xf, payload: Buffer.from(payload) });
      held = held.subarray(start + masked + size);
    }
  };
}

/** A WebSocket by hand: what the handshake said, and a way to send and to wait for what comes. */
function socket(port, path, who) {
  return new Promise((resolve, reject) => {
    const stream = connect(port, "127.0.0.1");
    const frames = reader();
    const came = [];
    const waiting = [];
    let head = "";
    let open = false;
    const next = () => (came.length > 0 ? Promise.resolve(came.shift()) : new Promise((done) => waiting.push(done)));
    stream.on("error", reject);
    stream.on("data", (bytes) => {
      if (!open) {
        head += bytes.toString("latin1");
        const end = head.indexOf("\r\n\r\n");
        if (end < 0) return;
        open = true;
        bytes = Buffer.from(head.slice(end + 4), "latin1");
        head = head.slice(0, end);
        resolve({ status: Number(head.split(" ")[1]), head, next, send: (opcode, data) => stream.write(frame(opcode, Buffer.from(data))), end: () => stream.destroy() });
      }
      for (const found of frames(bytes)) waiting.length > 0 ? waiting.shift()(found) : came.push(found);
    });
    const lines = [`GET ${path} HTTP/1.1`, `Host: 127.0.0.1:${port}`, "Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13", `Sec-WebSocket-Key: ${randomBytes(16).toString("base64")}`, "Sec-WebSocket-Protocol: echo.v1", `Authorization: Dev ${who}`];
    stream.write(`${lines.join("\r\n")}\r\n\r\n`);
  });
}

let node;
before(async () => (node = await nodeOrigin()));
after(() => node?.stop());

for (const kind of ["binding", "URL"]) {
  describe(`an origin by its ${kind}`, () => {
    let worker, port;
    before(async () => {
      const origin = kind === "binding" ? { origin: await originText() } : { bound: false, variables: { ...VARIABLES, COUNTERSIGN_ORIGIN_URL: node.url } };
      worker = await running({ faults: false, routes: ROUTES, ready: 404, ...origin });
      ({ port } = worker.server);
      const answer = await worker.ask(OPERATOR, "PUT", "/v1/tenants/acme", { model: MODEL, tenant: TENANT });
      assert.equal(answer.status, 201, answer.text + worker.server.printed);
    });
    after(() => worker?.stop());

    test("gets who it is, signed, and nothing of what the client says of that", async () => {
      const hostile = { "Countersign-Subject": "user:root", "Countersign-Assertion": "x.y.z", countersign_subject: "user:root", "X-Forwarded-Host": "evil.example.com", "X-Forwarded-User": "root", "x-keep": "kept" };
      const id = "4bf92f3577b34da6a3ce929d0e0e4736";
      const answer = await once(port, "/acme/docs/a?x=1", { headers: { ...hostile, "X-Request-ID": id } });
      assert.equal(answer.status, 200, answer.bytes.toString());
      const { headers, passed, url } = answer.json();
      const sent = new Map(headers);
      assert.deepEqual([passed.subject, passed.tenant, passed.decision, passed.requestId], ["user:ann", "acme", "allow", id]);
      assert.equal(passed.host, `127.0.0.1:${port}`);
      assert.ok(url.endsWith("/acme/docs/a?x=1"), url);
      assert.deepEqual([sent.get("countersign-subject"), sent.get("x-keep"), sent.get("x-request-id")], ["user:ann", "kept", id]);
      assert.deepEqual([sent.has("authorization"), sent.has("x-forwarded-user"), sent.has("countersign_subject")], [false, false, false]);
      const forwarded = kind === "URL" ? [`127.0.0.1:${port}`, "http"] : [undefined, undefined];
      assert.deepEqual([sent.get("x-forwarded-host"), sent.get("x-forwarded-proto")], forwarded);
      if (kind === "URL") assert.equal(sent.get("host"), new URL(node.url).host);
      // The platform says so where it is told to leave its cache alone, which would serve one caller's answer to another.
      assert.equal(sent.get("cache-control"), kind === "URL" ? "no-cache" : undefined);
      assert.equal(answer.headers["x-request-id"], id);
      assert.match(answer.headers["server-timing"], /^countersign;dur=\d+;desc=(warm|cold)$/);
      assert.equal(answer.headers["cache-control"], "private, no-store");
    });

    test("gets and says the same whether the gate had to ask or not", async () => {
      // What each path's member may do is not held before the first of the two requests, and is before the second.
      const paths = ["a?x='1'&y=%2F", "words", "packed", "redirect", ...(kind === "binding" ? ["nothing", "large"] : [])];
      for (const [number, path] of paths.entries()) {
        for (const who of [`user:may-${number}`, `user:may-not-${number}`]) {
          const headers = { "X-Request-ID": "4bf92f3577b34da6a3ce929d0e0e4736", Cookie: "a=1; __Host-countersign-session=x; b=2", "X-Forwarded-For": "1.1.1.1", "x-keep": "kept" };
          const [asked, held] = [await once(port, `/acme/docs/${path}`, { who, headers }), await once(port, `/acme/docs/${path}`, { who, headers })];
          const kinds = [asked, held].map((answer) => /desc=(\w+)/.exec(answer.headers["server-timing"])?.[1]);
          assert.deepEqual(kinds, who.includes("not") ? [undefined, undefined] : ["cold", "warm"], path);
          const same = ({ status, message, raw, bytes }) => {
            const pairs = Array.from({ length: raw.length / 2 }, (_, at) => [raw[2 * at].toLowerCase(), raw[2 * at + 1]]);
            const kept = pairs.filter(([name]) => name !== "date").map(([name, value]) => [name, value.replace(/dur=\d+;desc=\w+/, "")]);
            const said = bytes.toString("latin1").replace(/"issued":[^,}]+/g, "").replace(/\["countersign-assertion","[^"]+"\]/, "");
            return { status, message, headers: kept.sort(), body: said };
          };
          assert.deepEqual(same(held), same(asked), `${who} ${path}`);
        }
      }
    });

    test("gets nothing of what is refused", async () => {
      const before = node.seen.length;
      for (const [who, method, status] of [["user:bob", "GET", 403], ["user:bob", "POST", 403], [null, "GET", 401]]) {
        const answer = await once(port, "/acme/docs/a", { who, method });
        assert.equal(answer.status, status);
        assert.match(answer.headers["x-request-id"], /^[0-9a-f-]{36}$/);
        assert.equal(answer.headers["server-timing"], undefined);
      }
      assert.equal(node.seen.length, before);
    });

    test("is told that a public route's request is nobody's", async () => {
      const { passed } = (await once(port, "/open/a/b", { who: null })).json();
      assert.deepEqual([passed.decision, passed.subject], ["public", undefined]);
    });

    test("reads the query as it was checked, whatever is in it", async () => {
      const queries = ["", "?", "?a", "?a=", "?a=%2F%2f&a=b+c%20d", "?a='!()*~", "?a=/?&b=;c", "?[]=1&{}=|^`", '?a="<>\\', "?%", "?%zz", "?a=%00", "?a=%E4%F6", "??"];
      for (const query of queries) {
        const answer = await once(port, `/acme/docs/a${query}`);
        assert.equal(answer.status, 200, `${query}: ${answer.bytes}`);
      }
    });

    const sizes = [0, 1, 1_000, 65_536, 5_000_000];
    for (const size of sizes) {
      test(`gets a body of ${size} bytes untouched, announced or in chunks, whatever it is called`, async () => {
        const body = randomBytes(size);
        const chunks = size === 0 ? [] : [body.subarray(0, size >> 1), body.subarray(size >> 1)].filter(({ length }) => length > 0);
        for (const length of [true, false]) {
          for (const headers of [{}, { "content-encoding": "gzip", "content-type": "application/json" }]) {
            const answer = await once(port, "/acme/docs/a", { method: "PUT", chunks, length, headers });
            assert.equal(answer.status, 200, answer.bytes.toString());
            assert.equal(answer.json().sum, hash(body), `${size} ${length}`);
          }
        }
      });
    }

    for (const method of ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"]) {
      test(`${method} arrives as ${method}`, async () => {
        const answer = await once(port, "/acme/docs/a", { method });
        assert.equal(answer.status, 200);
        if (method === "HEAD") assert.equal(answer.bytes.length, 0);
        else assert.equal(answer.json().method, method);
      });
    }

    test("answers while it is still being asked", async () => {
      const answers = await duplex(port, "/acme/docs/duplex", ["one", "two", "three"]);
      assert.deepEqual(answers, ["one", "two", "three"]);
    });

    test("redirects the client, not the gate", async () => {
      const answer = await once(port, "/acme/docs/redirect");
      assert.ok([302, 307].includes(answer.status));
      assert.equal(answer.headers.location, kind === "URL" ? "http://127.0.0.1:1/" : "https://elsewhere.example.com/x?y=1#z");
    });

    test("says its own words, and keeps each cookie", async () => {
      const answer = await once(port, "/acme/docs/words");
      assert.deepEqual([answer.status, answer.message, answer.bytes.toString()], [418, "I Am A Teapot", "short and stout"]);
      assert.deepEqual(answer.headers["set-cookie"], ["a=1", "b=2"]);
      if (kind === "binding") {
        assert.match(answer.headers["server-timing"], /^db;dur=5, countersign;/);
        assert.doesNotMatch(answer.headers["x-request-id"], /mine/);
        assert.equal(answer.headers["countersign-revision"], "1");
      }
    });

    test("what it has compressed stays as it is", async () => {
      const answer = await once(port, "/acme/docs/packed", { headers: { "accept-encoding": "gzip" } });
      assert.equal(answer.headers["content-encoding"], "gzip");
      assert.equal(hash(answer.bytes), hash(PACKED));
    });

    test("speaks WebSocket with those who may, texts and bytes of any size", async () => {
      const open = await socket(port, "/acme/docs/socket", "user:ann");
      assert.equal(open.status, 101, open.head);
      assert.match(open.head, /sec-websocket-protocol: echo\.v1/i);
      assert.match(open.head, /x-request-id: [0-9a-f-]{36}/i);
      open.send(1, "hello");
      assert.equal((await open.next()).payload.toString(), "user:ann says hello");
      const large = randomBytes(200_000);
      open.send(2, large);
      assert.equal(hash((await open.next()).payload), hash(large));
      open.send(8, Buffer.from([0x0f, 0xa0, ...Buffer.from("done")]));
      const closed = await open.next();
      assert.deepEqual([closed.opcode, closed.payload.readUInt16BE(0)], [8, 4000]);
      open.end();
      const refused = await socket(port, "/acme/docs/socket", "user:bob");
      assert.equal(refused.status, 403);
      refused.end();
    });

    if (kind === "binding") {
      test("an answer without a body, a long one that nobody announced, and one that never comes", async () => {
        assert.equal((await once(port, "/acme/docs/nothing")).status, 204);
        const large = await once(port, "/acme/docs/large");
        const block = new Uint8Array(64 * 1024).map((_, at) => at * 7);
        assert.equal(hash(large.bytes), hash(Buffer.concat(Array(96).fill(block))));
        const thrown = await once(port, "/acme/docs/throws");
        assert.equal(thrown.status, 503);
        assert.doesNotMatch(thrown.bytes.toString(), /trouble/);
        assert.ok(await eventually(() => /"code":"origin_failed"/.test(worker.server.printed)), "it is in the log");
      });
    }

    test("the log has one line a request, with its id and nothing of the caller", async () => {
      const id = "c0ffee00c0ffee00c0ffee00";
      await once(port, "/acme/docs/canary-doc?canary-query=1", { headers: { "X-Request-ID": id, "x-more": "canary-header" } });
      await once(port, "/acme/docs/canary-doc", { who: "user:canary-subject", headers: { "X-Request-ID": `${id}00` } });
      await once(port, "/open/a", { who: null, headers: { "X-Request-ID": "canary-id-canary-id" } });
      await eventually(() => worker.server.printed.includes(`"${id}00"`));
      const lines = worker.server.printed.split("\n").filter((line) => line.includes('"event":"decision"'));
      const of = (request) => lines.map((line) => JSON.parse(line)).filter((line) => line.request === request);
      const [[allowed, ...more], [denied]] = [of(id), of(`${id}00`)];
      assert.deepEqual(more, []);
      assert.deepEqual([allowed.decision, allowed.stage, allowed.route, allowed.tenant], ["allow", "role", "GET /{tenant}/docs/{doc}", "acme"]);
      assert.deepEqual([denied.decision, denied.stage, denied.status], ["deny", "status", 403]);
      assert.doesNotMatch(worker.server.printed, /canary|user:ann/);
    });
  });
}

/** Sends the next chunk only when the one before has come back. */
function duplex(port, path, texts) {
  return new Promise((resolve, reject) => {
    const came = [];
    const headers = { authorization: "Dev user:ann", "transfer-encoding": "chunked" };
    const request = send({ host: "127.0.0.1", port, method: "POST", path, headers, agent: false }, (response) => {
      response.on("data", (part) => {
        came.push(part.toString());
        came.length < texts.length ? request.write(texts[came.length]) : request.end();
      });
      response.on("end", () => resolve(came));
      response.on("error", reject);
    });
    request.on("error", reject);
    request.setTimeout(10_000, () => request.destroy(new Error(`nothing came after ${came.length}`)));
    request.write(texts[0]);
  });
}

describe("a worker whose configuration is not whole serves nothing", () => {
  for (const [what, options, said] of [
    ["without an origin", { bound: false, variables: {} }, /bind the origin's worker as `ORIGIN`, or set COUNTERSIGN_ORIGIN_URL/],
    ["with two origins", { variables: { COUNTERSIGN_ORIGIN_URL: "https://origin.example.com" } }, /there are two origins/],
    ["with an origin that is no address", { bound: false, variables: { COUNTERSIGN_ORIGIN_URL: "origin.example.com" } }, /must begin with `https/],
    ["without a key to sign with", { variables: { COUNTERSIGN_ASSERTION_KEY: undefined } }, /set the secret COUNTERSIGN_ASSERTION_KEY/],
    ["with a short one", { variables: { COUNTERSIGN_ASSERTION_KEY: "x".repeat(31) } }, /set the secret COUNTERSIGN_ASSERTION_KEY/],
    ["without a key for its records", { variables: { COUNTERSIGN_MAC_KEY: undefined } }, /set the secret COUNTERSIGN_MAC_KEY/],
    ["with a log that it does not understand", { variables: { COUNTERSIGN_LOG_ALLOWS: "some" } }, /COUNTERSIGN_LOG_ALLOWS is the part/],
  ]) {
    test(what, async () => {
      const variables = { ...VARIABLES, ...options.variables };
      const worker = await running({ faults: false, routes: ROUTES, ready: 503, ...options, variables });
      try {
        for (const path of ["/open/a", "/acme/docs/a", "/v1/openapi.json"]) {
          const answer = await once(worker.server.port, path);
          assert.equal(answer.status, 503, path);
          assert.match(answer.headers["x-request-id"], /^[0-9a-f-]{36}$/);
          assert.doesNotMatch(answer.bytes.toString(), /COUNTERSIGN|origin/);
        }
        assert.match(worker.server.printed.replaceAll('\\"', '"'), said);
      } finally {
        await worker.stop();
      }
    });
  }
});

describe("the demo's origin", () => {
  /** Goes round the gate, as somebody would who can reach the origin in another way. */
  const DOOR = "export default { fetch: (request, env) => env.ORIGIN.fetch(request) };";
  let worker;
  before(async () => {
    const entryPoints = [fileURLToPath(new URL("../../www/origin/worker.js", import.meta.url))];
    const { outputFiles } = await build({ entryPoints, bundle: true, write: false, format: "esm", external: ["*.wasm"] });
    worker = await running({ faults: false, origin: outputFiles[0].text, extra: [{ name: "door", text: DOOR }] });
  });
  after(() => worker?.stop());

  test("serves what comes through the gate, and nothing that goes round it", async () => {
    const { port, ports } = worker.server;
    for (const path of ["/", "/demo/app.js", "/package/countersign.wasm"]) {
      assert.equal((await once(port, path, { who: null })).status, 200, path);
      assert.equal((await once(ports.door, path, { who: null })).status, 403, path);
    }
    const sign = "/api/acme/projects/renovation/states/draft/signs/r2";
    const claimed = [{}, { "countersign-subject": "user:eddie", "countersign-tenant": "acme" }, { "countersign-assertion": "a.b.c" }, { authorization: "Dev user:eddie" }];
    for (const headers of claimed) {
      for (const method of ["GET", "PUT"]) {
        const answer = await once(ports.door, sign, { who: null, method, headers });
        assert.equal(answer.status, 403, JSON.stringify(headers));
        assert.doesNotMatch(answer.bytes.toString(), /Stairwell/);
      }
    }
  });
});
