/** Holds every answer that the end-to-end tests get against the OpenAPI document: status, headers, and the body's form. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import Ajv from "ajv/dist/2020.js";
import formats from "ajv-formats";

const API = JSON.parse(readFileSync(new URL("../../config/openapi.json", import.meta.url), "utf8"));
const WORDS = /^\{.*\}$/;

/** What the document does not describe is nobody's mistake here: other paths, and other methods than a path has. */
export const holder = (api = API) => {
  const ajv = new Ajv({ strict: false, validateFormats: true, allErrors: true });
  formats(ajv);
  ajv.addSchema({ $id: "api", components: { schemas: closed(api.components.schemas) } });
  const paths = Object.entries(api.paths).map(([path, item]) => ({ pieces: path.split("/"), item, path }));
  const valid = new Map();

  return (method, address, status, headers, data) => {
    const { operation, path } = operationOf(paths, method, address) ?? {};
    if (operation === undefined) return;
    const where = `${method} ${path} ${status}`;
    const described = operation.responses[status];
    assert.ok(described, `${where}: a status that config/openapi.json does not describe`);
    const { content = {}, headers: named = {} } = resolved(api, described);
    for (const [name, header] of Object.entries(named)) {
      assert.ok(!resolved(api, header).required || headers.has(name), `${where}: no ${name}`);
    }
    const kind = (headers.get("content-type") ?? "").split(";")[0];
    assert.ok(kind === "" || kind in content, `${where}: ${kind} is not described`);
    const schema = content[kind]?.schema;
    if (schema === undefined) return;
    if (!valid.has(where)) valid.set(where, ajv.compile(rewritten(schema)));
    const check = valid.get(where);
    assert.ok(check(data), `${where}: ${ajv.errorsText(check.errors)}\n${JSON.stringify(data)}`);
  };
};

function operationOf(paths, method, address) {
  const pieces = new URL(address, "http://worker").pathname.split("/");
  const fitting = paths.filter((one) => one.pieces.length === pieces.length && one.pieces.every((piece, at) => WORDS.test(piece) || piece === pieces[at]));
  const [first] = fitting.sort((a, b) => a.path.split("{").length - b.path.split("{").length);
  const operation = first?.item[method.toLowerCase()];
  return operation && { operation, path: first.path };
}

/** Readers must be open to keys to come; the worker's own tests are not. */
function closed(value) {
  if (Array.isArray(value)) return value.map(closed);
  if (!(value instanceof Object)) return value;
  const copy = Object.fromEntries(Object.entries(value).map(([key, part]) => [key, key === "$ref" ? rewritten(part) : closed(part)]));
  const open = copy.type === "object" && copy.properties instanceof Object && copy.additionalProperties === undefined;
  return open ? { ...copy, additionalProperties: false } : copy;
}

function rewritten(value) {
  if (typeof value === "string") return value.startsWith("#/") ? `api${value}` : value;
  if (Array.isArray(value)) return value.map(rewritten);
  return value instanceof Object ? Object.fromEntries(Object.entries(value).map(([key, part]) => [key, rewritten(part)])) : value;
}

function resolved(api, value) {
  return value.$ref ? value.$ref.slice(2).split("/").reduce((part, key) => part[key], api) : value;
}
