/** What stands beside somebody else's library, and the verifier: rendered to text, so that every host can. */

import { createElement } from "react";
import { renderToString } from "react-dom/server";
import { createSSRApp, h } from "vue";
import { renderToString as renderVue } from "vue/server-renderer";
import { Checker } from "countersign";
import { Can, CountersignProvider, useCan } from "countersign/react";
import { countersign, Can as VueCan, useCan as useVueCan } from "countersign/vue";
import { verifier } from "countersign/verify";
import { snapshots } from "./cases.js";

async function rendered() {
  const [{ bytes, now, questions }] = snapshots;
  const checker = await Checker.load(Uint8Array.from(atob(bytes), (character) => character.charCodeAt(0)), { now });
  const [action, resource] = questions.find(([, resource, context, decision]) => typeof resource === "string" && Object.keys(context).length === 0 && decision === "allow");
  // The snapshot is of the corpus's time.
  const source = { can: (...asked) => checker.can(asked[0], asked[1], asked[2], { now }) };
  const Says = () => (useCan(action, resource) ? "yes " : "no ");
  const react = renderToString(
    createElement(CountersignProvider, { source }, createElement(Says), createElement(Can, { action, resource }, "may")),
  );
  const app = createSSRApp({
    setup: () => ({ edits: useVueCan(action, resource) }),
    render: ({ edits }) => [edits ? "yes " : "no ", h(VueCan, { action, resource }, () => "may")],
  });
  const vue = await renderVue(app.use(countersign({ source })));
  checker.free();
  return { react: text(react), vue: text(vue), verify: await refused() };
}

/** A request that did not come through the gate. */
async function refused() {
  const verify = verifier({ key: "a key of the gate and its origin, and of nobody else" });
  return verify(new Request("https://app.example.com/")).then(() => "accepted", ({ code }) => code);
}

const text = (html) => html.replace(/<!--.*?-->/g, "");

rendered().then(
  (answered) => {
    console.log(JSON.stringify(answered));
    globalThis.answered = answered;
  },
  (error) => {
    console.log(JSON.stringify({ error: String(error) }));
    globalThis.answered = { error: String(error) };
  },
);
