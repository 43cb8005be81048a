/** `countersign/compile`: reads models and tenants and answers for any subject. Heavier than `countersign`; for servers, tests and tools. */
/// <reference lib="esnext.disposable" preserve="true" />

import { needCompiler } from "./compiler.js";
import { Crowd } from "./crowd.js";
import { RawPolicy, RawTenant } from "./countersign_compile.js";
import { demand } from "./demand.js";
import { demandData } from "./plain.js";
import { guard } from "./refusal.js";
import { readRoutes, type RouteTable } from "./routes.js";
import {
  asCountersignError,
  bitOf,
  CountersignError,
  invalid,
  malformed,
  ownFields,
  readAction,
  readBag,
  readGiven,
  readNow,
  readTarget,
  readVocabulary,
  typeOf,
  writeGiven,
  writeWanted,
} from "./shared.js";
import type { Explanation } from "./explanation.js";
import type { Plan } from "./plan.js";
import { readSql, type SqlCondition, type SqlMapping, type SqlPlan } from "./sql.js";
import type {
  Action,
  AskOptionsOf,
  ContextOf,
  ModelTypes,
  OfferedPath,
  Registered,
  ResourceFor,
  TypeAttributes,
  TypesWith,
} from "./model.js";
import type { AskOptions, Attributes, Decision, Resource } from "./types.js";
import type { Vocabulary } from "./vocabulary.js";

export type { Change, Explanation, Step } from "./explanation.js";
export type { Expression, Filter, Plan } from "./plan.js";
export type { Column, SqlCondition, SqlMapping, SqlPlan } from "./sql.js";
export { denial, refusal, waiting, type Found, type Question, type Refusal, type RequestLine, type RouteTable } from "./routes.js";
export { CountersignError, type Diagnostic, type ErrorCode } from "./shared.js";
export type { AskOptions, Attributes, Decision, Outcome, PlainValue, Reason, Resource, Stage } from "./types.js";

/** How long a snapshot is good for when nobody says otherwise: an hour. */
const DEFAULT_TTL = 3_600_000;
const DISPOSE: typeof Symbol.dispose = Symbol.dispose ?? (Symbol("Symbol.dispose") as typeof Symbol.dispose);
/** Half a character: it would be replaced on the way to the engine, and two different ids would become one. */
const HALF = /\p{Surrogate}/u;
const FROM_PARSE = Symbol("from parse");
/** The compiled forms behind the public objects; `undefined` once freed. */
const POLICIES = new WeakMap<Policy, RawPolicy>();
/** Where what a caller supplies is written. */
const ROOM = {
  bytes: new Uint8Array(4_096),
  grow(bytes: number): void {
    const present = ROOM.bytes;
    ROOM.bytes = new Uint8Array(bytes);
    ROOM.bytes.set(present);
  },
};

/** Options of whatever reads a document. */
export interface NameOptions {
  /** What diagnostics call the document, usually its file name. */
  readonly name?: string;
}

/** Options of `Tenant.snapshot`. */
export interface SnapshotOptions extends AskOptions {
  /** For how long the snapshot answers, in milliseconds; an hour if left out. */
  readonly ttl?: number;
}

/** A checked model: types, actions and roles. */
export class Policy {
  private constructor(key: symbol, raw: RawPolicy) {
    if (key !== FROM_PARSE) throw invalid("a policy comes from `Policy.parse(text)`");
    POLICIES.set(this, raw);
  }

  /**
   * Parses and checks a model, TOML or JSON.
   * @throws CountersignError `invalid_model`; its `diagnostics` point at line and column.
   */
  static parse(text: string, options?: NameOptions): Policy {
    return guard(() => {
      if (typeof text !== "string") throw invalid("a model is text, TOML or JSON");
      const name = readName(options, "model");
      needCompiler();
      // Handing a text over takes time, and more than a model may have need not be looked at.
      const bytes = new TextEncoder().encode(text);
      if (bytes.length > RawPolicy.mostBytes()) throw RawPolicy.tooLong(bytes.length, name);
      return new Policy(FROM_PARSE, RawPolicy.parse(bytes, name));
    });
  }

  /** Gives the memory back; tenants that were loaded with the policy go on. */
  free(): void {
    POLICIES.get(this)?.free();
    POLICIES.delete(this);
  }

  [DISPOSE](): void {
    this.free();
  }
}

/**
/**
 * Reads the gate's route table, for the middlewares of this package.
 * @internal
 * @throws CountersignError `invalid_routes`; its `diagnostics` point at line and column.
 */
export function routesOf(policy: Policy, text: string, options?: NameOptions): RouteTable {
  return readRoutes(POLICIES.get(policy), text, readName(options, "routes"));
}

