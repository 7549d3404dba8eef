// What was typed and not yet sent outlives a lost connection and a reload; it ends with the tab.
const key = name => `portal-draft:${name}`;

export const keep = (name, text) => text === null ? sessionStorage.removeItem(key(name)) : sessionStorage.setItem(key(name), text);
export const find = name => sessionStorage.getItem(key(name));
