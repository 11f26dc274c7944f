// The month, and what stands on a day of it.

function drawMonth({ month = today().slice(0, 7) }) {
  const days = daysOfMonth(month);
  const states = days.map(stateOfDay);
  const shown = [...new Set(states)].filter((state) => state !== "out_of_window");
  return [
    make("h1", {}, monthInWords(month)), problems(),
    make("div", { class: "pair" },
      otherMonth(page("earlier"), addDays(days[0], -1), firstKnownDay()),
      otherMonth(page("later"), addDays(days.at(-1), 1), null)),
    make("div", { class: "calendar" },
      bullets(list("date.weekdays").map((name) => name.charAt(0).toUpperCase()),
        { class: "weekdays", "aria-hidden": "true" }, "ol"),
      make("ol", { class: "days" }, days.map((day, place) => dayCell(day, states[place], place)))),
    bullets(shown.map(stateInWords), { class: "legend" }),
  ];
}

function stateInWords(state) {
  return standing({ mark: state, word: page(`state_${state}`) });
}

function daysOfMonth(month) {
  const days = [];
  for (let day = `${month}-01`; day.startsWith(month); day = addDays(day, 1)) days.push(day);
  return days;
}

function firstKnownDay() {
  const written = entriesOf(book()).map((entry) => sessionOf(entry.entry_id).day);
  return [TOLD.first_day, ...written].sort()[0];
}

function otherMonth(words, day, least) {
  const isThere = least ? day >= least : day <= [TOLD.last_day, today()].sort().at(-1);
  return button(words, () => replace("month", { month: day.slice(0, 7) }), { class: "quiet", disabled: !isThere });
}

function dayCell(day, state, place) {
  const column = place === 0 ? `grid-column-start: ${weekday(day) + 1}` : undefined;
  const number = make("span", {}, String(Number(day.slice(8))));
  if (state === "out_of_window") return make("li", { style: column, class: "outside" }, number);
  const label = `${dayWithName(day)}: ${page(`state_${state}`)}`;
  return make("li", { style: column }, make("button", {
    type: "button", "aria-label": label, "aria-current": day === today() ? "date" : undefined,
    onclick: () => go("day", { day }),
  }, number, mark(day > today() ? `${state} future` : state)));
}

function drawDay({ day }) {
  const written = entriesOn(day);
  return [
    button(page("back"), () => history.back(), { class: "link" }),
    make("h1", {}, dayWithName(day)), problems(),
    make("p", {}, stateInWords(stateOfDay(day))),
    written.length ? make("ul", { class: "entries" }, written.map(entryItem)) : paragraph(page("nothing_written")),
    openOnDay(day),
  ];
}

function entryItem(entry) {
  const { number, day } = sessionOf(entry.entry_id);
  const name = exerciseName(entry.exercise) + (entry.side === "none" ? "" : `, ${sideInWords(entry.side)}`);
  const numbers = ["sets", "reps", "hold_s", "pain"].filter((field) => entry[field] !== undefined)
    .map((field) => page(`numbers_${field}`, { n: entry[field] }));
  const others = entriesOn(day).filter((other) => other.exercise === entry.exercise);
  const isOnly = others.every((other) => sessionOf(other.entry_id).number === number);
  const when = isLater(entry) ? page("filled_later") : page("at", { time: clockInWords(entry.performed_at) });
  return make("li", { class: "card" },
    make("h2", {}, name),
    make("p", {}, standing(stateOfSession(entry)), ` · ${when}`, isOnly ? "" : ` · ${page("number", { n: number })}`),
    paragraph(numbers.join(" · ")), paragraph(entry.note, { class: "note" }), entryControls(entry, name));
}

function entryControls(entry, name) {
  const isSent = wasExported(book(), entry.entry_id);
  const label = (text) => ({ class: "quiet", "aria-label": `${text}: ${name}` });
  return [
    make("div", { class: "pair" }, button(page("correct"), () => goCorrect(entry), label(page("correct"))),
      isSent ? null : button(page("take_back"), () => takeBack(entry), label(page("take_back")))),
    isSent ? paragraph(page("sent_already"), { class: "hint" }) : null,
  ];
}

function takeBack(entry) {
  const before = [];
  change((held) => {
    if (wasExported(held, entry.entry_id)) return []; // another tab has put it into a file meanwhile
    before.push([entry.entry_id, held.records[entry.entry_id]]);
    return [takenBack(held, entry.entry_id, new Date())];
  });
  if (before.length) offerUndo(page("taken_back"), before);
  redraw();
}

function openOnDay(day) {
  const open = rowsOn(day).flatMap((row) => openSessionsOf(row, day));
  const free = freeRowsOn(day).map((row) => extraSession(row, day));
  if (day > today() || !(open.length + free.length)) return null;
  if (!canBeFilledIn(day)) return paragraph(page("too_long_ago"), { class: "hint" });
  return [
    openSection("open_sessions", open.filter(({ row }) => isNamed(row))),
    openSection("may_write", open.filter(({ row }) => !isNamed(row))), // no day of these is a must
    openSection("did_anyway", free),
  ];
}

function openSection(title, sessions) {
  return sessions.length ? section(page(title), {}, sessions.map(openSession)) : null;
}

function openSession(session) {
  const { row, number, sides } = session;
  const which = session.extra ? number > 1 && page("number", { n: number }) : sessionWords(row, number);
  const about = [exerciseName(row.exercise), ...sides.map(sideInWords), which];
  const words = about.filter(Boolean).join(", ");
  return make("div", { class: "card" }, make("h3", {}, words), quickAnswers(session, words));
}
