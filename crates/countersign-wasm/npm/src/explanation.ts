/** What an explanation says. */

import type { Outcome, Reason, Stage } from "./types.js";

/** Something that speaks of the question: a grant, a rule or an approval policy. */
export interface Step {
  readonly stage: Stage;
  /** The rule's number in the model, counted from 1, and its own words. */
  readonly rule?: number;
  readonly why?: string;
  /** The approval policy. */
  readonly policy?: string;
  /** The role of an assignment, and the group that holds it; a snapshot does not name groups. */
  readonly role?: string;
  readonly group?: string;
  /** Where the grant is attached; `/` is the tenant itself. */
  readonly scope?: string;
  /** When the grant begins and ends, in milliseconds since 1970. */
  readonly from?: number;
  readonly until?: number;
  /** What it says. */
  readonly says: Outcome;
  /** Whether its time is now. */
  readonly live: boolean;
  /** Whether its condition holds. */
  readonly holds: "yes" | "no" | "cannot be told";
  /** Why it did not decide. */
  readonly lost?: string;
  /** Set on the step that decided. */
  readonly decided?: true;
}

/** A change that would flip the decision; `text` says it in words. */
export interface Change {
  readonly change:
    | "add member"
    | "activate"
    | "remove rule"
    | "set override"
    | "remove override"
    | "remove assignment"
    | "approve";
  readonly text: string;
  readonly subject?: string;
  readonly permission?: string;
  readonly scope?: string;
  readonly effect?: "allow" | "deny";
  readonly role?: string;
  readonly resource?: string;
  readonly rule?: number;
  /** What the rule's condition reads. */
  readonly reads?: string;
}

/** A decision, and everything that led to it. */
export interface Explanation {
  readonly decision: Outcome;
  readonly reason: Reason;
  /** What spoke of the question and did not decide it. */
  readonly beat: readonly Step[];
  /** When the decision changes by itself, in milliseconds since 1970, and what it is then; null if it does not. */
  readonly until: number | null;
  readonly then: Outcome | null;
  /** Whether conditions read the clock, so that it may change at any moment. */
  readonly clock: boolean;
  /** All that spoke of the question, in the order of evaluation. */
  readonly trace: readonly Step[];
  /** The smallest changes that would flip the decision: all of them together do. Null where none is known. */
  readonly flip: readonly Change[] | null;
  /** The revision of the tenant that answered. */
  readonly revision: number;
}
