/** What the loaders use of their hosts, declared here so that the package needs no type packages to build. */

declare module "*.wasm" {
  /** Workers import a `.wasm` file as a compiled module. */
  const module: WebAssembly.Module;
  export default module;
}

declare module "text:*" {
  /** The file in base64: crates/xtask/js/bundle.mjs puts it into the script. */
  const text: string;
  export default text;
}

declare module "deflated:*" {
  /** The file compressed (RFC 1951), in base64. */
  const text: string;
  export default text;
}

declare module "node:zlib" {
  export function inflateRawSync(bytes: Uint8Array): Uint8Array<ArrayBuffer>;
}

declare module "node:fs" {
  export function readFileSync(path: URL): Uint8Array<ArrayBuffer>;
}