/**
 * A tenant in memory: members, roles, assignments and overrides, under one policy. With the types of a model
 * (`countersign types model.toml`) its questions are checked by the compiler, as a `Checker`'s are.
 */
export class Tenant<M extends ModelTypes = Registered> {
  #raw: RawTenant | undefined;
  #crowd: Crowd | undefined;
  readonly #vocabulary: Vocabulary;

  private constructor(key: symbol, raw: RawTenant) {
    if (key !== FROM_PARSE) throw invalid("a tenant comes from `Tenant.load(policy, data)`");
    this.#raw = raw;
    this.#vocabulary = readVocabulary(raw.vocabulary(), raw.attributes());
    this.#crowd = new Crowd(raw, this.#vocabulary);
  }

  /**
   * Loads a tenant: TOML or JSON text, or the same data as an object.
   * @throws CountersignError `invalid_tenant`; its `diagnostics` point at line and column.
   */
  static load<M extends ModelTypes = Registered>(policy: Policy, data: string | object, options?: NameOptions): Tenant<M> {
    return guard(() => {
      // What JSON leaves out would be a condition that is none, or an end that never comes.
      if (typeof data !== "string") demandData(data, "the tenant", 0);
      const text = typeof data === "string" ? data : JSON.stringify(data);
      if (typeof text !== "string") throw invalid("a tenant is an object, or text, TOML or JSON");
      const name = readName(options, "tenant");
      if (!(policy instanceof Policy)) throw invalid("a tenant is loaded under a policy, from `Policy.parse(text)`");
      const compiled = POLICIES.get(policy);
      if (compiled === undefined) throw new CountersignError("freed", "this policy has been freed");
      return new Tenant<M>(FROM_PARSE, RawTenant.load(compiled, new TextEncoder().encode(text), name));
    });
  }

  /** May the subject do this? `false` also where it first needs an approval. */
  can<A extends Action<M>, R extends string = OfferedPath<M, A>>(
    subject: string,
    action: A,
    resource: ResourceFor<M, A, R>,
    context?: ContextOf<M>,
    options?: AskOptionsOf<M>,
  ): boolean {
    try {
      if (typeof subject === "string" && typeof action === "string" && typeof resource === "string" && options === undefined) {
        const given = context === undefined ? undefined : readGiven(context as Attributes, undefined);
        // Looked at once whatever is not ours has run.
        const answer = this.#crowd?.can(subject, action, resource, given);
        if (answer !== undefined) return answer;
      }
    } catch (error) {
      throw asCountersignError(error);
    }
    return this.check<A, R>(subject, action, resource, context, options).decision === "allow";
  }

  /**
   * The decision with its reason.
   * @throws CountersignError `unknown_type`, `unknown_action`: a misspelt name is a mistake of the program, not a denial.
   */
  check<A extends Action<M>, R extends string = OfferedPath<M, A>>(
    subject: string,
    action: A,
    resource: ResourceFor<M, A, R>,
    context?: ContextOf<M>,
    options?: AskOptionsOf<M>,
  ): Decision {
    return guard(() => {
      const { raw, who, name, path, now, values } = this.#ask(subject, action, resource, context, options);
      return JSON.parse(raw.check(who, name, path, values, now)) as Decision;
    });
  }

  /** The decision with what spoke for and against it, when it will change by itself, and the smallest changes that would flip it. */
  explain<A extends Action<M>, R extends string = OfferedPath<M, A>>(
    subject: string,
    action: A,
    resource: ResourceFor<M, A, R>,
    context?: ContextOf<M>,
    options?: AskOptionsOf<M>,
  ): Explanation {
    return guard(() => {
      const { raw, who, name, path, now, values } = this.#ask(subject, action, resource, context, options);
      return { ...(JSON.parse(raw.explain(who, name, path, values, now)) as Explanation), revision: 0 };
    });
  }

  /** The members that may do this, sorted. */
  subjects<A extends Action<M>, R extends string = OfferedPath<M, A>>(
    action: A,
    resource: ResourceFor<M, A, R>,
    context?: ContextOf<M>,
    options?: AskOptionsOf<M>,
  ): string[] {
    return guard(() => {
      const { raw, name, path, now, values } = this.#ask("", action, resource, context, options);
      return raw.subjects(name, path, values, now);
    });
  }

  /** The registered resources of the type on which the subject may do this, sorted. */
  resources<A extends Action<M>>(
    subject: string,
    action: A,
    type: TypesWith<M, A>,
    context?: ContextOf<M>,
    options?: AskOptionsOf<M>,
  ): string[] {
    return guard(() => {
      const { raw, who, name, of, now, values } = this.#askType(subject, action, type, context, options);
      return raw.resources(who, name, of.name, values, now);
    });
  }

