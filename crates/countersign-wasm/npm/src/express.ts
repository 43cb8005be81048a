/** `countersign/express`: the gate in front of an Express application's handlers, by the worker's own route table. */

import { judge, type Allowed, type GateOptions } from "./server.js";

export type { Allowed, ApprovalNeeded, Caller, GateOptions } from "./server.js";

/** What the gate uses of Node's request; declared here, so that nobody needs Express's types who does not use it. */
export interface ExpressRequest extends AsyncIterable<unknown> {
  readonly method?: string | undefined;
  readonly originalUrl: string;
  readonly rawHeaders: readonly string[];
  readonly headers: { readonly host?: string | undefined; readonly [name: string]: unknown };
  readonly readableEnded?: boolean;
  readonly readableDidRead?: boolean;
  body?: unknown;
  countersign?: Allowed;
}

/** What the gate uses of Node's answer. */
export interface ExpressResponse {
  statusCode: number;
  setHeader(name: string, value: string): unknown;
  end(body?: string): unknown;
}

/**
 * Middleware that lets through what the route table and the rights allow, and answers everything else itself.
 * Handlers find who may what as `req.countersign`. Use it first, before whatever reads bodies: `app.use(gate({ … }))`. Where a
 * route takes something from the body, `req.body` is the JSON that was read.
 * @throws CountersignError `invalid_routes`, `invalid_model`; their `diagnostics` point at line and column.
 */
export function gate<R extends ExpressRequest>(
  options: GateOptions<R>,
): (request: R, response: ExpressResponse, next: (error?: unknown) => void) => void {
  const decide = judge(options);
  return (request, response, next) => {
    // Express ignores case unless each application and each router is told otherwise.
    const line = { method: request.method ?? "", url: urlOf(request), headers: request.rawHeaders, ignoresCase: true };
    const verdict = decide({ request, line, body: (limit) => read(request, limit) });
    verdict.then(
      (settled) => {
        if ("refused" in settled) {
          const { status, headers, body } = settled.refused;
          response.statusCode = status;
          for (const [name, value] of headers) response.setHeader(name, value);
          response.end(request.method === "HEAD" ? undefined : body);
          return;
        }
        if (settled.allowed !== undefined) {
          request.countersign = settled.allowed;
          response.setHeader("cache-control", "private, no-store");
        }
        if (settled.body !== undefined && settled.body.length > 0) request.body = JSON.parse(new TextDecoder().decode(settled.body)) as unknown;
        next();
      },
      (error: unknown) => next(error),
    );
  };
}

/**
 * The URL that was asked for; none where host and target would be told apart in another place than the server did, which
 * takes any text for a host. A request without one is refused.
 */
function urlOf({ headers: { host = "" }, originalUrl }: ExpressRequest): string {
  return /[/?#\\]/.test(host) || !/^\/[^#]*$/.test(originalUrl) ? "" : `http://${host}${originalUrl}`;
}

/** The body, unless somebody else has read it: then nobody knows what it was. */
async function read(request: ExpressRequest, limit: number): Promise<Uint8Array | undefined> {
  if (request.readableDidRead === true || request.readableEnded === true) throw new Error("the body was read before the gate");
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of request) {
    const bytes = chunk instanceof Uint8Array ? chunk : new TextEncoder().encode(String(chunk));
    length += bytes.length;
    if (length > limit) return undefined;
    chunks.push(bytes);
  }
  const whole = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.length;
  }
  return whole;
}
