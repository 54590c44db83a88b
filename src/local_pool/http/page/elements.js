const byId = (id) => document.getElementById(id);

/** An element. What the pool says becomes text, never HTML. */
function element(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  node.append(...children);
  return node;
}

const row = (...cells) => element("tr", { role: "row" }, ...cells);

const cell = (label, ...children) =>
  element("td", { role: "cell", "data-label": label }, ...children);

/** A table, with the id of what names it. */
const table = (name, ...labels) =>
  element("table", { role: "table", "aria-labelledby": name },
    element("thead", { role: "rowgroup" },
      row(...labels.map((it) => element("th", { role: "columnheader", scope: "col" }, it)))),
    element("tbody", { role: "rowgroup" }));

/** What doesn't change isn't touched: it may be selected, or read aloud. */
function setText(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

const number = (it) => it.toLocaleString("en");

const plural = (count, what) => `${number(count)} ${what}${count === 1 ? "" : "s"}`;

/** What stands above a list. */
function count(shown, total, what, order) {
  if (total === 0 && search()) return what === "user" ? "No such user." : `No ${what} of such a user.`;
  if (total === 0) return `No ${what}s yet.`;
  const all = `${plural(total, what)}, ${order}`;
  return shown < total ? `${all}. ${number(shown)} are shown.` : `${all}.`;
}

/** In the reader's own time. */
const time = (utc) => element("time", { datetime: utc, title: utc },
  new Date(utc).toLocaleString(undefined, { dateStyle: "short", timeStyle: "medium" }));

/** Makes the children show the items, and keeps those whose keys are still there. */
function sync(parent, items, keyOf, create, update) {
  const keys = new Set(items.map(keyOf));
  const kept = new Map();
  for (const node of [...parent.children]) {
    if (keys.has(node.dataset.key)) kept.set(node.dataset.key, node);
    else node.remove();
  }
  let next = parent.firstElementChild;
  for (const item of items) {
    const node = kept.get(keyOf(item)) ?? create(item);
    node.dataset.key = keyOf(item);
    if (node === next) next = next.nextElementSibling;
    else parent.insertBefore(node, next);
    update(node, item);
  }
}

/**
 * Shows the newest of a list, newest first, and leaves alone what is there: new items come on top,
 * older ones to the end.
 */
function feed(parent, items, total, textOf, create) {
  const texts = items.map(textOf);
  const { texts: shown, total: before } = parent.shown ?? { texts: [], total: 0 };
  const follows = (added) =>
    texts.slice(added, added + shown.length).every((text, index) => text === shown[index]);
  let added = Math.min(Math.max(0, total - before), texts.length);
  while (!follows(added)) added += 1;
  parent.prepend(...items.slice(0, added).map(create));
  while (parent.children.length > items.length) parent.lastElementChild.remove();
  parent.append(...items.slice(parent.children.length).map(create));
  parent.shown = { texts, total };
}

