/** TypeScript types of an OpenAPI document, as one file. */

import openapiTS, { astToString } from "openapi-typescript";

const HEAD = "/** The types of the HTTP API: paths, bodies and answers. Made of config/openapi.json by `cargo xtask openapi`. */\n\n";

export async function types(document) {
  // Defaults are what the worker fills in, not what a caller has to send.
  return HEAD + astToString(await openapiTS(structuredClone(document), { alphabetize: true, defaultNonNullable: false }));
}
