/** What the loaders use of their hosts, declared here so that the package needs no type packages to build. */

declare module "*.wasm" {
  /** Workers import a `.wasm` file as a compiled module. */
  const module: WebAssembly.Module;
  export default module;
}

declare module "node:fs" {
  export function readFileSync(path: URL): Uint8Array<ArrayBuffer>;
}
