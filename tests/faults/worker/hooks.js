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

let instance;
const Instance = WebAssembly.Instance;
WebAssembly.Instance = new Proxy(Instance, {
  construct(target, args) {
    instance = Reflect.construct(target, args);
    return instance;
  },
});

/** Makes the instance of the worker's module trap, as a stack that overflows does. */
export function trap() {
  instance.exports.__wbg_tenant_free(0xfffffff0, 0);
  throw new Error("the module did not trap");
}
