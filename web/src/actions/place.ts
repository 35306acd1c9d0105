// A picked place: what holds there, and going to places.
import { batch } from "@preact/signals";
import * as api from "../api.ts";
import { fit, goTo, uncover } from "../map/canvas.ts";
import { asProblem } from "../problem.ts";
import * as state from "../state.ts";
import type { LonLat, Place } from "../types.ts";
import { lang, t } from "../words/index.ts";
import { say, toast } from "./news.ts";

let asking = new AbortController();

export function pick(at: LonLat): void {
  batch(() => {
    state.spot.value = at;
    state.tab.value = "place";
    if (state.narrow.value && state.sheet.value !== "full") state.sheet.value = "half";
  });
  uncover(at);
}

export function closePlace(): void {
  asking.abort();
  batch(() => {
    state.spot.value = null;
    state.here.value = state.none;
    state.allowed.value = state.none;
  });
}

/** Ask what holds at the picked place, in the language that is chosen. */
export async function loadPlace(): Promise<void> {
  const [plan, at, language] = [state.plan.value, state.spot.value, lang.value];
  asking.abort();
  if (!plan || !at) return;
  asking = new AbortController();
  const { signal } = asking;
  const same = state.here.peek();
  const stays = same.kind === "ready" && same.value.lon === at[0] && same.value.lat === at[1];
  if (!stays) batch(() => ([state.here.value, state.allowed.value] = [state.loading, state.loading]));
  try {
    const here = await api.at(plan.id, at, language, signal);
    state.here.value = { kind: "ready", value: here };
    say(here.inside ? `${here.zone?.KODSZN ?? ""} ${here.zone?.name ?? ""}` : t("place.outside.title"));
    if (!here.inside) return void (state.allowed.value = state.none);
  } catch (error) {
    if (!signal.aborted) state.here.value = { kind: "failed", problem: asProblem(error) };
    return;
  }
  await loadAllowed(plan.id, at, signal);
}

async function loadAllowed(plan: string, at: LonLat, signal: AbortSignal): Promise<void> {
  try {
    state.allowed.value = { kind: "ready", value: await api.allowed(plan, at, lang.value, signal) };
  } catch (error) {
    if (!signal.aborted) state.allowed.value = { kind: "failed", problem: asProblem(error) };
  }
}

export function goToPlace(place: Place): void {
  fit(place.bounds);
}

export function goToPoint(at: LonLat): void {
  goTo(at, 17);
  pick(at);
}

export function showWhole(): void {
  if (state.plan.value) fit(state.plan.value.bounds);
}

export function locate(): void {
  const failed = () => toast(t("map.locate.failed"));
  if (!navigator.geolocation) return failed();
  navigator.geolocation.getCurrentPosition(({ coords }) => goToPoint([coords.longitude, coords.latitude]), failed, { timeout: 10_000 });
}
