// Doing an exercise: which side now, how many, and a count-down to be read from the floor.

const runs = new Map(keptRuns()); // counts live here until they are saved, also while another screen is open
const DOUBLE_TAP_MS = 300; // no repetition is as short
let ticking = null;

function runKey(session) {
  return [session.day, session.row.exercise, session.number, ...session.sides].join(" ");
}

function runOf(session) {
  return runs.get(runKey(session));
}

// What was counted outlives a page that is loaded anew; a run of another day, or of another dose, is dropped.
function keptRuns() {
  try {
    const kept = Object.entries(JSON.parse(setting("run", "{}")));
    return kept.filter(([key, run]) => isRun(key, run)).map(([key, run]) => [key, wait(run)]);
  } catch {
    return [];
  }
}

function isRun(key, run) {
  const row = JSON.stringify(run.row);
  const isHold = (hold) => hold === null || (typeof hold === "number" && hold >= 0 && hold <= MOST.hold_s);
  const isCounted = (side) => run.sets[side].length > 0 && run.sets[side].every((set) => set.every(isHold));
  return key.startsWith(`${today()} `) && TOLD.rows.some((one) => JSON.stringify(one) === row)
    && run.sides.every((side) => sidesOf(run.row).includes(side) && isCounted(side))
    && run.sides.includes(run.sides[run.side]) && (run.began === null || isWall(wallClock(new Date(run.began))));
}

function keepRun(key, run) {
  runs.set(key, run);
  keepRuns();
}

function keepRuns() {
  set("run", JSON.stringify(Object.fromEntries(runs)));
}

function goDoing(session) {
  readySound();
  go("doing", { session });
}

function drawDoing({ session }) {
  const key = runKey(session);
  if (!runs.has(key)) keepRun(key, newRun(session.row, session));
  const view = { session, key, tapped: 0, drawn: pictures(session.row.exercise), ...doingParts() };
  view.tick = () => moveByClock(view);
  clearInterval(ticking);
  ticking = setInterval(view.tick, 200);
  update(view);
  return [
    button(page("back"), () => history.back(), { class: "link" }), view.title, view.side, view.place,
    make("div", { class: "dial-row" }, view.dial), view.hint, view.main, view.more, doseWords(session.row),
    view.drawn, howTo(session.row, "h2"),
  ];
}

function doingParts() {
  const dial = make("div", { class: "dial" });
  const parts = {
    dial,
    title: make("h1", { class: "small" }),
    side: make("p", { class: "side" }),
    place: make("p", { class: "place" }),
    phase: make("span", { class: "phase" }),
    digits: make("span", { class: "digits", role: "timer", "aria-live": "off" }),
    whose: make("span", { class: "whose", "aria-hidden": "true" }),
    hint: make("p", { class: "doing-hint" }),
    main: button("", () => {}, { class: "big" }),
    more: make("div", { class: "pair" }),
  };
  dial.append(parts.phase, parts.digits, parts.whose);
  return parts;
}

function leaveDoing() {
  clearInterval(ticking);
  ticking = null;
  letScreenSleep();
  for (const [key, run] of runs) if (["lead", "hold"].includes(run.phase)) keepRun(key, wait(run));
}

function moveByClock(view) {
  const before = runs.get(view.key);
  const [run, what] = ticked(before, Date.now());
  if (run !== before) keepRun(view.key, run);
  if (what) signal(what);
  if (what) announceRun(run, what);
  if (run.phase !== before.phase || what) update(view);
  else drawDial(view, run);
}

function announceRun(run, what) {
  if (what === "hold") tellRun(`${page("hold")}.`, placeWords(run));
  else if (what === "enough") announce(page("may_stop"));
  else tellRun(hintWords(run), countedWords(run));
}

// Every tap on the screen goes through here: the clock first, then what was tapped. A second tap of a shaky finger is
// none, and neither is a tap on what the clock has just taken off the screen.
function act(view, step) {
  const now = Date.now();
  if (now - view.tapped < DOUBLE_TAP_MS) return;
  view.tapped = now;
  readySound();
  const before = runs.get(view.key);
  const [run] = ticked(before, now);
  keepRun(view.key, run.phase === before.phase ? step(run, now) : run);
  update(view);
  announceTap(runs.get(view.key));
}

function announceTap(run) {
  tellRun(capital(sideInWords(sideOf(run))), phaseWords(run), hintWords(run));
}

function tellRun(...words) {
  announce(words.filter(Boolean).join(" · "));
}

