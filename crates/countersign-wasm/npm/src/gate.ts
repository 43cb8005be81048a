/** Applies answers to elements that say `data-can="action path"`; nothing shows before it is known to be allowed. */

import { ask, report } from "./ask.js";
import type { Checker } from "./checker.js";
import { Clock } from "./clock.js";

/** What a page may say about its gate. */
export interface GateOptions {
  /** Words for a disabled element, for example `"You may not approve this sign."`. */
  readonly reason?: (action: string, resource: string) => string;
}

const SELECTOR = "[data-can]";
const FORM_CONTROLS = "button, input, select, textarea, fieldset, optgroup, option";
let described = 0;
/** Elements whose tooltip says why they are disabled: their own title, and the one they were given. */
const tooltips = new WeakMap<HTMLElement, { readonly own: string | null; readonly given: string }>();

/** One root and the observer that watches it. */
export class Gate {
  readonly #checker: Checker;
  readonly #root: ParentNode & Node;
  readonly #reason: (action: string, resource: string) => string;
  readonly #observer: MutationObserver;
  /** Elements with the words for disabled ones, by their text. */
  readonly #words = new Map<string, HTMLElement>();
  /** Some answers end by themselves: a right that has run out must leave the page without anybody's doing. */
  readonly #clock = new Clock(() => this.apply());

  constructor(checker: Checker, root: ParentNode & Node, options: GateOptions) {
    this.#checker = checker;
    this.#root = root;
    this.#reason = options.reason ?? defaultReason;
    // A mutation is seen before the next paint: an element that is inserted gated never shows ungated.
    this.#observer = new MutationObserver((mutations) => this.#mutated(mutations));
    this.#observer.observe(root, {
      subtree: true,
      childList: true,
      attributes: true,
      attributeFilter: ["data-can", "data-can-mode"],
    });
    // One listener a root, however often it is gated, and it stays: what is denied must not come alive between two users.
    root.addEventListener("click", stopDenied, true);
    this.apply();
  }

  /** Asks anew about every element under the root. */
  apply(): void {
    this.#clock.reset();
    this.#applyTo(this.#elements());
    this.#clock.set();
  }

  /** Stops watching; elements stay as they are. */
  stop(): void {
    this.#observer.disconnect();
    this.#clock.stop();
  }

  /** Denies everything: nobody is known any more. */
  withdraw(): void {
    for (const element of this.#elements()) this.#show(element, false, "");
  }

  #elements(): HTMLElement[] {
    const below = [...this.#root.querySelectorAll<HTMLElement>(SELECTOR)];
    return this.#root instanceof HTMLElement && this.#root.matches(SELECTOR) ? [this.#root, ...below] : below;
  }

  #mutated(mutations: MutationRecord[]): void {
    const touched = new Set<HTMLElement>();
    for (const { type, target, addedNodes } of mutations) {
      if (type === "attributes") touched.add(target as HTMLElement);
      for (const node of addedNodes) {
        if (!(node instanceof HTMLElement)) continue;
        if (node.matches(SELECTOR)) touched.add(node);
        for (const element of node.querySelectorAll<HTMLElement>(SELECTOR)) touched.add(element);
      }
    }
    if (touched.size === 0) return;
    this.#applyTo(touched);
    this.#clock.set();
  }

  #applyTo(elements: Iterable<HTMLElement>): void {
    const asked = Array.from(elements, (element) => [element, readQuestion(element)] as const);
    const known = this.#noteEnd(asked.flatMap(([, question]) => question?.[1] ?? []));
    for (const [element, question] of asked) {
      if (question === undefined) {
        this.#show(element, false, "");
        continue;
      }
      const [action, resource] = question;
      const allowed = known ? ask(this.#checker, action, resource) : this.#may(action, resource);
      this.#show(element, allowed, allowed ? "" : this.#reason(action, resource));
    }
  }

  /**
   * Notes when the first answer about these paths ends by itself, for all at once, which costs a fifth. It cannot where one
   * is no path, or where a condition reads the clock and hides when the others end.
   */
  #noteEnd(resources: readonly string[]): boolean {
    if (resources.length === 0) return true;
    try {
      const now = Date.now();
      const until = this.#checker.validUntil(resources, { now });
      if (until <= now + 1) return false;
      this.#clock.until(until, now);
      return true;
    } catch {
      return false;
    }
  }

  /** A question that cannot be answered is a mistake in the page: it is reported, and the element stays denied. */
  #may(action: string, resource: string): boolean {
    try {
      const now = Date.now();
      this.#clock.until(this.#checker.validUntil([resource], { now }), now);
    } catch (error) {
      report(error, action, resource);
      return false;
    }
    return ask(this.#checker, action, resource);
  }

  /** Writes what is not so already: to look is cheap, and whatever is written is styled and laid out again. */
  #show(element: HTMLElement, allowed: boolean, reason: string): void {
    const disable = element.dataset["canMode"] === "disable";
    const hidden = !allowed && !disable;
    if (element.hidden !== hidden) element.hidden = hidden;
    setDisabled(element, !allowed && disable);
    const words = !allowed && disable ? reason : "";
    this.#describe(element, words);
    setTooltip(element, words);
    const state = allowed ? "allowed" : "denied";
    if (element.dataset["canState"] !== state) element.dataset["canState"] = state;
  }

  /** Adds or takes away the words for people who cannot see that something is greyed out. */
  #describe(element: HTMLElement, reason: string): void {
    const present = element.dataset["canReason"];
    if (reason === "" ? present === undefined : present !== undefined && this.#words.get(reason)?.id === present) return;
    const others = (element.getAttribute("aria-describedby") ?? "").split(/\s+/).filter((id) => id !== "" && id !== present);
    if (reason === "") {
      delete element.dataset["canReason"];
    } else {
      const { id } = this.#wordsFor(reason);
      element.dataset["canReason"] = id;
      others.push(id);
    }
    if (others.length > 0) element.setAttribute("aria-describedby", others.join(" "));
    else element.removeAttribute("aria-describedby");
  }

  #wordsFor(reason: string): HTMLElement {
    const known = this.#words.get(reason);
    if (known?.isConnected === true) return known;
    const words = document.createElement("span");
    words.id = `countersign-reason-${++described}`;
    words.hidden = true;
    words.textContent = reason;
    document.body.append(words);
    this.#words.set(reason, words);
    return words;
  }
}

