/**
 * `countersign/hono` in Node and in workerd and `countersign/express`, from the packed tarball, in the real frameworks: each
 * gives the requests the answers that the worker's gate gives them (tests/e2e/middleware.test.mjs asks it).
 */

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { connect } from "node:net";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { after, before, describe, test } from "node:test";
import { document } from "../scenarios/corpus.mjs";
import { resolve } from "./hosts/project.mjs";
import { REQUESTS, send } from "./hosts/requests.mjs";
import { install } from "./install.mjs";
import { ofTenant } from "./stamp.mjs";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const HERE = new URL("./hosts/", import.meta.url);
const ROUTES = readFileSync(new URL("../../config/routes.toml", import.meta.url), "utf8");
const README = readFileSync(new URL("../../crates/countersign-wasm/npm/README.md", import.meta.url), "utf8");
/** A table that takes values from the request. */
const TAKING = `
[[routes]]
method = "POST"
path = "/api/{tenant}/projects/{project}/orders"
action = "place"
resource = "project:{project}/order:new"
context.cost = { body = "/cost" }
visible_by = "view"
`;
const SHOP = `
name = "shop"
[types.project]
actions = ["view"]
[types.order]
parent = "project"
actions = ["view", "place"]
[context]
cost = "decimal"
[roles.buyer]
when = "context.cost < 50"
allow = ["order:place"]
[roles.viewer]
allow = ["order:view"]
`;
const ANN = { members: [{ subject: "user:ann" }], assignments: [{ to: "user:ann", role: "buyer" }, { to: "user:ann", role: "viewer" }] };
const identify = (header) => header?.match(/^Dev (.+)$/)?.[1];

let project;
let compile;
const stops = [];
before(async () => {
  project = install();
  for (const name of ["hono", "express", "@hono"]) symlinkSync(new URL(`node_modules/${name}`, HERE), join(project.directory, "node_modules", name));
  for (const name of ["gated.js", "gated-worker.js"]) cpSync(new URL(`app/${name}`, HERE), join(project.directory, name));
  const documents = { model: document("signagent.toml"), tenant: document("acme.toml"), routes: ROUTES };
  writeFileSync(join(project.directory, "gated-documents.js"), `/** Made by the test. */\nexport const documents = ${JSON.stringify(documents)};\n`);
  compile = await project.load("countersign/compile");
});
after(async () => {
  for (const stop of stops.reverse()) await stop();
  project?.remove();
});

const local = (file) => import(pathToFileURL(join(project.directory, file)).href);

/** Listens; gives the address. */
async function listening(server) {
  await new Promise((ready) => server.listen(0, "127.0.0.1", ready));
  stops.push(() => new Promise((done) => (server.close(done), server.closeAllConnections())));
  return `http://127.0.0.1:${server.address().port}`;
}

/** What is answered to exactly these bytes. */
async function raw(hostname, port, text) {
  const socket = connect(port, hostname);
  socket.end(text);
  return (await socket.setEncoding("utf8").toArray()).join("");
}

async function hono(app) {
  const { getRequestListener } = await import(pathToFileURL(resolve("@hono/node-server")).href);
  return listening(createServer(getRequestListener(app.fetch)));
}

async function express(gate) {
  const { default: make } = await import(pathToFileURL(resolve("express")).href);
  const app = make().enable("case sensitive routing").enable("strict routing");
  app.use(gate);
  app.use(make.json());
  app.use((request, response) => response.json({ ...request.countersign, got: request.body }));
  return listening(createServer(app));
}

const HOSTS = {
  "Hono in Node, by a tenant": async () => hono((await local("gated.js")).gated("tenant")),
  "Hono in Node, by checkers": async () => hono((await local("gated.js")).gated("checker")),
  async "Hono in workerd"() {
    writeFileSync(join(project.directory, "wrangler.toml"), 'name = "gated"\nmain = "gated-worker.js"\ncompatibility_date = "2025-11-01"\n');
    process.env.CLOUDFLARE_CF_FETCH_ENABLED = "false";
    const { unstable_startWorker: start } = await import("wrangler");
    const worker = await start({ config: join(project.directory, "wrangler.toml"), dev: { server: { hostname: "127.0.0.1", port: 0 }, inspector: false, logLevel: "error", watch: false } });
    stops.push(() => worker.dispose());
    return (await worker.url).href;
  },
  async Express() {
    const { gate } = await project.load("countersign/express");
    const policy = compile.Policy.parse(document("signagent.toml"));
    const acme = compile.Tenant.load(policy, document("acme.toml"));
    const rights = (tenant) => (tenant === "acme" ? acme : undefined);
    return express(gate({ routes: ROUTES, policy, rights, identify: ({ headers }) => identify(headers.authorization) }));
  },
};

