/** `Checker`: one subject's rights in one tenant, asked synchronously. */
/// <reference lib="esnext.disposable" preserve="true" />

import type { Answers, Asked } from "./answers.js";
import { invalid, readAction, readBag, readLoad, readNow, readTarget } from "./arguments.js";
import { loadDetails } from "./details.js";
import { CountersignError } from "./error.js";
import { readGiven, type Given } from "./given.js";
import { asCountersignError, guard } from "./guard.js";
import { describe } from "./reason.js";
import { loadSnapshot, type SnapshotSource } from "./snapshot.js";
import type { Explanation } from "./explanation.js";
import type { Plan } from "./plan.js";
import type {
  Action,
  ActionsOn,
  AskOptionsOf,
  ContextOf,
  FilteredFor,
  ModelTypes,
  OfferedPath,
  Registered,
  ResourceFor,
  TypeAttributes,
  TypesWith,
} from "./model.js";
import type { AskOptions, Attributes, Decision, LoadOptions, Resource } from "./types.js";
import { bitOf, typeOf, type TypeWords } from "./vocabulary.js";

export type { SnapshotSource } from "./snapshot.js";

/** Only `load` can construct. */
const FROM_LOAD = Symbol("from load");
/** Hosts that do not know the symbol yet get one that nobody calls. */
const DISPOSE: typeof Symbol.dispose = Symbol.dispose ?? (Symbol("Symbol.dispose") as typeof Symbol.dispose);

/**
 * What one subject may do in one tenant, as of one revision.
 *
 * Every question is synchronous and local. A question that cannot be answered throws a `CountersignError`; no failure
 * ever reads as an allow. Once the snapshot has expired, every answer is no.
 *
 * @example
 * const checker = await Checker.load(await fetch("/v1/tenants/acme/me/snapshot"));
 * if (checker.can("edit", "project:renovation/state:draft/sign:42")) showEditor();
 *
 * With the types of a model (`countersign types model.toml > model.d.ts`) a misspelt action, a path of the wrong shape and an
 * action that the type does not have are errors of the compiler; a plain `string` is taken as a path, and looked at when it
 * is asked about.
 */
export class Checker<M extends ModelTypes = Registered> {
  #answers: Answers | undefined;

  /** @internal Use `Checker.load`. */
  private constructor(key: symbol, answers: Answers) {
    if (key !== FROM_LOAD) throw invalid("a checker comes from `await Checker.load(snapshot)`");
    this.#answers = answers;
  }

  /**
   * Loads a snapshot.
   * @throws CountersignError `snapshot_corrupt`, `snapshot_version`, `snapshot_expired`; `fetch_failed` for a `Response`
   * that is not a success; `wasm_unavailable` where the engine cannot be fetched; `invalid_argument` for anything else.
   */
  static async load<M extends ModelTypes = Registered>(snapshot: SnapshotSource, options?: LoadOptions): Promise<Checker<M>> {
    try {
      const { details, now } = readLoad(options);
      // Both are fetched at once.
      const [loaded, detailed] = await Promise.allSettled([loadSnapshot(snapshot, now), details && loadDetails()]);
      if (loaded.status === "rejected") throw loaded.reason;
      if (detailed.status === "fulfilled") return new Checker<M>(FROM_LOAD, loaded.value);
      loaded.value.free();
      throw detailed.reason;
    } catch (error) {
      throw asCountersignError(error);
    }
  }

  /**
   * Loads what `explain`, `plan` and `anywhere` need, for this checker and all others; the same as `details: true` at `load`.
   * On a page the first of them would have to wait for it.
   * @throws CountersignError `wasm_unavailable`; the next call tries again.
   */
  async details(): Promise<void> {
    this.#alive();
    await loadDetails();
  }

