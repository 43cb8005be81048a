/** What the middlewares have in common: from a request to its refusal, or to who may go on. */

import { Checker, type CountersignError } from "countersign";
import { denial, Policy, refusal, routesOf, Tenant, type Question, type Refusal, type RequestLine } from "countersign/compile";

/** Milliseconds until a verdict; what takes longer is refused. */
const PATIENCE = 2_200;
/** The same where the body has to be read, which the client may send slowly. */
const BODY_PATIENCE = 10_000;

/** Who is calling: the subject, and the claims of the credential where routes read them. */
export interface Caller {
  readonly subject: string;
  readonly claims?: Readonly<Record<string, unknown>>;
}

/** Options of `gate`; `R` is what the framework gives of a request. */
export interface GateOptions<R> {
  /** The route table, TOML or JSON: the worker's own. */
  readonly routes: string;
  /** The model, parsed or as text: the routes are checked against it. */
  readonly policy: Policy | string;
  /** Who is calling; `undefined` for nobody. Whatever it throws is a refusal. */
  readonly identify: (request: R) => Caller | string | undefined | Promise<Caller | string | undefined>;
  /** Who decides in a tenant for a subject: a tenant in memory, or the subject's own checker; `undefined` where there is none. */
  readonly rights: (tenant: string, subject: string) => Tenant | Checker | undefined | Promise<Tenant | Checker | undefined>;
  /** Is told of each request that is refused, and why: bodies do not say it. */
  readonly onRefused?: (refused: { readonly code: string; readonly status: number; readonly subject?: string; readonly error?: unknown }) => void;
}

/** What a handler knows of a request that was let through. */
export interface Allowed {
  readonly subject: string;
  readonly tenant: string;
  readonly action: string;
  readonly resource: string;
  readonly revision: number;
}

/** Refused, or let through: `allowed` is missing on public routes, `body` is there where it had to be read. */
export type Verdict = { readonly refused: Refusal } | { readonly allowed?: Allowed; readonly body?: Uint8Array };

/** A request on its way to a verdict. */
export interface Asked<R> {
  readonly request: R;
  readonly line: RequestLine;
  /** At most so many bytes of the body; `undefined` if there are more. */
  readonly body: (limit: number) => Promise<Uint8Array | undefined>;
}

/** A refusal on the way. */
class Refused extends Error {
  constructor(readonly answer: Refusal) {
    super(answer.code);
  }
}

/** Judges requests. Reading the table throws a `CountersignError`; judging never throws, and what goes wrong is a refusal. */
export function judge<R>(options: GateOptions<R>): (asked: Asked<R>) => Promise<Verdict> {
  const { identify, rights, onRefused } = options;
  const policy = typeof options.policy === "string" ? Policy.parse(options.policy) : options.policy;
  const routes = routesOf(policy, options.routes);
  const nothing = new Uint8Array();

  return async ({ request, line, body }) => {
    let subject: string | undefined;
    const decide = async (): Promise<Verdict> => {
      const found = routes.find(line);
      if ("refused" in found) throw new Refused(found.refused);
      if ("public" in found) return {};
      const caller = named(await identify(request));
      if (caller === undefined) throw new Refused(refusal(401, "nobody"));
      subject = caller.subject;
      const read = found.reads_body ? await body(found.limit) : nothing;
      if (read === undefined) throw new Refused(refusal(413, "body_too_large"));
      const question = routes.ask(line, caller.claims ?? {}, read);
      if ("refused" in question) throw new Refused(question.refused);
      const { tenant, action, resource, denied } = question;
      const decides = await rights(tenant, subject);
      const revision = may(decides, subject, action, question);
      if (revision !== undefined) {
        const allowed = { subject, tenant, action, resource, revision };
        return found.reads_body ? { allowed, body: read } : { allowed };
      }
      const visible = typeof denied === "number" ? denied === 403 : may(decides, subject, denied, question) !== undefined;
      throw new Refused(denial(visible));
    };
    try {
      const reads = line.method === "GET" || line.method === "HEAD";
      return await within(reads ? PATIENCE : BODY_PATIENCE, decide);
    } catch (error) {
      const refused = error instanceof Refused ? error.answer : refusal(503, (error as CountersignError | undefined)?.code ?? "unavailable");
      const { code, status } = refused;
      onRefused?.({ code, status, ...(subject === undefined ? {} : { subject }), ...(error instanceof Refused ? {} : { error }) });
      return { refused };
    }
  };
}

/** The revision by which the subject may; nothing if not. */
function may(decides: Tenant | Checker | undefined, subject: string, action: string, question: Question): number | undefined {
  const { resource: path, attributes, context, action_attributes: actionAttributes } = question;
  const resource = attributes === null ? path : { path, attributes };
  try {
    if (decides instanceof Tenant) {
      return decides.check(subject, action, resource, context, { actionAttributes }).decision === "allow" ? 0 : undefined;
    }
    if (decides instanceof Checker && decides.subject === subject) {
      const { decision, revision } = decides.check(action, resource, context, { actionAttributes });
      return decision === "allow" ? revision : undefined;
    }
  } catch (error) {
    // What the model does not have is denied at the gate: there, it is no mistake of a program.
    if (!DENIED.includes((error as CountersignError).code)) throw error;
  }
  return undefined;
}

const DENIED = ["unknown_action", "unknown_type", "invalid_path"];

function named(caller: Caller | string | undefined): Caller | undefined {
  const read = typeof caller === "string" ? { subject: caller } : caller;
  if (read === undefined || read === null) return undefined;
  if (typeof read.subject !== "string" || read.subject === "") throw new TypeError("`identify` gives a subject, as in `user:ann`");
  return read;
}

/** What comes in time; a refusal otherwise. */
async function within(milliseconds: number, decide: () => Promise<Verdict>): Promise<Verdict> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Refused(refusal(503, "deadline"))), milliseconds);
  });
  try {
    return await Promise.race([decide(), late]);
  } finally {
    clearTimeout(timer);
  }
}
