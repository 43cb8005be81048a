/**
 * What must be in place before the worker's module is loaded: a way to make its Rust code panic, and one to make it trap.
 *
 * Nothing of the shipped bundle is changed for it. A panic is a real one: the reader of a row is told that the row has more
 * columns than memory has room for, and fails as Rust does. A trap is one too: memory beyond the end is asked for.
 */

/** A row that panics when the worker's code takes it apart. */
export const PANIC = [];
const from = Array.from;
Array.from = (values, ...rest) => (values === PANIC ? new Array(2 ** 32 - 1) : from.call(Array, values, ...rest));

/** The value of a record in KV that panics when the worker's code copies it: it has more bytes than memory has room for. */
export const PANIC_BYTES = new ArrayBuffer(1);
globalThis.Uint8Array = new Proxy(Uint8Array, {
  construct: (target, args, self) => (args[0] === PANIC_BYTES ? { length: 2 ** 32 - 1 } : Reflect.construct(target, args, self)),
});

let instance;
const Instance = WebAssembly.Instance;
WebAssembly.Instance = new Proxy(Instance, {
  construct(target, args) {
    instance = Reflect.construct(target, args);
    return instance;
  },
});

/** Lets the stack overflow, in the middle of the module's work. */
export function overflow() {
  return 1 + overflow();
}

/** Takes all memory that the module may still ask for. */
export function exhaust() {
  const { memory } = instance.exports;
  for (let pages = 65_536; pages > 0; pages = Math.floor(pages / 2)) {
    for (let more = true; more; ) {
      try {
        memory.grow(pages);
      } catch {
        more = false;
      }
    }
  }
}

/** Makes the instance of the worker's module trap, as a stack that overflows does. */
export function trap() {
  instance.exports.__wbg_tenant_free(0xfffffff0, 0);
  throw new Error("the module did not trap");
}
