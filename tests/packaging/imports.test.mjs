/** What `countersign import --from` makes of CASL's rules and Casbin's policies decides as these engines do. */

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";
import { createMongoAbility, subject } from "@casl/ability";
import { newEnforcer } from "casbin";
import { Policy, Tenant } from "../../crates/countersign-wasm/npm/dist/entry-compile-node.js";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const EXAMPLES = join(ROOT, "crates/countersign-cli/tests/imports");
/** Built by the native tests. */
const COMMAND = process.env.COUNTERSIGN_COMMAND ?? join(ROOT, "target/debug/countersign");
const folder = mkdtempSync(join(tmpdir(), "countersign-imports-"));
after(() => rmSync(folder, { recursive: true, force: true }));
let imports = 0;

/** The tenant that an import makes of files. */
function imported(engine, files, ...options) {
  const out = join(folder, String(imports++));
  execFileSync(COMMAND, ["import", "--from", engine, "--out", out, ...options, ...files], { stdio: ["ignore", "ignore", "inherit"] });
  const read = (name) => readFileSync(join(out, name), "utf8");
  return Tenant.load(Policy.parse(read("model.toml")), read("tenant.toml"));
}

for (const name of ["basic", "rbac", "deny", "domains"]) {
  test(`casbin: ${name}`, async () => {
    const files = ["conf", "csv"].map((kind) => join(EXAMPLES, `casbin/${name}.${kind}`));
    const [tenant, enforcer] = [imported("casbin", files), await newEnforcer(...files)];
    const domains = name === "domains" ? ["domain1", "domain2", "domain3"] : [undefined];
    const seen = { true: 0, false: 0 };
    for (const who of ["alice", "bob", "carol", "dave"]) {
      for (const domain of domains) {
        for (const object of ["data1", "data2", "data3"]) {
          for (const action of ["read", "write"]) {
            const theirs = await enforcer.enforce(...[who, domain, object, action].filter((part) => part !== undefined));
            const path = domain === undefined ? `object:${object}` : `domain:${domain}/object:${object}`;
            // Casbin knows no actions beforehand.
            assert.equal(tenant.can(`user:${who}`, action, path), theirs, `${who} ${action} ${path}`);
            seen[theirs]++;
          }
        }
      }
    }
    assert.ok(seen.true >= 2 && seen.false >= 10, JSON.stringify(seen));
  });
}

/** Asks both engines about every object of the lists. */
function compare(rules, types, actions, objects) {
  const file = join(folder, `rules-${imports}.json`);
  writeFileSync(file, JSON.stringify(rules));
  const tenant = imported("casl", [file], "--types", types.join(","), "--actions", actions.join(","));
  const ability = createMongoAbility(rules);
  const seen = { true: 0, false: 0 };
  for (const type of types) {
    for (const action of actions) {
      for (const attributes of objects) {
        const theirs = ability.can(action, subject(type, { ...attributes }));
        const ours = tenant.can("user:me", action, { path: `${type}:1`, attributes });
        assert.equal(ours, theirs, `${action} ${type} ${JSON.stringify(attributes)}\n${JSON.stringify(rules, null, 1)}`);
        seen[theirs]++;
      }
    }
  }
  return seen;
}

const ACTIONS = ["create", "read", "update", "delete"];

test("casl: the example of its documentation", () => {
  const rules = JSON.parse(readFileSync(join(EXAMPLES, "casl.json"), "utf8"));
  const objects = [];
  for (const authorId of [undefined, 1, 2, 3])
    for (const published of [undefined, true, false])
      for (const stars of [undefined, 2, 3])
        for (const locked of [undefined, false, true]) objects.push(Object.fromEntries(Object.entries({ authorId, published, stars, locked }).filter(([, value]) => value !== undefined)));
  const seen = compare(rules, ["Article", "Comment"], ACTIONS, objects);
  assert.ok(seen.true >= 100 && seen.false >= 100, JSON.stringify(seen));
});

test("casl: rules at random", () => {
  let state = 7;
  const draw = (below) => (state = (state * 1_103_515_245 + 12_345) % 2_147_483_648) % below;
  const pick = (list) => list[draw(list.length)];
  const condition = () => {
    const number = () => draw(4);
    return pick([
      () => ({ n: number() }),
      () => ({ n: { [pick(["$eq", "$ne", "$lt", "$lte", "$gt", "$gte"])]: number() } }),
      () => ({ n: { [pick(["$in", "$nin"])]: [number(), number()] } }),
      () => ({ s: pick(["x", "it's", "\\"]) }),
      () => ({ b: { $ne: true }, n: { $exists: pick([true, false]) } }),
      () => ({ s: { $nin: ["x", "y"] }, b: pick([true, false]) }),
    ])();
  };
  const objects = [];
  for (const n of [undefined, 0, 1, 3])
    for (const s of [undefined, "x", "it's", "\\"])
      for (const b of [undefined, true, false]) objects.push(Object.fromEntries(Object.entries({ n, s, b }).filter(([, value]) => value !== undefined)));
  const sum = { true: 0, false: 0 };
  for (let round = 0; round < 60; round++) {
    const rules = Array.from({ length: 1 + draw(5) }, () => ({
      action: pick(["read", "update", ["read", "delete"], "manage"]),
      subject: pick(["P", "Q", ["P", "Q"], "all"]),
      ...(draw(4) === 0 ? {} : { conditions: condition() }),
      ...(draw(3) === 0 ? { inverted: true } : {}),
    }));
    const seen = compare(rules, ["P", "Q"], ACTIONS, objects);
    sum.true += seen.true;
    sum.false += seen.false;
  }
  assert.ok(sum.true >= 1_000 && sum.false >= 3_000, JSON.stringify(sum));
});
