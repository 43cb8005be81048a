/** In Chromium: a change made over the API shows on open pages, by attribute, element, React and Vue, and nothing shows too soon. */

import assert from "node:assert/strict";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { pathToFileURL } from "node:url";
import { launch } from "./browser.mjs";
import { bundle, example, serve, signedIn } from "./pages.mjs";
import { ask, freshTenant, URL_OF_WORKER } from "./worker.mjs";

const SIGN = "project:renovation/state:draft/sign:r2";
let browser;
let tenant;
before(async () => {
  browser = await launch();
  tenant = (await freshTenant("acme")).name;
});
after(() => browser?.close());

/** Lets eddie edit, or not; gives the revision. */
async function edits(allowed, name = tenant, subject = "user:eddie") {
  const body = { permission: "sign:edit", scope: "/", effect: allowed ? "inherit" : "deny" };
  const answer = await ask("user:olivia", "PUT", `/v1/tenants/${name}/members/${subject}/overrides`, { body });
  assert.ok(answer.status < 300, answer.text);
  return answer.revision;
}

/** A page with eddie's connection as `connection`, and what the test adds to it. */
async function connected(body, { options = "", script = "", prepare } = {}) {
  const context = await browser.newContext();
  const page = await context.newPage();
  page.errors = [];
  page.on("pageerror", (error) => page.errors.push(error.message));
  page.on("console", (message) => ["error", "warning"].includes(message.type()) && page.errors.push(message.text()));
  await prepare?.(page);
  const connect = `const connection = await connect({ tenant: "${tenant}", headers: { Authorization: "Dev user:eddie" }, ${options} });`;
  const html = `<link rel="stylesheet" href="/package/countersign.css">${body}<script type="module">
    import * as browser from "countersign/browser";
    const { connect } = browser;
    ${connect} Object.assign(window, { connection, browser });
    connection.gate(document.body); ${script} document.documentElement.id = "ready";</script>`;
  await serve(page, { "page.html": html });
  await page.locator("#ready").waitFor({ state: "attached" });
  if (!options.includes("live: false") && prepare === undefined) await state(page, "live");
  return page;
}
const state = (page, wanted) => page.waitForFunction((wanted) => window.connection?.state === wanted, wanted);
const shows = (page, selector, shown) => page.locator(selector).waitFor({ state: shown ? "visible" : "hidden" });

