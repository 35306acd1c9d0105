// What the page knows, as signals; components read them, actions change them. Draws nothing, asks nothing.
import { computed, signal } from "@preact/signals";
import type { View } from "./permalink.ts";
import type { Problem } from "./problem.ts";
import type {
  Activity,
  Allowed,
  Legend,
  LonLat,
  PlaceHere,
  PlanSummary,
  RasterLayer,
  RasterLegend,
  Report,
  Site,
  Theme,
} from "./types.ts";

export type Tab = "place" | "check" | "layers";

/** Something that was asked for: on its way, here, or refused. */
export type Load<T> = { kind: "none" } | { kind: "loading" } | { kind: "ready"; value: T } | { kind: "failed"; problem: Problem };

export const none = { kind: "none" } as const;
export const loading = { kind: "loading" } as const;

export const plans = signal<Load<PlanSummary[]>>(loading);
export const planId = signal("");
export const plan = computed(() =>
  plans.value.kind === "ready" ? (plans.value.value.find((p) => p.id === planId.value) ?? null) : null,
);

export const theme = signal<Theme>("light");
export const tab = signal<Tab>("place");
export const layersOpen = signal(true);
export const narrow = signal(false);
export const sheet = signal<"peek" | "half" | "full">("peek");

export const view = signal<View | null>(null);
export const zoomedFor = signal("");
export const mapReady = signal(false);
export const mapFailed = signal(false);

export interface Switch {
  key: string;
  name: string;
  layers: string[];
  overlay: string | null;
}
export const switches = signal<Switch[]>([]);
/** Switches that are not as they are at first: special provisions are off then, everything else is on. */
export const switched = signal<ReadonlySet<string>>(new Set());

export function isShown(one: Switch, from: ReadonlySet<string> = switched.value): boolean {
  return from.has(one.key) === (one.overlay !== null);
}
export const muted = signal<ReadonlySet<string>>(new Set());
export const opacity = signal(1);
export const legend = signal<Load<Legend>>(none);
export const rasters = signal<RasterLayer[]>([]);
export const raster = signal("");
export const rasterOpacity = signal(0.75);
export const rasterLegend = signal<RasterLegend | null>(null);

export const spot = signal<LonLat | null>(null);
export const here = signal<Load<PlaceHere>>(none);
export const allowed = signal<Load<Allowed>>(none);

export const FIGURES = [
  "certificate_area_m2",
  "footprint_m2",
  "floor_area_m2",
  "green_m2",
  "basement_m2",
  "height_m",
  "floors",
  "setback_front_m",
  "setback_side_m",
  "setback_rear_m",
] as const;
export type Figure = (typeof FIGURES)[number];

export interface SiteHere {
  shape: Site;
  name: string;
  confidence: number | null;
  reasons: string[];
}
export const site = signal<SiteHere | null>(null);
export const siteLoad = signal<Load<null>>(none);
export const drawing = signal<"no" | "draw" | "edit">("no");
export const corners = signal(0);
export const activity = signal<Activity | null>(null);
export const roadClass = signal("");
export const figures = signal<Partial<Record<Figure, string>>>({});

export interface Checked {
  report: Report;
  parts: Site;
  asked: Site;
  activity: Activity | null;
  on: string;
}
export const checked = signal<Load<Checked>>(none);
export const shownPermit = signal("");
export const mapPicture = signal("");
/** While printing, long lists are whole. */
export const printing = signal(false);

/** The last thing to say to a screen reader. */
export const said = signal("");
/** A line shown for some seconds. */
export const toast = signal("");
export const online = signal(true);
