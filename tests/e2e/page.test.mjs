/** In Chromium: every scenario through the package in the page, and the demo's page itself. */

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { failures, scenarios, seeded } from "../scenarios/corpus.mjs";
import { launch } from "./browser.mjs";
import { freshTenant, URL_OF_WORKER } from "./worker.mjs";

const corpus = scenarios();
const tenants = {};
const pageErrors = [];
let browser;

before(async () => {
  for (const { model, tenant } of corpus) tenants[tenant] ??= await freshTenant(tenant.replace(".toml", ""), model);
  browser = await launch();
});
after(() => browser?.close());

describe("the package in the page", () => {
  let page;
  before(async () => {
    page = await browser.newPage();
    await page.goto(`${URL_OF_WORKER}/demo/directory.json`);
  });

  for (const scenario of corpus) {
    test(scenario.file, async () => assert.deepEqual(await failures(scenario, await answersInPage(page, scenario)), []));
  }

  test("a wrong expectation is reported", async () => {
    const scenario = corpus.find(({ file }) => file === "signagent-1.toml");
    const reported = await failures(seeded(scenario, 3), await answersInPage(page, scenario));
    assert.equal(reported.length, 1, reported.join("\n"));
  });
});

describe("the demo's page", () => {
  test("shows what the user may do, and nothing else", async () => {
    const page = await open("user:petra");
    assert.deepEqual(await titles(page), ["Renovation"]);
    assert.equal(await page.locator('[data-do="comment"]:visible').count(), 3);
    assert.equal(await page.locator('[data-do="edit"]:visible').count(), 0);
    assert.equal(await page.locator("#people-title:visible").count(), 0);
    const approve = page.locator('[data-do="approve"]').first();
    assert.equal(await approve.isDisabled(), true);
    const described = await approve.evaluate((button) => document.getElementById(button.getAttribute("aria-describedby"))?.textContent);
    assert.equal(described, "You may not approve this sign.");
    assert.equal(await approve.getAttribute("title"), "You may not approve this sign.");
    await page.close();
  });

  test("switching the user changes the page without loading it again", async () => {
    const page = await open("user:petra");
    await page.evaluate(() => (window.stillHere = true));
    await page.selectOption("#user", "user:eddie");
    await page.locator('[data-do="edit"]:visible').first().waitFor();
    assert.equal(await page.locator('[data-do="edit"]:visible').count(), 3);
    await page.selectOption("#user", "user:two");
    await page.locator("h3", { hasText: "Tower" }).waitFor();
    assert.deepEqual(await titles(page), ["Tower", "Lobby"]);
    assert.equal(await page.locator('[data-interface="build"].tab:visible').count(), 1);
    await page.selectOption("#user", "user:mia");
    await page.locator("#empty:visible").waitFor();
    assert.equal(await page.locator(".interfaces").isVisible(), false);
    assert.match(await page.locator("#empty").innerText(), /^Mia is a member and has no rights/);
    assert.deepEqual(await titles(page), []);
    assert.equal(await page.evaluate(() => window.stillHere), true);
    await page.close();
  });

  test("it asks for nothing that is refused, and says why there is nothing to see", async () => {
    const page = await browser.newPage();
    const refused = [];
    page.on("response", (response) => response.status() >= 400 && refused.push(response.url()));
    for (const base of ["acme", "globex"]) {
      await page.goto(address("", tenants[`${base}.toml`].name));
      await page.locator(".project").first().waitFor();
      const subjects = await page.locator("#user option").evaluateAll((options) => options.map(({ value }) => value));
      for (const subject of subjects) {
        await page.selectOption("#user", subject);
        await page.locator(".project, #empty:visible").first().waitFor();
        if (subject === "user:dora") assert.match(await page.locator("#empty").innerText(), /^Dora is deactivated/);
        if (subject === "user:lars") assert.match(await page.locator("#empty").innerText(), /^Lars is locked/);
      }
    }
    assert.deepEqual(refused, []);
    await page.close();
  });

  test("a reason for being disabled leaves the page's own title as it was", async () => {
    const page = await open("user:petra");
    const title = () => page.locator("#probe").getAttribute("title");
    await page.evaluate(() => {
      const question = "approve project:renovation/state:draft/sign:r2";
      document.body.insertAdjacentHTML("beforeend", `<button id="probe" title="Stamp" data-can="${question}" data-can-mode="disable">S</button>`);
    });
    await page.locator("#probe:disabled").waitFor();
    assert.equal(await title(), "Stamp\nYou may not approve this sign.");
    await page.evaluate(() => (document.getElementById("probe").dataset.can = "view project:renovation/state:draft/sign:r2"));
    await page.locator("#probe:enabled").waitFor();
    assert.equal(await title(), "Stamp");
    await page.close();
  });

  test("by keyboard, an edit reaches the gate and its real answer is shown", async () => {
    const page = await open("user:eddie");
    await page.locator('[data-do="edit"]:visible').first().focus();
    await page.keyboard.press("Enter");
    await page.keyboard.type("Typed by hand");
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    await page.locator("#log li").first().waitFor();
    assert.match(await page.locator("#log li").first().innerText(), /^200 PUT projects\/renovation\/states\/.* revision \d+/);
    await page.locator(".sign-text", { hasText: "Typed by hand" }).waitFor();
    await page.fill("#ask [name=path]", "projects/tower");
    await page.click("#ask button");
    await page.locator("#log li", { hasText: /^404 GET projects\/tower Not Found$/ }).waitFor();
    await page.close();
  });

  test("an owner's change reaches the page of the one it is about", async () => {
    const { name } = await freshTenant("acme");
    const page = await open("user:olivia", name);
    await page.locator("#people-title:visible").waitFor();
    await page.selectOption("#assign [name=to]", "user:mia");
    await page.selectOption("#assign [name=role]", "viewer");
    await page.selectOption("#assign [name=scope]", "project:renovation");
    await page.click("#assign .primary");
    await page.locator("#log li", { hasText: /^201 POST/ }).waitFor();
    await page.selectOption("#user", "user:mia");
    await page.locator("h3", { hasText: "Renovation" }).waitFor();
    await page.close();
  });

  test("of activating and deactivating, a member is offered what is possible", async () => {
    const { name } = await freshTenant("acme");
    const page = await open("user:olivia", name);
    await page.selectOption("#assign [name=to]", "user:dora");
    await page.locator("#standing", { hasText: "Deactivated" }).waitFor();
    assert.equal(await page.locator("#deactivate").isVisible(), false);
    await page.click("#activate");
    await page.locator("#standing", { hasText: "Active" }).waitFor();
    assert.equal(await page.locator("#activate").isVisible(), false);
    await page.click("#deactivate");
    await page.locator("#standing", { hasText: "Deactivated" }).waitFor();
    assert.deepEqual(await page.locator("#log .status").allInnerTexts(), ["200", "200"]);
    await page.close();
  });

  test("nothing gated is seen before it is known to be allowed", async () => {
    const page = await browser.newPage();
    await page.addInitScript(watchForFlashes);
    await page.goto(address("user:petra"));
    await page.locator('[data-do="comment"]:visible').first().waitFor();
    await page.selectOption("#user", "user:mia");
    await page.locator("#empty:visible").waitFor();
    const { frames, flashes } = await page.evaluate(() => window.seen);
    assert.ok(frames > 5);
    assert.deepEqual(flashes, []);
    await page.close();
  });

  test("switching back and forth in a hurry ends with the last user", async () => {
    const page = await open("user:one");
    for (const user of ["user:two", "user:one", "user:mia", "user:olivia", "user:petra"]) await page.selectOption("#user", user);
    await page.waitForFunction(() => document.querySelectorAll(".project").length === 1);
    await page.waitForTimeout(500);
    assert.deepEqual(await titles(page), ["Renovation"]);
    assert.equal(await page.locator("#people-title:visible").count(), 0);
    await page.close();
  });

  test("the page threw nothing all the while", () => assert.deepEqual(pageErrors, []));

  test("it fits a phone", async () => {
    const page = await browser.newPage({ viewport: { width: 360, height: 740 } });
    await page.goto(address("user:one"));
    await page.locator('[data-do="comment"]:visible').first().waitFor();
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    assert.ok(overflow <= 0, `${overflow} pixels too wide`);
    await page.locator('[data-do="approve"]:enabled').first().click();
    await page.locator("#last div", { hasText: /^200 POST projects\// }).waitFor();
    await page.click("#last button");
    assert.equal(await page.locator("#last").isVisible(), false);
    await page.close();
  });
});

function address(user, tenant = tenants["acme.toml"].name) {
  return `${URL_OF_WORKER}/?tenant=${tenant}&user=${user}`;
}

async function open(user, tenant) {
  const page = await browser.newPage();
  page.on("pageerror", (error) => pageErrors.push(error.message));
  await page.goto(address(user, tenant));
  await page.locator(".project, #empty:visible").first().waitFor();
  return page;
}

function titles(page) {
  return page.locator(".project h3").allInnerTexts();
}

/** Runs in the page: looks at each frame for gated elements that show without an answer that lets them. */
function watchForFlashes() {
  window.seen = { frames: 0, flashes: [] };
  const look = () => {
    window.seen.frames++;
    for (const element of document.querySelectorAll("[data-can]")) {
      const { can, canState, canMode } = element.dataset;
      const may = canState === "allowed" || (canState === "denied" && canMode === "disable" && element.disabled);
      if (!may && element.checkVisibility()) window.seen.flashes.push(can);
    }
    requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
}

/** Answers all questions of a scenario in the page, each from the snapshot of its subject at its moment. */
async function answersInPage(page, { tenant, expect }) {
  const answers = await page.evaluate(askInPage, { tenant: tenants[tenant].name, expect });
  const key = ({ subject, action, resource, now, context, attributes }) =>
    JSON.stringify([subject, action, resource, now, context, attributes]);
  const answered = new Map(expect.map((entry, at) => [key(entry), answers[at]]));
  return (expected) => answered.get(key(expected));
}

async function askInPage({ tenant, expect }) {
  const { Checker } = await import("/package/entry-web.js");
  const checkers = new Map();
  const checkerOf = async (subject, now) => {
    const key = `${subject} ${now}`;
    if (!checkers.has(key)) {
      const headers = { Authorization: `Dev ${subject}`, "Countersign-Dev-Now": new Date(now).toISOString() };
      const response = await fetch(`/v1/tenants/${tenant}/me/snapshot`, { headers });
      // Whoever is no member gets no snapshot, and with it no answer but no.
      checkers.set(key, response.status === 404 ? undefined : await Checker.load(response, { now }));
    }
    return checkers.get(key);
  };
  const answers = [];
  for (const { subject, action, resource: path, attributes, context, now } of expect) {
    const resource = attributes === undefined ? path : { path, attributes };
    const checker = await checkerOf(subject, now);
    if (checker === undefined) {
      answers.push({ decision: "deny", stage: "status" });
      continue;
    }
    try {
      const { decision, reason } = checker.check(action, resource, context, { now });
      const can = checker.can(action, resource, context, { now });
      answers.push(can === (decision === "allow") ? { decision, stage: reason.stage, title: reason.title } : { decision: "contradiction" });
    } catch (error) {
      // What a page misspells is an error there, and a deny everywhere else.
      if (!["unknown_action", "unknown_type"].includes(error.code)) throw error;
      answers.push({ decision: "deny" });
    }
  }
  return answers;
}
