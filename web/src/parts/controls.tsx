// Buttons on the map, the bar while drawing, and lines of news.
import * as actions from "../actions/index.ts";
import { zoomBy } from "../map/canvas.ts";
import * as state from "../state.ts";
import { t } from "../words/index.ts";
import { Button, IconButton } from "./bits.tsx";

export function MapControls() {
  if (state.mapFailed.value) return null;
  return (
    <div class="map-controls" role="group" aria-label={t("map.tools")}>
      <IconButton icon="plus" label={t("map.zoomIn")} onClick={() => zoomBy(1)} />
      <IconButton icon="minus" label={t("map.zoomOut")} onClick={() => zoomBy(-1)} />
      <IconButton icon="home" label={t("map.home")} onClick={actions.showWhole} />
      {isSecureContext && <IconButton icon="locate" label={t("map.locate")} onClick={actions.locate} />}
      {!state.narrow.value && (
        <IconButton
          icon="layers"
          label={t(state.layersOpen.value ? "layers.close" : "layers.open")}
          aria-expanded={state.layersOpen.value}
          onClick={() => (state.layersOpen.value = !state.layersOpen.value)}
        />
      )}
    </div>
  );
}

const touched = () => matchMedia("(pointer: coarse)").matches;

export function DrawBar() {
  const mode = state.drawing.value;
  if (mode === "no") return null;
  const finish = () => actions.thePen()?.finish();
  return (
    <div class="draw-bar" role="toolbar" aria-label={t(mode === "draw" ? "check.draw" : "check.edit")}>
      {mode === "draw" && <p>{t(touched() ? "check.drawing.touch" : "check.drawing")}</p>}
      <div class="choices choices-small">
        {mode === "draw" && <span class="count">{t("check.corners", { n: state.corners.value })}</span>}
        {mode === "draw" && <IconButton icon="undo" label={t("check.undo")} disabled={!state.corners.value} onClick={() => actions.thePen()?.undo()} />}
        <Button kind="main" icon="check" disabled={mode === "draw" && state.corners.value < 3} onClick={finish}>
          {t(mode === "draw" ? "check.finish" : "check.edit.done")}
        </Button>
        {mode === "draw" && <Button onClick={actions.endDrawing}>{t("check.cancel")}</Button>}
      </div>
    </div>
  );
}

export function News() {
  return (
    <>
      {!state.online.value && (
        <div class="banner" role="alert">
          {t("error.offline")}
        </div>
      )}
      {state.toast.value && (
        <div class="toast" role="status">
          <span>{state.toast.value}</span>
          <IconButton icon="close" label={t("close")} onClick={() => (state.toast.value = "")} />
        </div>
      )}
      <div class="unseen" aria-live="polite" role="status">
        {state.said.value}
      </div>
    </>
  );
}
