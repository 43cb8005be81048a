/** Puts the engine's numbers into the words of a decision. */

import { CountersignError } from "./error.js";
import type { Decision, Outcome, Reason, Stage } from "./types.js";

const OUTCOMES: readonly Outcome[] = ["deny", "allow", "approval"];
/** Index 0 is no stage. */
const STAGES: readonly (Stage | undefined)[] = [undefined, "status", "forbid", "override", "role", "permit", "default", "approval"];

/** What the engine decided; `details` are its lines of `key=value`. */
export function describe(raw: { outcome: number; stage: number; details: string }, revision: number): Decision {
  const decision = OUTCOMES[raw.outcome];
  const stage = STAGES[raw.stage];
  if (decision === undefined || stage === undefined) throw new CountersignError("internal", "the engine's answer has no words");
  return { decision, reason: { stage, ...readDetails(raw.details) }, revision };
}

function readDetails(lines: string): Omit<Reason, "stage"> {
  const entries = lines.split("\n").map((line) => line.split(/=(.*)/s, 2));
  return Object.fromEntries(entries.filter(([key, value]) => key !== "stage" && value !== undefined));
}
