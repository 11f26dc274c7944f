// What the plan asks day by day. The twin of toolkit/plan/schedule.py: a test holds them against each other.

function sidesOf(row) {
  return row.side === "both" ? ["left", "right"] : [row.side];
}

function isPaused(exercise, day) {
  return TOLD.pauses.some(
    (pause) => pause.first_day <= day && day <= pause.last_day && [null, exercise].includes(pause.exercise),
  );
}

function isInForce(row, day) {
  return row.first_day <= day && day <= row.last_day;
}

function rowsOn(day) {
  return TOLD.rows.filter(
    (row) => isInForce(row, day) && (!row.weekdays || row.weekdays.includes(weekday(day)))
      && !isPaused(row.exercise, day),
  );
}

// In force, but not on this day of the week: what is done all the same may be written down.
function freeRowsOn(day) {
  const asked = rowsOn(day);
  return TOLD.rows.filter((row) => isInForce(row, day) && !asked.includes(row) && !isPaused(row.exercise, day));
}

// Whether the day itself is asked for; else the patient chooses the days of the week.
function isNamed(row) {
  return row.weekdays !== null || row.days_per_week === 7;
}

function sessionsOn(day) {
  return rowsOn(day).flatMap((row) => sessionsOfRow(row, day));
}

function sessionsOfRow(row, day) {
  const sessions = [];
  for (let number = 1; number <= row.sessions_per_day; number += 1) {
    for (const side of sidesOf(row)) sessions.push({ day, exercise: row.exercise, side, number });
  }
  return sessions;
}

function sessionId({ day, exercise, side, number }) {
  return `${TOLD.key}.${day}.${exercise.replaceAll("_", "-")}.${side}.${number}`;
}

const SESSION_ID = /^(d-[0-9a-f]{12})\.(\d{4}-\d{2}-\d{2})\.([a-z-]+)\.(left|right|none)\.([1-9]\d?)$/;

function sessionOf(entryId) {
  const [, key, day, exercise, side, number] = SESSION_ID.exec(entryId) ?? [];
  return key && { key, day, exercise: exercise.replaceAll("-", "_"), side, number: Number(number) };
}

// Seven days counted from the first day of the plan's first revision, as the clinic counts a weekly quota.
function weekOf(day) {
  const first = addDays(TOLD.weeks_from, 7 * Math.floor(daysBetween(TOLD.weeks_from, day) / 7));
  return { first, last: addDays(first, 6) };
}
