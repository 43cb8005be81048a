/** `countersign/react`: answers in components, at once and without a loading state; only those that changed are rendered again. */

import { createContext, createElement, useCallback, useContext, useMemo, useSyncExternalStore, type ReactElement, type ReactNode } from "react";
import type { Action, ContextOf, OfferedPath, Registered, ResourceFor } from "countersign";
import { ask } from "./ask.js";
import type { AskOptions, Attributes, Resource } from "./types.js";

/** Who answers: a `Connection`, which tells of changes, or on a server a `Checker`. */
export interface CanSource {
  can(action: string, resource: Resource, context?: Attributes, options?: AskOptions): boolean;
  observe?(listener: () => void, action: string, resource: Resource, context?: Attributes): () => void;
}

/** With what the server rendered: the page must begin with the same answers. */
export interface Rendered {
  /** A checker of the snapshot that the server had. */
  readonly checker: CanSource;
  /** The moment at which it rendered, in milliseconds since 1970. */
  readonly now?: number;
}

interface Provided {
  readonly source: CanSource;
  readonly rendered: Rendered | undefined;
}

const Context = createContext<Provided | undefined>(undefined);
const nothing = () => {};

/** Gives all components below it somebody who answers. */
export function CountersignProvider(props: { readonly source: CanSource; readonly rendered?: Rendered; readonly children?: ReactNode }): ReactElement {
  const { source, rendered, children } = props;
  // The same value keeps what is below from being rendered again.
  const value = useMemo(() => ({ source, rendered }), [source, rendered?.checker, rendered?.now]);
  return createElement(Context.Provider, { value }, children);
}

/**
 * May whoever is signed in do this? The component is rendered again when the answer has changed, and for no other change.
 * With the types of a model (`countersign types`), actions and paths are looked at by the compiler.
 */
export function useCan<A extends Action, R extends string = OfferedPath<Registered, A>>(
  action: A,
  resource: ResourceFor<Registered, A, R>,
  context?: ContextOf<Registered>,
): boolean {
  return useAnswer(action, resource as Resource, context as Attributes | undefined);
}

function useAnswer(action: string, resource: Resource, context: Attributes | undefined): boolean {
  const given = useContext(Context);
  if (given === undefined) throw new Error("useCan stands below no <CountersignProvider>");
  const { source, rendered } = given;
  // Objects that say the same are the same question.
  const key = JSON.stringify([resource, context]);
  const subscribe = useCallback(
    (listener: () => void) => source.observe?.(listener, action, resource, context) ?? nothing,
    [source, action, key],
  );
  const answer = () => ask(source, action, resource, context);
  const atFirst = () => {
    if (rendered === undefined) return answer();
    return ask(rendered.checker, action, resource, context, rendered.now === undefined ? undefined : { now: rendered.now });
  };
  return useSyncExternalStore(subscribe, answer, atFirst);
}

/** What `<Can>` is given. */
export interface CanProps<A extends Action = Action, R extends string = string> {
  readonly action: A;
  readonly resource: ResourceFor<Registered, A, R>;
  readonly context?: ContextOf<Registered>;
  /** What is shown to those who may not. */
  readonly fallback?: ReactNode;
  /** What is shown to those who may; a function is given the answer and says what is shown in either case. */
  readonly children?: ReactNode | ((allowed: boolean) => ReactNode);
}

/** Shows its children to those who may. */
export function Can<A extends Action, R extends string = OfferedPath<Registered, A>>({ action, resource, context, fallback, children }: CanProps<A, R>): ReactNode {
  const allowed = useAnswer(action, resource as Resource, context as Attributes | undefined);
  if (typeof children === "function") return children(allowed);
  return (allowed ? children : fallback) ?? null;
}
