const moreEvents = new More(byId("events"), byId("events-more"), 10);

/** A name that may be broken after an underscore. */
const breakable = (name) => name.split(/(?<=_)/).flatMap((part) => [part, element("wbr")]);

const createEvent = ([utc, event]) => element("li", {}, element("details", {},
  element("summary", {},
    time(utc),
    element("code", {}, ...breakable(event.triggerSource)),
    element("span", {}, event.userName),
    element("span", { class: "quiet" }, event.userPoolId)),
  element("pre", {}, JSON.stringify(event, null, 2))));

function showEvents({ events, times, total }) {
  const timed = events.map((event, index) => [times[index], event]);
  const newestFirst = moreEvents.take(timed.reverse(), total);
  feed(byId("events"), newestFirst, total, JSON.stringify, createEvent);
  byId("events").hidden = total === 0;
  setText(byId("events-count"), count(newestFirst.length, total, "event", "newest first"));
  setText(byId("events-total"), number(total));
}