for (const [host, start] of Object.entries(HOSTS)) {
  describe(host, () => {
    let address;
    // Where its bundle cannot be built, wrangler never says so to who waits for the address.
    before(async () => {
      address = await start();
    }, { timeout: 60_000 });

    for (const row of REQUESTS) {
      const [what, , , , status, body] = row;
      test(what, async () => {
        const answer = await send(address, "acme", row);
        assert.equal(answer.status, status, answer.text);
        if (status >= 400) assert.equal(answer.type, "application/problem+json");
        if (body !== undefined) assert.equal(answer.text, body);
      });
    }
  });
}

describe("what is taken from the request", () => {
  const addresses = {};
  before(async () => {
    const policy = compile.Policy.parse(SHOP);
    const rights = () => compile.Tenant.load(policy, ANN);
    const { Hono } = await import(pathToFileURL(resolve("hono")).href);
    const [forHono, forExpress] = [await project.load("countersign/hono"), await project.load("countersign/express")];
    const app = new Hono();
    app.use(forHono.gate({ routes: TAKING, policy, rights, identify: ({ headers }) => identify(headers.get("authorization")) }));
    app.all("*", async (c) => c.json({ ...c.get("countersign"), got: await c.req.json() }));
    addresses.Hono = await hono(app);
    addresses.Express = await express(forExpress.gate({ routes: TAKING, policy, rights, identify: ({ headers }) => identify(headers.authorization) }));
  });

  const bodies = [
    ['{"cost": 49.99}', 200],
    // More digits than every origin would read alike are no number.
    ['{"cost": "49.999999999999999999"}', 403],
    ['{"cost": "49.99"}', 200],
    ['{"cost": 50}', 403],
    ['{"cost": "a lot"}', 403],
    ["{}", 403],
    ['{"cost": 1, "cost": 100}', 400],
    ['{"cost": 1', 400],
    [`{"cost": 1, "more": "${"x".repeat(300_000)}"}`, 413],
  ];
  for (const framework of ["Hono", "Express"]) {
    for (const [body, status] of bodies) {
      test(`${framework}: ${body.slice(0, 40)}`, async () => {
        const headers = { authorization: "Dev user:ann", "content-type": "application/json" };
        const answer = await fetch(`${addresses[framework]}/api/shop/projects/p/orders`, { method: "POST", headers, body });
        assert.equal(answer.status, status, await answer.clone().text());
        if (status === 200) assert.deepEqual((await answer.json()).got, JSON.parse(body), "the handler reads it, too");
      });
    }
  }

  test("Express: a host or a target in which somebody else would see another path", async () => {
    const { hostname, port } = new URL(addresses.Express);
    const order = "/api/shop/projects/p/orders";
    for (const [target, host] of [
      ["/secret", `h${order}?`],
      ["/secret", `h${order}#`],
      ["/secret", `h\\${order}`],
      [`http://h/secret#${order}`, "h"],
      [`http://h${order}`, "h"],
      [`${order}#/../secret`, "h"],
    ]) {
      const answer = await raw(hostname, port, `POST ${target} HTTP/1.1\r\nHost: ${host}\r\nAuthorization: Dev user:ann\r\nContent-Type: application/json\r\nContent-Length: 11\r\nConnection: close\r\n\r\n{"cost": 1}`);
      assert.match(answer, /^HTTP\/1\.1 400 /, `${target} ${host}`);
    }
  });

  test("Express, whose routers ignore case: a path that is another route's there", async () => {
    const { gate } = await project.load("countersign/express");
    const { default: make } = await import(pathToFileURL(resolve("express")).href);
    const policy = compile.Policy.parse(SHOP);
    const all = "[[routes]]\nmethod = 'GET'\npath = '/{tenant}/orders/all'\naction = 'view'\nresource = 'project:all'\n";
    const one = "[[routes]]\nmethod = 'GET'\npath = '/{tenant}/orders/{order}'\naction = 'view'\nresource = 'project:p/order:{order}'\n";
    const app = make().enable("case sensitive routing");
    app.use(gate({ routes: all + one, policy, rights: () => compile.Tenant.load(policy, ANN), identify: () => "user:ann" }));
    const router = make.Router();
    router.get("/:tenant/orders/all", (_, response) => response.send("all"));
    router.get("/:tenant/orders/:order", (request, response) => response.send(request.params.order));
    app.use(router);
    const address = await listening(createServer(app));
    for (const [path, status] of [["/shop/orders/all", 403], ["/shop/orders/All", 400], ["/shop/orders/aLL", 400], ["/shop/orders/Alle", 200], ["/Shop/orders/1", 404]]) {
      assert.equal((await fetch(address + path)).status, status, path);
    }
  });

  for (const framework of ["Hono", "Express"]) {
    test(`${framework}: a header that names another method`, async () => {
      for (const name of ["X-HTTP-Method-Override", "x-http-method", "X-Method-Override"]) {
        const headers = { authorization: "Dev user:ann", "content-type": "application/json", [name]: "DELETE" };
        const answer = await fetch(`${addresses[framework]}/api/shop/projects/p/orders`, { method: "POST", headers, body: '{"cost": 1}' });
        assert.equal(answer.status, 400, name);
      }
    });
  }

  test("a body that somebody read before is no body that was checked", async () => {
    const { gate } = await project.load("countersign/express");
    const { default: make } = await import(pathToFileURL(resolve("express")).href);
    const policy = compile.Policy.parse(SHOP);
    const refused = [];
    const app = make();
    app.use(make.json());
    app.use(gate({ routes: TAKING, policy, rights: () => compile.Tenant.load(policy, ANN), identify: () => "user:ann", onRefused: ({ code }) => refused.push(code) }));
    app.use((_, response) => response.json({}));
    const address = await listening(createServer(app));
    const answer = await fetch(`${address}/api/shop/projects/p/orders`, { method: "POST", headers: { "content-type": "application/json" }, body: '{"cost": 1}' });
    assert.equal(answer.status, 503);
    assert.deepEqual(refused, ["unavailable"]);
  });
});

