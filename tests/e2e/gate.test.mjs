/** The gate from outside: what reaches the origin, what does not, and what the answers give away. */

import assert from "node:assert/strict";
import { request } from "node:http";
import { before, describe, test } from "node:test";
import { api, ask, freshTenant, URL_OF_WORKER } from "./worker.mjs";

const R2 = "project:renovation/state:draft/sign:r2";
const R1 = "project:renovation/state:internal-review/sign:r1";
const T1 = "project:tower/state:ordered/sign:t1";
/** Headers that differ between any two answers. */
const OF_ONE_ANSWER = new Set(["date", "cf-ray", "countersign-request-id", "x-request-id"]);

let acme;
before(async () => {
  acme = await freshTenant("acme");
});

describe("what is allowed", () => {
  test("reaches the origin and comes back with the revision that decided", async () => {
    const answer = await ask("user:eddie", "GET", api(acme.name, R2));
    assert.equal(answer.status, 200, answer.text);
    assert.equal(answer.data.id, "r2");
    assert.equal(answer.revision, acme.revision);
  });

  test("writes with the caller's name, whatever the request says", async () => {
    const headers = { "Countersign-Subject": "user:olivia", "Countersign-Revision": "999" };
    const answer = await ask("user:rita", "POST", `${api(acme.name, R1)}/approve`, { headers });
    assert.equal(answer.status, 200, answer.text);
    assert.equal(answer.data.approvedBy, "user:rita");
    assert.equal(answer.revision, acme.revision);
  });

  test("edits and comments reach the sign", async () => {
    const edited = await ask("user:eddie", "PUT", api(acme.name, R2), { body: { text: "Floors 1 to 5" } });
    assert.deepEqual([edited.status, edited.data?.text], [200, "Floors 1 to 5"]);
    const commented = await ask("user:petra", "POST", `${api(acme.name, R2)}/comments`, { body: { text: "Nice" } });
    assert.deepEqual([commented.status, commented.data?.comments], [201, [{ by: "user:petra", text: "Nice" }]]);
  });

  test("the page and the package are public", async () => {
    for (const path of ["/", "/demo/app.js", "/demo/style.css", "/package/entry-browser-web.js"]) {
      assert.equal((await ask(undefined, "GET", path)).status, 200, path);
    }
    const wasm = await ask(undefined, "GET", "/package/countersign.wasm");
    assert.deepEqual([wasm.status, wasm.type], [200, "application/wasm"]);
  });
});

describe("what may not be known", () => {
  const pairs = [
    ["a project", "GET", "project:tower", "project:made-up"],
    ["a state", "GET", "project:tower/state:ordered", "project:made-up/state:ordered"],
    ["a sign", "GET", T1, "project:made-up/state:ordered/sign:t1"],
    ["a sign to edit", "PUT", T1, "project:made-up/state:ordered/sign:t1"],
  ];
  for (const [what, method, hidden, missing] of pairs) {
    test(`${what} that is hidden answers like one that does not exist`, async () => {
      const body = method === "PUT" ? { text: "x" } : undefined;
      const [one, other] = [
        await ask("user:petra", method, api(acme.name, hidden), { body }),
        await ask("user:petra", method, api(acme.name, missing), { body }),
      ];
      assert.equal(one.status, 404);
      assert.equal(other.status, 404);
      assert.ok(one.bytes.equals(other.bytes), `${one.text} and ${other.text}`);
      assert.deepEqual(lasting(one.headers), lasting(other.headers));
    });
  }

  test("another tenant's people are strangers", async () => {
    assert.equal((await ask("user:gina", "GET", api(acme.name, R2))).status, 404);
    assert.equal((await ask("user:nobody", "GET", api(acme.name, R2))).status, 404);
  });
});

describe("what is refused", () => {
  test("an edit without the right: 403 with problem details that give no reason away", async () => {
    const answer = await ask("user:petra", "PUT", api(acme.name, R2), { body: { text: "x" } });
    assert.equal(answer.status, 403);
    assert.match(answer.type, /^application\/problem\+json/);
    assert.equal(answer.data.status, 403);
    assert.equal(typeof answer.data.title, "string");
    assert.doesNotMatch(answer.text, /viewer|role|default|stage|petra/i);
    const sign = await ask("user:petra", "GET", api(acme.name, R2));
    assert.notEqual(sign.data.text, "x");
  });

  test("no identity, or none that can be believed: 401", async () => {
    for (const header of [undefined, "Dev ann", "Dev user:", "Dev user:a/b", "Dev", "Bearer x", "Basic dXNlcjphbm4="]) {
      const headers = header === undefined ? {} : { Authorization: header };
      const answer = await ask(undefined, "GET", api(acme.name, R2), { headers });
      assert.equal(answer.status, 401, header);
      assert.match(answer.type, /^application\/problem\+json/);
    }
  });

  test("the development sign-in is none for a host that is not this machine", async () => {
    const status = await statusAt("app.example.com", api(acme.name, R2));
    assert.ok(status >= 400 && status < 500, `answered ${status}`);
  });

  const strays = [
    ["GET", "/other"],
    ["GET", "/api"],
    ["GET", "/api/TENANT/projects/renovation/other"],
    ["DELETE", "/api/TENANT/projects/renovation/states/draft/signs/r2"],
    ["GET", "/api/TENANT/projects/renovation/"],
    ["GET", "//api/TENANT/projects/renovation"],
    ["GET", "/api/TENANT/projects/renovation%2Fstates%2Fdraft"],
    ["GET", "/api/TENANT/projects/renovation%00"],
    ["GET", "/api/TENANT/projects/%2e%2e/projects/renovation/states"],
    ["GET", "/demo/..%2f..%2fapi/TENANT/projects/renovation"],
  ];
  for (const [method, path] of strays) {
    test(`${method} ${path} fits no route`, async () => {
      const answer = await ask("user:olivia", method, path.replace("TENANT", acme.name));
      assert.ok(answer.status >= 400 && answer.status < 500, `answered ${answer.status} ${answer.text}`);
      assert.equal(answer.data?.id, undefined);
    });
  }
});

function lasting(headers) {
  return [...headers].filter(([name]) => !OF_ONE_ANSWER.has(name)).sort();
}

/** `fetch` sets the host by itself, so this asks by hand. */
function statusAt(host, path) {
  return new Promise((resolve, reject) => {
    const headers = { host, authorization: "Dev user:olivia" };
    request(URL_OF_WORKER + path, { headers }, (response) => resolve(response.resume().statusCode)).on("error", reject).end();
  });
}
