/** In Chromium: explanations, plans and `anywhere` come from a second module, whenever that is loaded. No worker is needed. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { after, before, test } from "node:test";
import { Policy, Tenant } from "../../crates/countersign-wasm/npm/dist/entry-compile-node.js";
import { Checker } from "../../crates/countersign-wasm/npm/dist/entry-node.js";
import { launch } from "./browser.mjs";

const DIST = new URL("../../crates/countersign-wasm/npm/dist/", import.meta.url);
const MODEL = `
name = "shop"
types.order.actions = ["view", "place"]
roles.buyer.at = ["/"]
roles.buyer.allow = ["order:*"]
`;
const TYPES = { js: "text/javascript", wasm: "application/wasm" };

const policy = Policy.parse(MODEL);
const snapshot = (assignments, ttl) =>
  [...Tenant.load(policy, { members: [{ subject: "user:ann" }], assignments }).snapshot("user:ann", { ttl })];
const buyer = snapshot([{ to: "user:ann", role: "buyer" }], 3_600_000);
const nobody = snapshot([], 7_200_000);

let server;
let browser;
let asked = [];
let missing = "none";

before(async () => {
  server = createServer((request, response) => {
    const name = request.url.slice(1);
    asked.push(name);
    const status = name === "" ? 200 : name === missing || name === "favicon.ico" ? 404 : undefined;
    if (status !== undefined) return void response.writeHead(status, { "Content-Type": "text/html" }).end("<title>empty</title>");
    response.writeHead(200, { "Content-Type": TYPES[name.split(".").at(-1)] ?? "text/plain" });
    response.end(name === "worker.js" ? WORKER : readFileSync(new URL(name, DIST)));
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  browser = await launch();
});
after(async () => {
  await browser?.close();
  server.close();
});

/** Runs a function in a fresh page: its result, what the page warned of, and how often the second module was asked for. */
async function inPage(question, without = "none") {
  [asked, missing] = [[], without];
  const page = await browser.newPage();
  const warnings = [];
  page.on("console", (message) => message.type() === "warning" && message.text().startsWith("countersign") && warnings.push(message.text()));
  await page.goto(`http://127.0.0.1:${server.address().port}/`);
  const result = await page.evaluate(question, { buyer, nobody });
  await page.close();
  return { result, warnings: warnings.length, fetched: asked.filter((name) => name === "countersign_details.wasm").length };
}

test("a page that never asks never loads it", async () => {
  const seen = await inPage(async ({ buyer }) => {
    const { Checker } = await import("/entry-web.js");
    const checker = await Checker.load(new Uint8Array(buyer));
    return [checker.can("view", "order:1"), checker.check("view", "order:1").decision];
  });
  assert.deepEqual(seen, { result: [true, "allow"], warnings: 0, fetched: 0 });
});

test("the first question waits for it, and says so once", async () => {
  const seen = await inPage(async ({ buyer }) => {
    const { Checker } = await import("/entry-web.js");
    const [one, other] = [await Checker.load(new Uint8Array(buyer)), await Checker.load(new Uint8Array(buyer))];
    return [one.explain("view", "order:1"), one.anywhere("place", "order"), other.plan("view", "order")];
  });
  const checker = await Checker.load(new Uint8Array(buyer));
  const result = [checker.explain("view", "order:1"), checker.anywhere("place", "order"), checker.plan("view", "order")];
  assert.deepEqual(seen, { result: JSON.parse(JSON.stringify(result)), warnings: 1, fetched: 1 });
});

test("who loads it beforehand does not wait", async () => {
  for (const early of ["load", "details"]) {
    const seen = await inPage(
      early === "load"
        ? async ({ buyer }) => {
            const { Checker } = await import("/entry-web.js");
            return (await Checker.load(new Uint8Array(buyer), { details: true })).anywhere("view", "order");
          }
        : async ({ buyer }) => {
            const { Checker } = await import("/entry-web.js");
            const checker = await Checker.load(new Uint8Array(buyer));
            await Promise.all([checker.details(), checker.details()]);
            await checker.details();
            return checker.anywhere("view", "order");
          },
    );
    assert.deepEqual(seen, { result: true, warnings: 0, fetched: 1 }, early);
  }
});

test("no answer comes from an older snapshot, or from a freed one", async () => {
  const { result } = await inPage(async ({ buyer, nobody }) => {
    const { Checker } = await import("/entry-web.js");
    const checker = await Checker.load(new Uint8Array(buyer), { details: true });
    const before = [checker.anywhere("view", "order"), checker.plan("view", "order").kind, checker.explain("view", "order:1").decision];
    const taken = await checker.update(new Uint8Array(nobody));
    const after = [checker.anywhere("view", "order"), checker.plan("view", "order").kind, checker.explain("view", "order:1").decision];
    checker.free();
    try {
      checker.plan("view", "order");
    } catch (error) {
      return [before, taken, after, error.code];
    }
  });
  assert.deepEqual(result, [[true, "always", "allow"], true, [false, "never", "deny"], "freed"]);
});

test("where it cannot be had, everything else is answered", async () => {
  const { result } = await inPage(async ({ buyer }) => {
    const { Checker } = await import("/entry-web.js");
    const checker = await Checker.load(new Uint8Array(buyer));
    const seen = [];
    const failing = [() => checker.explain("view", "order:1"), () => checker.details(), () => Checker.load(new Uint8Array(buyer), { details: true })];
    for (const fail of failing) {
      try {
        await fail();
      } catch (error) {
        seen.push(error.name, error.code, error.status);
      }
    }
    return [...seen, checker.can("view", "order:1")];
  }, "countersign_details.wasm");
  const refused = ["CountersignError", "wasm_unavailable", 404];
  assert.deepEqual(result, [...refused, ...refused, ...refused, true]);
});

const WORKER = `
import { Checker } from "/entry-web.js";
onmessage = async ({ data }) => {
  const checker = await Checker.load(new Uint8Array(data));
  postMessage([checker.explain("view", "order:1").decision, checker.anywhere("view", "order"), checker.plan("view", "order").kind]);
};
`;

test("in a worker, too", async () => {
  const { result, fetched } = await inPage(async ({ buyer }) => {
    const worker = new Worker("/worker.js", { type: "module" });
    const answer = new Promise((resolve, reject) => {
      worker.onmessage = ({ data }) => resolve(data);
      worker.onerror = ({ message }) => reject(new Error(message));
    });
    worker.postMessage(buyer);
    return answer;
  });
  assert.deepEqual([result, fetched], [["allow", true, "always"], 1]);
});
