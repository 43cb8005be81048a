/** What the entries of `countersign/compile` have in common: one file in the package. */

export * from "./compile.js";
export { fetchCompiler, inflateCompiler, provideCompiler } from "./compiler.js";
