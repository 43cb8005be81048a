/** `<countersign-can action="edit" resource="project:p1">`: shows what is in it to those who may. */

import type { Connection } from "./connection.js";

/** The elements that are in a page, of all names. */
const present = new Set<{ update(): void }>();
let current: Connection | undefined;

/**
 * Defines the element, and from now on answers by `connection`; call it again when somebody else signs in.
 *
 * The element is hidden unless its question is answered with yes, inside a shadow root, too, where `gate` does not look.
 * `context` is JSON. The attribute `data-can-state` says `allowed` or `denied`, and `can-change` is fired when that changes.
 * Where there is no page, as on a server, it does nothing.
 */
export function defineElement(connection: Connection<any>, name = "countersign-can"): void {
  if (typeof customElements === "undefined") return;
  current = connection;
  if (customElements.get(name) === undefined) customElements.define(name, makeElement());
  for (const element of present) element.update();
}

function makeElement(): CustomElementConstructor {
  return class CountersignCan extends HTMLElement {
    static readonly observedAttributes = ["action", "resource", "context"];
    #stop: (() => void) | undefined;

    connectedCallback(): void {
      present.add(this);
      this.update();
    }

    disconnectedCallback(): void {
      present.delete(this);
      this.#stop?.();
    }

    attributeChangedCallback(): void {
      if (present.has(this)) this.update();
    }

    /** Asks anew, whatever has changed. */
    update(): void {
      this.#stop?.();
      this.#stop = undefined;
      const [action, resource] = [this.getAttribute("action"), this.getAttribute("resource")];
      const connection = current;
      if (connection === undefined || action === null || resource === null) return this.#show(false);
      const context = readContext(this);
      if (context === null) return this.#show(false);
      const show = () => this.#show(connection.shows(action, resource, context));
      this.#stop = connection.observe(show, action, resource, context);
      show();
    }

    #show(allowed: boolean): void {
      const state = allowed ? "allowed" : "denied";
      if (this.hidden === allowed) this.hidden = !allowed;
      if (this.dataset["canState"] === state) return;
      this.dataset["canState"] = state;
      this.dispatchEvent(new CustomEvent("can-change", { bubbles: true, detail: { allowed } }));
    }
  };
}

/** The context; `null` if it is not what it should be: what cannot be asked is not allowed. */
function readContext(element: HTMLElement): Record<string, never> | undefined | null {
  const text = element.getAttribute("context");
  if (text === null) return undefined;
  try {
    return JSON.parse(text) as Record<string, never>;
  } catch (error) {
    console.error("<countersign-can>: `context` is JSON:", error);
    return null;
  }
}
