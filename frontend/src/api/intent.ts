// One key for each intent of a person's, so that a repeated request is executed once.

/** A random key. `crypto.randomUUID` is missing on plain http pages that are not on localhost. */
export function newKey(): string {
  if (typeof crypto.randomUUID === 'function') return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
