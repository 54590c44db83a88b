const moreMessages = new More(byId("messages"), byId("messages-more"), 10);

const MEDIA = { EMAIL: "e-mail", SMS: "SMS" };

/** How it went, and for which attribute. */
const way = (message) => `by ${MEDIA[message.delivery_medium]} (${message.attribute_name})`;

const badge = () => element("span", { class: "badge" });

function setState(node, state) {
  node.className = `badge ${state}`;
  setText(node, state);
}

/** All of a message that stays as it is. */
const messageText = ({ state, ...message }) => JSON.stringify(message);

function createMessage(message) {
  const { code } = message;
  const button = element("button", { type: "button", "aria-label": `Copy ${code}` }, "Copy");
  return row(
    cell("Code", element("code", {}, code), copies(button, () => code)),
    cell("State", badge()),
    cell("To", message.destination, element("small", {}, way(message))),
    cell("User", message.username),
    cell("Text", message.text),
    cell("Pool", message.user_pool_id),
    cell("Time", time(message.time)));
}

let newest;

copies(byId("newest-copy"), () => newest.code);

function showNewest(message) {
  const isNew = message && (!newest || messageText(message) !== messageText(newest));
  newest = message;
  byId("newest").hidden = !message;
  if (!message) return;
  const { code, destination, username, user_pool_id, state } = message;
  setText(byId("newest-code"), code);
  setText(byId("newest-to"), destination);
  setText(byId("newest-about"), `${way(message)}, for ${username} in ${user_pool_id}`);
  setState(byId("newest-state"), state);
  byId("newest-copy").setAttribute("aria-label", `Copy the newest code, ${code}`);
  if (isNew) say(`Newest code: ${code}, for ${username}.`);
}

function showMessages({ messages, total }) {
  const newestFirst = moreMessages.take(messages.reverse(), total);
  const body = byId("messages").tBodies[0];
  feed(body, newestFirst, total, messageText, createMessage);
  newestFirst.forEach((message, index) => setState(body.rows[index].querySelector(".badge"), message.state));
  byId("messages").hidden = total === 0;
  setText(byId("messages-count"), count(newestFirst.length, total, "message", "newest first"));
  setText(byId("messages-total"), number(total));
  showNewest(newestFirst[0]);
}
