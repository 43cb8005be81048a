/** What the middlewares have in common: from a request to its refusal, or to who may go on. */

import { Checker, type CountersignError, type Decision } from "countersign";
import { denial, Policy, refusal, routesOf, Tenant, waiting, type Question, type Refusal, type RequestLine } from "countersign/compile";

/** Milliseconds until a verdict; what takes longer is refused. */
const PATIENCE = 2_200;
/** The same where the body has to be read, which the client may send slowly. */
const BODY_PATIENCE = 10_000;

/** Who is calling: the subject, and the claims of the credential where routes read them. */
export interface Caller {
  readonly subject: string;
  readonly claims?: Readonly<Record<string, unknown>>;
}

/** What needs an approval: what a request for one says, and the request that came. */
export interface ApprovalNeeded<R> {
  readonly request: R;
  readonly subject: string;
  readonly tenant: string;
  readonly action: string;
  readonly resource: string;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly context: Readonly<Record<string, unknown>>;
  readonly actionAttributes: Readonly<Record<string, unknown>>;
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
  /**
   * Asks for an approval, at the worker or wherever approvals are given, and says where that waits: a path, or an address.
   * The caller is answered with 202 and the address; with 403 where it gives nothing, or is not there. It lets nothing through.
   */
  readonly onApproval?: (needed: ApprovalNeeded<R>) => { readonly address: string } | undefined | Promise<{ readonly address: string } | undefined>;
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
  const { identify, rights, onApproval, onRefused } = options;
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
      const { decision, revision } = decided(decides, subject, action, question);
      if (decision === "approval") {
        const { attributes, context, action_attributes: actionAttributes } = question;
        const needed = { request, subject, tenant, action, resource, attributes: attributes ?? {}, context, actionAttributes };
        throw new Refused(waiting(addressOf(await onApproval?.(needed))));
      }
      if (decision === "allow") {
        const allowed = { subject, tenant, action, resource, revision };
        return found.reads_body ? { allowed, body: read } : { allowed };
      }
      const visible = typeof denied === "number" ? denied === 403 : decided(decides, subject, denied, question).decision === "allow";
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

/** What is decided about the subject, and by which revision. */
function decided(decides: Tenant | Checker | undefined, subject: string, action: string, question: Question): Pick<Decision, "decision" | "revision"> {
  const { tenant, resource: path, attributes, context, action_attributes: actionAttributes } = question;
  const resource = attributes === null ? path : { path, attributes };
  try {
    // A tenant in memory has no requests: what needs an approval there has none.
    if (decides instanceof Tenant) return { ...decides.check(subject, action, resource, context, { actionAttributes }), revision: 0 };
    // One that was made without a worker names no tenant.
    const here = decides instanceof Checker && (decides.tenant === "" || decides.tenant === tenant);
    if (here && decides.subject === subject) {
      const first = decides.check(action, resource, context, { actionAttributes });
      if (first.decision !== "allow") return first;
      // A request that was approved is good once, and only the worker can note that it was used: here it is good for nothing.
      const { decision, revision, trace } = decides.explain(action, resource, context, { actionAttributes });
      const needsApproval = trace.some(({ stage, holds }) => stage === "approval" && holds !== "no");
      return { decision: decision === "allow" && needsApproval ? "approval" : decision, revision };
    }
  } catch (error) {
    // What the model does not have is denied at the gate: there, it is no mistake of a program.
    if (!DENIED.includes((error as CountersignError).code)) throw error;
  }
  return { decision: "deny", revision: 0 };
}

/** Where a request for an approval waits; what is no address is a mistake of the program's, and refuses. */
function addressOf(filed: { readonly address: string } | undefined): string | undefined {
  if (filed === undefined || filed === null) return undefined;
  if (typeof filed.address === "string" && ADDRESS.test(filed.address)) return filed.address;
  throw new TypeError("`onApproval` gives an `address`: a path, or what begins with https://");
}

/** A path or an address, in signs that a header may have. */
const ADDRESS = /^(\/(?!\/)|https?:\/\/)[\x21-\x7e]*$/;
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
