// The server reads these before the first paint.
export function remember(name, value) {
  localStorage.setItem(name, value);
  document.cookie = `${name}=${value};path=/;max-age=31536000;samesite=lax`;
}
