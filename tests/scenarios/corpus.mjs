/** Reads the scenario files for the runners written in JavaScript, and judges what a surface answered. */

import { readdirSync, readFileSync } from "node:fs";
import { parse } from "smol-toml";

const HERE = new URL("./", import.meta.url);

/** The text of a model or tenant file, by the name that a scenario file uses. */
export function document(name) {
  return readFileSync(new URL(name, HERE), "utf8");
}

/** All scenario files: `{ file, model, tenant, expect }`, each expectation with its own `now` in milliseconds. */
export function scenarios() {
  return readdirSync(HERE)
    .filter((file) => file.endsWith(".toml") && /^\[\[expect\]\]$/m.test(document(file)))
    .sort()
    .map(readScenario);
}

function readScenario(file) {
  const { model, tenant, now, expect } = parse(document(file));
  return { file, model, tenant, expect: expect.map((entry) => ({ ...entry, file, now: (entry.now ?? now).getTime() })) };
}

/**
 * Asks a surface about every expectation of one file and gives a sentence for each answer that is wrong.
 * @param ask (expectation) → `{ decision, stage?, title? }`; a stage, and a role's title, is compared where both sides name
 * one.
 */
export async function failures(scenario, ask) {
  const wrong = [];
  for (const expected of scenario.expect) {
    const { id, subject, action, resource, decision, stage, title } = expected;
    const got = await ask(expected);
    const same = (wanted, answered) => wanted === undefined || answered === undefined || answered === wanted;
    const agrees = got.decision === decision && same(stage, got.stage) && same(title, got.title);
    if (agrees) continue;
    const wanted = [decision, stage && `at ${stage}`, title && `as ${title}`].filter(Boolean).join(" ");
    wrong.push(`${scenario.file} ${id}: ${subject} ${action} ${resource}: expected ${wanted}, got ${got.decision} at ${got.stage} as ${got.title}`);
  }
  return wrong;
}

/** A copy of a scenario with one expectation turned round: whoever runs it must report exactly that one. */
export function seeded(scenario, index = 0) {
  const expect = scenario.expect.map((entry, at) =>
    at === index ? { ...entry, decision: entry.decision === "allow" ? "deny" : "allow", stage: undefined } : entry,
  );
  return { ...scenario, expect };
}
