// Documents of the service, as far as the map reads them. No behaviour.
import type { Feature, FeatureCollection, Geometry } from "geojson";

export type Lang = "id" | "en";
export type Theme = "light" | "dark" | "colorblind";
export type Outcome = "permitted" | "conditional" | "partial" | "prohibited" | "undetermined";
export type Dimension = "use" | "intensity" | "siting" | "overlay";
export type LonLat = readonly [number, number];
export type Bounds = readonly [number, number, number, number];

export interface PlanSummary {
  id: string;
  title: string;
  regulation: string;
  regulation_date: string | null;
  valid_from: string | null;
  valid_until: string | null;
  hash: string;
  bounds: Bounds;
  center: LonLat;
}

export interface LegendEntry {
  code: string;
  name: string;
  color: string;
  area_ha: number;
  count: number;
}
export interface LegendZone {
  code: string;
  name: string;
  entries: LegendEntry[];
}
export interface LegendGroup {
  id: string;
  name: string;
  area_ha: number;
  zones: LegendZone[];
}
export interface LegendOverlay {
  field: string;
  name: string;
  color: string;
  pattern: string;
}
export interface Legend {
  area_ha: number;
  groups: LegendGroup[];
  overlays: LegendOverlay[];
}

export interface Limit {
  key: string;
  label: string;
  value: number | null;
  unit: string;
  text?: string;
  when?: Record<string, unknown> | null;
  reference?: string;
}
export interface OverlayHere {
  field?: string;
  value?: string;
  name?: string;
  effect?: string;
  text?: string;
  reference?: string;
}
export interface ZoneHere {
  id?: number | null;
  KODSZN?: string | null;
  KODZON?: string | null;
  KODBLK?: string | null;
  NAMSZN?: string | null;
  NAMOBJ?: string | null;
  name?: string | null;
  color?: string | null;
  area_m2?: number | null;
  attributes?: Record<string, unknown>;
}
export interface RasterHere {
  value: number | null;
  label?: string | null;
  unit?: string | null;
}
export interface PlaceHere {
  lon: number;
  lat: number;
  inside: boolean;
  plan: Pick<PlanSummary, "id" | "title" | "regulation" | "regulation_date" | "hash">;
  zone: ZoneHere | null;
  more_zones?: ZoneHere[];
  limits?: Limit[];
  overlays?: OverlayHere[];
  blok?: string | null;
  wp?: string | null;
  swp?: string | null;
  kelurahan?: string | null;
  kecamatan?: string | null;
  rasters?: Record<string, RasterHere>;
}

export interface Condition {
  code: string;
  text: string;
}
export interface AllowedActivity {
  activity_id: string;
  name: string;
  kbli?: string[];
  permission: string;
  outcome: Outcome;
  label: string;
  conditions?: Condition[];
  reference?: string;
}
export interface Allowed {
  activities: AllowedActivity[];
}

export interface Activity {
  activity_id: string;
  name: string;
  kbli?: string[];
}
export interface Place {
  name: string;
  kind: string;
  within?: string | null;
  bounds: Bounds;
  center: LonLat;
}

export interface RasterLayer {
  name: string;
  title?: string;
  tilejson?: string;
}
export interface RasterLegend {
  title?: string;
  unit?: string;
  entries?: { label: string; color: string; value?: number }[];
}

export interface PermitRow {
  permit_id: string;
  verdict: Outcome;
  verdict_label: string;
  use: Outcome | null;
  intensity: Outcome | null;
  siting: Outcome | null;
  overlay: Outcome | null;
  area_m2: number;
  area_used_m2?: number;
  covered_share: number;
  approvable_m2?: number | null;
  stable_to_m?: number | null;
}
export interface PartRow {
  permit_id: string;
  KODSZN: string | null;
  NAMOBJ?: string | null;
  KODBLK?: string | null;
  area_m2: number;
  share: number;
  permission: string | null;
  outcome: Outcome;
  outcome_label: string;
  sliver: boolean;
}
export interface ExplainLine {
  text: string;
  dimension: Dimension | null;
  outcome: Outcome | null;
  level?: string;
  reference?: string;
}
export interface Report {
  plan: { id: string; title: string; regulation: string; hash: string };
  receipt: Record<string, unknown>;
  summary: Record<Outcome, number>;
  notes: string[];
  permits: PermitRow[];
  parts: PartRow[];
  explain: Record<string, { title: string; text?: string; lines?: ExplainLine[] }>;
}

export type Site = FeatureCollection<Geometry, Record<string, unknown> | null>;
export type SiteFeature = Feature<Geometry, Record<string, unknown> | null>;
export interface SiteAnswer extends Site {
  confidence?: number;
  reasons?: (string | { text?: string; message?: string })[];
}
