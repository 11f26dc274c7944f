// What the page was told when it was made, and its words. Text only ever becomes text, never markup.

const TOLD = JSON.parse(document.getElementById("told").textContent);

function say(key, values = {}) {
  return TOLD.words[key].replace(/\{(\w+)\}/g, (place, name) => values[name] ?? place);
}

function page(name, values) {
  return say(`page.${name}`, values);
}

function list(key) {
  return TOLD.words[key];
}

function times(count) {
  return list("exercise.times")[count === 1 ? 0 : 1];
}

function sideInWords(side) {
  return side === "none" ? "" : say(`exercise.side_${side}`);
}

function capital(text) {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function exerciseName(exercise) {
  return TOLD.exercises[exercise].name;
}

function dayInWords(day) {
  const [year, month, number] = day.split("-").map(Number);
  return say("date.day", { day: number, month: list("date.months")[month - 1], year });
}

function dayWithName(day) {
  return capital(say("sheet.day", { weekday: list("date.weekdays")[weekday(day)], day: dayInWords(day) }));
}

function shortDay(day) {
  const [, month, number] = day.split("-").map(Number);
  return say("date.short", { day: number, month: list("date.months")[month - 1] });
}

function monthInWords(month) {
  const [year, number] = month.split("-").map(Number);
  return capital(`${list("date.months")[number - 1]} ${year}`);
}
