/**
 * The packed package in Next.js without configuration: a server component and a client component answer the corpus, by
 * either of its bundlers. It takes longer than all other hosts together, so it runs where `COUNTERSIGN_HOSTS=all`.
 */

import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { cpSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { launch } from "../e2e/browser.mjs";
import { onPage, project } from "./hosts/project.mjs";

const HERE = fileURLToPath(new URL("./next/", import.meta.url));

describe("Next.js", { skip: process.env.COUNTERSIGN_HOSTS !== "all" && "set COUNTERSIGN_HOSTS=all" }, () => {
  let made;
  let browser;
  before(async () => {
    made = await project({ manifest: HERE });
    cpSync(join(HERE, "app"), join(made.directory, "app"), { recursive: true });
    browser = await launch();
  });
  after(async () => {
    await browser?.close();
    made?.remove();
  });

  for (const bundler of ["turbopack", "webpack"]) {
    test(bundler, async () => {
      next("build", `--${bundler}`);
      const { address, stop } = await started();
      try {
        const page = await browser.newPage();
        await page.goto(address);
        assert.deepEqual(JSON.parse(await page.locator("#server").innerText()), made.expected, "on the server");
        await page.close();
        assert.deepEqual(await onPage(browser, address), made.expected, "in the browser");
      } finally {
        await stop();
      }
    });
  }

  const command = (...args) => [join(made.directory, "node_modules/next/dist/bin/next"), ...args];
  const settings = () => ({ cwd: made.directory, env: { ...process.env, NEXT_TELEMETRY_DISABLED: "1", NODE_ENV: "production" } });

  function next(...args) {
    try {
      execFileSync(process.execPath, command(...args), { ...settings(), encoding: "utf8", stdio: "pipe" });
    } catch (error) {
      assert.fail(`next ${args.join(" ")}\n${error.stdout}\n${error.stderr}`);
    }
  }

  /** The built application, served. */
  function started() {
    const child = spawn(process.execPath, command("start", "--port", "0"), { ...settings(), stdio: ["ignore", "pipe", "pipe"] });
    return new Promise((ready, failed) => {
      let said = "";
      const hear = (bytes) => {
        said += bytes;
        const address = said.match(/http:\/\/localhost:\d+/)?.[0];
        if (address !== undefined && said.includes("Ready")) ready({ address, stop });
      };
      const stop = () => new Promise((done) => (child.once("exit", done), child.kill()));
      child.stdout.on("data", hear);
      child.stderr.on("data", hear);
      child.once("exit", (code) => failed(new Error(`next start ended with ${code}\n${said}`)));
    });
  }
});
