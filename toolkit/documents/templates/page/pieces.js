// What several screens show.

function mark(state) {
  return make("span", { class: `mark ${state}`, "aria-hidden": "true" });
}

function standing({ mark: state, word }, before = "") {
  return make("span", { class: "standing" }, mark(state), before ? `${before}: ${word}` : word);
}

function badge(exercise) {
  const { letter } = TOLD.exercises[exercise];
  return letter ? make("span", { class: `badge ${exercise}`, "aria-hidden": "true" }, letter) : null;
}

// The safety-net box, in full wherever it stands.
function safetyBox() {
  const { box } = TOLD;
  return make("section", { class: "box", "aria-labelledby": "box-now", id: "box" },
    make("h2", { id: "box-now" }, box.title_now), paragraph(box.now, { class: "strong" }), bullets(box.signs_now),
    make("h2", {}, box.title_today), paragraph(box.today, { class: "strong" }), bullets(box.signs_today),
    paragraph(box.call, { class: "strong" }), paragraph(box.no_answer));
}

function problems() {
  return [
    keeping.unreadable ? paragraph(page("unreadable"), { class: "problem" }) : null,
    keeping.kept ? null : make("div", { class: "problem" }, paragraph(page("not_kept")), saveFileButton()),
  ];
}

// As drawn the right side works; for the left it is mirrored.
function pictures(exercise, side) {
  const drawn = TOLD.exercises[exercise].pictures ?? [];
  const figures = drawn.map(({ src, alt, title }) => make("figure", {},
    make("img", { src, alt, width: 240, height: 160 }), make("figcaption", {}, title)));
  return make("div", { class: side === "left" ? "pictures left" : "pictures" }, figures);
}

function doseWords(row) {
  return make("div", { class: "dose" }, row.dose.map((sentence) => make("p", {}, sentence)));
}

function howTo(row, heading) {
  const known = TOLD.exercises[row.exercise];
  const sides = sidesOf(row).map((side) => known[`side_${side}`]).filter(Boolean);
  return make("div", { class: "how" },
    make(heading, { class: "small" }, page("how")), bullets(known.steps, {}, "ol"),
    sides.map((text) => make("p", {}, text)), paragraph(known.feel),
    row.adapted.map((text) => make("p", { class: "strong" }, text)),
    paragraph(say("exercise.stop"), { class: "strong" }), paragraph(say("handout.normal")),
    paragraph(say("handout.dark"), { class: "hint" }));
}

function sessionWords(row, number) {
  if (number > row.sessions_per_day) return page("number", { n: number });
  return row.sessions_per_day > 1 ? say("sheet.session", { n: number, all: row.sessions_per_day }) : "";
}

// Two quick answers for all sides of a session that are still open.
function quickAnswers(session, about) {
  const answer = (status) => button(say(`diary.${status}`), () => goCheck(session, status),
    { class: "quiet", "aria-label": `${say(`diary.${status}`)} ${about}` });
  return make("div", { class: "pair" }, answer("done"), answer("not_done"));
}

// The open sides of one session of a prescription on a day.
function openSidesOf(row, day, number) {
  return sidesOf(row).filter((side) => !entryOf(book(), sessionId({ day, exercise: row.exercise, side, number })));
}

function openSessionsOf(row, day) {
  const numbers = Array.from({ length: row.sessions_per_day }, (_, place) => place + 1);
  return numbers.map((number) => ({ row, day, number, sides: openSidesOf(row, day, number) }))
    .filter((session) => session.sides.length);
}

function extraSession(row, day) {
  return { row, day, number: nextNumber(book(), row, day), sides: sidesOf(row), extra: true };
}

function clockInWords(wall) {
  const at = new Date(`${wall}Z`);
  const { lang } = document.documentElement;
  return new Intl.DateTimeFormat(lang, { hour: "numeric", minute: "2-digit", timeZone: "UTC" }).format(at);
}
