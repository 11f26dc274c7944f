// How a session and a day stand, in the states of the clinic's charts.

function stateOfSession(held) {
  if (!held) return { mark: "pending", word: page("open") };
  return held.status === "done" ? { mark: "full", word: page("done") } : { mark: "known_zero", word: page("not_done") };
}

function entriesOn(day) {
  return entriesOf(book()).filter((entry) => sessionOf(entry.entry_id).day === day);
}

function stateOfDay(day) {
  const written = entriesOn(day);
  if (!written.length) return stateOfBlankDay(day, sessionsOn(day));
  if (written.every((entry) => entry.status === "not_done")) return "known_zero";
  return neededOn(day, written).every((one) => entryOf(book(), sessionId(one))?.status === "done") ? "full" : "partial";
}

// Of the exercises whose days the patient chooses, a day needs those that were begun on it.
function neededOn(day, written) {
  const isBegun = (row) => written.some((one) => one.exercise === row.exercise && sidesOf(row).includes(one.side));
  return rowsOn(day).filter((row) => isNamed(row) || isBegun(row)).flatMap((row) => sessionsOfRow(row, day));
}

// A day that the patient may choose, and did not, is no day on which something is missing.
function stateOfBlankDay(day, asked) {
  if (day < TOLD.first_day || day > TOLD.last_day) return "out_of_window";
  if (!asked.length) return pausesOn(day).length ? "paused" : "not_scheduled";
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

// As many days of this week as were asked for are done, without today.
function isQuotaMet(row, day) {
  if (isNamed(row) || daysDone(row, day) < row.days_per_week) return false;
  return !entriesOn(day).some((entry) => entry.exercise === row.exercise);
}

function pausesOn(day) {
  return TOLD.pauses.filter((pause) => pause.first_day <= day && day <= pause.last_day);
}
