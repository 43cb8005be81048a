/** Asks the package every question of the corpus, as an application would: bundled, or run as it is. */

import { Checker } from "countersign";
import { snapshots } from "./cases.js";

/** How many questions were asked, and a line for each wrong answer. */
export async function ask() {
  const wrong = [];
  let asked = 0;
  for (const { bytes, now, questions } of snapshots) {
    const checker = await Checker.load(Uint8Array.from(atob(bytes), (character) => character.charCodeAt(0)), { now });
    for (const [action, resource, context, expected] of questions) {
      asked += 1;
      const may = checker.can(action, resource, context, { now });
      const { decision } = checker.check(action, resource, context, { now });
      if (decision !== expected || may !== (decision === "allow")) wrong.push(`${action} ${JSON.stringify(resource)}: ${decision}`);
    }
    checker.free();
  }
  return { asked, wrong, explained: await explained() };
}

/** What the second module says of the first question. */
async function explained() {
  const [{ bytes, now, questions: [[action, resource, context]] }] = snapshots;
  const checker = await Checker.load(Uint8Array.from(atob(bytes), (character) => character.charCodeAt(0)), { now, details: true });
  return checker.explain(action, resource, context, { now }).decision;
}
