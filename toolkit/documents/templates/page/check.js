// Check and save: the one form by which anything gets into the diary. Nothing is filled in but what was counted.
// Pain was asked about the whole session: it goes to the last side that was done, and to one entry only. The note goes
// to the first side that is saved, or to the first that was not done where a reason was chosen.

const NUMBERS = ["sets", "reps", "hold_s"];

function goCheck(session, answer, run = null) {
  const sides = session.sides.map((side) => {
    const counted = run && countedOf(run, side);
    return { side, status: counted ? "done" : answer ?? "", counted: Boolean(counted), ...counted };
  });
  const began = new Date(run?.began ?? Date.now());
  const isNow = dayOf(wallClock(began)) === session.day;
  go("check", { form: {
    session, sides, exercise: session.row.exercise, began, isNow, runKey: run && runKey(session),
    asksHold: session.row.hold_s !== null, asksPain: isNow, pain: null, reason: "", note: "",
    title: isNow ? "check_title" : "later_title",
  } });
  ignoreSecondTap();
}

function goCorrect(entry) {
  const { day, number } = sessionOf(entry.entry_id);
  const [reason, note] = reasonAndNote(entry);
  go("check", { form: {
    session: { day, number, sides: [entry.side] }, sides: [{ ...entry }], exercise: entry.exercise, began: new Date(),
    asksHold: true, asksPain: !isLater(entry) || entry.pain !== undefined, pain: entry.pain ?? null, reason, note,
    title: "correct_title", correcting: true,
  } });
  ignoreSecondTap();
}

// A reason stands before the note of what was not done.
function reasonAndNote({ status, note = "" }) {
  const reason = status === "not_done" ? list("page.reasons").find((one) => note.startsWith(one)) ?? "" : "";
  return [reason, note.slice(reason.length).trim()];
}

function drawCheck({ form }) {
  const parts = { about: make("div"), error: make("p", { class: "problem", hidden: true }) };
  parts.save = button(page("save"), () => save(form, parts), { class: "big" });
  const redrawAbout = () => parts.about.replaceChildren(...aboutAll(form, redrawAbout).filter(Boolean));
  redrawAbout();
  return [
    button(page("back"), () => history.back(), { class: "link" }),
    make("h1", {}, page(form.title)),
    paragraph([exerciseName(form.exercise), dayWithName(form.session.day)].join(" · "), { class: "strong" }),
    form.isNow || form.correcting ? null : paragraph(page("later_note")),
    form.sides.map((side) => sideAnswers(form, side, redrawAbout)),
    parts.about, parts.error, parts.save,
    button(page("cancel"), () => history.back(), { class: "quiet wide" }),
  ];
}

function sideAnswers(form, side, changed) {
  const numbers = make("div", { class: "numbers", hidden: side.status !== "done" }, numberFields(form, side));
  const answer = (status) => {
    side.status = status;
    numbers.hidden = status !== "done";
    changed();
  };
  const options = [["done", say("diary.done")], ["not_done", say("diary.not_done")]];
  if (!form.correcting) options.push(["", page("leave_open")]);
  return make("fieldset", {},
    make("legend", {}, side.side === "none" ? page("what") : `${capital(sideInWords(side.side))}: ${page("what")}`),
    choices(`status-${side.side}`, options, side.status, answer), numbers);
}

function numberFields(form, side) {
  const asked = NUMBERS.filter((name) => name !== "hold_s" || form.asksHold);
  return [
    paragraph(side.counted ? page("counted_by_page") : page("blank"), { class: "hint" }),
    asked.map((name) => numberField(side, name)),
  ];
}

function numberField(side, name) {
  const id = `${name}-${side.side}`;
  const wrong = make("span", { class: "problem", id: `${id}-wrong`, hidden: true }, page(`wrong_${name}`));
  const typed = make("input", {
    id, type: "text", inputmode: name === "sets" ? "numeric" : "decimal", autocomplete: "off", maxlength: 6,
    value: side[name] ?? "", "aria-describedby": `${id}-wrong`,
  });
  typed.addEventListener("input", () => {
    side[name] = typed.value;
    wrong.hidden = numberIn(name, typed.value) !== undefined;
    typed.setAttribute("aria-invalid", String(!wrong.hidden));
  });
  return make("div", { class: "field" }, make("label", { for: id }, say(`book.${name}`)), typed, wrong);
}

// Return the number typed, null for a blank, undefined for anything else. A comma is a decimal mark here.
function numberIn(name, typed) {
  const text = String(typed ?? "").trim().replace(",", ".");
  if (!text) return null;
  const form = name === "sets" ? /^\d{1,2}$/ : /^\d{1,3}(\.\d{1,2})?$/;
  return form.test(text) && Number(text) <= MOST[name] ? Number(text) : undefined;
}

