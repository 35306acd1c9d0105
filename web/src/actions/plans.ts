// Which plans there are, which is shown, and what belongs to it: legend, rasters.
import { batch } from "@preact/signals";
import * as api from "../api.ts";
import { asProblem } from "../problem.ts";
import * as state from "../state.ts";
import type { PlanSummary } from "../types.ts";
import { lang } from "../words/index.ts";
import { closePlace } from "./place.ts";
import { clearSite } from "./site.ts";

const RETRY_MS = 5_000;
const REFRESH_MS = 60_000; // a plan replaced on the service is on the map a minute later

/** Ask which plans there are, again and again: soon while there is none, later for newer versions. */
export async function loadPlans(wanted: string | undefined): Promise<void> {
  try {
    const found = await api.plans();
    batch(() => {
      if (!same(found)) state.plans.value = { kind: "ready", value: found };
      state.online.value = true;
      if (!found.some((p) => p.id === state.planId.value)) {
        state.planId.value = (found.find((p) => p.id === wanted) ?? found[0])?.id ?? "";
      }
    });
    again(found.length ? REFRESH_MS : RETRY_MS, wanted);
  } catch (error) {
    const problem = asProblem(error);
    if (state.plans.value.kind !== "ready") state.plans.value = { kind: "failed", problem };
    state.online.value = !problem.offline;
    again(RETRY_MS, wanted);
  }
}

let timer: ReturnType<typeof setTimeout> | undefined;

function again(ms: number, wanted: string | undefined): void {
  clearTimeout(timer);
  timer = setTimeout(() => void loadPlans(wanted), ms);
}

/** Whether the plans are those that are known, in the same versions; then nothing is drawn anew. */
function same(found: PlanSummary[]): boolean {
  const known = state.plans.value;
  return known.kind === "ready" && JSON.stringify(known.value) === JSON.stringify(found);
}

export function choosePlan(id: string): void {
  batch(() => {
    state.planId.value = id;
    state.muted.value = new Set();
    state.raster.value = "";
    closePlace();
    clearSite();
    state.activity.value = null;
  });
}

/** What belongs to a plan in a theme and language: legend, rasters. */
export async function loadAround(): Promise<void> {
  const plan = state.plan.value;
  const [theme, language] = [state.theme.value, lang.value];
  if (!plan) return;
  const legend = api.legend(plan.id, theme, language).then(
    (value) => (state.legend.value = { kind: "ready", value }),
    (error) => (state.legend.value = { kind: "failed", problem: asProblem(error) }),
  );
  const rasters = api.rasters(plan.id, language).then(
    (value) => (state.rasters.value = value),
    () => (state.rasters.value = []),
  );
  await Promise.all([legend, rasters]);
}

export async function loadRasterLegend(): Promise<void> {
  const [plan, name, language] = [state.plan.value, state.raster.value, lang.value];
  state.rasterLegend.value = plan && name ? await api.rasterLegend(plan.id, name, language).catch(() => null) : null;
}
