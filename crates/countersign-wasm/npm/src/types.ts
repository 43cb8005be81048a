/** The words of the public interface: what is asked about, and what comes back. */

/**
 * Plain data, as it comes out of `JSON.parse`, and dates. Getters, class instances, functions and symbols are refused.
 *
 * A number is taken by its shortest decimal form, `0.1` is a tenth; a decimal may be written as a string too, `"50.00"`,
 * and a date is its ISO text. What is not of the kind that the model declares is an error value, never zero or false.
 */
export type PlainValue =
  | null
  | boolean
  | number
  | string
  | Date
  | readonly PlainValue[]
  | { readonly [name: string]: PlainValue | undefined };

/** Attributes by name. */
export type Attributes = { readonly [name: string]: PlainValue | undefined };

/** A path of typed ids, outermost first (`"project:p1/sign:42"`), or that path with attributes. */
export type Resource = string | { readonly path: string; readonly attributes?: Attributes };

/** The last argument of every question. What it supplies is looked at only where the model lets callers supply it. */
export interface AskOptions {
  /** Replaces the clock for this question: a `Date`, or milliseconds since 1970. */
  readonly now?: Date | number;
  /** Attributes of the subject that the model declares with `from = "request"`. */
  readonly subjectAttributes?: Attributes;
  /** Attributes of the action. */
  readonly actionAttributes?: Attributes;
}

/** The last argument of `Checker.load`. */
export interface LoadOptions extends AskOptions {
  /**
   * Loads what `explain`, `plan` and `anywhere` need, too. Where it is left out, Node and Workers load it at the first such
   * question, and a page waits for it then.
   */
  readonly details?: boolean;
}

/** The stages of evaluation, in order; the first that decides wins. */
export type Stage = "status" | "forbid" | "override" | "role" | "permit" | "default" | "approval";

/** `approval`: allowed once somebody has approved it. */
export type Outcome = "allow" | "deny" | "approval";

/** Why a decision came out as it did. */
export interface Reason {
  readonly stage: Stage;
  /** The role that decided, at stage `role`. */
  readonly role?: string;
  /** What people call that role where it is held, if the model says so. */
  readonly title?: string;
  /** Where the deciding grant is attached; `/` is the tenant itself. */
  readonly scope?: string;
  /** The number of the rule that decided, counted from 1 in the model. */
  readonly rule?: string;
  /** The rule's own words. */
  readonly why?: string;
  /** The approval policy that was met, at stage `approval`. */
  readonly policy?: string;
  /** In words, where there is neither role nor scope: the member's status, `expired` for a snapshot that is too old, or why no grant reaches the resource. */
  readonly detail?: string;
}

/** The whole answer to one question. */
export interface Decision {
  readonly decision: Outcome;
  readonly reason: Reason;
  /** The revision of the tenant that answered. */
  readonly revision: number;
}