describe("an open page", () => {
  test("shows a change as it is made, with what may not be done disabled and described", async () => {
    const page = await connected(`<button id="hide" data-can="edit ${SIGN}">Edit</button>
      <button id="disable" data-can="edit ${SIGN}" data-can-mode="disable">Edit</button>
      <a id="link" href="#there" data-can="edit ${SIGN}" data-can-mode="disable">Edit</a>`);
    for (const allowed of [false, true, false, true]) {
      await edits(allowed);
      await shows(page, "#hide", allowed);
      assert.equal(await page.locator("#disable").isDisabled(), !allowed);
      const told = (selector) => page.locator(selector).evaluate((element) =>
        [element.getAttribute("aria-disabled"), document.getElementById(element.getAttribute("aria-describedby"))?.textContent]);
      assert.deepEqual(await told("#link"), allowed ? [null, undefined] : ["true", "You may not edit this sign."]);
      assert.equal((await told("#disable"))[1], allowed ? undefined : "You may not edit this sign.");
    }
    assert.deepEqual(page.errors, []);
    await page.context().close();
  });

  test("is told nothing when others are given something", async () => {
    const frames = [];
    const page = await connected(`<button data-can="edit ${SIGN}">Edit</button>`, {
      prepare: (page) => page.on("websocket", (socket) => socket.on("framereceived", ({ payload }) => frames.push(payload.length))),
    });
    await state(page, "live");
    const before = frames.length;
    for (const subject of ["user:one", "user:petra"]) await edits(false, tenant, subject);
    await edits(false);
    await shows(page, "button", false);
    assert.equal(frames.length, before + 1);
    await edits(true);
    await page.context().close();
  });

  test("has what it has missed when it is online again", async () => {
    const page = await connected(`<button data-can="edit ${SIGN}">Edit</button>`);
    await shows(page, "button", true);
    await page.context().setOffline(true);
    await state(page, "offline");
    await edits(false);
    assert.equal(await page.locator("button").isVisible(), true);
    await page.context().setOffline(false);
    await shows(page, "button", false);
    await state(page, "live");
    await edits(true);
    await shows(page, "button", true);
    await page.context().close();
  });

  test("asks where there is no WebSocket", async () => {
    const page = await connected(`<button data-can="edit ${SIGN}">Edit</button>`, {
      options: "pollEvery: 1000",
      prepare: (page) => page.addInitScript(() => delete window.WebSocket),
    });
    await state(page, "polling");
    await edits(false);
    await shows(page, "button", false);
    await edits(true);
    await page.context().close();
  });

  test("withdraws everything when the member is removed", async () => {
    const { name } = await freshTenant("acme");
    const all = `<button id="may" data-can="view project:renovation">View</button><button id="may-not" data-can="approve ${SIGN}" data-can-mode="disable">A</button>`;
    const script = `connection.addEventListener("end", ({ error }) => (window.ended = error.status));`;
    const outer = tenant;
    tenant = name;
    const page = await connected(all, { options: `subject: "user:eddie"`, script });
    tenant = outer;
    assert.equal(await page.evaluate(() => localStorage.length), 1);
    const removed = await ask("user:olivia", "DELETE", `/v1/tenants/${name}/members/user:eddie`);
    assert.ok(removed.status < 300, removed.text);
    await shows(page, "#may", false);
    assert.equal(await page.locator("#may-not").isDisabled(), true);
    assert.deepEqual(await page.evaluate(() => [window.ended, connection.state, localStorage.length]), [404, "ended", 0]);
    await page.context().close();
  });

  test("writes to those of 5,000 elements alone whose answers have changed", async () => {
    const others = Array.from({ length: 4_990 }, (_, at) => `<i data-can="view ${SIGN}${at}">v</i>`).join("");
    const own = Array.from({ length: 10 }, (_, at) => `<b data-can="edit ${SIGN}${at}">e</b>`).join("");
    const page = await connected(others + own, {
      script: `window.touched = new Set();
        new MutationObserver((all) => all.forEach(({ target }) => touched.add(target.localName + [...document.body.children].indexOf(target))))
          .observe(document.body, { subtree: true, attributes: true });`,
    });
    await edits(false);
    await page.waitForFunction(() => document.querySelector("b:not([hidden])") === null);
    assert.equal(await page.evaluate(() => touched.size), 10);
    await edits(true);
    await page.context().close();
  });

  test("starts at once with what was kept", async () => {
    const page = await connected(`<button data-can="edit ${SIGN}">Edit</button>`, { options: `subject: "user:eddie"` });
    let answer;
    const asked = new Promise((resolve) => (answer = resolve));
    await page.route("**/me/snapshot", async (route) => {
      await asked;
      await route.continue();
    });
    await page.routeWebSocket(/me\/watch/, () => {});
    await page.reload();
    await shows(page, "button", true);
    await edits(false);
    answer();
    await shows(page, "button", false);
    await edits(true);
    await page.context().close();
  });
});

