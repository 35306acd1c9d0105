// Whether what was typed is in a text: every word of it somewhere, without case or accents. No typo tolerance.
export function matches(typed: string, text: string): boolean {
  const within = folded(text);
  return folded(typed)
    .split(/\s+/)
    .every((word) => within.includes(word));
}

function folded(text: string): string {
  return text
    .normalize("NFD")
    .replace(/\p{M}/gu, "")
    .toLowerCase();
}
