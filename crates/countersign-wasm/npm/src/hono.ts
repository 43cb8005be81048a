/** `countersign/hono`: the gate in front of a Hono application's handlers, by the worker's own route table. */

import { judge, type Allowed, type GateOptions } from "./server.js";

export type { Allowed, ApprovalNeeded, Caller, GateOptions } from "./server.js";

/** What the gate uses of Hono's context; declared here, so that nobody needs Hono's types who does not use it. */
export interface HonoContext {
  readonly req: { readonly raw: Request; arrayBuffer(): Promise<ArrayBuffer> };
  set(key: "countersign", value: Allowed): void;
  header(name: string, value: string): void;
}

/**
 * Middleware that lets through what the route table and the rights allow, and answers everything else itself.
 * Handlers find who may what as `c.get("countersign")`. Use it before everything that acts: `app.use(gate({ … }))`.
 * @throws CountersignError `invalid_routes`, `invalid_model`; their `diagnostics` point at line and column.
 */
export function gate(options: GateOptions<Request>): (context: HonoContext, next: () => Promise<void>) => Promise<Response | void> {
  const decide = judge(options);
  return async (context, next) => {
    const { raw } = context.req;
    const verdict = await decide({
      request: raw,
      line: { method: raw.method, url: raw.url, headers: [...raw.headers].flat() },
      async body(limit) {
        if (Number(raw.headers.get("content-length") ?? 0) > limit) return undefined;
        // Hono keeps what was read, so that handlers read it again.
        const bytes = new Uint8Array(await context.req.arrayBuffer());
        return bytes.length > limit ? undefined : bytes;
      },
    });
    if ("refused" in verdict) {
      const { status, headers, body } = verdict.refused;
      return new Response(raw.method === "HEAD" ? null : body, { status, headers: headers.map(([name, value]) => [name, value]) });
    }
    if (verdict.allowed !== undefined) {
      context.set("countersign", verdict.allowed);
      context.header("cache-control", "private, no-store");
    }
    await next();
  };
}
