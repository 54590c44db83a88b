// In milliseconds. A pool that takes long to answer is asked less often.
const PAUSE = 1000, LIMIT = 10000;

const search = () => byId("search").value.trim();

function tell(text, gone = false) {
  setText(byId("state"), text);
  byId("state").classList.toggle("gone", gone);
}

async function ask(path, settings = {}) {
  const answer = await fetch(path, { cache: "no-store", signal: AbortSignal.timeout(LIMIT), ...settings });
  if (!answer.ok) throw new Error((await answer.json().catch(() => null))?.error ?? `HTTP ${answer.status}`);
  return answer.json();
}

const post = (path, order) =>
  ask(path, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(order) });

const line = `curl -X POST ${location.origin}/_local/tokens`;
setText(byId("token-line"), line);
copies(byId("copy-token-line"), () => line);

byId("reset").addEventListener("click", async () => {
  if (!confirm("Forget every message, event, change and fault, and be as at the start?")) return;
  const failed = await post("/_local/reset", {}).then(() => null, (error) => error);
  say(failed ? `Not reset: ${failed.message}` : "Everything is as at the start.", failed);
  poll();
});

byId("search").addEventListener("input", () => poll());

let timer, goneSince, asking = false, again = false;

/** Asks for what is to be shown now; while an answer is awaited, once more after it. */
async function poll() {
  clearTimeout(timer);
  again = asking;
  if (asking) return;
  asking = true;
  const start = performance.now();
  const who = search() && `search=${encodeURIComponent(search())}`;
  const answers = await Promise.all([
    `/_local/outbox?newest=${moreMessages.wanted}&${who}`,
    `/_local/pools?${who}`,
    `/_local/triggers?newest=${moreEvents.wanted}&${who}`,
  ].map((path) => ask(path))).catch(() => null);
  asking = false;
  if (answers) {
    const [outbox, pools, triggers] = answers;
    showMessages(outbox);
    showPools(pools);
    showEvents(triggers);
    goneSince = undefined;
    tell("Live");
  } else {
    goneSince ??= new Date().toLocaleTimeString();
    tell(`The pool hasn't answered since ${goneSince}. What is here may be out of date; it is asked again.`, true);
  }
  if (again) poll();
  else if (!document.hidden) timer = setTimeout(poll, Math.max(PAUSE, 4 * (performance.now() - start)));
}

document.addEventListener("visibilitychange", () => document.hidden ? clearTimeout(timer) : poll());
poll();
