/** The gate's route table, for servers that gate their own requests: which question a request comes to. */

import { needCompiler } from "./compiler.js";
import { RawRoutes } from "./countersign_compile.js";
import { guard } from "./refusal.js";
import { CountersignError, invalid } from "./shared.js";

/** A request, as it was sent: the URL neither decoded nor normalised, headers as names and values in turn. */
export interface RequestLine {
  readonly method: string;
  readonly url: string;
  readonly headers: readonly string[];
  /** Whether handlers may be found without regard to case. */
  readonly ignoresCase?: boolean;
}

/** An answer in place of the handler's; `code` is for the log, and in no body. */
export interface Refusal {
  readonly status: number;
  readonly code: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: string;
}

/** What becomes of a request before its caller is known. */
export type Found =
  | { readonly refused: Refusal }
  | { readonly public: true }
  | { readonly reads_body: boolean; readonly limit: number };

/** The question that a request comes to. */
export interface Question {
  readonly tenant: string;
  readonly action: string;
  readonly resource: string;
  readonly attributes: Record<string, never> | null;
  readonly context: Record<string, never>;
  readonly action_attributes: Record<string, never>;
  /** How a denial looks: a status, or the action by which whoever may do it is told. */
  readonly denied: 403 | 404 | string;
}

/** A route table that was checked against a model. */
export class RouteTable {
  readonly #raw: RawRoutes;

  /** @internal Use `readRoutes`. */
  constructor(raw: RawRoutes) {
    this.#raw = raw;
  }

  /** What becomes of a request before its caller is known. */
  find(request: RequestLine): Found {
    return guard(() => JSON.parse(this.#raw.find(request.method, request.url, JSON.stringify(request.headers), request.ignoresCase === true)) as Found, "internal");
  }

  /** The question, for a caller with these claims; the body where `find` said that it is read. */
  ask(request: RequestLine, claims: object, body: Uint8Array): { readonly refused: Refusal } | Question {
    return guard(() => {
      const { method, url, headers } = request;
      return JSON.parse(this.#raw.ask(method, url, JSON.stringify(headers), JSON.stringify(claims), body)) as Question;
    }, "internal");
  }
}

/** Reads a route table, TOML or JSON; `raw` is the compiled model that it is checked against. */
export function readRoutes(raw: Parameters<typeof RawRoutes.parse>[0] | undefined, text: string, name: string): RouteTable {
  return guard(() => {
    if (typeof text !== "string") throw invalid("a route table is text, TOML or JSON");
    if (raw === undefined) throw new CountersignError("freed", "this policy has been freed");
    needCompiler();
    return new RouteTable(RawRoutes.parse(raw, new TextEncoder().encode(text), name));
  });
}

/** The answer to a denied request. */
export function denial(visible: boolean): Refusal {
  return guard(() => JSON.parse(RawRoutes.denied(visible)) as Refusal, "internal");
}

/** The answer to a request that needs an approval: 202 with where the request for it waits, 403 where there is none. */
export function waiting(address: string | undefined): Refusal {
  return guard(() => JSON.parse(RawRoutes.approval(address)) as Refusal, "internal");
}

/** The answer to a request that is refused for another reason. */
export function refusal(status: number, code: string): Refusal {
  return guard(() => JSON.parse(RawRoutes.refusal(status, code)) as Refusal, "internal");
}