function choices(name, options, chosenValue, onchoose, attributes = {}) {
  return make("div", { class: "choices", ...attributes }, options.map(([value, text]) => {
    const radio = make("input", { type: "radio", name, value, checked: value === chosenValue,
      onchange: () => onchoose(value) });
    return make("label", { class: "choice" }, radio, make("span", {}, text));
  }));
}

// What is asked about the whole session: pain after it, why not, anything to add.
function aboutAll(form, changed) {
  const some = (status) => form.sides.some((side) => side.status === status);
  return [
    form.asksPain && some("done") ? painQuestion(form, changed) : null,
    some("not_done") ? reasonQuestion(form, changed) : null,
    some("not_done") && form.reason === list("page.reasons")[0] ? safetyBox() : null,
    some("done") || some("not_done") ? noteField(form) : null,
  ];
}

function painQuestion(form, changed) {
  const options = Array.from({ length: 11 }, (_, points) => [points, String(points)]);
  const choose = (points) => { form.pain = points; };
  const leaveBlank = () => {
    form.pain = null;
    changed();
    document.querySelector("[name=pain]").focus({ preventScroll: true });
  };
  return make("fieldset", {}, make("legend", {}, page("pain")), paragraph(say("diary.pain")),
    choices("pain", options, form.pain, choose, { class: "choices points" }),
    button(page("pain_blank"), leaveBlank, { class: "quiet" }));
}

function reasonQuestion(form, changed) {
  const options = [...list("page.reasons").map((reason) => [reason, reason]), ["", page("no_reason")]];
  const choose = (reason) => {
    form.reason = reason;
    changed();
    [...document.querySelectorAll("[name=reason]")].find((one) => one.value === reason).focus({ preventScroll: true });
    if (reason === list("page.reasons")[0]) announce([TOLD.box.title_today, TOLD.box.today, TOLD.box.call].join(" "));
  };
  return make("fieldset", {}, make("legend", {}, say("diary.why")), choices("reason", options, form.reason, choose));
}

function noteField(form) {
  // whole characters grow at most threefold when they are brought into one form: 600 never outgrow a log's 2,000
  const typed = make("textarea", { id: "note", rows: 3, maxlength: 600 });
  typed.value = form.note;
  typed.addEventListener("input", () => { form.note = typed.value; });
  return make("div", { class: "field" }, make("label", { for: "note" }, page("note")), typed);
}

function save(form, { error, save: control }) {
  const answered = form.sides.filter((side) => side.status);
  const wrong = answered.filter((side) => side.status === "done")
    .flatMap((side) => NUMBERS.filter((name) => numberIn(name, side[name]) === undefined).map((name) => [side, name]));
  if (wrong.length) {
    const [[side, name]] = wrong;
    document.getElementById(`${name}-${side.side}`).focus();
    return announce(page(`wrong_${name}`));
  }
  if (!answered.length) {
    error.textContent = page("choose_first");
    error.hidden = false;
    return announce(page("choose_first"));
  }
  control.disabled = true; // the way back takes a moment, and a second press would save and go back again
  return saved(form, answered);
}

function saved(form, answered) {
  const now = new Date();
  const number = form.session.extra ? nextNumber(book(), form.session.row, form.session.day) : form.session.number;
  const before = [];
  change((held) => contentsOf(form, answered).flatMap(([side, content]) => {
    const session = { day: form.session.day, exercise: form.exercise, side, number };
    const id = sessionId(session);
    if (sameContent(entryOf(held, id) ?? {}, content)) return []; // a correction that corrects nothing is no version
    before.push([id, held.records[id]]);
    return [written(held, session, content, { began: form.began, now })];
  }));
  askToKeep();
  runs.delete(form.runKey);
  keepRuns();
  chosen.row = null;
  offerUndo(page("saved"), before);
  history.go(form.runKey ? -2 : -1); // a timer that is done with is no place to go back to
}

function contentsOf(form, answered) {
  const reason = answered.some((side) => side.status === "not_done") ? form.reason : "";
  const note = cleaned([reason, form.note.trim()].filter(Boolean).join(" "));
  const done = answered.filter((side) => side.status === "done");
  const noted = (reason && answered.find((side) => side.status === "not_done")) || answered[0];
  return answered.map((side) => [side.side, {
    status: side.status,
    ...(side.status === "done" ? Object.fromEntries(NUMBERS.map((name) => [name, numberIn(name, side[name])])) : {}),
    pain: side === done.at(-1) && form.asksPain ? form.pain : null,
    note: side === noted ? note : null,
  }]);
}
