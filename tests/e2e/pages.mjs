/** Pages of a test's own on the worker's host: their HTML, and scripts that are bundled as an application would. */

import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { URL_OF_WORKER } from "./worker.mjs";

const PACKAGE = new URL("../../crates/countersign-wasm/npm/", import.meta.url);
const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const README = readFileSync(new URL("README.md", PACKAGE), "utf8");
const IMPORTS = `<script type="importmap">{ "imports": {
  "countersign": "/package/entry-web.js", "countersign/browser": "/package/entry-browser-web.js" } }</script>`;

/** An example of the package's page, by its name. */
export function example(name) {
  const found = README.match(new RegExp(`<!-- example: ${name} -->\\n\`\`\`\\w+\\n([^]*?)\\n\`\`\``));
  if (found === null) throw new Error(`there is no example ${name}`);
  const lines = found[1].split("\n").length;
  if (lines > 15) throw new Error(`the example ${name} has ${lines} lines`);
  return found[1];
}

/** The same for a tenant of the test's, and somebody who signs in as developers do. */
export function signedIn(code, tenant, subject) {
  const headers = `headers: { Authorization: "Dev ${subject}" }`;
  return code.replaceAll('tenant: "acme"', `tenant: "${tenant}", ${headers}`).replaceAll('subject: "user:eddie"', `subject: "${subject}"`);
}

/** Serves files below `/test/` to a page, and goes to the first of them. */
export async function serve(page, files) {
  // Chromium does not know that a page which the test hands it came from this machine, as its WebSocket does.
  await page.context().grantPermissions(["local-network-access"], { origin: URL_OF_WORKER });
  await page.route(`${URL_OF_WORKER}/test/*`, (route) => {
    const name = new URL(route.request().url()).pathname.slice("/test/".length);
    const body = files[name];
    if (body === undefined) return route.fulfill({ status: 404 });
    const contentType = name.endsWith(".js") ? "text/javascript" : "text/html";
    return route.fulfill({ contentType, body: contentType === "text/html" ? `<!doctype html>${IMPORTS}${body}` : body });
  });
  await page.goto(`${URL_OF_WORKER}/test/${Object.keys(files)[0]}`);
}

/** A module as an application's bundler makes it, in development, where frameworks warn; the package's entries stay outside. */
export async function bundle(contents, { platform = "browser" } = {}) {
  const own = {
    name: "own",
    setup({ onResolve }) {
      onResolve({ filter: /^countersign(\/|$)/ }, ({ path }) => {
        const entry = { countersign: "entry", "countersign/browser": "entry-browser" }[path];
        if (entry === undefined) return { path: fileURLToPath(new URL(`dist/${path.slice(12)}.js`, PACKAGE)) };
        return { path: platform === "node" ? new URL(`dist/${entry}-node.js`, PACKAGE).href : path, external: true };
      });
      onResolve({ filter: /^vue$/ }, () => ({ path: `${ROOT}node_modules/vue/dist/vue.${platform === "node" ? "cjs.js" : "esm-bundler.js"}` }));
    },
  };
  const { outputFiles } = await build({
    stdin: { contents, loader: "jsx", resolveDir: ROOT },
    bundle: true,
    write: false,
    format: "esm",
    platform,
    jsx: "automatic",
    plugins: [own],
    define: {
      "process.env.NODE_ENV": '"development"',
      __VUE_OPTIONS_API__: "true",
      __VUE_PROD_DEVTOOLS__: "false",
      __VUE_PROD_HYDRATION_MISMATCH_DETAILS__: "true",
    },
    ...(platform === "node" ? { banner: { js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);' } } : {}),
  });
  return outputFiles[0].text;
}
