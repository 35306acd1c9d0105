// Switches and legend: which layers and classes are on the map.
import * as state from "../state.ts";

export function flip(key: string): void {
  const next = new Set(state.switched.value);
  if (!next.delete(key)) next.add(key);
  state.switched.value = next;
}

/** Every code of the legend. */
export function allCodes(): string[] {
  const now = state.legend.value;
  if (now.kind !== "ready") return [];
  return now.value.groups.flatMap((g) => g.zones.flatMap((z) => z.entries.map((e) => e.code || e.name)));
}

/** Show only these codes, or all again where they already are alone. */
export function isolate(codes: string[]): void {
  const others = allCodes().filter((code) => !codes.includes(code));
  const alone = others.length === state.muted.value.size && others.every((code) => state.muted.value.has(code));
  state.muted.value = new Set(alone ? [] : others);
}

export function mute(codes: string[]): void {
  const next = new Set(state.muted.value);
  const all = codes.every((code) => next.has(code));
  for (const code of codes) all ? next.delete(code) : next.add(code);
  state.muted.value = next;
}
