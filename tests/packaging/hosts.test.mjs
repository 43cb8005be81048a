/**
 * The packed package in every host and bundler, without any configuration for it: each answers the whole corpus. What a
 * tool made runs in Node or in Chromium. Next.js, which takes longer than all others together, is in next.test.mjs.
 */

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { after, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { launch } from "../e2e/browser.mjs";
import { onPage, printed, project, resolve, served } from "./hosts/project.mjs";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const tool = (name) => import(resolve(name));

let made;
let browser;
before(async () => {
  made = await project();
  browser = await launch();
});
after(async () => {
  await browser?.close();
  made?.remove();
});

/** A folder of the project for what a tool makes. */
function out(name) {
  const folder = join(made.directory, "out", name);
  mkdirSync(folder, { recursive: true });
  return folder;
}

/** Opens what stands in a folder, with a page that has the script if there is none; gives what was asked for, too. */
async function opened(folder, script, expected = made.expected) {
  if (script !== undefined) writeFileSync(join(folder, "index.html"), `<!doctype html><link rel="icon" href="data:,"><script type="module" src="${script}"></script>`);
  const { address, asked, close } = await served(folder);
  try {
    assert.deepEqual(await onPage(browser, address), expected);
    return asked;
  } finally {
    close();
  }
}

const wasms = (asked) => asked.filter((path) => path.endsWith(".wasm")).length;

describe("run as it is", () => {
  test("Node", async () => assert.deepEqual(await printed(process.execPath, ["main.js"], made.directory), made.expected));

  for (const [name, args] of [["deno", ["run", "--no-remote", "--node-modules-dir=manual", "--allow-read", "--allow-env", "main.js"]], ["bun", ["main.js"]]]) {
    const binary = installed(name);
    test(name, { skip: binary === undefined && "has no binary for this machine" }, async () => {
      assert.deepEqual(await printed(binary, args, made.directory), made.expected);
    });
  }

  test("CommonJS, where Node lets it load modules", { skip: !process.features.require_module && "this Node does not" }, async () => {
    writeFileSync(join(made.directory, "main.cjs"), 'const { Checker } = require("countersign");\nconst { Policy } = require("countersign/compile");\nconsole.log(JSON.stringify([typeof Checker.load, typeof Policy.parse]));\n');
    assert.deepEqual(await printed(process.execPath, ["main.cjs"], made.directory), ["function", "function"]);
  });
});

describe("esbuild", () => {
  const bundle = async (folder, options) => {
    const { build } = await import("esbuild");
    await build({ absWorkingDir: made.directory, entryPoints: ["main.js"], bundle: true, outdir: folder, logLevel: "error", ...options });
  };

  test("for a page", async () => {
    const folder = out("esbuild-page");
    await bundle(folder, { format: "esm" });
    assert.equal(wasms(await opened(folder, "./main.js")), 0, "the engine is in the script");
  });

  for (const format of ["esm", "cjs"]) {
    test(`for Node, ${format}`, async () => {
      const folder = out(`esbuild-${format}`);
      await bundle(folder, { platform: "node", format, outExtension: { ".js": format === "esm" ? ".mjs" : ".cjs" } });
      assert.deepEqual(await printed(process.execPath, [`main.${format === "esm" ? "mjs" : "cjs"}`], folder), made.expected);
    });
  }

  test("for a page that has the files beside it, when told that it is for production", async () => {
    const folder = out("esbuild-lean");
    await bundle(folder, { format: "esm", conditions: ["production"] });
    copyFiles(folder);
    assert.equal(wasms(await opened(folder, "./main.js")), 3);
  });
});

describe("Rollup", () => {
  const bundle = async (output, options) => {
    const { rollup } = await tool("rollup");
    const { default: nodeResolve } = await tool("@rollup/plugin-node-resolve");
    const warned = [];
    const built = await rollup({ input: join(made.directory, "main.js"), plugins: [nodeResolve(options)], onwarn: ({ message }) => warned.push(message) });
    await built.write(output);
    await built.close();
    assert.deepEqual(warned, []);
  };

  test("into one file, which runs on a page", async () => {
    const folder = out("rollup");
    await bundle({ file: join(folder, "main.js"), format: "es" });
    assert.equal(wasms(await opened(folder, "./main.js")), 0);
  });

  test("for a page that has the files beside it", async () => {
    const folder = out("rollup-lean");
    await bundle({ file: join(folder, "main.js"), format: "es" }, { browser: true });
    copyFiles(folder);
    assert.equal(wasms(await opened(folder, "./main.js")), 3);
  });

  test("for Node", async () => {
    const folder = out("rollup-node");
    const { rollup } = await tool("rollup");
    const { default: nodeResolve } = await tool("@rollup/plugin-node-resolve");
    const built = await rollup({ input: join(made.directory, "main.js"), external: /^node:/, plugins: [nodeResolve({ exportConditions: ["node"] })] });
    await built.write({ file: join(folder, "main.mjs"), format: "es" });
    assert.deepEqual(await printed(process.execPath, ["main.mjs"], folder), made.expected);
  });
});

describe("Vite", () => {
  test("builds, and the page downloads the files as assets", async () => {
    const folder = out("vite");
    const { build } = await tool("vite");
    await build({ root: made.directory, base: "./", configFile: false, logLevel: "error", build: { outDir: folder, emptyOutDir: true } });
    assert.equal(wasms(await opened(folder)), 3);
    assert.equal(filesOf(folder).filter((file) => /countersign-[^_]*\.wasm$/.test(file)).length, 1, "one runtime");
  });

  test("serves while developing", async () => {
    const { createServer } = await tool("vite");
    const server = await createServer({ root: made.directory, configFile: false, logLevel: "error", server: { host: "127.0.0.1", port: 0 } });
    try {
      await server.listen();
      const [address] = server.resolvedUrls.local;
      assert.deepEqual(await onPage(browser, address), made.expected);
    } finally {
      await server.close();
    }
  });
});

describe("webpack", () => {
  const bundle = async (folder, options) => {
    const { default: webpack } = await tool("webpack");
    const compiler = webpack({ context: made.directory, entry: "./main.js", mode: "production", output: { path: folder }, ...options });
    const stats = await new Promise((done, failed) => compiler.run((error, stats) => (error ? failed(error) : done(stats))));
    assert.deepEqual(stats.toJson({ all: false, errors: true, warnings: true }).errors, []);
    await new Promise((done) => compiler.close(done));
  };

  test("for a page, which downloads the files as assets", async () => {
    const folder = out("webpack");
    await bundle(folder, {});
    assert.equal(wasms(await opened(folder, "./main.js")), 3);
  });

  test("for Node", async () => {
    const folder = out("webpack-node");
    await bundle(folder, { target: "node", output: { path: folder, filename: "main.cjs" } });
    assert.deepEqual(await printed(process.execPath, ["main.cjs"], folder), made.expected);
  });
});

describe("workerd", () => {
  test("wrangler", async () => {
    writeFileSync(join(made.directory, "wrangler.toml"), 'name = "consumer"\nmain = "worker.js"\ncompatibility_date = "2025-11-01"\n');
    // It would ask for this machine's place in the world.
    process.env.CLOUDFLARE_CF_FETCH_ENABLED = "false";
    const { unstable_startWorker: start } = await import("wrangler");
    const worker = await start({ config: join(made.directory, "wrangler.toml"), dev: { server: { port: 0 }, inspector: false, logLevel: "error", watch: false } });
    try {
      const response = await worker.fetch("http://localhost/");
      assert.deepEqual(await response.json(), made.expected);
    } finally {
      await worker.dispose();
    }
  });
});

describe("beside React and Vue, and the verifier", () => {
  const EXPECTED = { react: "yes may", vue: "yes may", verify: "assertion_missing" };
  const load = (names) => `Promise.allSettled(${JSON.stringify(names)}.map((name) => import(name))).then((all) => console.log(JSON.stringify(all.map(({ status, reason }) => reason?.code ?? status))))`;
  const peers = (name) => join(made.directory, "node_modules", name);

  test("without them the rest of the package loads", async () => {
    const names = ["countersign", "countersign/verify", "countersign/hono", "countersign/express", "countersign/react", "countersign/vue"];
    const said = await printed(process.execPath, ["--input-type=module", "-e", load(names)], made.directory);
    assert.deepEqual(said, [...Array(4).fill("fulfilled"), "ERR_MODULE_NOT_FOUND", "ERR_MODULE_NOT_FOUND"]);
    for (const name of ["react", "react-dom", "vue"]) symlinkSync(join(ROOT, "node_modules", name), peers(name));
  });

  test("Node", async () => assert.deepEqual(await printed(process.execPath, ["peers.js"], made.directory), EXPECTED));

  test("esbuild, for Node and for a page", async () => {
    const { build } = await import("esbuild");
    const folder = out("peers-esbuild");
    const options = { absWorkingDir: made.directory, entryPoints: ["peers.js"], bundle: true, logLevel: "error" };
    await build({ ...options, outfile: join(folder, "node.cjs"), platform: "node", format: "cjs" });
    assert.deepEqual(await printed(process.execPath, ["node.cjs"], folder), EXPECTED);
    await build({ ...options, outfile: join(folder, "peers.js"), format: "esm" });
    await opened(folder, "./peers.js", EXPECTED);
  });

  test("Vite", async () => {
    const folder = out("peers-vite");
    const page = join(made.directory, "peers.html");
    writeFileSync(page, '<!doctype html><link rel="icon" href="data:,"><script type="module" src="./peers.js"></script>\n');
    const { build } = await tool("vite");
    const options = { outDir: folder, emptyOutDir: true, rollupOptions: { input: page } };
    await build({ root: made.directory, base: "./", configFile: false, logLevel: "error", build: options });
    renameSync(join(folder, "peers.html"), join(folder, "index.html"));
    await opened(folder, undefined, EXPECTED);
  });
});

describe("what checkers say of the package", () => {
  test("publint", async () => {
    const { publint } = await tool("publint");
    const { messages } = await publint({ pkgDir: join(made.directory, "node_modules/countersign"), strict: true });
    assert.deepEqual(messages, []);
  });

  test("are the types wrong", () => {
    const attw = join(dirname(resolve("@arethetypeswrong/cli/package.json")), "dist/index.js");
    const tarball = join(made.directory, readdirSync(made.directory).find((file) => file.endsWith(".tgz")));
    const { exports } = JSON.parse(readFileSync(join(made.directory, "node_modules/countersign/package.json"), "utf8"));
    // What is one file for every host is no module, and has no types.
    const files = Object.keys(exports).filter((name) => typeof exports[name] === "string");
    // The package is for Node 20 and newer, where there are modules and `exports` everywhere.
    const args = [attw, tarball, "--profile", "esm-only", "--no-emoji", "--no-color", "--exclude-entrypoints", ...files];
    const { status, stdout } = spawnSync(process.execPath, args, { encoding: "utf8" });
    assert.equal(status, 0, stdout);
  });
});

/** The binary of a runtime that is an npm package, for this machine. */
function installed(name) {
  const [system, cpu] = [process.platform, process.arch];
  const names = {
    deno: [`@deno/${system}-${cpu}`, `@deno/${system}-${cpu}-glibc`].map((of) => `${of}/deno`),
    bun: [`@oven/bun-${system}-${cpu === "arm64" ? "aarch64" : cpu}/bin/bun`],
  };
  return names[name].map((path) => fileURLToPath(new URL(`./hosts/node_modules/${path}`, import.meta.url))).find(existsSync);
}

function copyFiles(folder) {
  for (const name of ["countersign", "countersign_details", "countersign_compile"]) {
    copyFileSync(join(made.directory, `node_modules/countersign/dist/${name}.wasm`), join(folder, `${name}.wasm`));
  }
}

const filesOf = (folder) => readdirSync(folder, { recursive: true }).map(String);