describe("what needs an approval", () => {
  const POLICY = { ...ANN, approval_policies: [{ id: "big", permissions: ["order:place"], when: "context.cost > 10", approvers: ["user:ann"] }] };
  const NEEDS = '{"type":"urn:countersign:problem:approval_required","title":"Forbidden","status":403,"detail":"This needs an approval.","code":"approval_required"}';
  const HIDDEN = TAKING.replace('visible_by = "view"', "denied = 404");
  const filed = (address) => () => ({ address });
  const address = "/v1/tenants/shop/requests/r1";

  /** By a tenant in memory, and by the checker of its snapshot. */
  async function ask(framework, by, cost, { routes = TAKING, ...options } = {}) {
    const policy = compile.Policy.parse(SHOP);
    const tenant = compile.Tenant.load(policy, POLICY);
    const { Checker } = await project.load("countersign");
    const rights = { tenant: () => tenant, checker: () => Checker.load(tenant.snapshot("user:ann")) }[by];
    const { gate } = await project.load(`countersign/${framework}`);
    const refused = [];
    const all = { routes, policy, rights, identify: () => "user:ann", onRefused: ({ code, status }) => refused.push(`${status} ${code}`), ...options };
    let base;
    if (framework === "hono") {
      const { Hono } = await import(pathToFileURL(resolve("hono")).href);
      const app = new Hono();
      app.use(gate(all));
      app.all("*", (c) => c.text("reached"));
      base = await hono(app);
    } else base = await express(gate(all));
    const answer = await fetch(`${base}/api/shop/projects/p/orders`, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify({ cost }) });
    return { status: answer.status, location: answer.headers.get("location"), cache: answer.headers.get("cache-control"), text: await answer.text(), refused };
  }

  for (const framework of ["hono", "express"]) {
    for (const by of ["tenant", "checker"]) {
      test(`${framework}, by a ${by}`, async () => {
        assert.equal((await ask(framework, by, 10)).status, 200);
        const bare = await ask(framework, by, 11);
        assert.deepEqual([bare.status, bare.text, bare.location, bare.refused], [403, NEEDS, null, ["403 approval_required"]]);
        // Who has the right may know that there is something to approve.
        assert.deepEqual((await ask(framework, by, 11, { routes: HIDDEN })).text, NEEDS);
        const needed = [];
        const waits = await ask(framework, by, 11, { onApproval: async ({ request, ...rest }) => (needed.push(rest), { address }) });
        assert.deepEqual([waits.status, waits.location, waits.cache], [202, address, "no-store"]);
        assert.deepEqual(JSON.parse(waits.text), { decision: "approval", address });
        assert.deepEqual(waits.refused, ["202 approval"]);
        assert.deepEqual(needed, [{ subject: "user:ann", tenant: "shop", action: "place", resource: "project:p/order:new", attributes: {}, context: { cost: "11" }, actionAttributes: {} }]);
      });
    }

    const never = () => assert.fail("nobody asks for what is allowed or denied");
    const broken = () => {
      throw new Error("no worker");
    };
    for (const [what, cost, onApproval, status] of [
      ["an allow asks for none", 1, never, 200],
      ["nor does a denial", 50, never, 403],
      ["no request was made", 11, () => undefined, 403],
      ["an address elsewhere", 11, filed("https://access.example.com/r1"), 202],
      ["it throws", 11, broken, 503],
      ["it never comes to an end", 11, () => new Promise(() => {}), 503],
      ["it says that all is well", 11, () => true, 503],
      ["it says that it is allowed", 11, () => ({ decision: "allow", allowed: true, revision: 1 }), 503],
      ["it gives no address", 11, filed(7), 503],
      ["an address that is a header more", 11, filed("/a\r\nset-cookie: b"), 503],
      ["an address of another kind", 11, filed("javascript:1"), 503],
      ["an address that only looks like a path", 11, filed("//elsewhere.example"), 503],
    ]) {
      test(`${framework}: ${what}`, async () => {
        const { status: found, text } = await ask(framework, "tenant", cost, { onApproval });
        assert.equal(found, status, text);
      });
    }
  }
});

