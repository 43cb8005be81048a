/** One answer serves a family of paths only where the engine says so, and only for ids that are well-formed. */

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { install } from "./install.mjs";

const MODEL = `
name = "families"
[types.project]
actions = ["view"]
[types.sign]
parent = "project"
actions = ["view", "edit"]
[roles.viewer]
at = ["/", "project", "sign"]
allow = ["sign:view"]
`;

let project;
let checker;
before(async () => {
  project = install();
  const { Policy, Tenant } = await project.load("countersign/compile");
  const { Checker } = await project.load("countersign");
  const to = "user:ann";
  const tenant = Tenant.load(Policy.parse(MODEL), {
    members: [{ subject: to }],
    assignments: [{ to, role: "viewer", scope: "project:a" }, { to, role: "viewer", scope: "project:b/sign:1" }],
  });
  checker = await Checker.load(tenant.snapshot(to));
});
after(() => project?.remove());

test("a grant at one resource is no other's", () => {
  for (let round = 0; round < 3; round++) {
    for (const [path, may] of [["project:a/sign:1", true], ["project:a/sign:2", true], ["project:b/sign:2", false], ["project:b/sign:1", true], ["project:c/sign:1", false]]) {
      assert.equal(checker.can("view", path), may, path);
    }
  }
});

test("an id that is none is refused beside its well-formed neighbours", () => {
  assert.equal(checker.can("view", "project:a/sign:x"), true);
  for (const id of ["", "\n", "a\u007f", "a\u0000b", "x".repeat(257), "\ud800", "a/", "/a"]) {
    assert.throws(() => checker.can("view", `project:a/sign:${id}`), { code: "invalid_path" }, JSON.stringify(id));
  }
  for (const id of ["a:b", "é", " ", "x".repeat(256)]) assert.equal(checker.can("view", `project:a/sign:${id}`), true, id);
});

test("many families are told apart", () => {
  for (let round = 0; round < 2; round++) {
    for (let number = 0; number < 10_000; number++) assert.equal(checker.can("view", `project:n${number}/sign:1`), false);
    assert.equal(checker.can("view", "project:a/sign:7"), true);
  }
});

test("each resource is known from its own moment on", async () => {
  const { Policy, Tenant } = await project.load("countersign/compile");
  const { Checker } = await project.load("countersign");
  const [to, until] = ["user:ann", "2026-03-01T18:00:00Z"];
  const tenant = Tenant.load(Policy.parse(MODEL), {
    members: [{ subject: to }],
    assignments: [
      { to, role: "viewer", scope: "project:a", from: "2026-03-01T12:00:00Z", until },
      { to, role: "viewer", scope: "project:b", until },
    ],
  });
  const at = (hour) => ({ now: Date.UTC(2026, 2, 1, hour) });
  const fresh = await Checker.load(tenant.snapshot(to, { ...at(1), ttl: 86_400_000 }), at(1));
  const asked = [["a", 13, true], ["b", 9, true], ["a", 10, false], ["a", 13, true], ["b", 13, true], ["a", 11, false], ["b", 18, false]];
  for (const [name, hour, may] of asked) {
    assert.equal(fresh.can("view", `project:${name}/sign:1`, undefined, at(hour)), may, `project ${name} at ${hour}`);
  }
});
