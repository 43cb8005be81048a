/** `connect` and its WebSocket: what is resumed, what is ignored, what is fetched whole, and when it gives up. */

import assert from "node:assert/strict";
import { copyFileSync, mkdtempSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, afterEach, before, beforeEach, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "esbuild";
import { document } from "../scenarios/corpus.mjs";
import { install } from "./install.mjs";
import { atRevision } from "./stamp.mjs";

const SOURCES = new URL("../../crates/countersign-wasm/npm/src/", import.meta.url);
const SIGN = "project:renovation/state:draft/sign:r2";

let project;
let connect;
let Tenant;
let policy;
let server;
let url;
let requests;
let respond;
let connection;
let sockets;
/** How long is waited for what must come, in milliseconds. */
let patience = 5_000;

/** The platform's WebSocket as far as the client uses it; the test is the other end. */
class FakeWebSocket {
  readyState = 0;
  sent = [];
  constructor(address, protocols) {
    Object.assign(this, { address: new URL(address), protocols });
    sockets.push(this);
  }
  send(data) {
    this.sent.push(data);
  }
  close() {
    this.readyState = 3;
  }
  tell(data) {
    this.readyState = 1;
    this.onmessage?.({ data: data instanceof Uint8Array ? data.buffer : data });
  }
  end(code) {
    this.readyState = 3;
    this.onclose?.({ code });
  }
}

before(async () => {
  globalThis.WebSocket = FakeWebSocket;
  project = install();
  ({ connect } = await project.load("countersign/browser"));
  const compile = await project.load("countersign/compile");
  Tenant = compile.Tenant;
  policy = compile.Policy.parse(document("signagent.toml"));
  server = createServer((request, response) => {
    requests.push(request);
    const { status = 200, body = "" } = respond(request);
    response.writeHead(status).end(body);
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  url = `http://127.0.0.1:${server.address().port}`;
});
beforeEach(() => {
  [requests, sockets] = [[], []];
  respond = () => ({ body: editor(5) });
});
afterEach(() => connection?.close());
after(() => {
  delete globalThis.WebSocket;
  server?.close();
  project?.remove();
});

/** A test that must fail where a mistake is made on purpose. */
const trials = {};
function trial(name, run) {
  trials[name] = run;
  test(name, run);
}

const MEMBERS = [{ subject: "user:eddie", attributes: { licensed: true } }];
const ROLES = [{ to: "user:eddie", role: "viewer" }, { to: "user:eddie", role: "editor", scope: "project:renovation" }];
const snapshot = (assignments, revision, options) =>
  atRevision(Tenant.load(policy, { members: MEMBERS, assignments }).snapshot("user:eddie", options), revision);
const editor = (revision, options) => snapshot(ROLES, revision, options);
const nobody = (revision, options) => snapshot([], revision, options);
const may = () => connection.can("edit", SIGN);

async function open(options = {}) {
  connection = await connect({ url, tenant: "acme", ...options });
  await until(() => sockets.length > 0);
  return sockets[0];
}

async function until(holds) {
  const end = Date.now() + patience;
  while (!holds()) {
    assert.ok(Date.now() < end, "it did not come to that");
    await sleep(5);
  }
}

trial("it says which snapshot it holds, and who asks", async () => {
  const socket = await open({ headers: { Authorization: "Bearer a.b(c)" } });
  assert.equal(socket.address.href, `${url.replace("http", "ws")}/v1/tenants/acme/me/watch?revision=5&subject=user%3Aeddie`);
  assert.deepEqual(socket.protocols, ["countersign.v1", "countersign.authorization.Bearer%20a.b%28c%29"]);
  assert.equal(connection.state, "connecting");
  // What it holds is so still, whatever has changed for others since.
  socket.tell('{"current":7}');
  await sleep(20);
  assert.equal(connection.state, "live");
  assert.equal(requests.length, 1);
});

trial("a snapshot that it is told of acts at once; an older one, the same and a foreign tongue do not", async () => {
  const socket = await open();
  let changes = 0;
  connection.onChange(() => changes++);
  socket.tell('{"current":5}');
  for (const [revision, told, expected, count] of [
    [7, nobody, false, 1],
    [6, editor, false, 1],
    [7, nobody, false, 1],
    [5, editor, false, 1],
    [8, editor, true, 2],
  ]) {
    socket.tell(told(revision));
    await sleep(20);
    assert.deepEqual([may(), changes], [expected, count], `${revision}`);
  }
  assert.equal(requests.length, 1, "nothing of it needed a request");
});

trial("what it is told of and does not hold is fetched whole, as is what it cannot understand", async () => {
  const socket = await open();
  for (const message of ['{"changed":9}', "what?", Uint8Array.of(1, 2, 3), '{"news":"none"}']) {
    const before = requests.length;
    const revision = 9 + before;
    respond = () => ({ body: before % 2 === 1 ? nobody(revision) : editor(revision) });
    socket.tell(message === '{"changed":9}' ? `{"changed":${revision}}` : message);
    await until(() => connection.checker.revision === revision);
    assert.equal(requests.at(-1).headers["if-none-match"], undefined);
    assert.equal(requests.length, before + 1, `${message}`);
    assert.equal(may(), before % 2 === 0);
  }
});

trial("what it is told of twice, or late, is not fetched", async () => {
  const socket = await open();
  for (const message of ['{"changed":5}', '{"changed":3}', '{"current":4}', "pong"]) socket.tell(message);
  await sleep(50);
  assert.equal(requests.length, 1);
});

trial("a lost socket is opened again, ever more rarely, and resumes with what is held by then", async () => {
  let socket = await open();
  socket.tell(nobody(6));
  await until(() => connection.checker.revision === 6);
  const waits = [];
  for (let attempt = 1; attempt <= 3; attempt++) {
    const before = performance.now();
    socket.end(1006);
    await until(() => sockets.length === attempt + 1);
    waits.push(performance.now() - before);
    socket = sockets.at(-1);
    assert.equal(socket.address.searchParams.get("revision"), "6");
  }
  // A timer is never early; how late it is depends on what the machine does beside it.
  for (const [attempt, [least, most]] of [[250, 1_500], [500, 2_000], [1_000, 3_000]].entries()) {
    assert.ok(waits[attempt] >= least && waits[attempt] <= most, `${waits}`);
  }
  assert.equal(connection.state, "polling");
  socket.tell('{"current":6}');
  assert.equal(connection.state, "live");
});

trial("where no WebSocket can be had the worker is asked every so often, by the tag", async () => {
  const socket = await open({ pollEvery: 1_000 });
  socket.end(1006);
  await until(() => sockets.length === 2);
  sockets[1].end(1006);
  assert.equal(connection.state, "polling");
  respond = () => ({ status: 304 });
  await until(() => requests.length === 2);
  assert.equal(requests[1].headers["if-none-match"], '"5"');
  respond = () => ({ body: nobody(6) });
  await until(() => !may());
});

trial("who is asked to come again does so at once", async () => {
  const socket = await open();
  socket.tell('{"current":5}');
  const before = performance.now();
  socket.end(4408);
  await until(() => sockets.length === 2);
  assert.ok(performance.now() - before < 200);
});

trial("silence is broken, and a socket that does not answer is given up", async (context) => {
  const socket = await open();
  context.mock.timers.enable({ apis: ["setTimeout"] });
  socket.tell('{"current":5}');
  context.mock.timers.tick(25_000);
  assert.deepEqual(socket.sent, ["ping"]);
  socket.tell("pong");
  context.mock.timers.tick(25_000);
  assert.equal(socket.sent.length, 2);
  context.mock.timers.tick(8_000);
  assert.equal(socket.readyState, 3);
  assert.equal(connection.state, "connecting");
});

trial("whoever is no member any more, is signed out, or is somebody else loses everything", async () => {
  const storage = memory();
  const end = async (how) => {
    respond = () => ({ body: editor(5) });
    sockets = [];
    const socket = await open({ subject: "user:eddie", storage });
    assert.equal(storage.size(), 1);
    let ended;
    connection.addEventListener("end", ({ error }) => (ended = error));
    await how(socket);
    await until(() => ended !== undefined);
    assert.throws(may, { code: "freed" });
    assert.equal(connection.shows("edit", SIGN), false);
    assert.equal(connection.state, "ended");
    assert.equal(storage.size(), 0);
    return [ended.code, ended.status];
  };
  const answered = (status) => async () => {
    respond = () => ({ status });
    await assert.rejects(connection.refresh(), { code: "fetch_failed", status });
  };
  assert.deepEqual(await end((socket) => socket.end(4404)), ["fetch_failed", 404]);
  assert.deepEqual(await end(answered(401)), ["fetch_failed", 401]);
  assert.deepEqual(await end(answered(404)), ["fetch_failed", 404]);
  const another = atRevision(Tenant.load(policy, { members: [{ subject: "user:one" }] }).snapshot("user:one"), 6);
  assert.deepEqual(await end((socket) => socket.tell(another)), ["snapshot_foreign", undefined]);
});

trial("a page starts with what was kept, asks at once whether it is still so, and forgets it in time", async () => {
  const storage = memory();
  const options = { subject: "user:eddie", storage };
  await open(options);
  assert.equal(requests.length, 1);
  connection.close();
  let answer;
  respond = () => {
    answer ??= may();
    return { body: nobody(6) };
  };
  await open(options);
  assert.equal(may(), true);
  await until(() => !may());
  assert.equal(answer, true, "it answered before the worker did");
  connection.signOut();
  assert.equal(storage.size(), 0);
  // Another user's, an expired one and a damaged one are not used; no storage at all is no error.
  respond = () => ({ body: editor(7, { ttl: 60 }) });
  await open(options);
  connection.close();
  assert.equal(storage.size(), 1);
  await sleep(80);
  respond = () => ({ status: 503 });
  await assert.rejects(open(options), { code: "fetch_failed", status: 503 });
  assert.equal(storage.size(), 0);
  respond = () => ({ body: editor(8) });
  await open(options);
  connection.close();
  await assert.rejects(open({ ...options, subject: "user:one" }), { code: "snapshot_foreign" });
  storage.spoil();
  await open(options);
  assert.equal(requests.at(-1).headers["if-none-match"], undefined);
  const refuses = () => {
    throw new Error("no room");
  };
  await open({ subject: "user:eddie", storage: { getItem: refuses, setItem: refuses, removeItem: refuses } });
});

trial("one question's listener runs when its answer has changed, and at no other time", async () => {
  const from = Date.now() + 150;
  const ending = [ROLES[0], { ...ROLES[1], until: new Date(from).toISOString() }];
  respond = () => ({ body: snapshot(ending, 5) });
  const socket = await open();
  const heard = { edit: 0, view: 0 };
  const stops = Object.keys(heard).map((action) => connection.observe(() => heard[action]++, action, SIGN));
  assert.equal(may(), true);
  await until(() => heard.edit === 1);
  assert.ok(Date.now() >= from && !may(), "it ended by itself");
  socket.tell(editor(6));
  await until(() => heard.edit === 2);
  stops[0]();
  socket.tell(nobody(7));
  await until(() => heard.view === 1);
  assert.deepEqual(heard, { edit: 2, view: 1 });
});

function memory() {
  const entries = new Map();
  return {
    getItem: (key) => entries.get(key) ?? null,
    setItem: (key, value) => entries.set(key, value),
    removeItem: (key) => entries.delete(key),
    size: () => entries.size,
    spoil: () => entries.forEach((value, key) => entries.set(key, `${value.slice(0, -8)}AAAAAAAA`)),
  };
}

/** Mistakes in the sources: each must be caught by the trial that is there for it. */
const SEEDS = [
  ["what it is told of and does not hold is fetched whole, as is what it cannot understand", "connection", "revisionIn(data) ?? Infinity", "0"],
  ["what it is told of twice, or late, is not fetched", "connection", "if (wanted <= this.checker.revision) return;", ""],
  ["a snapshot that it is told of acts at once; an older one, the same and a foreign tongue do not", "checker", "next.revision < present.revision", "false"],
  ["a lost socket is opened again, ever more rarely, and resumes with what is held by then", "live", "FIRST_RETRY * 2 **", "FIRST_RETRY * 1 **"],
  ["who is asked to come again does so at once", "live", "code === RENEW", "code === 0"],
  ["silence is broken, and a socket that does not answer is given up", "live", "this.#wait(PATIENCE, () => this.#failed(turn, 0));\n    if", "if"],
  ["whoever is no member any more, is signed out, or is somebody else loses everything", "connection", "told.status === 401 ||", ""],
  ["whoever is no member any more, is signed out, or is somebody else loses everything", "connection", "this.#kept.forget();", ""],
  ["whoever is no member any more, is signed out, or is somebody else loses everything", "connection", "code === GONE", "code === 0"],
  ["a page starts with what was kept, asks at once whether it is still so, and forgets it in time", "connection", "if (response === undefined)", "if (false)"],
  ["a page starts with what was kept, asks at once whether it is still so, and forgets it in time", "browser", "if (isAnothers(options, checker)) {", "if (false) {"],
  ["one question's listener runs when its answer has changed, and at no other time", "questions", "if (answer === asked.answer) continue;", ""],
];

test("the same sources without a mistake pass", async (context) => {
  const correct = connect;
  connect = (await mistaken("connection", "ageing", "ageing")).connect;
  for (const name of new Set(SEEDS.map(([name]) => name))) {
    if (name.includes("rarely")) continue;
    [requests, sockets] = [[], []];
    respond = () => ({ body: editor(5) });
    await trials[name](context);
    connection.close();
    context.mock.timers.reset();
  }
  connect = correct;
});

for (const [name, file, right, wrong] of SEEDS) {
  test(`a mistake is caught: ${file}, ${right} → ${wrong}`, async (context) => {
    const correct = connect;
    connect = (await mistaken(file, right, wrong)).connect;
    patience = 1_000;
    try {
      await assert.rejects(async () => trials[name](context));
    } finally {
      connection?.close();
      connect = correct;
      patience = 5_000;
    }
  });
}

/** The package made of sources with one mistake in them. */
async function mistaken(file, right, wrong) {
  const [directory, sources] = [mkdtempSync(join(tmpdir(), "countersign-mistaken-")), fileURLToPath(SOURCES)];
  const plant = {
    name: "plant",
    setup: ({ onLoad }) =>
      onLoad({ filter: new RegExp(`/${file}\\.ts$`) }, ({ path }) => {
        const text = readFileSync(path, "utf8");
        assert.ok(text.includes(right), `${file} has no ${right}`);
        return { contents: text.replaceAll(right, wrong), loader: "ts" };
      }),
  };
  const outfile = join(directory, "browser.mjs");
  await build({ entryPoints: [join(sources, "entry-browser-node.ts")], outfile, bundle: true, format: "esm", platform: "node", ignoreAnnotations: true, plugins: [plant] });
  copyFileSync(join(sources, "../dist/countersign.wasm"), join(directory, "countersign.wasm"));
  return import(pathToFileURL(outfile).href);
}