  /** May the subject do this on at least one resource of the type, with the attributes in `where`? As its snapshot would say. */
  anywhere<A extends Action<M>, T extends TypesWith<M, A>>(
    subject: string,
    action: A,
    type: T,
    where?: TypeAttributes<M, T>,
    options?: AskOptionsOf<M>,
  ): boolean {
    return guard(() => {
      const wanted = readBag(where, "the wanted attributes");
      const { raw, who, name, of, now, values } = this.#askType(subject, action, type, undefined, options);
      const { length } = values;
      const end = writeWanted(ROOM, length, of, wanted);
      const { bytes } = ROOM;
      return raw.anywhere(who, name, of.name, bytes.subarray(length, end), bytes.subarray(0, length), now);
    });
  }

  /** On which resources of the type the subject may do this: on all, on none, or on those that a filter admits, which SQL can say too. */
  plan<A extends Action<M>>(
    subject: string,
    action: A,
    type: TypesWith<M, A>,
    context?: ContextOf<M>,
    options?: AskOptionsOf<M>,
  ): SqlPlan {
    return guard(() => {
      const { raw, who, name, of, now, values } = this.#askType(subject, action, type, context, options);
      const plan = JSON.parse(raw.plan(who, name, of.name, values, now)) as Plan;
      const kept = values.slice();
      const sql = (mapping: SqlMapping): SqlCondition =>
        guard(() => {
          const columns = JSON.stringify(mapping);
          if (typeof columns !== "string") throw invalid("a mapping must be an object");
          return readSql(this.#alive().sql(who, name, of.name, kept, now, columns));
        });
      return Object.defineProperty(plan, "sql", { value: sql }) as SqlPlan;
    });
  }

  /** What a `Checker` loads: this subject's rights, and nothing about anybody else. */
  snapshot(subject: string, options?: SnapshotOptions): Uint8Array<ArrayBuffer> {
    return guard(() => {
      const raw = this.#alive();
      const who = readSubject(subject);
      const fields = options === undefined ? new Map<string, unknown>() : ownFields(options, "the options", ["now", "ttl"]);
      const ttl = fields.get("ttl") ?? DEFAULT_TTL;
      if (typeof ttl !== "number" || !(ttl > 0)) throw invalid("`ttl` must be a positive number of milliseconds");
      const now = readNow(options === undefined ? undefined : { now: fields.get("now") as Date | number });
      return raw.snapshot(who, now, ttl) as Uint8Array<ArrayBuffer>;
    });
  }

  /** Gives the memory back. Every later call throws `freed`, except this one. */
  free(): void {
    this.#raw?.free();
    this.#raw = undefined;
    this.#crowd = undefined;
  }

  [DISPOSE](): void {
    this.free();
  }

  #ask(subject: string, action: unknown, resource: unknown, context: unknown, options: unknown) {
    const who = readSubject(subject);
    const name = readAction(action);
    const { path, attributes } = readTarget(resource as Resource);
    if (HALF.test(path)) throw malformed(path);
    const given = readGiven(context as Attributes | undefined, options as AskOptions | undefined);
    const now = readNow(options as AskOptions | undefined);
    const raw = this.#alive();
    const type = demand(this.#vocabulary, name, path);
    const end = writeGiven(ROOM, 0, this.#vocabulary, type, given, attributes);
    // Only now: writing may have made more room.
    const values = ROOM.bytes.subarray(0, end);
    return { raw, who, name, path, now, values };
  }

  #askType(subject: string, action: unknown, type: unknown, context: unknown, options: unknown) {
    const who = readSubject(subject);
    const name = readAction(action);
    const given = readGiven(context as Attributes | undefined, options as AskOptions | undefined);
    const now = readNow(options as AskOptions | undefined);
    const raw = this.#alive();
    const of = typeOf(this.#vocabulary, type);
    bitOf(of, name);
    const end = writeGiven(ROOM, 0, this.#vocabulary, of, given, undefined);
    // Only now: writing may have made more room.
    const values = ROOM.bytes.subarray(0, end);
    return { raw, who, name, of, now, values };
  }

  #alive(): RawTenant {
    if (this.#raw === undefined) throw new CountersignError("freed", "this tenant has been freed");
    return this.#raw;
  }
}

function readName(options: NameOptions | undefined, fallback: string): string {
  if (options === undefined) return fallback;
  const name = ownFields(options, "the options", ["name"]).get("name") ?? fallback;
  if (typeof name !== "string") throw invalid("`name` must be a string");
  return name;
}

function readSubject(subject: unknown): string {
  if (typeof subject !== "string" || HALF.test(subject)) throw invalid("the subject must be a string of whole characters, such as `user:ann`");
  return subject;
}
