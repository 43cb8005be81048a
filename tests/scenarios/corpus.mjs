/** Reads the scenario files for the runners written in JavaScript, and judges what a surface answered. */

import { readdirSync, readFileSync } from "node:fs";
import { parse } from "smol-toml";

const PRESETS = new URL("../../presets/", import.meta.url);

/** The presets, and what the accounts in their tenant files are called. */
export const ACCOUNTS = { signet: "campos", assuresign: "meridian", signagent: "acme", signpath: "orbit", portal: "initech" };

/** Every file of the corpus by its name in tests: `signagent.toml` is a preset's model, `acme.toml` its tenant. */
const FILES = new Map();
for (const [preset, account] of Object.entries(ACCOUNTS)) {
  const folder = new URL(`${preset}/`, PRESETS);
  put(`${preset}.toml`, new URL("model.toml", folder));
  put(`${account}.toml`, new URL("tenant.toml", folder));
  for (const file of readdirSync(new URL("scenarios/", folder))) put(file, new URL(`scenarios/${file}`, folder));
}

function put(name, file) {
  if (FILES.has(name)) throw new Error(`two files of the presets are called ${name}`);
  FILES.set(name, file);
}

/** The text of a file of the corpus. */
export function document(name) {
  if (!FILES.has(name)) throw new Error(`no preset has a file ${name}`);
  return readFileSync(FILES.get(name), "utf8");
}

/** All scenario files: `{ file, model, tenant, expect }`, each expectation with its own `now` in milliseconds. */
export function scenarios() {
  return [...FILES.keys()].filter((name) => /^\[\[expect\]\]$/m.test(document(name))).map(readScenario);
}

function readScenario(file) {
  const { model, tenant, now, expect } = parse(document(file));
  const named = (path) => {
    const { href } = new URL(path, FILES.get(file));
    return [...FILES].find(([, url]) => url.href === href)[0];
  };
  const entries = expect.map((entry) => ({ ...entry, file, now: (entry.now ?? now).getTime() }));
  return { file, model: named(model), tenant: named(tenant), expect: entries };
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
