// What was written down. A book holds a record an entry: { entry, exported, gone }. `exported` is the logged_at of the
// version that a file last carried, "" where none did; `gone` marks an entry that was taken back before any file.
// The version that was logged last counts, here as in the clinic: a book can be laid over another in any order.

const FIELDS = ["entry_id", "exercise", "side", "performed_at", "utc_offset_min", "logged_at", "status",
  "sets", "reps", "hold_s", "pain", "note"];
const CONTENT = ["status", "sets", "reps", "hold_s", "pain", "note"];

function emptyBook() {
  return { records: {}, saved_at: "" };
}

function newer(one, other) {
  if (one.entry.logged_at !== other.entry.logged_at) return one.entry.logged_at > other.entry.logged_at ? one : other;
  return JSON.stringify(one) >= JSON.stringify(other) ? one : other;
}

// What a file has carried can no longer be taken back, also where another tab did so at the same time.
function oneOf(mine, theirs) {
  const exported = mine.exported > theirs.exported ? mine.exported : theirs.exported;
  const chosen = exported && mine.gone !== theirs.gone ? [mine, theirs].find((one) => !one.gone) : newer(mine, theirs);
  return { ...chosen, exported };
}

function merged(one, other) {
  const records = { ...one.records };
  for (const [id, record] of Object.entries(other.records)) {
    records[id] = records[id] ? oneOf(records[id], record) : record;
  }
  return { records, saved_at: one.saved_at > other.saved_at ? one.saved_at : other.saved_at };
}

function entriesOf(book) {
  const kept = Object.values(book.records).filter((record) => !record.gone).map((record) => record.entry);
  return kept.sort((one, other) => (one.entry_id < other.entry_id ? -1 : 1));
}

function entryOf(book, id) {
  const record = book.records[id];
  return record && !record.gone ? record.entry : null;
}

function wasExported(book, id) {
  return Boolean(book.records[id]?.exported);
}

function notExported(book) {
  return entriesOf(book).filter((entry) => book.records[entry.entry_id].exported !== entry.logged_at);
}

// A later version is logged later, also where the clock was put back in between: else the older one would count.
function loggedAt(book, id, now) {
  const wall = wallClock(now);
  const before = book.records[id]?.entry.logged_at ?? "";
  return wall > before ? wall : oneSecondAfter(before);
}

// Lay new content on a session's entry. A new entry of the day that is now has the time at which it began; one that is
// filled in later has its date alone, because nobody knows the time. A correction leaves the time as it was.
function written(book, session, content, { began, now }) {
  const id = sessionId(session);
  const held = entryOf(book, id);
  const wall = wallClock(began);
  const isNow = dayOf(wall) === session.day;
  const when = held ?? (isNow ? { performed_at: wall, utc_offset_min: offsetMinutes(began) }
    : { performed_at: session.day });
  const entry = filled({
    entry_id: id, exercise: session.exercise, side: session.side, performed_at: when.performed_at,
    utc_offset_min: when.utc_offset_min, logged_at: loggedAt(book, id, now), ...content,
  });
  return { entry, exported: book.records[id]?.exported ?? "", gone: false };
}

// Only what was recorded, in one order: a blank is left out and is never a 0.
function filled(entry) {
  const known = FIELDS.filter((name) => entry[name] !== undefined && entry[name] !== null && entry[name] !== "");
  return Object.fromEntries(known.map((name) => [name, entry[name]]));
}

function sameContent(one, other) {
  return CONTENT.every((name) => (one[name] ?? null) === (other[name] ?? null));
}

function takenBack(book, id, now) {
  const record = book.records[id];
  return { ...record, entry: { ...record.entry, logged_at: loggedAt(book, id, now) }, gone: true };
}

function isLater(entry) {
  return !entry.performed_at.includes("T");
}

// The next session beyond those that were asked for and those written down.
function nextNumber(book, row, day) {
  const asked = rowsOn(day).includes(row) ? row.sessions_per_day : 0;
  const others = entriesOf(book).map((entry) => sessionOf(entry.entry_id))
    .filter((one) => one.day === day && one.exercise === row.exercise && sidesOf(row).includes(one.side));
  return Math.max(asked, ...others.map((one) => one.number)) + 1;
}