  /** May the subject do this? `false` also where it first needs an approval: `check` tells the two apart. */
  can<A extends Action<M>, R extends string = OfferedPath<M, A>>(
    action: A,
    resource: ResourceFor<M, A, R>,
    context?: ContextOf<M>,
    options?: AskOptionsOf<M>,
  ): boolean {
    try {
      if (typeof resource === "string" && options === undefined) {
        const given = context === undefined ? undefined : readGiven(context as Attributes, undefined);
        // Looked at once whatever is not ours has run.
        const answers = this.#answers;
        if (answers !== undefined) {
          // The hot path: two lookups and one reading of the clock.
          const now = Date.now();
          const answer = answers.again(resource, now);
          const bit = answer.type.actions.indexOf(action);
          if (bit >= 0) return answers.allows(answer, bit, resource, undefined, given, now);
        }
      }
      const { answers: alive, answer, asked, bit, now } = this.#ask(action, resource, context, options);
      return alive.allows(answer, bit, asked.path, asked.attributes, asked.given, now);
    } catch (error) {
      throw asCountersignError(error);
    }
  }

  /** The decision with its reason. */
  check<A extends Action<M>, R extends string = OfferedPath<M, A>>(
    action: A,
    resource: ResourceFor<M, A, R>,
    context?: ContextOf<M>,
    options?: AskOptionsOf<M>,
  ): Decision {
    return guard(() => {
      const { answers, answer, asked, bit, now } = this.#ask(action, resource, context, options);
      return describe(answers.decide(answer, bit, asked, now), answers.revision);
    });
  }

  /**
   * The decision with what spoke for and against it, when it will change by itself, and the smallest changes that would
   * flip it, as far as the snapshot knows.
   */
  explain<A extends Action<M>, R extends string = OfferedPath<M, A>>(
    action: A,
    resource: ResourceFor<M, A, R>,
    context?: ContextOf<M>,
    options?: AskOptionsOf<M>,
  ): Explanation {
    return guard(() => {
      const { answers, answer, asked, bit, now } = this.#ask(action, resource, context, options);
      return { ...(JSON.parse(answers.explain(answer, bit, asked, now)) as Explanation), revision: answers.revision };
    });
  }

  /**
   * Is the action allowed on at least one resource of the type? For menus, which are there before any resource is.
   * With `where`, on one that has these attributes; what is not declared is on no resource.
   */
  anywhere<A extends Action<M>, T extends TypesWith<M, A>>(
    action: A,
    type: T,
    where?: TypeAttributes<M, T>,
    options?: AskOptionsOf<M>,
  ): boolean {
    return guard(() => {
      const wanted = readBag(where, "the wanted attributes");
      const { answers, words, bit, given, now } = this.#askType(action, type, undefined, options);
      return answers.anywhere(words, bit, wanted, given, now);
    });
  }

  /** On which resources of the type the action is allowed: on all, on none, or on those that a filter admits. */
  plan<A extends Action<M>>(action: A, type: TypesWith<M, A>, context?: ContextOf<M>, options?: AskOptionsOf<M>): Plan {
    return guard(() => {
      const { answers, words, bit, given, now } = this.#askType(action, type, context, options);
      return JSON.parse(answers.plan(words, bit, given, now)) as Plan;
    });
  }

  /** The actions that are allowed on a resource, in the order of the model. */
  actions<R extends string = OfferedPath<M, Action<M>>>(
    resource: ResourceFor<M, never, R>,
    context?: ContextOf<M>,
    options?: AskOptionsOf<M>,
  ): ActionsOn<M, R>[] {
    return guard(() => {
      const asked = readAsked(resource as Resource, readGiven(context as Attributes | undefined, options as AskOptions | undefined));
      const now = readNow(options);
      const answers = this.#alive();
      const answer = answers.find(asked.path, now);
      return answer.type.actions.filter((_, bit) => answers.allows(answer, bit, asked.path, asked.attributes, asked.given, now)) as ActionsOn<M, R>[];
    });
  }

  /** The resources of a list on which the action is allowed, in their order; all are asked about for one instant. */
  filter<A extends Action<M>, R extends Resource>(
    action: A,
    resources: Iterable<R> & Iterable<FilteredFor<M, A, R>>,
    context?: ContextOf<M>,
    options?: AskOptionsOf<M>,
  ): R[] {
    // No closure as elsewhere: what V8 has optimised of one is lost with it.
    try {
      this.#alive();
      const name = readAction(action);
      const given = readGiven(context as Attributes | undefined, options as AskOptions | undefined);
      const now = readNow(options);
      const allowed: R[] = [];
      let type: TypeWords | undefined;
      let bit = 0;
      for (const resource of resources) {
        // No object for each that is a path.
        const { path, attributes } = typeof resource === "string" ? { path: resource, attributes: undefined } : readTarget(resource);
        // Asked for each time: whoever gives the list may have freed or updated the checker meanwhile.
        const answers = this.#alive();
        const answer = answers.find(path, now);
        // A list is mostly of one type.
        if (answer.type !== type) bit = bitOf((type = answer.type), name);
        if (answers.allows(answer, bit, path, attributes, given, now)) allowed.push(resource);
      }
      return allowed;
    } catch (error) {
      throw asCountersignError(error);
    }
  }

