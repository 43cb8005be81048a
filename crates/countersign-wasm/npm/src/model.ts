/**
 * Types from a model: what `countersign types model.toml` writes makes a misspelt action, a path of the wrong shape and an
 * action that a type does not have errors of the compiler. There is nothing here at run time.
 */

import type { AskOptions, Attributes } from "./types.js";

/** What a model says of one resource type. */
export interface ResourceTypeOf {
  /** Its actions. */
  readonly actions: string;
  /** The types that it stands below; `/` for the root. */
  readonly parents: string;
  /** Its attributes. */
  readonly attributes?: object;
}

/** What a model declares, as `countersign types` writes it down. */
export interface ModelTypes {
  readonly types: { readonly [type: string]: ResourceTypeOf };
  readonly context?: object;
  readonly subject?: object;
  readonly action?: object;
  /** Paths as they begin, for an editor to offer. */
  readonly shapes?: { readonly [type: string]: string };
}

/** A model of which nothing is known before the program runs. */
export interface AnyModel {
  readonly types: { readonly [type: string]: { readonly actions: string; readonly parents: string } };
}

/**
 * Which model the checkers of a program are of, where nothing else is said. The file that `countersign types` writes fills
 * it in; a program of several models names them: `Checker.load<Signs>(snapshot)`.
 */
export interface Register {}

/** The model in `Register`; without one, any. */
export type Registered = Register extends { readonly model: infer M extends ModelTypes } ? M : AnyModel;

/** The types of every model, for the management of the tenant itself; they stand at the root or below any resource. */
export interface ManagementTypes {
  readonly member: Managed<"view" | "create" | "edit" | "activate" | "deactivate" | "lock" | "unlock" | "delete" | "notify">;
  readonly group: Managed<"view" | "create" | "edit" | "delete">;
  readonly role: Managed<"view" | "create" | "edit" | "delete">;
  readonly assignment: Managed<"view" | "create" | "delete">;
  readonly override: Managed<"view" | "set">;
  readonly invitation: Managed<"view" | "create" | "resend" | "revoke">;
  readonly token: Managed<"view" | "create" | "rotate" | "revoke">;
  readonly approval_policy: Managed<"view" | "create" | "edit" | "delete">;
  readonly audit: Managed<"view" | "export">;
  readonly support: Managed<"view" | "authorise" | "disable">;
  readonly settings: Managed<"view" | "edit">;
  readonly resource: Managed<"view" | "create" | "edit" | "move" | "delete">;
  readonly webhook: Managed<"view" | "create" | "edit" | "delete">;
  readonly access: Managed<"evaluate">;
}

interface Managed<A extends string> {
  readonly actions: A;
  readonly parents: string;
}

/** All types of a model. */
type TypesOf<M extends ModelTypes> = string extends keyof M["types"] ? M["types"] : M["types"] & ManagementTypes;

/** The names of a model's types. */
export type TypeName<M extends ModelTypes = Registered> = keyof TypesOf<M> & string;

/** The actions of one type. */
export type ActionOf<M extends ModelTypes, T extends string> = T extends keyof TypesOf<M> ? Actions<TypesOf<M>[T]> : never;
type Actions<T> = T extends { readonly actions: infer A extends string } ? A : never;

/** All actions of a model. */
export type Action<M extends ModelTypes = Registered> = Actions<TypesOf<M>[keyof TypesOf<M>]>;

/** The types that have an action. */
export type TypesWith<M extends ModelTypes, A extends string> = string extends keyof M["types"]
  ? string
  : { [T in TypeName<M>]: A extends ActionOf<M, T> ? T : never }[TypeName<M>];

type ParentsOf<M extends ModelTypes, T extends string> = T extends keyof TypesOf<M>
  ? TypesOf<M>[T] extends { readonly parents: infer P extends string }
    ? P
    : never
  : never;

/** What an editor offers for a path; none of these is a whole path. */
type Offered<M extends ModelTypes, A extends string> = Shapes<M["shapes"], TypesWith<M, A>>;
// The second is never written; with it, one shape alone is told from the whole offer.
type Shapes<S, T extends string> = S extends { readonly [type: string]: string } ? S[keyof S & T] | `\u0000${string}` : string;

/** The default of a path that is not written yet: what an editor offers. */
export type OfferedPath<M extends ModelTypes, A extends string> = Offered<M, A>;