function update(view) {
  const run = runs.get(view.key);
  if (run.phase === "waiting") letScreenSleep();
  else keepScreenOn();
  view.title.textContent = exerciseName(run.row.exercise);
  view.side.textContent = capital(sideInWords(sideOf(run)));
  view.whose.textContent = view.side.textContent;
  view.drawn.classList.toggle("left", sideOf(run) === "left");
  view.place.textContent = placeWords(run);
  view.hint.textContent = hintWords(run);
  const [words, onclick, quiet] = mainControl(view, run);
  const fresh = button(words, onclick, { class: quiet ? "big quiet" : "big" });
  const hadFocus = document.activeElement === view.main;
  view.main.replaceWith(fresh);
  view.main = fresh;
  if (hadFocus) fresh.focus({ preventScroll: true });
  redrawMore(view, run);
  drawDial(view, run);
}

function placeWords(run) {
  const sets = run.row.sets > 1 || setsOf(run).length > 1
    ? `${page("set_of", { n: setsOf(run).length, all: run.row.sets })} · ` : "";
  const number = repsInSet(run) + (["lead", "hold"].includes(run.phase) ? 1 : 0);
  return sets + page("this_one", { n: number, all: askedReps(run.row) });
}

function askedReps(row) {
  return row.most_reps === row.reps ? row.reps : say("exercise.count_range", { low: row.reps, high: row.most_reps });
}

function countedWords(run) {
  const count = repsOf(run, sideOf(run));
  return page("counted", { n: count, times: times(count) });
}

function phaseWords(run) {
  const words = { lead: page("get_ready"), hold: page("hold") };
  return words[run.phase] ?? "";
}

function hintWords(run) {
  if (run.slept) return page("slept");
  if (run.phase === "count") return page("count_hint");
  if (run.phase === "hold") return run.told ? page("may_stop") : "";
  if (run.phase === "lead" || !run.began) return "";
  if (nextStep(run) === "again") return page("paused");
  const over = { set: page("set_over", { n: setsOf(run).length }), side: page("side_over"), check: page("all_over") };
  return over[nextStep(run)];
}

function mainControl(view, run) {
  if (run.phase === "count") return [page("count"), () => act(view, tapped)];
  if (run.phase === "hold") return [page("stop_here"), () => act(view, stopped)];
  if (run.phase === "lead") return [page("pause"), () => act(view, wait), true];
  const step = run.began ? nextStep(run) : "again";
  if (step === "set") return [page("next_set", { n: setsOf(run).length + 1 }), () => act(view, nextSet)];
  if (step === "side") return [startWords(run.sides[run.side + 1]), () => act(view, nextSide)];
  if (step === "check") return [page("check"), () => finish(view)];
  return [run.began ? page("go_on") : startWords(sideOf(run)), () => act(view, begin)];
}

function startWords(side) {
  return side === "none" ? page("start") : page(`start_${side}`);
}

function redrawMore(view, run) {
  const focused = [...view.more.children].indexOf(document.activeElement);
  view.more.replaceChildren(...moreControls(view, run));
  if (focused >= 0) (view.more.children[focused] ?? view.main).focus({ preventScroll: true });
}

function moreControls(view, run) {
  const quiet = { class: "quiet" };
  const controls = [];
  if (run.phase === "hold" || run.phase === "count") controls.push(button(page("pause"), () => act(view, wait), quiet));
  if (run.phase === "waiting" && run.began && nextStep(run) !== "again") {
    controls.push(button(page("one_more"), () => act(view, begin), quiet));
  }
  if (run.began && nextStep(run) !== "check") controls.push(button(page("finish"), () => finish(view), quiet));
  if (run.row.hold_s !== null && run.phase === "waiting" && nextStep(run) === "again") {
    controls.push(button(run.timed ? page("to_count") : page("to_timer"), () => act(view, otherWay), quiet));
  }
  controls.push(button(soundIsOn() ? page("sound_on") : page("sound_off"), () => switchSound(view),
    { class: "quiet", "aria-pressed": String(soundIsOn()) }));
  return controls;
}

function otherWay(run) {
  return { ...run, timed: !run.timed };
}

function switchSound(view) {
  set("sound", soundIsOn() ? "off" : "on");
  readySound();
  update(view);
}

function finish(view) {
  const [run] = ticked(runs.get(view.key), Date.now());
  const ended = run.phase === "hold" ? wait(stopped(run, Date.now())) : wait(run);
  keepRun(view.key, ended);
  goCheck(view.session, null, ended);
}

function drawDial(view, run) {
  const runsNow = run.phase === "lead" || run.phase === "hold";
  const shown = runsNow ? secondsLeft(run, Date.now()) : repsInSet(run);
  view.dial.className = `dial ${run.phase}${run.told ? " told" : ""}`;
  view.dial.style.setProperty("--part", runsNow ? partDone(run, Date.now()) : 0);
  view.dial.style.setProperty("--least", run.row.hold_s === null ? 1 : run.row.hold_s / run.row.longest_hold_s);
  view.phase.textContent = runsNow ? phaseWords(run) : page("so_far");
  if (view.digits.textContent !== String(shown)) view.digits.textContent = shown;
}