describe("what goes wrong is a refusal", () => {
  const ask = async (options) => {
    const { gate } = await project.load("countersign/hono");
    const { Hono } = await import(pathToFileURL(resolve("hono")).href);
    const policy = compile.Policy.parse(document("signagent.toml"));
    const acme = compile.Tenant.load(policy, document("acme.toml"));
    const refused = [];
    const app = new Hono();
    app.use(gate({ routes: ROUTES, policy, rights: () => acme, identify: () => "user:olivia", onRefused: ({ code }) => refused.push(code), ...options }));
    app.all("*", (c) => c.text("reached"));
    const { status } = await app.request("http://localhost/api/acme/projects/renovation");
    return [status, ...refused];
  };
  const broken = () => {
    throw new Error("no database");
  };
  const never = () => new Promise(() => {});

  for (const [what, options, expected] of [
    ["nothing", {}, [200]],
    ["identify throws", { identify: broken }, [503, "unavailable"]],
    ["identify gives nobody", { identify: () => undefined }, [401, "nobody"]],
    ["identify gives what is no subject", { identify: () => ({ subject: 7 }) }, [503, "unavailable"]],
    ["rights throw", { rights: broken }, [503, "unavailable"]],
    ["rights are nobody's", { rights: () => undefined }, [404, "denied"]],
    ["rights are what only looks like a tenant", { rights: () => ({ check: () => ({ decision: "allow" }) }) }, [404, "denied"]],
    ["rights never come", { rights: never }, [503, "deadline"]],
  ]) {
    test(what, async () => assert.deepEqual(await ask(options), expected));
  }

  test("another's checker", async () => {
    const { Checker } = await project.load("countersign");
    const acme = compile.Tenant.load(compile.Policy.parse(document("signagent.toml")), document("acme.toml"));
    const checker = await Checker.load(acme.snapshot("user:olivia"));
    assert.deepEqual(await ask({ rights: () => checker, identify: () => "user:mia" }), [404, "denied"]);
    checker.free();
    assert.deepEqual(await ask({ rights: () => checker }), [503, "freed"]);
  });

  test("a checker of another tenant", async () => {
    const { Checker } = await project.load("countersign");
    const acme = compile.Tenant.load(compile.Policy.parse(document("signagent.toml")), document("acme.toml"));
    for (const [tenant, expected] of [["acme", [200]], ["globex", [404, "denied"]]]) {
      const checker = await Checker.load(ofTenant(acme.snapshot("user:olivia"), tenant));
      assert.deepEqual(await ask({ rights: () => checker }), expected, tenant);
      checker.free();
    }
  });

  test("a table that is wrong is not taken", async () => {
    const { gate } = await project.load("countersign/hono");
    const policy = compile.Policy.parse(document("signagent.toml"));
    const wrong = ROUTES.replace('action = "edit"', 'action = "edti"');
    assert.throws(() => gate({ routes: wrong, policy, rights: () => undefined, identify: () => undefined }), ({ code, diagnostics }) => code === "invalid_routes" && diagnostics.length === 1);
  });
});

