/** Tells what was done to who doesn't see it; and what wasn't, to everybody. */
function say(text, isFailure = false) {
  setText(byId("said"), text);
  byId("said").classList.toggle("unseen", !isFailure);
}

/** Puts a text into the clipboard that may still have to be fetched. */
async function toClipboard(text) {
  if (navigator.clipboard) {
    const blob = text.then((it) => new Blob([it], { type: "text/plain" }));
    // Some browsers forget the click while something is fetched, unless they are told of it first.
    const written = navigator.clipboard.write([new ClipboardItem({ "text/plain": blob })]);
    // Why there is no text says more than that there is none.
    await text;
    return written;
  }
  // Where others are let in by a name of this host, over plain HTTP, there is no other way.
  const field = element("textarea", { class: "unseen" });
  field.value = await text;
  const focused = document.activeElement;
  document.body.append(field);
  field.select();
  const copied = document.execCommand("copy");
  field.remove();
  focused?.focus();
  if (!copied) throw new Error("the browser doesn't allow it");
}

/** Has a button copy what `fetched` gives at each click. */
function copies(button, fetched) {
  const label = button.textContent;
  let timer;
  button.addEventListener("click", async () => {
    const failed = await toClipboard(Promise.resolve().then(fetched)).then(() => null, (error) => error);
    const told = failed ? `Not copied: ${failed.message}` : "Copied";
    setText(button, failed ? "Not copied" : "Copied");
    say(told, failed);
    clearTimeout(timer);
    timer = setTimeout(() => {
      setText(button, label);
      if (byId("said").textContent === told) say("");
    }, failed ? 8000 : 2000);
  });
  return button;
}
