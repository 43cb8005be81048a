/**
 * From nothing to the first decision: fresh processes that import a library, load what it needs and ask once, in turn.
 *
 * Each is a file that Node runs, as a program is, and imports what an `import` by name gives; of text on the command line
 * the first import costs Node itself 4 ms more, whatever is imported. What stands for a program by hand imports a module
 * with nothing but the answers, which is what all the others pay before they begin.
 */

import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { Policy, Tenant } from "../../../crates/countersign-wasm/npm/dist/entry-compile-node.js";
import { statistics } from "./statistics.mjs";

const RUNS = 11;
const MODEL = `name = "cold"\n[types.sign]\nactions = ["view", "edit"]\n[roles.viewer]\nallow = ["sign:view"]\n`;
const CASBIN = `[request_definition]\nr = sub, obj, act\n[policy_definition]\np = sub, obj, act
[policy_effect]\ne = some(where (p.eft == allow))\n[matchers]\nm = r.sub == p.sub && r.obj == p.obj && r.act == p.act\n`;

/** Programs whose `answer` must be true and whose `other` must be false. */
function programs(snapshot, nothing) {
  const text = JSON.stringify;
  const of = (name) => text(import.meta.resolve(name));
  const entry = text(new URL("../../../crates/countersign-wasm/npm/dist/entry-node.js", import.meta.url).href);
  return {
    map: `
      const { answer, other } = await import(${text(pathToFileURL(nothing).href)});`,
    countersign: `
      const { Checker } = await import(${entry});
      const checker = await Checker.load(readFileSync(${text(snapshot)}));
      const [answer, other] = ["view", "edit"].map((action) => checker.can(action, "sign:1"));`,
    "casl/guide": `
      const { createMongoAbility } = await import(${of("@casl/ability")});
      const ability = createMongoAbility([{ action: "view", subject: "sign" }]);
      const [answer, other] = ["view", "edit"].map((action) => ability.can(action, "sign"));`,
    casbin: `
      const { newEnforcer, newModelFromString } = await import(${of("casbin")});
      const enforcer = await newEnforcer(newModelFromString(${text(CASBIN)}));
      await enforcer.addPolicy("ann", "sign:1", "view");
      const [answer, other] = ["view", "edit"].map((action) => enforcer.enforceSync("ann", "sign:1", action));`,
    cedar: `
      const { default: cedar } = await import(${of("@cedar-policy/cedar-wasm/nodejs")});
      const staticPolicies = 'permit(principal == User::"ann", action == Action::"view", resource);';
      cedar.preparsePolicySet("cold", { staticPolicies });
      const [answer, other] = ["view", "edit"].map((action) => cedar.statefulIsAuthorized({
        principal: { type: "User", id: "ann" }, action: { type: "Action", id: action }, resource: { type: "Sign", id: "1" },
        context: {}, entities: [], preparsedPolicySetId: "cold",
      }).response.decision === "allow");`,
  };
}

export function coldStart() {
  const directory = mkdtempSync(join(tmpdir(), "countersign-cold-"));
  try {
    const snapshot = join(directory, "ann.snapshot");
    const data = { members: [{ subject: "user:ann" }], assignments: [{ to: "user:ann", role: "viewer" }] };
    writeFileSync(snapshot, Tenant.load(Policy.parse(MODEL), data).snapshot("user:ann"));
    const nothing = join(directory, "nothing.mjs");
    writeFileSync(nothing, "export const answer = true;\nexport const other = false;\n");
    const all = Object.entries(programs(snapshot, nothing)).map(([id, program]) => [id, written(directory, id, program)]);
    const times = Object.fromEntries(all.map(([id]) => [id, []]));
    for (let run = 0; run < RUNS; run++) {
      for (const [id, file] of all) times[id].push(Number(execFileSync(process.execPath, [file], { encoding: "utf8" })));
    }
    return { figures: Object.fromEntries(all.map(([id]) => [id, statistics(times[id])])), unable: {}, rounds: RUNS };
  } finally {
    rmSync(directory, { recursive: true });
  }
}

/** A program that says the new process's own time, from when Node itself has started. */
function written(directory, id, program) {
  const file = join(directory, `${id.replace("/", "-")}.mjs`);
  writeFileSync(
    file,
    `import { readFileSync } from "node:fs";
    const start = process.cpuUsage();${program}
    const { user, system } = process.cpuUsage(start);
    if (answer !== true || other !== false) throw new Error(${JSON.stringify(`${id} decides wrongly`)});
    console.log((user + system) * 1000);`,
  );
  return file;
}