  /**
   * Takes a newer snapshot of the same subject and tenant. Answers change all at once, or not at all: a snapshot that
   * cannot be loaded throws and leaves the present one in use.
   * @returns whether the snapshot is now in use; an older one than the present is ignored, as late answers may arrive.
   */
  async update(snapshot: SnapshotSource, options?: AskOptions): Promise<boolean> {
    let next: Answers | undefined;
    try {
      this.#alive();
      next = await loadSnapshot(snapshot, () => readNow(options));
      const present = this.#alive();
      if (next.subject !== present.subject || next.tenant !== present.tenant) {
        throw new CountersignError("snapshot_foreign", "the snapshot speaks of another subject or tenant");
      }
      const newer = next.revision > present.revision;
      if (!newer && (next.revision < present.revision || next.expires < present.expires)) {
        next.free();
        return false;
      }
      this.#answers = next;
      present.free();
      return true;
    } catch (error) {
      if (next !== this.#answers) next?.free();
      throw asCountersignError(error);
    }
  }

  /** The revision of the tenant that answers. */
  get revision(): number {
    return this.#alive().revision;
  }

  /** Whose rights these are, for example `user:ann`. */
  get subject(): string {
    return this.#alive().subject;
  }

  /** The tenant that the answers are about. */
  get tenant(): string {
    return this.#alive().tenant;
  }

  /** From when on every answer is no. */
  get expires(): Date {
    return new Date(this.#alive().expires);
  }

  /**
   * Until when the answers about these resources hold by themselves (milliseconds since 1970): the next beginning or
   * end of a grant that reaches one of them, or the snapshot's expiry; a millisecond from now where a condition reads the
   * clock. Nothing is supplied but the resources' attributes, and those in the options. A page that shows answers asks
   * again then.
   */
  validUntil(resources: Iterable<Resource>, options?: AskOptions): number {
    return guard(() => {
      const answers = this.#alive();
      const now = readNow(options);
      const given = readGiven(undefined, options);
      let until = now < answers.expires ? answers.expires : Infinity;
      for (const resource of resources) {
        const asked = readAsked(resource, given);
        const alive = this.#alive();
        until = Math.min(until, alive.holdsUntil(alive.find(asked.path, now), asked, now));
      }
      return until;
    });
  }

  /** Gives the memory back. Every later call throws `freed`, except this one. */
  free(): void {
    this.#answers?.free();
    this.#answers = undefined;
  }

  /** `using checker = await Checker.load(…)` frees it at the end of the block. */
  [DISPOSE](): void {
    this.free();
  }

  #alive(): Answers {
    if (this.#answers === undefined) throw new CountersignError("freed", "this checker has been freed");
    return this.#answers;
  }

  #askType(action: unknown, type: unknown, context: unknown, options: unknown) {
    const name = readAction(action);
    const given = readGiven(context as Attributes | undefined, options as AskOptions | undefined);
    const now = readNow(options as AskOptions | undefined);
    const answers = this.#alive();
    const words = typeOf(answers.vocabulary, type);
    return { answers, words, given, now, bit: bitOf(words, name) };
  }

  #ask(action: unknown, resource: unknown, context: unknown, options: unknown) {
    const name = readAction(action);
    const asked = readAsked(resource as Resource, readGiven(context as Attributes | undefined, options as AskOptions | undefined));
    const now = readNow(options as AskOptions | undefined);
    // Whatever is not ours has run; from here on nothing changes below our feet.
    const answers = this.#alive();
    const answer = answers.find(asked.path, now);
    return { answers, answer, asked, now, bit: bitOf(answer.type, name) };
  }
}

function readAsked(resource: Resource, given: Given | undefined): Asked {
  return { ...readTarget(resource), given };
}
