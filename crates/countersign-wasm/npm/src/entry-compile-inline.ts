/** `countersign/compile` in bundles of tools that leave files behind: the compiler is in the script, compressed, as text. */

import { bytesOf } from "./base64.js";
import { compiler } from "./inline-compile.js";
import { inflateCompiler } from "./shared-compile.js";

await inflateCompiler(bytesOf(compiler));

export { CountersignError, denial, Policy, refusal, routesOf, Tenant, waiting } from "./shared-compile.js";
