// How a session and a day stand, in the states of the clinic's charts.

function stateOfSession(held) {
  if (!held) return { mark: "pending", word: page("open") };
  return held.status === "done" ? { mark: "full", word: page("done") } : { mark: "known_zero", word: page("not_done") };
}

function entriesOn(day) {
  return entriesOf(book()).filter((entry) => sessionOf(entry.entry_id).day === day);
}

function openSessions(day) {
  return sessionsOn(day).filter((session) => !entryOf(book(), sessionId(session)));
}

function stateOfDay(day) {
  const written = entriesOn(day);
  const asked = sessionsOn(day);
  const done = written.filter((entry) => entry.status === "done");
  const allDone = asked.length > 0 && asked.every((one) => entryOf(book(), sessionId(one))?.status === "done");
  if (done.length) return allDone || !asked.length ? "full" : "partial";
  if (written.length) return "known_zero";
  return stateOfBlankDay(day, asked);
}

// A day that the patient may choose, and did not, is no day on which something is missing.
function stateOfBlankDay(day, asked) {
  if (day < TOLD.first_day || day > TOLD.last_day) return "out_of_window";
  if (!asked.length) return TOLD.pauses.some((one) => one.first_day <= day && day <= one.last_day) ? "paused" : "not_scheduled";
  if (day >= today()) return "pending";
  return rowsOn(day).some(isNamed) ? "unlogged" : "not_scheduled";
}

function canBeFilledIn(day) {
  return day <= today() && day >= addDays(today(), -LOOK_BACK_DAYS);
}

// A missing day is worse than a late one, which says of itself that it is late; what is longer ago is forgotten.
const LOOK_BACK_DAYS = 7;

function daysDone(row, day) {
  const week = weekOf(day);
  const days = entriesOf(book())
    .filter((entry) => entry.exercise === row.exercise && entry.status === "done")
    .map((entry) => sessionOf(entry.entry_id).day)
    .filter((one) => week.first <= one && one <= week.last);
  return new Set(days).size;
}

function pausesOn(day) {
  return TOLD.pauses.filter((pause) => pause.first_day <= day && day <= pause.last_day);
}