test("an application without the gate is found out by the requests", async () => {
  const { Hono } = await import(pathToFileURL(resolve("hono")).href);
  const app = new Hono();
  app.all("*", (c) => c.text("reached"));
  const address = await hono(app);
  const statuses = await Promise.all(REQUESTS.map(async (row) => (await send(address, "acme", row)).status === row[4]));
  assert.deepEqual(statuses, REQUESTS.map(([, , , , status]) => status === 200));
});

test("Hono's types take it, and what decides must be one of ours", () => {
  const right = `import { Hono } from "hono";
    import { gate, type Allowed } from "countersign/hono";
    import { Policy, Tenant } from "countersign/compile";
    const policy = Policy.parse("");
    const app = new Hono<{ Variables: { countersign: Allowed } }>();
    app.use(gate({ routes: "", policy, identify: () => ({ subject: "user:a", claims: { org: "x" } }), rights: () => Tenant.load(policy, {}) }));
    app.get("/", (c) => c.text(c.get("countersign").subject));`;
  const takes = (text) => {
    writeFileSync(join(project.directory, "types.ts"), text);
    const options = ["--noEmit", "--strict", "--module", "nodenext", "--target", "es2022", "--lib", "es2022,dom,dom.iterable", "--types", "", "--preserveSymlinks"];
    return spawnSync(process.execPath, [join(ROOT, "node_modules/typescript/bin/tsc"), ...options, "types.ts"], { cwd: project.directory, encoding: "utf8" });
  };
  const { status, stdout } = takes(right);
  assert.equal(status, 0, stdout);
  assert.match(takes(right.replace("Tenant.load(policy, {})", "({ can: () => true })")).stdout, /types\.ts\(6,/);
});

describe("the examples of the README", () => {
  for (const framework of ["hono", "express"]) {
    test(framework, async () => {
      const [, example] = README.match(new RegExp(`^\`\`\`js ${framework}\\n([\\s\\S]*?)^\`\`\`$`, "m"));
      assert.ok(example.trim().split("\n").length <= 15, "fifteen lines at most");
      const folder = join(project.directory, `example-${framework}`);
      mkdirSync(folder);
      const files = { "app.mjs": example, "session.js": 'export const session = (headers) => headers.get("x-test-user") ?? undefined;\n', "model.toml": document("signagent.toml"), "tenant.toml": document("acme.toml"), "routes.toml": ROUTES };
      for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
      const before = process.cwd();
      process.chdir(folder);
      const { app } = await local(`example-${framework}/app.mjs`).finally(() => process.chdir(before));
      const address = framework === "hono" ? await hono(app) : await listening(createServer(app));
      const get = (user) => fetch(`${address}/api/acme/projects/renovation`, { headers: user === undefined ? {} : { "x-test-user": user } });
      const allowed = await get("user:petra");
      assert.equal(allowed.status, 200, await allowed.clone().text());
      const { subject, resource } = await allowed.json();
      assert.deepEqual([subject, resource], ["user:petra", "project:renovation"]);
      assert.deepEqual([(await get("user:mia")).status, (await get(undefined)).status], [404, 401]);
    });
  }
});
