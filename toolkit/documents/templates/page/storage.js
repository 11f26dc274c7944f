// Where the book is kept: this browser's storage, read back after each write. Where it keeps nothing, the book lives in
// memory and the page says so. Several tabs share one book: each lays what it finds over its own before it writes.

const PLACE = `backcare.${TOLD.key}`;
const remembered = {}; // settings, also where nothing can be stored
const keeping = { book: emptyBook(), kept: true, unreadable: false, asked: false };

function book() {
  return keeping.book;
}

function stored(name) {
  try {
    return localStorage.getItem(name);
  } catch {
    return null;
  }
}

function store(name, text) {
  try {
    localStorage.setItem(name, text);
    return localStorage.getItem(name) === text;
  } catch {
    return false;
  }
}

function bookIn(text) {
  const found = JSON.parse(text);
  const isOurs = found.version === 1 && found.patient_id === TOLD.patient_id && typeof found.saved_at === "string";
  const isWhole = isOurs && Object.entries(found.records).every(([id, record]) => isRecord(id, record));
  if (!isWhole) throw new Error("no book");
  return { records: found.records, saved_at: found.saved_at };
}

function isRecord(id, record) {
  return record.entry.entry_id === id && isEntry(record.entry) && typeof record.exported === "string"
    && typeof record.gone === "boolean";
}

// What cannot be read is put aside, never written over: null where there was no room to put it aside.
function storedBook() {
  const text = stored(PLACE);
  if (text === null) return emptyBook();
  try {
    return bookIn(text);
  } catch {
    keeping.unreadable = true;
    return store(`${PLACE}.unread.${wallClock(new Date())}`, text) ? emptyBook() : null;
  }
}

function keep() {
  const found = storedBook();
  keeping.book = merged(found ?? emptyBook(), keeping.book);
  const text = JSON.stringify({ version: 1, patient_id: TOLD.patient_id, ...keeping.book });
  keeping.kept = found !== null && store(PLACE, text);
}

// A browser that is short of room clears what it was not asked to keep. The answer changes nothing that the page says.
function askToKeep() {
  if (keeping.asked) return;
  keeping.asked = true;
  navigator.storage?.persist?.().catch(() => {});
}

// Change the book: what other tabs have written meanwhile is read first.
function change(records) {
  keeping.book = merged(storedBook() ?? emptyBook(), keeping.book);
  const laid = typeof records === "function" ? records(keeping.book) : records;
  for (const record of laid) keeping.book.records[record.entry.entry_id] = record;
  keep();
}

function markExported(entries, savedAt) {
  change((held) => entries.map((entry) => ({ ...held.records[entry.entry_id], exported: entry.logged_at })));
  keeping.book.saved_at = savedAt;
  keep();
}

// Another tab has written: take it over, and write where that tab had not seen what is here.
function listenToOtherTabs(redraw) {
  addEventListener("storage", (event) => {
    if (event.key !== PLACE && event.key !== null) return;
    keep();
    redraw();
  });
}

function setting(name, otherwise) {
  return remembered[name] ?? stored(`${PLACE}.${name}`) ?? otherwise;
}

function set(name, value) {
  remembered[name] = value;
  store(`${PLACE}.${name}`, value);
}