describe("nothing shows before it is known to be allowed", () => {
  /** Runs in the page: looks at each frame for gated elements that show without an answer. */
  const watch = () => {
    window.seen = { frames: 0, flashes: new Set() };
    const look = () => {
      window.seen.frames++;
      for (const element of document.querySelectorAll("[data-can], countersign-can")) {
        if (element.checkVisibility() && !window.mayShow?.(element)) window.seen.flashes.add(element.id);
      }
      requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
  };
  const body = `<button id="edit" data-can="edit ${SIGN}">Edit</button><button id="approve" data-can="approve ${SIGN}">Approve</button>
    <countersign-can id="own" action="edit" resource="${SIGN}">Edit</countersign-can>
    <countersign-can id="not-own" action="approve" resource="${SIGN}">Approve</countersign-can>`;
  const script = `browser.defineElement(connection);
    setInterval(() => document.getElementById("late") ?? document.body.insertAdjacentHTML("beforeend", '<b id="late" data-can="approve ${SIGN}">Late</b>'), 20);`;
  const slowly = async (page) => {
    await page.addInitScript(watch);
    await page.addInitScript(() => (window.mayShow = ({ id, dataset }) => ["edit", "own"].includes(id) && dataset.canState === "allowed"));
    await page.route("**/me/snapshot", async (route) => {
      await new Promise((soon) => setTimeout(soon, 300));
      await route.continue();
    });
  };

  test("while the page loads, and for what comes later", async () => {
    const page = await connected(body, { script, prepare: slowly });
    await shows(page, "#own", true);
    await page.locator("#late").waitFor({ state: "attached" });
    const { frames, flashes } = await page.evaluate(() => ({ frames: seen.frames, flashes: [...seen.flashes] }));
    assert.ok(frames > 10, `${frames}`);
    assert.deepEqual(flashes, []);
    await page.context().close();
  });

  test("and a page without the style would show them, which is seen", async () => {
    const page = await connected(body, {
      script,
      prepare: async (page) => {
        await slowly(page);
        await page.route("**/countersign.css", (route) => route.fulfill({ contentType: "text/css", body: "" }));
      },
    });
    const flashes = await page.evaluate(() => [...seen.flashes]);
    assert.ok(flashes.includes("approve") && flashes.includes("not-own"), `${flashes}`);
    await page.context().close();
  });
});

describe("the examples of the package's page", () => {
  const open = async (files) => {
    const page = await browser.newPage();
    page.errors = [];
    page.on("pageerror", (error) => page.errors.push(error.message));
    page.on("console", (message) => ["error", "warning"].includes(message.type()) && page.errors.push(message.text()));
    await serve(page, files);
    return page;
  };
  const app = (code) => ({ "page.html": '<div id="app"></div><script type="module" src="/test/app.js"></script>', "app.js": code });
  const texts = (page, selector) => page.locator(selector).evaluateAll((all) => all.filter((each) => each.checkVisibility()).map((each) => each.textContent));

  test("by attribute", async () => {
    const page = await open({ "page.html": signedIn(example("gate"), tenant, "user:eddie") });
    await shows(page, 'button:has-text("Edit")', true);
    assert.equal(await page.locator('button:has-text("Approve")').isDisabled(), true);
    await page.close();
  });

  test("by an element, in a shadow root too, until it is taken away", async () => {
    const page = await open({ "page.html": signedIn(example("element"), tenant, "user:eddie") });
    await shows(page, "a", true);
    await page.evaluate((sign) => {
      const host = document.body.appendChild(document.createElement("div"));
      host.attachShadow({ mode: "open" }).innerHTML = `<countersign-can id="inner" action="edit" resource="${sign}">Inner</countersign-can>
        <countersign-can id="wrong" action="edti" resource="${sign}">Wrong</countersign-can>`;
      window.events = [];
      host.shadowRoot.getElementById("inner").addEventListener("can-change", ({ detail }) => window.events.push(detail.allowed));
    }, SIGN);
    await shows(page, "#inner", true);
    await edits(false);
    await shows(page, "#inner", false);
    await shows(page, "a", false);
    await page.evaluate(() => document.querySelector("countersign-can").setAttribute("action", "view"));
    await shows(page, "a", true);
    await edits(true);
    await shows(page, "#inner", true);
    // Whether the first answer is a change depends on which came first, the element or the listener.
    assert.deepEqual(await page.evaluate(() => window.events.slice(-2)), [false, true]);
    assert.equal(page.errors.length, 1, page.errors.join("\n"));
    assert.match(page.errors[0], /edti/);
    await page.close();
  });

  for (const [name, more] of [["react", ""], ["vue", ""]]) {
    test(`in ${name}`, async () => {
      const page = await open(app(await bundle(signedIn(example(name), tenant, "user:eddie") + more)));
      await page.locator("button:enabled").waitFor();
      assert.match(await page.locator("#app").innerText(), /Renovation/);
      await edits(false);
      await page.locator("button:disabled").waitFor();
      await edits(true);
      await page.locator("button:enabled").waitFor();
      if (name === "vue") assert.deepEqual(await texts(page, "#app"), [await page.locator("#app").evaluate((app) => app.textContent)]);
      assert.match(await page.locator("#app").innerText(), name === "vue" ? /Nothing to see/ : /Renovation/);
      assert.deepEqual(page.errors, []);
      await page.close();
    });
  }

  test("React renders what changed, and nothing else", async () => {
    const code = `import { connect } from "countersign/browser";
      import { CountersignProvider, useCan } from "countersign/react";
      import { createRoot } from "react-dom/client";
      import { memo } from "react";
      window.renders = {};
      const One = memo(({ action, id }) => { renders[action + id] = (renders[action + id] ?? 0) + 1;
        return <i hidden={!useCan(action, "project:renovation/state:draft/sign:" + id)}>{action}</i>; });
      window.connection = await connect({ tenant: "acme" });
      createRoot(document.getElementById("app")).render(<CountersignProvider source={connection}>
        {["view", "edit"].flatMap((action) => [1, 2, 3].map((id) => <One key={action + id} action={action} id={id} />))}</CountersignProvider>);`;
    const page = await open(app(await bundle(signedIn(code, tenant, "user:eddie"))));
    await state(page, "live");
    await page.waitForFunction(() => Object.keys(window.renders).length === 6);
    const before = await page.evaluate(() => ({ ...renders }));
    await edits(false);
    await page.waitForFunction((before) => window.renders.edit3 > before.edit3, before);
    const after = await page.evaluate(() => ({ ...renders }));
    assert.deepEqual(Object.keys(after).filter((key) => after[key] !== before[key]), ["edit1", "edit2", "edit3"]);
    assert.deepEqual(["edit1", "edit2", "edit3"].map((key) => after[key] - before[key]), [1, 1, 1]);
    await page.evaluate(() => connection.close());
    await page.waitForFunction(() => document.querySelectorAll("i:not([hidden])").length === 0);
    await edits(true);
    assert.deepEqual(page.errors, []);
    await page.close();
  });

  const APPS = {
    react: `const App = () => <main><b>{useCan("edit", "${SIGN}") ? "may edit" : "may not edit"}</b>
      <Can action="approve" resource="${SIGN}" fallback="no approval">approves</Can></main>;`,
    vue: `const App = { template: '<main><b>{{ edits ? "may edit" : "may not edit" }}</b><i v-can="\\'approve ${SIGN}\\'">approves</i></main>',
      setup: () => ({ edits: useCan("edit", "${SIGN}") }) };`,
  };
  const SERVERS = {
    react: `import { Checker } from "countersign"; import { Can, CountersignProvider, useCan } from "countersign/react";
      import { renderToString } from "react-dom/server"; ${APPS.react} ${example("react-server")}
      export default (snapshot) => render(App, snapshot);`,
    vue: `import { Checker } from "countersign"; import { countersign, useCan } from "countersign/vue";
      import { createSSRApp } from "vue"; import { renderToString } from "vue/server-renderer"; ${APPS.vue}
      export default async (snapshot) => { const now = Date.now(); const checker = await Checker.load(snapshot);
        return { html: await renderToString(createSSRApp(App).use(countersign({ source: checker, rendered: { checker, now } }))), now }; };`,
  };
  const CLIENTS = {
    react: `import { Checker } from "countersign"; import { connect } from "countersign/browser"; import { Can, CountersignProvider, useCan } from "countersign/react";
      import { hydrateRoot } from "react-dom/client"; ${APPS.react} ${example("react-hydrate")}
      await hydrate(App, bytes, now);`,
    vue: `import { Checker } from "countersign"; import { connect } from "countersign/browser"; import { countersign, useCan } from "countersign/vue";
      import { createSSRApp } from "vue"; ${APPS.vue}
      createSSRApp(App).use(countersign({ source: await connect({ tenant: "acme", snapshot: bytes }), rendered: { checker: await Checker.load(bytes), now } })).mount("#app");`,
  };
  for (const name of ["react", "vue"]) {
    test(`what a server rendered in ${name} is what the page begins with, whatever has changed since`, async () => {
      const file = join(mkdtempSync(join(tmpdir(), "countersign-server-")), "server.mjs");
      writeFileSync(file, await bundle(SERVERS[name], { platform: "node" }));
      const render = (await import(pathToFileURL(file).href)).default;
      const { bytes } = await ask("user:eddie", "GET", `/v1/tenants/${tenant}/me/snapshot`);
      const { html, now } = await render(bytes);
      assert.match(html, />may edit</);
      // The worker has gone on by the time that the page comes to life.
      await edits(false);
      const given = `const [bytes, now] = [Uint8Array.from(atob("${bytes.toString("base64")}"), (c) => c.charCodeAt(0)), ${now}];`;
      const code = await bundle(signedIn(given + CLIENTS[name], tenant, "user:eddie"));
      const watched = `<script>window.said = new Set();
        const look = () => { const text = document.querySelector("b")?.textContent; if (text) said.add(text); requestAnimationFrame(look); }; look();</script>`;
      const page = await open({ "page.html": `${watched}<div id="app">${html}</div><script type="module" src="/test/app.js"></script>`, "app.js": code });
      await page.locator("b", { hasText: "may not edit" }).waitFor();
      assert.deepEqual(await page.evaluate(() => [...said]), ["may edit", "may not edit"]);
      assert.deepEqual(page.errors, []);
      await edits(true);
      await page.locator("b", { hasText: /^may edit/ }).waitFor();
      assert.equal(await page.locator("text=approves").isVisible(), false);
      await page.close();
      // What does not match is seen.
      const other = html.replace("may edit", "may sing");
      const wrong = await open({ "page.html": `<div id="app">${other}</div><script type="module" src="/test/app.js"></script>`, "app.js": code });
      await wrong.locator("b", { hasText: "edit" }).waitFor();
      assert.notDeepEqual(wrong.errors, []);
      await wrong.close();
    });
  }
});

test("in the demo, an owner's change shows on another's page without loading it again", async () => {
  const { name } = await freshTenant("acme");
  const [mia, olivia] = [await browser.newPage(), await browser.newPage()];
  await mia.goto(`${URL_OF_WORKER}/?tenant=${name}&user=user:mia`);
  await mia.locator("#empty:visible").waitFor();
  await mia.locator("#live", { hasText: "as they are made" }).waitFor();
  await olivia.goto(`${URL_OF_WORKER}/?tenant=${name}&user=user:olivia`);
  await olivia.locator("#people-title:visible").waitFor();
  await olivia.selectOption("#assign [name=to]", "user:mia");
  await olivia.selectOption("#assign [name=role]", "viewer");
  await olivia.selectOption("#assign [name=scope]", "project:renovation");
  await olivia.click("#assign .primary");
  await mia.locator("h3", { hasText: "Renovation" }).waitFor();
  await olivia.click("#deactivate");
  await mia.locator("#empty", { hasText: "is deactivated" }).waitFor();
  assert.deepEqual(await mia.locator(".project:visible").count(), 0);
  for (const page of [mia, olivia]) await page.close();
});
