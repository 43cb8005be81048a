/** Draws what the API sent. Elements carry their question in data-can; whether they show is not decided here. */

/** One project with its states, each with its signs. */
export function projectCard({ id, title, kind, states }) {
  const path = `project:${id}`;
  return node("article", { class: "project" }, [
    node("header", {}, [
      node("h3", {}, [title ?? words(id)]),
      kind === undefined ? "" : node("span", { class: "tag" }, [kind]),
      node("span", { class: "tag strong", "data-can": `edit ${path}` }, ["may edit"]),
    ]),
    node("div", { class: "states" }, states.map((state) => stateColumn(path, state))),
  ]);
}

function stateColumn(project, state) {
  const path = `${project}/state:${state.id}`;
  return node("section", { class: "state" }, [
    node("h4", {}, [state.title]),
    node("ul", {}, state.signs.map((sign) => signItem(`${path}/sign:${sign.id}`, sign))),
  ]);
}

function signItem(path, sign) {
  const comments = sign.comments.length;
  return node("li", { class: "sign", "data-can": `view ${path}`, "data-path": path }, [
    node("div", { class: "words" }, [
      node("p", { class: "sign-title" }, [sign.title]),
      node("p", { class: "sign-text" }, [`“${sign.text}”`]),
      node("p", { class: "quiet" }, [
        sign.approvedBy === null ? "Not approved" : `Approved by ${sign.approvedBy}`,
        comments === 0 ? "" : ` · ${comments} comment${comments === 1 ? "" : "s"}`,
      ]),
    ]),
    node("div", { class: "actions" }, [
      action("Comment", "comment", path, sign),
      action("Edit", "edit", path, sign),
      action("Approve", "approve", path, sign, { "data-can-mode": "disable" }),
    ]),
  ]);
}

function action(label, name, path, sign, extra = {}) {
  const attributes = { type: "button", "data-do": name, "data-can": `${name} ${path}`, "aria-label": `${label} ${sign.title}`, ...extra };
  return node("button", attributes, [label]);
}

/** What an answer says, for the log: status, method and path, revision, and the words of a refusal. */
export function answerParts({ method, path, status, revision, refusal }) {
  return [
    node("p", {}, [
      node("span", { class: `status ${refusal === undefined ? "good" : "bad"}` }, [status === undefined ? "No answer" : String(status)]),
      ` ${method} `,
      node("code", {}, breakable(path)),
      " ",
      revision === null ? "" : node("span", { class: "quiet revision" }, [`revision ${revision}`]),
    ]),
    refusal === undefined ? "" : node("p", {}, [refusal]),
  ];
}

/** Lines may break behind a slash, and not in the middle of a word. */
function breakable(path) {
  return path.split(/(?<=\/)/).flatMap((part) => [part, node("wbr", {}, [])]);
}

/** `<option>`s, the chosen one selected. */
export function options(entries, chosen) {
  return entries.map(({ value, label }) => node("option", value === chosen ? { value, selected: "" } : { value }, [label]));
}

/** `internal-review` → `Internal review`. */
export function words(id) {
  const spaced = id.replaceAll("-", " ");
  return spaced.charAt(0).toUpperCase() + spaced.slice(1);
}

export function node(name, attributes, children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...children);
  return element;
}
