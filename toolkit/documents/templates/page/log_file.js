// The file for the clinic: our own log as JSON, and the strict reading of such a file from an old phone.

const DAY = /^\d{4}-\d{2}-\d{2}$/;
const WALL = /^\d{4}-\d{2}-\d{2}T([01]\d|2[0-3]):[0-5]\d:[0-5]\d$/;
const MOST = { sets: 50, reps: 200, hold_s: 600, pain: 10 };
const MOST_NOTE = 2000;

function logFile(entries) {
  const about = { format: "backcare-log", version: 1, patient_id: TOLD.patient_id };
  return `${JSON.stringify({ ...about, entries }, null, 1)}\n`;
}

function fileName() {
  return `diary-r${TOLD.revision}-${TOLD.key.slice(2)}.json`;
}

// Return the entries of such a file, or the name of the sentence that says why not.
function readLogFile(text) {
  let found;
  try {
    found = JSON.parse(text);
  } catch {
    return { problem: "wrong_file" };
  }
  if (found?.format !== "backcare-log" || found.version !== 1 || !Array.isArray(found.entries)) {
    return { problem: "wrong_file" };
  }
  if (found.patient_id !== TOLD.patient_id) return { problem: "other_patient" };
  if (found.entries.some((entry) => !sessionOf(String(entry?.entry_id)))) return { problem: "wrong_file" };
  if (found.entries.some((entry) => sessionOf(entry.entry_id).key !== TOLD.key)) return { problem: "other_plan" };
  const ids = new Set(found.entries.map((entry) => entry.entry_id));
  if (ids.size !== found.entries.length || !found.entries.every(isEntry)) return { problem: "wrong_file" };
  return { entries: found.entries.map(filled) };
}

// Whether an entry holds what this page writes, and nothing else.
function isEntry(entry) {
  const known = Object.keys(entry).every((name) => FIELDS.includes(name) && entry[name] !== null);
  return known && FIELDS.every((name) => isAsWritten[name](entry[name], entry));
}

const isAsWritten = {
  entry_id: (id) => sessionOf(String(id))?.key === TOLD.key && isDay(sessionOf(id).day),
  exercise: (exercise, entry) => exercise in TOLD.exercises && exercise === sessionOf(entry.entry_id).exercise,
  side: (side, entry) => side === sessionOf(entry.entry_id).side
    && (side !== "none") === TOLD.exercises[entry.exercise].sided,
  performed_at: (at, entry) => at === sessionOf(entry.entry_id).day || isWall(at),
  utc_offset_min: (minutes, entry) => (minutes === undefined) === !isWall(entry.performed_at)
    && (minutes === undefined || (Number.isInteger(minutes) && minutes >= -720 && minutes <= 840)),
  logged_at: isWall,
  status: (status) => status === "done" || status === "not_done",
  sets: (sets, entry) => isNumber("sets", sets, entry) && isWhole(sets),
  reps: (reps, entry) => isNumber("reps", reps, entry),
  hold_s: (hold, entry) => isNumber("hold_s", hold, entry),
  pain: (pain, entry) => isNumber("pain", pain, entry) && isWhole(pain),
  note: (note) => note === undefined || isNote(note),
};

function isDay(text) {
  return DAY.test(text) && !Number.isNaN(Date.parse(text)) && addDays(text, 0) === text;
}

function isWall(text) {
  return typeof text === "string" && WALL.test(text) && isDay(text.slice(0, 10));
}

function isWhole(value) {
  return value === undefined || Number.isInteger(value);
}

function isNote(note) {
  return typeof note === "string" && note === cleaned(note) && note.length <= MOST_NOTE;
}

function isNumber(name, value, entry) {
  if (value === undefined) return true;
  const fits = typeof value === "number" && /^\d+(\.\d+)?$/.test(value) && value <= MOST[name];
  return fits && (name === "pain" || entry.status === "done");
}

// A note as a log may hold it: in one form of writing, without half characters, nothing at either end.
function cleaned(text) {
  const pairOrHalf = /[\uD800-\uDBFF][\uDC00-\uDFFF]|[\uD800-\uDFFF]|\0/g;
  const whole = text.replace(pairOrHalf, (found) => (found.length === 2 ? found : ""));
  return whole.normalize("NFC").trim();
}
