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
  return neededOn(day).every((one) => entryOf(book(), sessionId(one))?.status === "done") ? "full" : "partial";
}

// Of the exercises whose days the patient chooses, a day needs those that were begun on it.
function neededOn(day) {
  const isBegun = (row) => entriesOfRow(row, day).length > 0;
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

// The clinic lays a quota on each side apart (toolkit/measures/quota.py): a day counts once every side of the row was
// done on it, however often, and one leg makes no day for the other.
function daysDone(row, day) {
  const { first, last } = weekOf(day);
  const dates = Array.from({ length: daysBetween(first, last) + 1 }, (_, place) => addDays(first, place));
  return dates.filter((date) => isDoneOn(row, date)).length;
}

function isDoneOn(row, day) {
  const done = entriesOfRow(row, day).filter((entry) => entry.status === "done");
  return sidesOf(row).every((side) => done.some((entry) => entry.side === side));
}

function entriesOfRow(row, day) {
  return entriesOn(day).filter((entry) => entry.exercise === row.exercise && sidesOf(row).includes(entry.side));
}

// As many days of this week as were asked for are done, without today.
function isQuotaMet(row, day) {
  if (isNamed(row) || daysDone(row, day) < row.days_per_week) return false;
  return !entriesOfRow(row, day).length;
}

function pausesOn(day) {
  return TOLD.pauses.filter((pause) => pause.first_day <= day && day <= pause.last_day);
}
