// One cursor for all charts and lanes of a page that name the same key: whoever is hovered tells the others the time.
const groups = new Map();

export function join(key, move) {
  if (!key) return { tell() {}, leave() {} };
  const group = groups.get(key) ?? new Set();
  groups.set(key, group);
  group.add(move);
  return {
    tell(seconds) {
      for (const other of group) {
        if (other !== move) other(seconds);
      }
    },
    leave() {
      group.delete(move);
      if (group.size === 0) groups.delete(key);
    },
  };
}

// Calls at most every `pause` milliseconds, with the last arguments.
export function seldom(call, pause) {
  let timer;
  let last;
  return {
    call(...args) {
      last = args;
      timer ??= setTimeout(() => {
        timer = undefined;
        call(...last);
      }, pause);
    },
    stop() {
      clearTimeout(timer);
      timer = undefined;
    },
  };
}

// A page that went away is told nothing.
export function tell(owner, method, ...args) {
  owner?.invokeMethodAsync(method, ...args).catch(() => {});
}
