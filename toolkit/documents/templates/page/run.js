// Counting an exercise: one pure state, moved by taps and by the wall clock. What a clock says is right also after the
// phone has slept, for nothing here counts ticks. Times are milliseconds, holds are seconds.

const GET_READY_S = 5; // to lie down, and to change over: the plan's estimate of minutes reckons with the same 5 seconds
const SLEPT_S = 5; // a tick that comes later than this was not late but asleep

function newRun(row, session) {
  return {
    row, day: session.day, number: session.number, sides: session.sides, began: null, side: 0, timed: row.hold_s !== null,
    phase: "waiting", since: 0, told: false, slept: false, paused: false,
    sets: Object.fromEntries(session.sides.map((side) => [side, [[]]])),
  };
}

function sideOf(run) {
  return run.sides[run.side];
}

function setsOf(run) {
  return run.sets[sideOf(run)];
}

function repsInSet(run) {
  return setsOf(run).at(-1).length;
}

// What may come next while nothing runs: again (in this set), set, side or check.
function nextStep(run) {
  if (repsInSet(run) < run.row.reps) return "again";
  if (setsOf(run).length < run.row.sets) return "set";
  return run.side < run.sides.length - 1 ? "side" : "check";
}

function begin(run, now) {
  const phase = run.timed ? "lead" : "count";
  return { ...run, began: run.began ?? now, phase, since: now, slept: false, paused: false };
}

function nextSet(run, now) {
  const sets = { ...run.sets, [sideOf(run)]: [...setsOf(run), []] };
  return begin({ ...run, sets }, now);
}

function nextSide(run, now) {
  return begin({ ...run, side: run.side + 1 }, now);
}

function counted(run, hold) {
  const sets = setsOf(run);
  const longer = [...sets.slice(0, -1), [...sets.at(-1), hold]];
  return { ...run, sets: { ...run.sets, [sideOf(run)]: longer } };
}

// After a repetition: on with the set until the most that are asked, then wait.
function afterOne(run, now) {
  const more = repsInSet(run) < run.row.most_reps;
  return { ...run, phase: more ? (run.timed ? "lead" : "count") : "waiting", since: now, told: false };
}

function tapped(run, now) {
  return afterOne(counted(run, null), now);
}

function heldFor(run, now) {
  return Math.max(0, (now - run.since) / 1000);
}

// The patient ends a hold: whole seconds count, and less than one second is none.
function stopped(run, now) {
  const held = Math.min(Math.floor(heldFor(run, now)), run.row.longest_hold_s);
  return held < 1 ? wait(run) : afterOne(counted(run, held), now);
}

function wait(run) {
  return { ...run, phase: "waiting", paused: true, told: false };
}

// Move by the clock. Returns the run and what to signal: hold, enough, over or slept.
function ticked(run, now) {
  if (run.phase === "lead") return leadTicked(run, now);
  return run.phase === "hold" ? holdTicked(run, now) : [run, null];
}

function leadTicked(run, now) {
  const end = run.since + GET_READY_S * 1000;
  if (now < end) return [run, null];
  if (now - end > SLEPT_S * 1000) return [{ ...wait(run), slept: true }, "slept"];
  return [{ ...run, phase: "hold", since: end, told: false }, "hold"];
}

function holdTicked(run, now) {
  const held = heldFor(run, now);
  const { hold_s: least, longest_hold_s: most } = run.row;
  // of a hold that ended while the phone slept only the least is known
  if (held > most + SLEPT_S) return [{ ...wait(counted(run, least)), slept: true }, "slept"];
  if (held >= most) return [afterOne(counted(run, most), run.since + most * 1000), "over"];
  if (held >= least && !run.told) return [{ ...run, told: true }, "enough"];
  return [run, null];
}

// What the big number shows: seconds to the start, then to the least, then to the most.
function secondsLeft(run, now) {
  if (run.phase === "lead") return Math.ceil(GET_READY_S - heldFor(run, now));
  const held = heldFor(run, now);
  const goal = held < run.row.hold_s ? run.row.hold_s : run.row.longest_hold_s;
  return Math.max(0, Math.ceil(goal - held));
}

function partDone(run, now) {
  const whole = run.phase === "lead" ? GET_READY_S : run.row.longest_hold_s;
  return Math.min(1, heldFor(run, now) / whole);
}

function repsOf(run, side) {
  return run.sets[side].reduce((sum, set) => sum + set.length, 0);
}

// What was counted of a side, as a log asks it: sets, repetitions of one set (a mean where sets differ), the mean hold.
function countedOf(run, side) {
  const sets = run.sets[side].filter((set) => set.length);
  const holds = sets.flat();
  if (!sets.length) return null;
  const hold = holds.includes(null) ? null : rounded(holds.reduce((sum, one) => sum + one, 0) / holds.length);
  return { sets: sets.length, reps: rounded(holds.length / sets.length), hold_s: hold };
}

function rounded(number) {
  return Math.round(number * 100) / 100;
}
