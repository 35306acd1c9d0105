// The address keeps up with the page, and the page with the address. Knows no panels.
import { batch, effect } from "@preact/signals";
import { decode, encode, type Link } from "./permalink.ts";
import * as state from "./state.ts";
import { lang } from "./words/index.ts";

const PREFERENCES = "rdtr";

/** Take over what the address says; what it does not say comes from the last visit or the device. */
export function readAddress(): Link {
  const link = decode(location.hash);
  const kept = preferences();
  batch(() => {
    lang.value = link.lang ?? kept.lang ?? "id";
    state.theme.value = link.theme ?? kept.theme ?? (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light");
    if (link.plan) state.planId.value = link.plan;
    if (link.view) state.view.value = link.view;
    if (link.place) state.spot.value = link.place;
    if (link.switched) state.switched.value = new Set(link.switched);
    if (link.muted) state.muted.value = new Set(link.muted);
    if (link.raster) state.raster.value = link.raster;
    if (link.opacity !== undefined) state.opacity.value = link.opacity;
    if (link.tab === "check" || link.tab === "layers" || link.tab === "place") state.tab.value = link.tab;
  });
  return link;
}

function preferences(): Pick<Link, "lang" | "theme"> {
  try {
    return decode(localStorage.getItem(PREFERENCES) ?? "");
  } catch {
    return {}; // storage may be forbidden; then nothing is kept
  }
}

function now(): Link {
  return {
    plan: state.planId.value,
    ...(state.view.value ? { view: state.view.value } : {}),
    ...(state.spot.value ? { place: state.spot.value } : {}),
    ...(state.tab.value === "place" ? {} : { tab: state.tab.value }),
    lang: lang.value,
    theme: state.theme.value,
    switched: [...state.switched.value],
    muted: [...state.muted.value],
    raster: state.raster.value,
    opacity: state.opacity.value,
  };
}

/** Write the address whenever something changes. */
export function keepAddress(): void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  effect(() => {
    const text = `#${encode(now())}`;
    clearTimeout(timer);
    timer = setTimeout(() => history.replaceState(null, "", text), 200); // browsers refuse too many
  });
  effect(() => {
    const text = encode({ lang: lang.value, theme: state.theme.value });
    try {
      localStorage.setItem(PREFERENCES, text);
    } catch {
      // as above
    }
  });
}
