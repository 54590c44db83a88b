function createPool(pool) {
  const [users, clients] = ["users", "clients"].map((it) => `${it}-of-${pool.id}`);
  const button = element("button", { type: "button", class: "more" });
  const node = element("section", {},
    element("h3", {}, pool.name),
    element("p", {}, "Id: ", element("code", {}, pool.id)),
    element("p", { id: clients, class: "quiet" }),
    table(clients, "App client", "Name", "Flows", "Its users write"),
    element("p", { id: users, class: "quiet" }),
    element("label", {}, "Tokens are for ", element("select")),
    table(users, "User name", "Status", "Attributes", "Pending changes", "Limits", "Token"),
    button);
  node.more = new More(node, button, 25);
  return node;
}

function updatePool(node, pool) {
  const { clients, users } = pool;
  const [aboutClients, aboutUsers] = node.querySelectorAll("p.quiet");
  const [clientTable, userTable] = node.querySelectorAll("table");
  setText(aboutClients, clients.length === 0 ? "No app clients." : `${plural(clients.length, "app client")}, by id.`);
  clientTable.hidden = clients.length === 0;
  sync(clientTable.tBodies[0], clients, (it) => it.id, createClient, updateClient);

  const select = node.querySelector("select");
  const isEmpty = select.options.length === 0;
  sync(select, clients, (it) => it.id, (it) => element("option", {}, it.id), () => {});
  if (isEmpty) select.value = (clients.find(isForUsers) ?? clients[0])?.id;
  select.parentElement.hidden = clients.length < 2 || users.length === 0;

  const shown = node.more.take(users, users.length);
  setText(aboutUsers, count(shown.length, users.length, "user", "by name"));
  userTable.hidden = users.length === 0;
  const create = (user) => createUser(user, () => token(pool.id, select.value, user.username));
  sync(userTable.tBodies[0], shown, (it) => it.username, create, updateUser);
  for (const button of userTable.querySelectorAll("button")) button.disabled = clients.length === 0;
}

/** Rather than for administrators. */
const isForUsers = ({ flows }) => flows.some((it) => /^(ALLOW_)?USER_/.test(it));

const createClient = (client) => row(
  cell("App client", element("code", {}, client.id)),
  cell("Name"),
  cell("Flows"),
  cell("Its users write", element("span")));

function updateClient(node, client) {
  const [, name, flows, writes] = node.cells;
  setText(name, client.name);
  setText(flows, client.flows.join(", "));
  setText(writes.firstElementChild, client.writes_everything ? "every attribute" : "some attributes");
  writes.firstElementChild.className = client.writes_everything ? "warning" : "";
}

function createUser({ username }, fetchToken) {
  const label = `Copy access token of ${username}`;
  const button = element("button", { type: "button", "aria-label": label }, "Copy access token");
  return row(
    cell("User name", username),
    cell("Status", element("span"), element("small", { class: "warning" }, "disabled")),
    cell("Attributes", element("dl")),
    cell("Pending changes", element("dl")),
    cell("Limits", element("dl")),
    cell("Token", copies(button, fetchToken)));
}

function updateUser(node, user) {
  const [attributes, pending, limits] = node.querySelectorAll("dl");
  setText(node.querySelector("span"), user.status);
  node.querySelector("small").hidden = user.enabled;
  updateList(attributes, user.attributes.map((it) => [it.Name, it.Value]));
  updateList(pending, Object.entries(user.pending));
  const { code_requests: codes, verifications } = user.limits;
  const used = ({ used, most }) => `${number(used)} of ${number(most)}`;
  updateList(limits, [["codes asked for", used(codes)], ["verifications", used(verifications)]]);
  [codes, verifications].forEach(({ used, most }, index) =>
    limits.children[index].classList.toggle("warning", used >= most));
}

function updateList(list, entries) {
  const create = ([name]) => element("div", {}, element("dt", {}, `${name}:`), " ", element("dd"));
  const update = (node, [, value]) => setText(node.lastElementChild, value);
  sync(list, entries, ([name]) => name, create, update);
}

async function token(pool, client, username) {
  const order = { user_pool_id: pool, client_id: client, username };
  return (await post("/_local/tokens", order)).access_token;
}

/** Others who can read what is here. */
function warnOf(hosts) {
  byId("allowed").hidden = hosts.length === 0;
  setText(byId("allowed"), `Others are let in, as ${hosts.join(", ")}: whoever reaches this pool reads every code and password.`);
}

function duration(seconds) {
  const units = [["day", 86400], ["hour", 3600], ["minute", 60], ["second", 1]];
  const parts = [];
  for (const [unit, length] of units) {
    const whole = Math.floor(seconds / length);
    if (whole > 0) parts.push(plural(whole, unit));
    seconds -= whole * length;
  }
  return parts.join(" ");
}

function fact(node, text, isUsual) {
  setText(node, text);
  node.classList.toggle("warning", !isUsual);
}

function showPools({ allowed_hosts, clock_offset_seconds: offset, faults, pools }) {
  warnOf(allowed_hosts);
  const side = offset < 0 ? "behind" : "ahead of";
  fact(byId("clock"), offset === 0 ? "the system's" : `${duration(Math.abs(offset))} ${side} the system's`, offset === 0);
  const meets = ({ operation, fault, times }) => `${operation}: ${fault}, ${plural(times, "time")}`;
  fact(byId("faults"), faults.map(meets).join("; ") || "none", faults.length === 0);
  sync(byId("pools"), pools, (pool) => pool.id, createPool, updatePool);
  setText(byId("users-total"), number(pools.reduce((sum, pool) => sum + pool.users.length, 0)));
}
