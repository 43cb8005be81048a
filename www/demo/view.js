/** Draws what the API sent. Elements carry their question in data-can; whether they show is not decided here. */

/** One project with its states, each with its signs. */
export function projectCard({ project, states }) {
  const path = `project:${project.id}`;
  return node("article", { class: "project" }, [
    node("header", {}, [
      node("h3", {}, [project.title ?? project.id]),
      project.kind === undefined ? "" : node("span", { class: "tag" }, [project.kind]),
      node("span", { class: "tag strong", "data-can": `edit ${path}` }, ["editor"]),
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
    node("p", { class: "sign-title" }, [sign.title]),
    node("p", { class: "sign-text" }, [`“${sign.text}”`]),
    node("p", { class: "quiet" }, [
      sign.approvedBy === null ? "Not approved" : `Approved by ${sign.approvedBy}`,
      comments === 0 ? "" : ` · ${comments} comment${comments === 1 ? "" : "s"}`,
    ]),
    node("div", { class: "actions" }, [
      action("View", "view", path, sign),
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

/** One line of the log. */
export function answerLine({ method, path, status, revision, text }) {
  const kind = status < 300 ? "good" : "bad";
  const body = status < 300 ? "" : node("code", {}, [text.slice(0, 300)]);
  return node("li", {}, [
    node("span", { class: `status ${kind}` }, [String(status)]),
    ` ${method} ${decodeURI(path)}`,
    revision === null ? "" : node("span", { class: "quiet" }, [` · revision ${revision}`]),
    body,
  ]);
}

/** `<option>`s, the chosen one selected. */
export function options(entries, chosen) {
  return entries.map(({ value, label }) => node("option", value === chosen ? { value, selected: "" } : { value }, [label]));
}

function node(name, attributes, children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...children);
  return element;
}
