// Numbers, areas, dates and coordinates as people write them, and numbers read back. Knows two languages.
import type { Lang } from "./types.ts";

const LOCALES: Record<Lang, string> = { id: "id-ID", en: "en-GB" };

/** A number with as many decimals as asked, 1.234,50 in Indonesian. */
export function number(value: number, lang: Lang, decimals = 0): string {
  return new Intl.NumberFormat(LOCALES[lang], {
    minimumFractionDigits: decimals,
    maximumFractionDigits: decimals,
  }).format(value);
}

/** A number without decimals that say nothing: 12, 1,2, 0,35. */
export function plain(value: number, lang: Lang, most = 2): string {
  return new Intl.NumberFormat(LOCALES[lang], { maximumFractionDigits: most }).format(value);
}

export function squareMetres(value: number, lang: Lang): string {
  return `${number(value, lang, 2)} m²`;
}

/** Hectares with enough decimals that a small area is not nothing. */
export function hectares(value: number, lang: Lang): string {
  return number(value, lang, value < 0.1 ? 4 : value < 100 ? 2 : 0);
}

export function metres(value: number, lang: Lang): string {
  return `${plain(value, lang)} m`;
}

/** A share between 0 and 1; all and nothing are said only where they are exact to a hundredth of a percent. */
export function percent(share: number, lang: Lang): string {
  const decimals = share < 0.99995 && share > 0.99 ? 2 : 1;
  return `${number(share * 100, lang, decimals)} %`;
}

export function day(iso: string | null | undefined, lang: Lang): string {
  if (!iso) return "";
  const date = new Date(`${iso.slice(0, 10)}T00:00:00Z`);
  if (Number.isNaN(date.getTime())) return iso;
  return new Intl.DateTimeFormat(LOCALES[lang], { dateStyle: "long", timeZone: "UTC" }).format(date);
}

/** Longitude and latitude in degrees, latitude first as officers read it: 0,130123° LU 117,499700° BT. */
export function place(lon: number, lat: number, lang: Lang): string {
  const [north, south, east, west] = lang === "id" ? ["LU", "LS", "BT", "BB"] : ["N", "S", "E", "W"];
  const of = (value: number, plus: string, minus: string) =>
    `${number(Math.abs(value), lang, 6)}° ${value < 0 ? minus : plus}`;
  return `${of(lat, north!, south!)}, ${of(lon, east!, west!)}`;
}

/**
 * Read a number as people type it: 1.234,56 and 1234,56 and 1234.56; null where it is none.
 *
 * With both signs, the last is the decimal one. A single sign followed by three digits divides thousands if that is how
 * the language writes them ("1.234" is 1234 in Indonesian); otherwise it is the decimal one.
 */
export function parseNumber(text: string, lang: Lang): number | null {
  const clean = text.trim().replace(/[\s\u00a0]/g, "");
  if (!/^[+-]?\d[\d.,]*$/.test(clean)) return null;
  const decimal = decimalSign(clean, lang);
  const whole = clean.replaceAll(decimal === "," ? "." : ",", "").replace(decimal, ".");
  const value = Number(whole);
  return Number.isFinite(value) ? value : null;
}

function decimalSign(text: string, lang: Lang): "," | "." {
  const [comma, dot] = [text.lastIndexOf(","), text.lastIndexOf(".")];
  if (comma >= 0 && dot >= 0) return comma > dot ? "," : ".";
  const thousands = lang === "id" ? "." : ",";
  const sign = comma >= 0 ? "," : ".";
  const groups = text.split(sign);
  const dividesThousands = groups.length > 2 || (sign === thousands && groups.at(-1)!.length === 3);
  return dividesThousands === (sign === ".") ? "," : ".";
}

/** "0.13, 117.5" or "117,5 0,13" as longitude and latitude, if it can only be meant so; Indonesia decides the order. */
export function parsePlace(text: string): [number, number] | null {
  const numbers = text.replace(/(\d),(\d)/g, "$1.$2").match(/[+-]?\d+(?:\.\d+)?/g);
  if (numbers?.length !== 2 || !/^[\d\s.,;+\-°]+$/.test(text)) return null;
  const [a, b] = numbers.map(Number) as [number, number];
  const isLat = (v: number) => Math.abs(v) <= 12;
  const isLon = (v: number) => v >= 94 && v <= 142;
  if (isLat(a) && isLon(b)) return [b, a];
  return isLon(a) && isLat(b) ? [a, b] : null;
}

/** Whether a value of a plan says nothing: empty, a dash, "Tidak Ada". */
export function isBlank(value: unknown): boolean {
  return value === null || value === undefined || (typeof value === "string" && /^\s*(-|–|tidak ada)?\s*$/i.test(value));
}
