// The service's routes as functions. Keeps nothing, shows nothing; throws Problem.
import type { StyleSpecification } from "maplibre-gl";
import { asProblem, problemOf } from "./problem.ts";
import type {
  Activity,
  Allowed,
  Lang,
  Legend,
  LonLat,
  Place,
  PlaceHere,
  PlanSummary,
  RasterLayer,
  RasterLegend,
  Report,
  Site,
  SiteAnswer,
  Theme,
} from "./types.ts";

/** Address of the service: the page's own folder, so that a path before it does no harm. */
export const BASE = new URL(".", document.baseURI).href;

type Query = Record<string, string | number | undefined>;

export function address(path: string, query: Query = {}): string {
  const url = new URL(path, BASE);
  for (const [name, value] of Object.entries(query)) if (value !== undefined && value !== "") url.searchParams.set(name, String(value));
  return url.href;
}

async function ask(path: string, query: Query = {}, init: RequestInit = {}): Promise<Response> {
  try {
    const answer = await fetch(address(path, query), init);
    if (!answer.ok) throw await problemOf(answer);
    return answer;
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    throw asProblem(error);
  }
}

async function json<T>(path: string, query: Query = {}, init: RequestInit = {}): Promise<T> {
  return (await ask(path, query, init)).json() as Promise<T>;
}

const of = (plan: string, what: string) => `plans/${encodeURIComponent(plan)}/${what}`;
const within = (signal?: AbortSignal): RequestInit => (signal ? { signal } : {});

export const plans = () => json<{ plans: PlanSummary[] }>("plans").then((d) => d.plans);

export const style = (plan: string, theme: Theme, lang: Lang) =>
  json<StyleSpecification>(of(plan, "style.json"), { theme, lang });

export const legend = (plan: string, theme: Theme, lang: Lang) => json<Legend>(of(plan, "legend.json"), { theme, lang });

export const at = (plan: string, [lon, lat]: LonLat, lang: Lang, signal?: AbortSignal) =>
  json<PlaceHere>(of(plan, "at"), { lon, lat, lang }, within(signal));

export const allowed = (plan: string, [lon, lat]: LonLat, lang: Lang, signal?: AbortSignal) =>
  json<Allowed>(of(plan, "allowed"), { lon, lat, lang }, within(signal));

export const activities = (plan: string, q: string, signal?: AbortSignal, limit = 12) =>
  json<{ activities: Activity[] }>(of(plan, "activities"), { q, limit }, within(signal)).then((d) => d.activities);

export const places = (plan: string, q: string, signal?: AbortSignal) =>
  json<{ places: Place[] }>(of(plan, "places"), { q }, within(signal)).then((d) => d.places);

export const rasters = (plan: string, lang: Lang) =>
  json<{ rasters: RasterLayer[] } | RasterLayer[]>(of(plan, "rasters"), { lang }).then((d) => (Array.isArray(d) ? d : d.rasters));

export const rasterLegend = (plan: string, name: string, lang: Lang) =>
  json<RasterLegend>(of(plan, `rasters/${encodeURIComponent(name)}/legend.json`), { lang });

export const rasterTileJson = (plan: string, name: string) => address(of(plan, `rasters/${encodeURIComponent(name)}/tilejson.json`));

/** What kinds of report can be downloaded. */
export const FORMATS = {
  xlsx: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
  geojson: "application/geo+json",
  pdf: "application/pdf",
} as const;
export type Format = keyof typeof FORMATS;

export interface Asked {
  activity?: string | undefined;
  on?: string | undefined;
  lang: Lang;
}

const sent = (site: Site, accept: string): RequestInit => ({
  method: "POST",
  headers: { "Content-Type": "application/geo+json", Accept: accept },
  body: JSON.stringify(site),
});

export const check = (plan: string, site: Site, { activity, on, lang }: Asked) =>
  json<Report>(of(plan, "checks"), { activity, on, lang }, sent(site, "application/json"));

export const checkedParts = (plan: string, site: Site, { activity, on, lang }: Asked) =>
  json<Site>(of(plan, "checks"), { activity, on, lang }, sent(site, FORMATS.geojson));

export const download = (plan: string, site: Site, format: Format, { activity, on, lang }: Asked) =>
  ask(of(plan, "checks"), { activity, on, lang }, sent(site, FORMATS[format])).then((answer) => answer.blob());

/** Read a polygon from a file or a text of coordinates. */
export function readSite(plan: string, source: File | string, lang: Lang): Promise<SiteAnswer> {
  if (typeof source === "string") {
    const init = { method: "POST", headers: { "Content-Type": "text/plain" }, body: source };
    return json<SiteAnswer>(of(plan, "sites"), { lang }, init);
  }
  const form = new FormData();
  form.set("file", source);
  return json<SiteAnswer>(of(plan, "sites"), { lang }, { method: "POST", body: form });
}
