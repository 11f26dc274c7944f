// What the phone does beside showing: a beep, a buzz, and a screen that stays on while an exercise runs.

const BEEPS = { hold: [660], enough: [880, 880], over: [520, 390], slept: [] };
let audio = null;
let lock = null;

function soundIsOn() {
  return setting("sound", "on") === "on";
}

// A browser lets a page sound only from a tap on.
function readySound() {
  const Context = window.AudioContext ?? window.webkitAudioContext;
  if (!Context || !soundIsOn()) return;
  audio ??= new Context();
  audio.resume?.();
}

function signal(what) {
  const tones = BEEPS[what];
  if (soundIsOn() && audio) tones.forEach((pitch, place) => beep(pitch, audio.currentTime + place * 0.25));
  if (tones.length) navigator.vibrate?.(tones.flatMap(() => [180, 80]));
}

function beep(pitch, at) {
  const tone = audio.createOscillator();
  const volume = audio.createGain();
  tone.frequency.value = pitch;
  volume.gain.setValueAtTime(0.4, at);
  volume.gain.exponentialRampToValueAtTime(0.001, at + 0.22);
  tone.connect(volume).connect(audio.destination);
  tone.start(at);
  tone.stop(at + 0.23);
}

async function keepScreenOn() {
  if (lock || document.hidden) return;
  try {
    lock = (await navigator.wakeLock?.request("screen")) ?? null;
    lock?.addEventListener("release", () => { lock = null; });
  } catch {
    lock = null; // a low battery may refuse it
  }
}

function letScreenSleep() {
  lock?.release();
  lock = null;
}
