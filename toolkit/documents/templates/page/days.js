// Days and clocks. A day is text such as 2026-03-02, a time of the wall clock text such as 2026-03-02T07:30:05:
// both sort as they stand, and no change of clocks can move them.

function two(number) {
  return String(number).padStart(2, "0");
}

function wallClock(now) {
  const day = `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`;
  return `${day}T${two(now.getHours())}:${two(now.getMinutes())}:${two(now.getSeconds())}`;
}

function offsetMinutes(now) {
  return -now.getTimezoneOffset();
}

function addDays(day, count) {
  const date = new Date(`${day}T00:00:00Z`);
  date.setUTCDate(date.getUTCDate() + count);
  return date.toISOString().slice(0, 10);
}

function daysBetween(first, last) {
  return Math.round((Date.parse(last) - Date.parse(first)) / 86_400_000);
}

// Monday is 0
function weekday(day) {
  return (new Date(`${day}T00:00:00Z`).getUTCDay() + 6) % 7;
}

// A day begins at day_start: what is done before it belongs to the day before.
function dayOf(wall) {
  const [day, clock] = wall.split("T");
  return clock < TOLD.day_start ? addDays(day, -1) : day;
}

function today() {
  return dayOf(wallClock(new Date()));
}

function oneSecondAfter(wall) {
  return new Date(Date.parse(`${wall}Z`) + 1000).toISOString().slice(0, 19);
}
