/** The second module in Node: loaded at the first question that needs it, and never behind the snapshot. */

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { install } from "./install.mjs";

const MODEL = `
name = "shop"
types.order.actions = ["view", "place"]
roles.buyer.at = ["/"]
roles.buyer.allow = ["order:*"]
`;

let project;
let Checker;
let buyer;
let nobody;
before(async () => {
  project = install();
  ({ Checker } = await project.load("countersign"));
  const { Policy, Tenant } = await project.load("countersign/compile");
  const snapshot = (assignments, ttl) =>
    Tenant.load(Policy.parse(MODEL), { members: [{ subject: "user:ann" }], assignments }).snapshot("user:ann", { ttl });
  buyer = snapshot([{ to: "user:ann", role: "buyer" }], 3_600_000);
  nobody = snapshot([], 7_200_000);
});
after(() => project?.remove());

const all = (checker) => [checker.anywhere("view", "order"), checker.plan("view", "order").kind, checker.explain("view", "order:1").decision];
const YES = [true, "always", "allow"];
const NO = [false, "never", "deny"];

test("it is there without being asked for, and asking does no harm", async () => {
  assert.deepEqual(all(await Checker.load(buyer)), YES);
  assert.deepEqual(all(await Checker.load(nobody, { details: true })), NO);
  const checker = await Checker.load(buyer, { details: false });
  await checker.details();
  assert.deepEqual(all(checker), YES);
  await assert.rejects(Checker.load(buyer, { details: 1 }), { code: "invalid_argument" });
  await assert.rejects(Checker.load(buyer, { detail: true }), { code: "invalid_argument" });
});

test("an update is one for all questions", async () => {
  const checker = await Checker.load(buyer);
  assert.deepEqual(all(checker), YES);
  assert.equal(await checker.update(nobody), true);
  assert.deepEqual(all(checker), NO);
  assert.equal(await checker.update(buyer), false);
  assert.deepEqual(all(checker), NO);
});

test("what the caller does to the snapshot's bytes afterwards changes nothing", async () => {
  const bytes = buyer.slice();
  const checker = await Checker.load(bytes);
  bytes.fill(0);
  assert.deepEqual(all(checker), YES);
});

test("checkers that come and go do not answer for each other", async () => {
  const kept = await Checker.load(buyer);
  for (let round = 0; round < 100; round++) {
    const passing = await Checker.load(round % 2 === 0 ? nobody : buyer);
    assert.deepEqual(all(passing), round % 2 === 0 ? NO : YES);
    passing.free();
    assert.throws(() => all(passing), { code: "freed" });
    await assert.rejects(passing.details(), { code: "freed" });
    assert.deepEqual(all(kept), YES);
  }
});

test("large questions reach it whole", async () => {
  const checker = await Checker.load(buyer);
  const where = Object.fromEntries(Array.from({ length: 500 }, (_, at) => [`a${at}`, "x".repeat(100)]));
  assert.equal(checker.anywhere("view", "order", where), false);
  assert.equal(checker.anywhere("view", "order"), true);
});
