// Limits of a zone by the case they hold in: class of road, size of lot, alternative. Judges nothing.
import { plain } from "./format.ts";
import type { Lang, Limit } from "./types.ts";
import { filled, TABLES, type Word } from "./words/index.ts";

export interface Case {
  /** In words; empty where the limits hold always. */
  name: string;
  limits: Limit[];
}

/** Group limits by their case, in the order of the plan. */
export function casesOf(limits: readonly Limit[], lang: Lang): Case[] {
  const cases = new Map<string, Case>();
  for (const limit of limits) {
    const name = nameOf(limit.when ?? {}, lang);
    const one = cases.get(name) ?? { name, limits: [] };
    one.limits.push(limit);
    cases.set(name, one);
  }
  return [...cases.values()];
}

function nameOf(when: Record<string, unknown>, lang: Lang): string {
  const say = (key: Word, fill: Record<string, string>) => filled(TABLES[lang][key], fill);
  const { road_class: road, lot_min_m2: min, lot_max_m2: max, alternative } = when;
  const words = [lotOf(min, max, lang)];
  if (typeof road === "string" && road) words.push(say("limits.road", { road: roadOf(road, lang) }));
  if (alternative !== null && alternative !== undefined && alternative !== "") {
    words.push(say("limits.alternative", { n: String(alternative) }));
  }
  return words.filter(Boolean).join(", ");
}

function lotOf(min: unknown, max: unknown, lang: Lang): string {
  const [from, until] = [min, max].map((v) => (typeof v === "number" && v > 0 ? plain(v, lang) : ""));
  const key: Word | null = from && until ? "limits.lot.between" : from ? "limits.lot.from" : until ? "limits.lot.below" : null;
  return key ? filled(TABLES[lang][key], { from: from!, until: until! }) : "";
}

function roadOf(road: string, lang: Lang): string {
  const known = (TABLES[lang] as Record<string, string>)[`road.${road}`] ?? road;
  return lang === "id" ? known.toLowerCase() : known;
}
