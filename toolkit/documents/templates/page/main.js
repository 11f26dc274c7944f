// From screen to screen. The browser's own way back works: each screen is a step of its history, none has an address.

const SCREENS = {
  today: drawToday, doing: drawDoing, check: drawCheck, month: drawMonth, day: drawDay, send: drawSend,
};
const TABS = ["today", "month", "send"];
const steps = []; // what each step of the history shows; a run and a form cannot be kept by a browser
const shown = { place: 0, name: "today", day: "" };
let last = null; // what can be undone

const SECOND_TAP_MS = 700; // a double tap of a shaky finger is over by then
const taps = { ignoredUntil: 0 };

function go(name, details = {}) {
  const place = shown.place + 1;
  steps.length = place;
  steps[place] = { name, details };
  history.pushState({ place }, "");
  hush();
  show(place);
}

function replace(name, details) {
  steps[shown.place] = { name, details };
  show(shown.place);
}

function show(place) {
  const { name, details } = steps[place] ?? { name: "today", details: {} };
  leaveDoing();
  Object.assign(shown, { place, name, day: today() });
  draw(name, details);
  scrollTo(0, 0);
  document.querySelector("h1").tabIndex = -1;
  document.querySelector("h1").focus({ preventScroll: true });
}

function redraw() {
  if (shown.name === "doing" || shown.name === "check") return;
  const { name, details } = steps[shown.place] ?? { name: "today", details: {} };
  shown.day = today();
  draw(name, details);
}

function draw(name, details) {
  document.getElementById("screens").hidden = ["doing", "check"].includes(name); // one thing at a time, and room for it
  document.getElementById("screen").replaceChildren(...SCREENS[name](details).flat(Infinity).filter(Boolean));
  for (const tab of document.querySelectorAll("#screens button")) {
    if (tab.dataset.name === name) tab.setAttribute("aria-current", "page");
    else tab.removeAttribute("aria-current");
  }
}

function frame() {
  document.getElementById("stamps").replaceChildren(...TOLD.stamps.map((stamp) => make("p", {}, stamp)));
  const nav = document.getElementById("screens");
  nav.setAttribute("aria-label", page("screens"));
  nav.replaceChildren(...TABS.map((name) => button(page(name), () => go(name), { "data-name": name })));
}

// A line above the tabs, with the way back where there is one. It stays until something else is done.
function tell(text, control = null) {
  const line = document.getElementById("saying");
  line.replaceChildren(make("span", { class: "grow" }, text), ...(control ? [control] : []));
  line.hidden = false;
  announce(text);
}

function hush() {
  document.getElementById("saying").hidden = true;
}

// What one tap has brought under the finger, the second of a double tap must not press: not the Undo of what was saved.
function ignoreSecondTap() {
  taps.ignoredUntil = performance.now() + SECOND_TAP_MS; // no wall clock: it may be put back
}

function dropSecondTap(event) {
  if (performance.now() >= taps.ignoredUntil) return;
  event.preventDefault();
  event.stopImmediatePropagation();
}

function offerUndo(text, before) {
  last = before;
  ignoreSecondTap();
  tell(text, button(page("undo"), undo, { class: "quiet" }));
}

function undo() {
  const now = new Date();
  change((held) => last.filter(([id]) => held.records[id]).flatMap(([id, record]) => undone(held, id, record, now)));
  last = null;
  tell(page("undone"));
  redraw();
}

// The version before comes back as a later version; what was new is taken back, unless a file has carried it.
function undone(held, id, record, now) {
  if (record && !record.gone) {
    const entry = { ...record.entry, logged_at: loggedAt(held, id, now) };
    return [{ entry, exported: held.records[id].exported, gone: false }];
  }
  return wasExported(held, id) ? [] : [takenBack(held, id, now)];
}

function listen() {
  addEventListener("click", dropSecondTap, { capture: true });
  addEventListener("popstate", (event) => show(event.state?.place ?? 0));
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) return;
    if (ticking) keepScreenOn();
    newDay();
  });
  setInterval(newDay, 20_000);
  listenToOtherTabs(redraw);
  addEventListener("beforeunload", (event) => {
    if (!keeping.kept && notExported(book()).length) event.preventDefault();
  });
}

// An open page goes into the next day by itself.
function newDay() {
  if (shown.day === today()) return;
  chosen.row = null;
  redraw();
}

keep();
frame();
listen();
history.scrollRestoration = "manual"; // each screen begins at its top, the box of a new day among them
history.replaceState({ place: 0 }, "");
show(0);
