/** Asking for something that is shown: what cannot be answered is not allowed, and a mistake in the page is reported. */

import type { AskOptions, Attributes, Resource } from "./types.js";

/** Who answers: a `Checker`, or a `Connection`. */
export interface Answering {
  can(action: string, resource: Resource, context?: Attributes, options?: AskOptions): boolean;
}

const reported = new Set<string>();

/** The answer; no where there is none. Each mistake is reported once. */
export function ask(source: Answering, action: string, resource: Resource, context?: Attributes, options?: AskOptions): boolean {
  try {
    return source.can(action, resource, context, options);
  } catch (error) {
    report(error, action, resource);
    return false;
  }
}

/** Says in the console what is wrong with a question. That nobody is signed in any more is no mistake. */
export function report(error: unknown, action: string, resource: Resource): void {
  if ((error as { code?: unknown }).code === "freed") return;
  const question = `${action} ${typeof resource === "string" ? resource : resource.path}`;
  if (reported.has(question) || reported.size > 1_000) return;
  reported.add(question);
  console.error(`"${question}":`, error);
}
