/** From nothing to the first decision: fresh processes that import a library, load what it needs and ask once, in turn. */

import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
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
function programs(snapshot) {
  const text = JSON.stringify;
  const of = (name) => text(pathToFileURL(createRequire(import.meta.url).resolve(name)).href);
  const entry = text(new URL("../../../crates/countersign-wasm/npm/dist/entry-node.js", import.meta.url).href);
  return {
    countersign: `
      const { readFileSync } = await import("node:fs");
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
    const all = Object.entries(programs(snapshot));
    const times = Object.fromEntries(all.map(([id]) => [id, []]));
    for (let run = 0; run < RUNS; run++) {
      for (const [id, program] of all) times[id].push(nanoseconds(id, program));
    }
    return { figures: Object.fromEntries(all.map(([id]) => [id, statistics(times[id])])), unable: {}, rounds: RUNS };
  } finally {
    rmSync(directory, { recursive: true });
  }
}

/** The new process's own time, from when Node itself has started. */
function nanoseconds(id, program) {
  const text = `const start = process.cpuUsage();${program}
    const { user, system } = process.cpuUsage(start);
    if (answer !== true || other !== false) throw new Error(${JSON.stringify(`${id} decides wrongly`)});
    console.log((user + system) * 1000);`;
  return Number(execFileSync(process.execPath, ["--input-type=module", "-e", text], { encoding: "utf8" }));
}
