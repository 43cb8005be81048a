/** `countersign/compile` in bundles for Node, which leave files behind: the compiler is in the script, compressed, as text. */

import { inflateRawSync } from "node:zlib";
import { bytesOf } from "./base64.js";
import { compiler } from "./inline-compile.js";
import { provideCompiler } from "./shared-compile.js";

provideCompiler(() => inflateRawSync(bytesOf(compiler)));

export { CountersignError, denial, Policy, refusal, routesOf, Tenant, waiting } from "./shared-compile.js";
