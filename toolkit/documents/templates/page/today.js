// Today: when to stop, what is due now, and one big control.

const chosen = { row: null };

function drawToday() {
  const day = today();
  const read = setting("read", "") === day;
  return [
    make("h1", {}, dayWithName(day)),
    problems(),
    paragraph(say("diary.not_watched"), { class: "watched" }),
    read ? boxLink() : boxFirst(day),
    planToday(day),
    yesterdayOpen(day),
    due(day),
    read ? safetyBox() : null,
    aboutPlan(),
  ];
}

function boxLink() {
  return button(page("when_to_stop"), () => lookAt(document.getElementById("box")), { class: "link" });
}

function boxFirst(day) {
  const done = () => {
    set("read", day);
    redraw();
    lookAt(document.getElementById("due") ?? document.querySelector("h1"));
  };
  return make("div", { class: "first" }, paragraph(page("read_first"), { class: "strong" }), safetyBox(),
    button(page("read"), done, { class: "big" }));
}

// Before the first day, after the last, in a pause, or on a day that asks for nothing.
function planToday(day) {
  if (day < TOLD.first_day) return paragraph(page("not_begun", { day: dayInWords(TOLD.first_day) }), { class: "told" });
  if (day > TOLD.last_day) return paragraph(page("ended", { day: dayInWords(TOLD.last_day) }), { class: "told" });
  const paused = pausesOn(day).map((pause) => paragraph(
    pause.exercise ? `${exerciseName(pause.exercise)}: ${pause.says}` : pause.says, { class: "told" }));
  if (!rowsOn(day).length && !paused.length) return paragraph(page("free_day"), { class: "told" });
  return paused;
}

function yesterdayOpen(day) {
  const before = addDays(day, -1);
  if (!rowsOn(before).some(isNamed) || entriesOn(before).length) return null;
  return make("div", { class: "told row" }, make("span", {}, page("yesterday_open")),
    button(page("fill_yesterday"), () => go("day", { day: before }), { class: "quiet" }));
}

function due(day) {
  const rows = rowsOn(day);
  const free = freeRowsOn(day);
  if (!rows.length) return free.length ? anyway(free, day) : null;
  const open = rows.filter((row) => openSessionsOf(row, day).length && !isQuotaMet(row, day));
  const first = rows.includes(chosen.row) ? chosen.row : nextOf(open, day);
  return make("section", { "aria-labelledby": "due" }, make("h2", { id: "due" }, page("your_exercises")),
    open.length ? null : paragraph(page("all_written"), { class: "told" }),
    rows.map((row) => (row === first ? openCard(row, day) : closedCard(row, day))));
}

// All exercises of the first session come before any of the second.
function nextOf(rows, day) {
  const number = (row) => openSessionsOf(row, day)[0].number;
  return [...rows].sort((one, other) => number(one) - number(other))[0];
}

function anyway(rows, day) {
  return make("section", { "aria-labelledby": "due" }, make("h2", { id: "due" }, page("did_anyway")),
    rows.map((row) => (row === chosen.row ? openCard(row, day) : closedCard(row, day))));
}

function stateOfRow(row, day) {
  const written = entriesOfRow(row, day);
  const done = written.some((entry) => entry.status === "done");
  const isDue = rowsOn(day).includes(row) && !isQuotaMet(row, day);
  if (isDue && openSessionsOf(row, day).length) {
    return done ? { mark: "partial", word: page("state_partial") } : { mark: "pending", word: page("open") };
  }
  if (!written.length) return { mark: "not_scheduled", word: page("state_not_scheduled") };
  if (written.every((entry) => entry.status === "done")) return { mark: "full", word: page("state_full") };
  return done ? { mark: "partial", word: page("state_partial") }
    : { mark: "known_zero", word: page("state_known_zero") };
}

function closedCard(row, day) {
  const choose = () => {
    chosen.row = row;
    redraw();
    lookAt(document.getElementById("chosen"));
  };
  return make("article", { class: "card closed" }, make("h3", {}, button([
    badge(row.exercise), make("span", { class: "grow" }, cardName(row), standing(stateOfRow(row, day))),
  ], choose, { class: "card-button" })));
}

// A side in the name only where each side has a prescription of its own.
function cardName(row) {
  const side = row.side === "both" ? "" : sideInWords(row.side);
  return make("span", { class: "name" }, [exerciseName(row.exercise), side].filter(Boolean).join(", "));
}

function openCard(row, day) {
  const asked = rowsOn(day).includes(row);
  const [session] = asked ? openSessionsOf(row, day) : [];
  return make("article", { class: "card open" },
    make("h3", { id: "chosen" }, badge(row.exercise), cardName(row)),
    sessionsList(row, day),
    doseWords(row), quotaWords(row, day),
    pictures(row.exercise, row.side),
    session ? startOf(session) : button(page("again"), () => goDoing(extraSession(row, day)), { class: "big quiet" }),
    quickAnswers(session ?? extraSession(row, day), exerciseName(row.exercise)),
    howTo(row, "h4"));
}

function startOf(session) {
  const begun = runOf(session);
  const words = begun && begun.began ? page("go_on") : page("start");
  return button(words, () => goDoing(session), { class: "big" });
}

function sessionsList(row, day) {
  const numbers = Array.from({ length: nextNumber(book(), row, day) - 1 }, (_, place) => place + 1);
  return make("ul", { class: "sessions" }, numbers.map((number) => make("li", {},
    named(sessionWords(row, number)), sidesStanding(row, day, number))));
}

function named(words) {
  return words ? make("span", {}, words) : null;
}

// Both sides in one word where they stand alike.
function sidesStanding(row, day, number) {
  const sides = sidesOf(row);
  const session = (side) => ({ day, exercise: row.exercise, side, number });
  const states = sides.map((side) => stateOfSession(entryOf(book(), sessionId(session(side)))));
  if (states.every((state) => state.mark === states[0].mark)) return standing(states[0]);
  return sides.map((side, place) => standing(states[place], sideInWords(side)));
}

function quotaWords(row, day) {
  const often = make("p", { class: "often" }, row.often.join(" "));
  if (isNamed(row)) return often;
  const { first, last } = weekOf(day);
  const values = { first: shortDay(first), last: shortDay(last), n: daysDone(row, day), all: row.days_per_week };
  return [often, make("p", { class: "often strong" }, page("week", values))];
}

function aboutPlan() {
  return section(page("about_plan"), { class: "about" }, TOLD.plan.map((line) => make("p", {}, line)));
}