declare const MISTAKE: unique symbol;
/** No value is this: its argument says what is wrong. It is no text, so that no editor offers it. */
export interface Mistake<Sentence extends string> {
  readonly [MISTAKE]: Sentence;
}

/**
 * What is wrong with a path on which an action is asked about; `never` if nothing is. A plain `string` is taken as it is; of
 * a template, what can be told is looked at.
 */
type Problem<M extends ModelTypes, A extends string, R extends string> = string extends keyof M["types"]
  ? never
  : [Offered<M, A>] extends [R]
    ? never
    : R extends R
      ? As<Wrong<M, A, R, "/">>
      : never;
type As<Sentence extends string> = [Sentence] extends [never] ? never : Mistake<Sentence>;

/** What is wrong with a path below a type; `string` for a type that cannot be told. */
type Wrong<M extends ModelTypes, A extends string, R extends string, Above extends string> = string extends R
  ? never
  : R extends `${infer Head}/${infer Rest}`
    ? SegmentType<M, Head, Above> extends infer T extends string
      ? T extends `${string} ${string}`
        ? T
        : Wrong<M, A, Rest, T>
      : never
    : SegmentType<M, R, Above> extends infer T extends string
      ? string extends T
        ? never
        : T extends `${string} ${string}`
          ? T
          : [A] extends [ActionOf<M, T>]
            ? never
            : `the type '${T}' has no action '${A}'`
      : never;

/** The type of a segment, or a sentence that says what is wrong with it. */
type SegmentType<M extends ModelTypes, S extends string, Above extends string> = string extends S
  ? string
  : S extends `${infer T}:${infer Id}`
    ? string extends T
      ? string
      : T extends TypeName<M>
        ? Id extends ""
          ? `there is no id behind '${T}:'`
          : string extends Above
            ? T
            : Above extends ParentsOf<M, T>
              ? T
              : `the type '${T}' stands below '${ParentsOf<M, T>}' and not below '${Above}'`
        : `there is no type '${T}' in the model`
    : `'${S}' is no segment of a path: write type:id`;

/** What is asked about: a path, or a path with attributes. What is wrong with it stands in the place of its type. */
export type ResourceFor<M extends ModelTypes, A extends string, R extends string> = [Problem<M, A, R>] extends [never]
  ? R | { readonly path: R; readonly attributes?: AttributesOf<M, R> }
  : Problem<M, A, R>;

/** What a list may hold: paths, or paths with attributes, on which an action may be asked about. */
export type FilteredFor<M extends ModelTypes, A extends string, R> = R extends string
  ? Fits<M, A, R, R>
  : R extends { readonly path: infer P extends string }
    ? Fits<M, A, P, R>
    : R;
type Fits<M extends ModelTypes, A extends string, P extends string, R> = [Problem<M, A, P>] extends [never] ? R : Problem<M, A, P>;

/** The type that a path ends in; `string` where that cannot be told. */
type LastType<R extends string> = string extends R
  ? string
  : R extends `${string}/${infer Rest}`
    ? LastType<Rest>
    : R extends `${infer T}:${string}`
      ? T
      : string;

/** The actions that a path's type has. */
export type ActionsOn<M extends ModelTypes, R extends string> = string extends keyof M["types"]
  ? string
  : string extends LastType<R>
    ? Action<M>
    : ActionOf<M, LastType<R>>;

/** The attributes of the type that a path ends in. */
export type AttributesOf<M extends ModelTypes, R extends string> = string extends LastType<R>
  ? Attributes
  : TypeAttributes<M, LastType<R>>;

/** The attributes of a type. */
export type TypeAttributes<M extends ModelTypes, T extends string> = string extends keyof M["types"]
  ? Attributes
  : T extends keyof M["types"]
    ? M["types"][T] extends { readonly attributes: infer D extends object }
      ? D
      : Attributes
    : Attributes;

/** The context of a model. */
export type ContextOf<M extends ModelTypes> = M extends { readonly context: infer C extends object } ? C : Attributes;

/** The last argument of every question, with the attributes that the model lets callers supply. */
export interface AskOptionsOf<M extends ModelTypes> extends Pick<AskOptions, "now"> {
  readonly subjectAttributes?: M extends { readonly subject: infer S extends object } ? S : Attributes;
  readonly actionAttributes?: M extends { readonly action: infer S extends object } ? S : Attributes;
}
