// Giving the diary to the clinic, and taking it over from an old phone.

function drawSend() {
  const news = notExported(book()).length;
  const savedAt = book().saved_at;
  return [
    make("h1", {}, page("send_title")), problems(),
    paragraph(page("send_how")),
    paragraph(savedAt ? page("last_sent", { day: dayInWords(savedAt.slice(0, 10)), time: clockInWords(savedAt) }) : page("never_sent")),
    paragraph(page(savedAt ? "new_since" : "new_entries", { n: news }), { class: "strong" }),
    entriesOf(book()).length ? saveFileButton() : paragraph(page("nothing_to_send"), { class: "told" }),
    paragraph(page("kept_here"), { class: "hint" }),
    paragraph(say("diary.not_watched"), { class: "watched" }),
    section(page("import_title"), {}, paragraph(page("import_how")), fileInput()),
    aboutPlan(),
  ];
}

function saveFileButton() {
  return button(page("save_file"), saveFile, { class: "big", disabled: !entriesOf(book()).length });
}

function saveFile() {
  change([]);
  const entries = entriesOf(book());
  const link = make("a", { download: fileName() });
  link.href = URL.createObjectURL(new Blob([logFile(entries)], { type: "application/json" }));
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
  markExported(entries, wallClock(new Date()));
  tell(page("file_saved"));
  redraw();
}

function fileInput() {
  const input = make("input", { type: "file", id: "file", accept: ".json,application/json", class: "unseen",
    onchange: () => openFile(input) });
  return [input, make("label", { for: "file", class: "button quiet wide" }, page("import_file"))];
}

async function openFile(input) {
  const [file] = input.files;
  input.value = "";
  if (!file) return;
  const found = file.size > 20_000_000 ? { problem: "wrong_file" } : readLogFile(await file.text());
  if (found.problem) {
    tell(page(found.problem));
    return;
  }
  tell(page("imported", { n: takeOver(found.entries) }));
  redraw();
}

// What is in a file was exported: it can be corrected here, not taken back.
function takeOver(entries) {
  const before = book();
  const records = entries.map((entry) => [entry.entry_id, { entry, exported: entry.logged_at, gone: false }]);
  const joined = merged(before, { records: Object.fromEntries(records), saved_at: "" });
  const changed = entries.filter((entry) => entryOf(before, entry.entry_id)?.logged_at !== joined.records[entry.entry_id].entry.logged_at);
  change(Object.values(joined.records));
  return changed.length;
}