function readQuestion(element: HTMLElement): [action: string, resource: string] | undefined {
  const text = element.dataset["can"]?.trim() ?? "";
  const end = text.indexOf(" ");
  return end < 0 ? undefined : [text.slice(0, end), text.slice(end + 1).trim()];
}

function setDisabled(element: HTMLElement, disabled: boolean): void {
  if (element.matches(FORM_CONTROLS)) {
    const control = element as HTMLButtonElement;
    if (control.disabled !== disabled) control.disabled = disabled;
  } else if (disabled) element.setAttribute("aria-disabled", "true");
  else if (element.hasAttribute("aria-disabled")) element.removeAttribute("aria-disabled");
}

/** The same words for people who see; an element's own title stays in front of them, as it may be its only name. */
function setTooltip(element: HTMLElement, reason: string): void {
  const before = tooltips.get(element);
  // A title that the page has changed meanwhile is its own.
  const own = before !== undefined && element.title === before.given ? before.own : element.getAttribute("title");
  if (reason !== "") {
    const given = own === null || own === "" ? reason : `${own}\n${reason}`;
    tooltips.set(element, { own, given });
    element.title = given;
  } else if (tooltips.delete(element)) {
    if (own === null) element.removeAttribute("title");
    else element.title = own;
  }
}

/** Links and the like have no `disabled`: their clicks end here. */
function stopDenied(event: Event): void {
  const target = event.target instanceof Element ? event.target.closest(`${SELECTOR}[data-can-state="denied"]`) : null;
  if (target === null) return;
  event.preventDefault();
  event.stopImmediatePropagation();
}

function defaultReason(action: string, resource: string): string {
  const segment = resource.slice(resource.lastIndexOf("/") + 1);
  const type = segment.slice(0, Math.max(0, segment.indexOf(":"))).replaceAll("_", " ");
  return `You may not ${action.replaceAll("_", " ")} this ${type === "" ? "item" : type}.`;
}
