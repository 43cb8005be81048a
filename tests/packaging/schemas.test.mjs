/** The JSON Schemas of the documents: every preset is valid, and what a reader refuses for its form is not. */

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import Ajv from "ajv/dist/2020.js";
import formats from "ajv-formats";
import { parse, TomlDate } from "smol-toml";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));

function schema(name) {
  const ajv = new Ajv({ strict: true, strictRequired: false, strictTypes: false, allErrors: true });
  formats(ajv);
  const validate = ajv.compile(JSON.parse(readFileSync(join(ROOT, `schemas/${name}.json`), "utf8")));
  return (document) => (validate(document) ? [] : validate.errors.map((error) => `${error.instancePath} ${error.message}`));
}

const VALIDATE = { model: schema("model"), tenant: schema("tenant"), scenario: schema("scenario"), routes: schema("routes") };

/** A document as JSON has it: moments are texts. */
function read(text) {
  const plain = (value) => {
    if (value instanceof TomlDate) return value.toISOString();
    if (Array.isArray(value)) return value.map(plain);
    if (value === null || typeof value !== "object") return value;
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, plain(item)]));
  };
  return plain(parse(text));
}

/** The documents of the presets, each with its kind, and all route files that there are. */
function corpus() {
  const presets = readdirSync(join(ROOT, "presets"), { recursive: true })
    .filter((path) => path.endsWith(".toml"))
    .map((path) => {
      const document = read(readFileSync(join(ROOT, "presets", path), "utf8"));
      const kind = document.expect !== undefined ? "scenario" : document.name !== undefined ? "model" : "tenant";
      return { path, kind, document };
    });
  return [...presets, ...routeFiles()];
}

/** The demo's route file, and the examples of the reference that the reader takes. */
function routeFiles() {
  const examples = [...readFileSync(join(ROOT, "docs/routes.md"), "utf8").matchAll(/^```toml routes\n([\s\S]*?)^```$/gm)];
  assert.ok(examples.length >= 4, `only ${examples.length} examples`);
  const texts = [readFileSync(join(ROOT, "config/routes.toml"), "utf8"), ...examples.map(([, text]) => text)];
  return texts.map((text, number) => ({ path: `routes ${number}`, kind: "routes", document: read(text) }));
}

test("every document of the presets and every route file is valid", () => {
  const documents = corpus();
  assert.ok(documents.length >= 30, `only ${documents.length}`);
  for (const { path, kind, document } of documents) assert.deepEqual(VALIDATE[kind](document), [], path);
});

test("an unknown key is not, wherever it stands", () => {
  // What stands below these keys is named by the author.
  const free = new Set(["attributes", "context", "subject_attributes", "action_attributes", "types", "roles", "title", "licences", "sealed_roles", "parameters", "action_attributes"]);
  let tried = 0;
  for (const { path, kind, document } of corpus()) {
    const visit = (value, at, named) => {
      if (value === null || typeof value !== "object") return;
      if (!Array.isArray(value) && !named) {
        value.zzzzzz = 1;
        assert.notDeepEqual(VALIDATE[kind](document), [], `${path} ${at}`);
        delete value.zzzzzz;
        tried++;
      }
      for (const [key, item] of Object.entries(value)) {
        // Values of attributes may be anything; what declares them may not.
        const values = !["model", "routes"].includes(kind) && free.has(key) && !Array.isArray(item);
        if (!values && tried < 4_000) visit(item, `${at}/${key}`, !named && free.has(key) && !Array.isArray(item) && !Array.isArray(value));
      }
    };
    visit(document, "", false);
  }
  assert.ok(tried >= 500, `only ${tried}`);
});

test("a table of what is refused", () => {
  const check = (kind, text) => assert.notDeepEqual(VALIDATE[kind](read(text)), [], text);
  const fine = (kind, text) => assert.deepEqual(VALIDATE[kind](read(text)), [], text);
  check("model", "");
  fine("model", "name = 'a'");
  check("model", "name = 'a'\n[types.'a b']");
  check("model", "name = 'a'\n[types.a]\nactions = ['x', 'x']");
  check("model", `name = 'a'\n[types.a]\nactions = [${Array.from({ length: 65 }, (_, n) => `'a${n}'`)}]`);
  check("model", "name = 'a'\n[roles.r]\nallow = ['sign']");
  fine("model", "name = 'a'\n[roles.r]\nallow = ['sign:*', '*']");
  check("model", "name = 'a'\n[roles.r]\nwhenn = 'x'");
  check("model", "name = 'a'\n[roles.r]\ntitle = { 'a' = 'b' }");
  check("model", "name = 'a'\n[[rules]]\neffect = 'allow'\npermissions = ['a:b']");
  check("model", "name = 'a'\n[[rules]]\neffect = 'forbid'\npermissions = []");
  check("model", "name = 'a'\n[context]\ncost = 'float'");
  check("model", "name = 'a'\n[context]\ncost = { from = 'request' }");
  fine("model", "name = 'a'\n[context]\ncost = { type = 'list', of = 'decimal' }");
  fine("tenant", "");
  check("tenant", "[[members]]\nname = 'Ann'");
  check("tenant", "[[members]]\nsubject = 'user:a'\nstatus = 'on'");
  check("tenant", "[[overrides]]\nsubject = 'user:a'\npermission = 'a:b'\neffect = 'inherit'");
  check("tenant", "[[assignments]]\nto = 'user:a'\nrole = 'r'\nuntil = 'tomorrow'");
  fine("tenant", "[[assignments]]\nto = 'user:a'\nrole = 'r'\nuntil = 2026-01-01T00:00:00Z");
  check("tenant", "[[approval_policies]]\nid = 'a'\npermissions = ['a:b']\nquorum = 0");
  check("tenant", "[settings]\nseats = -1");
  const route = "[[routes]]\nmethod = 'GET'\npath = '/{tenant}/{a}'\n";
  const asks = `${route}action = 'view'\nresource = 'a:{a}'\n`;
  fine("routes", "");
  fine("routes", asks);
  fine("routes", `${route}public = true`);
  fine("routes", `${asks}denied = 404\nfreshness = 'bounded(5)'\ntenant = { claim = 'org' }\ncontext.n = { value = [1] }`);
  check("routes", route);
  check("routes", `${asks}public = true`);
  check("routes", `${asks}denied = 404\nvisible_by = 'see'`);
  check("routes", `${asks}denied = 401`);
  check("routes", `${asks}freshness = 'soon'`);
  check("routes", `${asks}tenant = 'Acme'`);
  check("routes", asks.replace("GET", "HEAD"));
  check("routes", asks.replace("'GET'", "['GET', 'GET']"));
  check("routes", asks.replace("'/{", "'{"));
  check("routes", asks.replace("a:{a}", "{a}"));
  check("routes", `${asks}context.n = { query = 'n', header = 'n' }`);
  check("routes", `${asks}context.n = {}`);
  check("routes", `${asks}context.n = { body = 'cost' }`);
  check("routes", `${asks}parameters.n = { path = 'n' }`);
  check("scenario", "model = 'm'");
  check("scenario", "model = 'm'\ntenant = 't'\n[[expect]]\nid = 'a'\nsubject = 's'\naction = 'a'\nresource = 'r'\ndecision = 'maybe'");
});
