// The page as a whole: bar, map, desk, legend. Escape closes what is on top.
import { useEffect, useRef } from "preact/hooks";
import * as actions from "./actions/index.ts";
import { createMap } from "./map/canvas.ts";
import { IconButton } from "./parts/bits.tsx";
import { DrawBar, MapControls, News } from "./parts/controls.tsx";
import { Desk } from "./parts/desk.tsx";
import { Layers } from "./parts/layers.tsx";
import { TopBar } from "./parts/topbar.tsx";
import * as state from "./state.ts";
import { t } from "./words/index.ts";

export function App() {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key === "Escape") escape();
      if (event.key === " " && state.drawing.value === "draw" && event.target instanceof HTMLCanvasElement) {
        event.preventDefault();
        actions.thePen()?.addAtCentre();
      }
    };
    addEventListener("keydown", onKey);
    return () => removeEventListener("keydown", onKey);
  }, []);
  return (
    <div class={`page${state.drawing.value === "no" ? "" : " page-drawing"}`}>
      <TopBar />
      <MapView />
      <Desk />
      {!state.narrow.value && state.layersOpen.value && (
        <aside class="side" aria-label={t("layers.title")}>
          <header class="side-head">
            <h2>{t("layers.title")}</h2>
            <IconButton icon="close" label={t("layers.close")} onClick={() => (state.layersOpen.value = false)} />
          </header>
          <div class="side-body" tabIndex={0} role="group" aria-label={t("layers.title")}>
            <Layers />
          </div>
        </aside>
      )}
      <DrawBar />
      <News />
    </div>
  );
}

function escape(): void {
  if (state.drawing.value !== "no") actions.endDrawing();
  else if (state.narrow.value && state.sheet.value !== "peek") state.sheet.value = "peek";
  else if (state.spot.value && state.tab.value === "place") actions.closePlace();
}

function MapView() {
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const map = createMap(box.current!, { onPick: actions.pick, onProblem: actions.tell });
    map?.getCanvas().setAttribute("aria-describedby", "map-help");
    return () => map?.remove();
  }, []);
  return (
    <section class="map" aria-label={t("map.label")} data-ready={state.mapReady.value}>
      <div ref={box} class="map-box" />
      <p id="map-help" class="unseen">
        {t("app.map")}
      </p>
      <span class="cross" aria-hidden="true" />
      {state.mapFailed.value && <p class="map-failed">{t("map.nogl")}</p>}
      <NoPlan />
      <MapControls />
    </section>
  );
}

function NoPlan() {
  const now = state.plans.value;
  if (now.kind !== "ready" || now.value.length) return null;
  return (
    <div class="no-plan" role="status">
      <h2>{t("plan.none.title")}</h2>
      <p>{t("plan.none.text")}</p>
    </div>
  );
}
