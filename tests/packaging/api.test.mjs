/** The types of the HTTP API: made of the document that is committed, and of use to a client. */

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { page } from "../../crates/xtask/js/page.mjs";
import { install } from "./install.mjs";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));

test("page and types are what the document says", () => {
  execFileSync("node", ["crates/xtask/js/openapi.mjs", "--check"], { cwd: ROOT });
});

test("a page of another document is another page", () => {
  const api = JSON.parse(readFileSync(join(ROOT, "config/openapi.json"), "utf8"));
  const before = page(api);
  api.components.schemas.GroupBody.properties.name.description = "Something <b>else</b>";
  assert.notEqual(page(api), before);
  assert.match(page(api), /Something &lt;b&gt;else&lt;\/b&gt;/);
});

describe("a typed client", () => {
  let project;
  before(() => {
    project = install();
  });
  after(() => project?.remove());

  const CLIENT = `import type { Answer, Body, Form, Method, Path, Problem, Query } from "countersign/api";
    declare function call<P extends Path, M extends Method<P>>(
      method: M, path: P, sent: { query?: Query<P, M>; body?: Body<P, M> },
    ): Promise<Answer<P, M>>;
  `;
  /** Whether strict TypeScript takes a statement of a client. */
  const takes = (statement) => {
    const file = join(project.directory, "client.ts");
    writeFileSync(file, `${CLIENT}\nexport async function main(): Promise<unknown> {\n${statement}\n}\n`);
    const compiler = join(ROOT, "node_modules/typescript/bin/tsc");
    const options = ["--noEmit", "--strict", "--exactOptionalPropertyTypes", "--target", "es2022", "--lib", "es2022,dom", "--module", "nodenext", "--types", ""];
    try {
      execFileSync("node", [compiler, ...options, file], { cwd: project.directory, encoding: "utf8", stdio: "pipe" });
      return "taken";
    } catch (error) {
      return error.stdout.includes("client.ts(") ? "refused" : error.stdout;
    }
  };
  const MEMBERS = '"/v1/tenants/{tenant}/members"';
  const check = (name, statement, expected) => test(`${expected}: ${name}`, () => assert.equal(takes(statement), expected));

  check("everything right", `
    const page = await call("get", ${MEMBERS}, { query: { status: "active", limit: 10 } });
    const first: Form<"MemberView"> | undefined = page.items[0];
    const made = await call("post", ${MEMBERS}, { body: { subject: "user:ann", invite: "now", assignments: [{ role: "editor" }] } });
    const wrong: Problem["detail"] = "…";
    return [first?.groups.length, page.next, made.revision, wrong];`, "taken");
  check("a path that is none", 'return call("get", "/v1/tenants/{tenant}/membres", {});', "refused");
  check("a method that the path has not", `return call("patch", ${MEMBERS}, {});`, "refused");
  check("a misspelt key in a body", `return call("post", ${MEMBERS}, { body: { subjekt: "user:ann" } });`, "refused");
  check("a word that is none of those possible", `return call("get", ${MEMBERS}, { query: { status: "gone" } });`, "refused");
  check("a key that an answer has not", `return (await call("get", ${MEMBERS}, {})).members;`, "refused");
});
