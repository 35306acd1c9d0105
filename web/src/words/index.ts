// The words in the language that is chosen. Formats no numbers.
import { signal } from "@preact/signals";
import type { Lang } from "../types.ts";
import { en } from "./en.ts";
import { id, type Word, type Words } from "./id.ts";

export type { Word } from "./id.ts";

export const LANGS: readonly Lang[] = ["id", "en"];
export const TABLES: Record<Lang, Words> = { id, en };

export const lang = signal<Lang>("id");

/** The words for a key, with `{name}` filled in; components that call it follow the language. */
export function t(key: Word, fill: Record<string, string | number> = {}): string {
  return filled(TABLES[lang.value][key], fill);
}

/** The words for a key made at run time, or the fallback where there are none. */
export function maybe(key: string, fallback: string): string {
  return (TABLES[lang.value] as Record<string, string>)[key] ?? fallback;
}

export function filled(text: string, fill: Record<string, string | number>): string {
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => String(fill[name] ?? whole));
}
