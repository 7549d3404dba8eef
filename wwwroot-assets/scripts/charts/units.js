// How figures of each unit are written on axes and in words. Pages write them alike (Words.cs).
const names = ["B", "KiB", "MiB", "GiB", "TiB"];
const powersOfTwo = Array.from({ length: 50 }, (_, i) => 2 ** i);

const digits = (value, most) => Number(value.toFixed(most)).toString();

function cores(value) {
  return digits(value, value < 0.01 ? 4 : value < 0.1 ? 3 : 2);
}

function bytes(value) {
  let unit = 0;
  while (Math.abs(value) >= 1024 && unit < names.length - 1) {
    value /= 1024;
    unit++;
  }
  return `${digits(value, 1)} ${names[unit]}`;
}

// least: what an axis shows at least, so that noise near zero does not fill it.
const units = {
  cores: { axis: cores, text: v => `${cores(v)} ${v === 1 ? "CPU" : "CPUs"}`, least: 0.02 },
  bytes: { axis: bytes, text: bytes, least: 2 ** 20, steps: powersOfTwo },
  bytesPerSecond: { axis: v => `${bytes(v)}/s`, text: v => `${bytes(v)}/s`, least: 1024, steps: powersOfTwo },
  perSecond: { axis: v => `${digits(v, 2)}/s`, text: v => `${digits(v, 2)}/s`, least: 1 },
  percent: { axis: v => `${digits(v, 1)} %`, text: v => `${digits(v, 1)} %`, least: 10 },
  number: { axis: v => digits(v, 2), text: v => digits(v, 2), least: 1, steps: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000, 100000] },
};

export const unitOf = name => units[name] ?? units.number;

const two = n => String(n).padStart(2, "0");
const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const day = d => `${months[d.getUTCMonth()]} ${d.getUTCDate()}`;

export function moment(seconds) {
  const d = new Date(seconds * 1000);
  return `${day(d)}, ${two(d.getUTCHours())}:${two(d.getUTCMinutes())}:${two(d.getUTCSeconds())} UTC`;
}

// Labels of a time axis; the day stands below the first one of it.
export function timeLabels(_, splits, __, ___, step) {
  let last = "";
  return splits.map(seconds => {
    const d = new Date(seconds * 1000);
    const today = day(d);
    if (step >= 86400) return today;
    const time = `${two(d.getUTCHours())}:${two(d.getUTCMinutes())}${step < 60 ? `:${two(d.getUTCSeconds())}` : ""}`;
    const label = today === last ? time : `${time}\n${today}`;
    last = today;
    return label;
  });
}
