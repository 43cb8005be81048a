/** What a plan says: on which resources of a type an action is allowed. */

/** A filter of resources of one type. */
export type Filter =
  | { readonly under: string }
  | { readonly is: string }
  | { readonly not: Filter }
  | { readonly and: readonly Filter[] }
  | { readonly or: readonly Filter[] }
  /** The expression is true. */
  | { readonly holds: Expression }
  /** The expression is true, or cannot be told. */
  | { readonly mayHold: Expression };

/** The residual condition as a tree: the operator, or the kind of value, with its operands. */
export type Expression = { readonly [operator: string]: Expression | readonly (Expression | string)[] | string | boolean };

/** On which resources of a type an action is allowed. */
export type Plan =
  | { readonly kind: "always" }
  | { readonly kind: "never" }
  | {
      readonly kind: "when";
      /** Where the filter says only this: the resource is one of these, or stands below one of them. */
      readonly scopes?: readonly string[];
      readonly filter: Filter;
    };
