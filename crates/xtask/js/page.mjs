/** An OpenAPI document as one page for people: no script, nothing from elsewhere, everything open to the browser's search. */

const METHODS = ["get", "post", "put", "patch", "delete"];

/** The whole page. */
export function page(api) {
  const operations = Object.entries(api.paths).flatMap(([path, item]) =>
    METHODS.filter((method) => item[method]).map((method) => ({ path, method, shared: item.parameters ?? [], ...item[method] })),
  );
  const groups = api.tags.map((tag) => ({ ...tag, operations: operations.filter(({ tags }) => tags.includes(tag.name)).sort(byPath) }));
  const forms = Object.entries(api.components.schemas).sort(([a], [b]) => (a < b ? -1 : 1));
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${text(api.info.title)} API</title>
<link rel="stylesheet" href="docs.css">
</head>
<body>
<a class="skip" href="#content">Skip to the content</a>
<header><h1>${text(api.info.title)} API <small>${text(api.info.version)}</small></h1></header>
<nav aria-label="Contents"><details open><summary>Contents</summary><ul>
${groups.map(contents).join("\n")}
<li><a href="#errors">Errors</a></li>
<li><a href="#forms">Forms</a></li>
</ul></details></nav>
<main id="content" tabindex="-1">
<section id="about">
<p class="lead">${text(api.info.summary)}.</p>
${prose(api.info.description)}
<p>This page is made of <a href="openapi.json">openapi.json</a> (OpenAPI ${text(api.openapi)}).</p>
<h2>Signing in</h2>
${Object.values(api.components.securitySchemes).map(scheme).join("")}
</section>
${groups.map((group) => section(api, group)).join("\n")}
<section id="errors"><h2>Errors</h2>${prose("All are problem details (RFC 9457).")}${errors(api)}</section>
<section id="forms"><h2>Forms</h2>
${forms.map(([name, form]) => formSection(name, form)).join("\n")}
</section>
</main>
</body>
</html>
`;
}

const byPath = (a, b) => (a.path === b.path ? METHODS.indexOf(a.method) - METHODS.indexOf(b.method) : a.path < b.path ? -1 : 1);
const slug = (name) => name.toLowerCase().replaceAll(" ", "-");
const contents = ({ name, operations }) =>
  `<li><a href="#${slug(name)}">${text(name)}</a><ul>${operations.map(({ operationId, summary }) => `<li><a href="#${operationId}">${text(summary)}</a></li>`).join("")}</ul></li>`;

function section(api, { name, description, operations }) {
  return `<section id="${slug(name)}"><h2>${text(name)}</h2>${prose(description)}
${operations.map((operation) => article(api, operation)).join("\n")}
</section>`;
}

function article(api, operation) {
  const parameters = [...operation.shared, ...(operation.parameters ?? [])].map((one) => resolved(api, one));
  const body = operation.requestBody?.content?.["application/json"]?.schema;
  const answers = Object.entries(operation.responses);
  const [good, bad] = [answers.filter(([status]) => status < 400), answers.filter(([status]) => status >= 400)];
  return `<article id="${operation.operationId}">
<h3>${text(operation.summary)} <a class="self" href="#${operation.operationId}" aria-label="Link to: ${text(operation.summary)}">#</a></h3>
<p class="call"><b class="method ${operation.method}">${operation.method.toUpperCase()}</b> <code>${broken(operation.path)}</code></p>
${prose(operation.description)}
${parameters.length ? table("Parameters", parameters.map(parameterRow)) : ""}
${body ? `<h4>Body</h4><p>${type(body)}</p>` : ""}
<h4>Answers</h4>
<dl>${good.map(([status, answer]) => answerRow(api, status, resolved(api, answer))).join("")}${
    bad.length ? `<dt>Errors</dt><dd>${bad.map(([status]) => `<a href="#error-${status}">${status}</a>`).join(", ")}</dd>` : ""
  }</dl>
</article>`;
}

const parameterRow = ({ name, in: where, required, description, schema }) => ({
  name, note: `${where}${required ? ", required" : ""}`, type: type(schema), description,
});

function answerRow(api, status, { description, content = {}, headers = {} }) {
  const bodies = Object.entries(content).map(([kind, { schema }]) => (schema ? type(schema) : `<code>${text(kind)}</code>`));
  const names = Object.keys(headers).map((name) => `<code>${text(name)}</code>`);
  const headed = names.length ? ` <small>with ${names.join(", ")}</small>` : "";
  return `<dt>${status}</dt><dd>${code(description)}. ${bodies.join(" or ")}${headed}</dd>`;
}

function errors(api) {
  const responses = Object.entries(api.paths).flatMap(([, item]) => METHODS.flatMap((method) => Object.entries(item[method]?.responses ?? {})));
  const seen = new Map(responses.filter(([status, { $ref }]) => $ref && status >= 400).sort(([a], [b]) => a - b));
  const row = ([status, answer]) => `<dt id="error-${status}">${status}</dt><dd>${text(resolved(api, answer).description)}.</dd>`;
  return `<dl>${[...seen].map(row).join("")}</dl><p>The body of each is a ${type({ $ref: "#/components/schemas/Problem" })}.</p>`;
}

const scheme = ({ type: kind, scheme: name, description }) =>
  `<p><code>Authorization: ${kind === "http" && name === "bearer" ? "Bearer …" : text(name)}</code> ${text(description)}.</p>`;

function formSection(name, form) {
  const required = form.required ?? [];
  const rows = Object.entries(form.properties ?? {}).map(([key, property]) => ({
    name: key, note: required.includes(key) ? "required" : "", type: type(property), description: property.description ?? "",
  }));
  const closed = form.additionalProperties === false && rows.length ? "<p>Other keys are refused.</p>" : "";
  return `<article id="form-${name}"><h3>${text(name)}</h3>${prose(form.description)}${rows.length ? table("Keys", rows) + closed : `<p>${type(form)}</p>`}</article>`;
}

const table = (caption, rows) => `<div class="scroll" tabindex="0" role="region" aria-label="${caption}"><table><caption>${caption}</caption><tbody>
${rows.map(({ name, note, type, description }) => `<tr><th scope="row"><code>${text(name)}</code>${note ? ` <small>${text(note)}</small>` : ""}</th><td>${type}</td><td>${code(description ?? "")}</td></tr>`).join("\n")}
</tbody></table></div>`;

/** What a value may be, in a line. */
function type(schema) {
  if (schema === true || schema === undefined) return "anything";
  if (schema.$ref) {
    const name = schema.$ref.split("/").at(-1);
    return `<a href="#form-${name}">${text(name)}</a>`;
  }
  const several = schema.anyOf ?? schema.oneOf ?? schema.allOf;
  if (several) return several.filter((one) => !(one.required && !one.properties)).map(type).join(schema.allOf ? " and " : " or ");
  if (schema.enum) return schema.enum.map((value) => `<code>${text(String(value))}</code>`).join(" | ");
  const kinds = [schema.type ?? "anything"].flat().map((kind) => kindOf(kind, schema));
  return kinds.join(" or ") + bounds(schema);
}

function kindOf(kind, schema) {
  if (kind === "array") return `list of ${type(schema.items)}`;
  if (kind === "object" && schema.additionalProperties instanceof Object) return `object of ${type(schema.additionalProperties)} by name`;
  if (kind === "string" && schema.format) return `string, ${text(schema.format)}`;
  return text(kind);
}

function bounds(schema) {
  const { minimum, maximum, minLength, maxLength, minItems, maxItems, pattern, default: usual, examples } = schema;
  const huge = (most) => (most > 4294967295 ? undefined : most);
  const span = (least, most, unit) => (least === undefined && most === undefined ? "" : most === undefined ? `at least ${least}${unit}` : `${least ?? 0} to ${most}${unit}`);
  const all = [
    span(minimum, huge(maximum), ""),
    span(minLength, maxLength, " characters"),
    span(minItems, maxItems, " items"),
    pattern ? `<code>${broken(pattern)}</code>` : "",
    usual !== undefined && typeof usual !== "object" ? `usually <code>${text(JSON.stringify(usual))}</code>` : "",
    examples ? `such as ${examples.map((example) => `<code>${broken(String(example))}</code>`).join(", ")}` : "",
  ].filter(Boolean);
  return all.length ? `<small class="bounds">${all.join("; ")}</small>` : "";
}

function resolved(api, value) {
  if (!value.$ref) return value;
  return value.$ref.slice(2).split("/").reduce((part, key) => part[key], api);
}

const text = (value) => String(value).replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
/** Text in which backquotes mark code. */
const code = (value) => text(value).replaceAll(/`([^`]+)`/g, "<code>$1</code>");
const prose = (value) => (value ?? "").split("\n\n").filter(Boolean).map((paragraph) => `<p>${code(paragraph)}</p>`).join("");
/** A path that may be broken after its slashes. */
const broken = (path) => text(path).replaceAll("/", "/<wbr>");
