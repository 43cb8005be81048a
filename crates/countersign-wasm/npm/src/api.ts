/**
 * The HTTP API in types: what each path takes and what it answers, by the names of the OpenAPI document. There is nothing
 * here to run: send requests with whatever you send requests with.
 */

import type { components, operations, paths } from "./generated/api.js";

export type { components, operations, paths };

/** A form by its name in the document: `Form<"MemberView">`. */
export type Form<Name extends keyof components["schemas"]> = components["schemas"][Name];

/** A path, with `{…}` where an id stands. */
export type Path = keyof paths;

type Verb = "get" | "post" | "put" | "patch" | "delete";

/** The methods that a path has. */
export type Method<P extends Path> = { [V in Verb]: paths[P][V] extends { responses: unknown } ? V : never }[Verb];

/** What is sent as the body; `never` where there is none. */
export type Body<P extends Path, M extends Method<P>> = paths[P][M] extends { requestBody: { content: { "application/json": infer Sent } } }
  ? Sent
  : never;

/** What can be said in the query. */
export type Query<P extends Path, M extends Method<P>> = paths[P][M] extends { parameters: { query?: infer Said } } ? NonNullable<Said> : never;

/** What is answered when all is well. A command with `dry_run` answers with its impact. */
export type Answer<P extends Path, M extends Method<P>> = paths[P][M] extends { responses: infer Answers } ? Json<Answers[keyof Answers & (200 | 201)]> : never;

type Json<Response> = Response extends { content: { "application/json": infer Shown } } ? Shown : never;

/** What is answered when something is wrong. */
export type Problem = Form<"Problem">;
