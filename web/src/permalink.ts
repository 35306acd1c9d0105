// The state of the page in its address, and back. Small, readable, forgiving: what it does not understand it leaves out.
import type { Lang, LonLat, Theme } from "./types.ts";

export interface View {
  zoom: number;
  lon: number;
  lat: number;
}

export interface Link {
  plan?: string;
  view?: View;
  place?: LonLat;
  lang?: Lang;
  theme?: Theme;
  tab?: string;
  switched?: string[];
  muted?: string[];
  raster?: string;
  opacity?: number;
  activity?: string;
}

const THEMES: readonly string[] = ["light", "dark", "colorblind"];

/** Write a link as the part of an address after `#`. */
export function encode(link: Link): string {
  const parts = new URLSearchParams();
  if (link.plan) parts.set("plan", link.plan);
  if (link.view) parts.set("map", [round(link.view.zoom, 2), round(link.view.lat, 5), round(link.view.lon, 5)].join("/"));
  if (link.place) parts.set("at", `${round(link.place[1], 6)},${round(link.place[0], 6)}`);
  for (const name of ["tab", "lang", "theme", "raster", "activity"] as const) {
    if (link[name]) parts.set(name, link[name]);
  }
  if (link.switched?.length) parts.set("switched", link.switched.join("~"));
  if (link.muted?.length) parts.set("without", link.muted.join("~"));
  if (link.opacity !== undefined && link.opacity < 1) parts.set("opacity", String(Math.round(link.opacity * 100)));
  return parts.toString().replaceAll("%2F", "/").replaceAll("%2C", ",");
}

/** Read a link; parts that are missing or wrong are absent. */
export function decode(hash: string): Link {
  const parts = new URLSearchParams(hash.replace(/^#/, ""));
  const link: Link = {};
  for (const name of ["plan", "tab", "raster", "activity"] as const) {
    const text = parts.get(name);
    if (text) link[name] = text;
  }
  const view = numbers(parts.get("map"), "/");
  if (view?.length === 3 && valid(view[2]!, view[1]!)) link.view = { zoom: view[0]!, lat: view[1]!, lon: view[2]! };
  const place = numbers(parts.get("at"), ",");
  if (place?.length === 2 && valid(place[1]!, place[0]!)) link.place = [place[1]!, place[0]!];
  const lang = parts.get("lang");
  if (lang === "id" || lang === "en") link.lang = lang;
  const theme = parts.get("theme");
  if (theme && THEMES.includes(theme)) link.theme = theme as Theme;
  const [switched, muted] = [list(parts.get("switched")), list(parts.get("without"))];
  if (switched) link.switched = switched;
  if (muted) link.muted = muted;
  const opacity = Number(parts.get("opacity") ?? NaN);
  if (opacity >= 0 && opacity <= 100) link.opacity = opacity / 100;
  return link;
}

function numbers(text: string | null, sign: string): number[] | null {
  const values = text ? text.split(sign).map(Number) : [];
  return values.length && values.every(Number.isFinite) ? values : null;
}

function list(text: string | null): string[] | null {
  const items = text?.split("~").filter(Boolean) ?? [];
  return items.length ? items : null;
}

function valid(lon: number, lat: number): boolean {
  return Math.abs(lon) <= 180 && Math.abs(lat) <= 90;
}

function round(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}
