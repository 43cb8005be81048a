/** `countersign/vue`: answers as computed refs, and a directive that shows an element to those who may. */

import {
  computed, defineComponent, inject, onScopeDispose, shallowRef, toValue, watchEffect,
  type App, type Component, type ComputedRef, type InjectionKey, type MaybeRefOrGetter, type ObjectDirective, type Plugin, type PropType, type ShallowRef,
} from "vue";
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
  /** What answers until the application is mounted. */
  readonly rendered: ShallowRef<Rendered | undefined>;
}

const KEY: InjectionKey<Provided> = Symbol("countersign");

/** The plugin: `app.use(countersign({ source: connection }))`. It also registers `v-can` and `<Can>`. */
export function countersign({ source, rendered }: { readonly source: CanSource; readonly rendered?: Rendered }): Plugin {
  return {
    install(app: App) {
      const given: Provided = { source, rendered: shallowRef(rendered) };
      app.provide(KEY, given);
      app.directive("can", directive(given));
      app.component("Can", Can as unknown as Component);
      const { mount } = app;
      app.mount = (...place: Parameters<typeof mount>) => {
        const mounted = mount(...place);
        given.rendered.value = undefined;
        return mounted;
      };
    },
  };
}

/**
 * May whoever is signed in do this? What depends on it is run again when the answer has changed, and for no other change.
 * With the types of a model (`countersign types`), actions and paths are looked at by the compiler.
 */
export function useCan<A extends Action, R extends string = OfferedPath<Registered, A>>(
  action: MaybeRefOrGetter<A>,
  resource: MaybeRefOrGetter<ResourceFor<Registered, A, R>>,
  context?: MaybeRefOrGetter<ContextOf<Registered> | undefined>,
): ComputedRef<boolean> {
  return useAnswer(action, resource as MaybeRefOrGetter<Resource>, context as MaybeRefOrGetter<Attributes | undefined>);
}

function useAnswer(
  action: MaybeRefOrGetter<string>,
  resource: MaybeRefOrGetter<Resource>,
  context: MaybeRefOrGetter<Attributes | undefined>,
): ComputedRef<boolean> {
  const given = inject(KEY, undefined);
  if (given === undefined) throw new Error("useCan needs app.use(countersign({ source }))");
  const { source, rendered } = given;
  const changes = shallowRef(0);
  if (source.observe !== undefined && typeof window !== "undefined") {
    let stop: (() => void) | undefined;
    watchEffect(() => {
      stop?.();
      stop = source.observe?.(() => changes.value++, toValue(action), toValue(resource), toValue(context));
    }, { flush: "sync" });
    onScopeDispose(() => stop?.());
  }
  return computed(() => {
    void changes.value;
    return answer(source, rendered.value, toValue(action), toValue(resource), toValue(context));
  });
}

/** What `<Can>` is given. */
export interface CanProps<A extends Action = Action, R extends string = string> {
  readonly action: A;
  readonly resource: ResourceFor<Registered, A, R>;
  readonly context?: ContextOf<Registered>;
}

/** Shows its slot to those who may, and the slot `fallback` to others. */
export const Can = defineComponent({
  name: "Can",
  props: {
    action: { type: String, required: true },
    resource: { type: [String, Object] as PropType<Resource>, required: true },
    context: { type: Object as PropType<Attributes>, default: undefined },
  },
  setup(props, { slots }) {
    const allowed = useAnswer(() => props.action, () => props.resource, () => props.context);
    return () => (allowed.value ? slots["default"]?.() : slots["fallback"]?.());
  },
}) as unknown as new <A extends Action, R extends string = OfferedPath<Registered, A>>(
  props: CanProps<A, R>,
) => { readonly $props: CanProps<A, R>; readonly $slots: { default?(): unknown; fallback?(): unknown } };

declare module "vue" {
  interface GlobalComponents {
    readonly Can: typeof Can;
  }
  interface GlobalDirectives {
    readonly vCan: ObjectDirective<HTMLElement, `${Action} ${string}`>;
  }
}

function answer(source: CanSource, rendered: Rendered | undefined, action: string, resource: Resource, context?: Attributes): boolean {
  if (rendered === undefined) return ask(source, action, resource, context);
  return ask(rendered.checker, action, resource, context, rendered.now === undefined ? undefined : { now: rendered.now });
}

/** What `v-can` is given: `"edit project:p1"`. */
function readQuestion(text: string): [action: string, resource: string] {
  const end = text.indexOf(" ");
  return end < 0 ? ["", text] : [text.slice(0, end), text.slice(end + 1)];
}

/** `v-can="'edit project:p1'"` hides the element from those who may not. */
function directive({ source, rendered }: Provided): ObjectDirective<HTMLElement, string> {
  const stops = new WeakMap<HTMLElement, () => void>();
  const show = (element: HTMLElement, question: string) => {
    stops.get(element)?.();
    const [action, resource] = readQuestion(question);
    const apply = () => {
      element.hidden = !answer(source, undefined, action, resource);
    };
    apply();
    stops.set(element, source.observe?.(apply, action, resource) ?? (() => {}));
  };
  return {
    getSSRProps: ({ value }) => (answer(source, rendered.value, ...readQuestion(value)) ? {} : { hidden: true }),
    beforeMount: (element, { value }) => show(element, value),
    updated: (element, { value, oldValue }) => {
      if (value !== oldValue) show(element, value);
    },
    beforeUnmount: (element) => stops.get(element)?.(),
  };
}
