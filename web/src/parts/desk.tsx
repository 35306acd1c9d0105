// The desk: place, check and (on a phone) legend, as tabs of one panel; on a phone a sheet that grows from below.
import { useRef } from "preact/hooks";
import * as state from "../state.ts";
import { t } from "../words/index.ts";
import { CheckForm } from "./checkform.tsx";
import { Icon, type IconName } from "./icon.tsx";
import { Layers } from "./layers.tsx";
import { PlaceCard } from "./placecard.tsx";
import { Verdict } from "./verdict.tsx";

const ICONS: Record<state.Tab, IconName> = { place: "pin", check: "check", layers: "layers" };
const SIZES = ["peek", "half", "full"] as const;
const FAR = 40; // pixels a finger moves before the sheet follows

export function Desk() {
  const narrow = state.narrow.value;
  const tabs: state.Tab[] = narrow ? ["place", "check", "layers"] : ["place", "check"];
  const tab = tabs.includes(state.tab.value) ? state.tab.value : "place";
  return (
    <main id="desk" tabIndex={-1} class={`desk desk-${narrow ? state.sheet.value : "wide"}`} aria-label={t("app.desk")}>
      {narrow && <Handle />}
      <Tabs tabs={tabs} tab={tab} />
      <div class="desk-body" role="tabpanel" id="panel" aria-labelledby={`tab-${tab}`} tabIndex={0}>
        {tab === "place" && <PlaceCard />}
        {tab === "check" && <Check />}
        {tab === "layers" && (
          <>
            <h2 class="unseen">{t("layers.title")}</h2>
            <Layers />
          </>
        )}
      </div>
    </main>
  );
}

function Check() {
  const now = state.checked.value;
  return now.kind === "ready" ? <Verdict checked={now.value} /> : <CheckForm />;
}

function Tabs({ tabs, tab }: { tabs: state.Tab[]; tab: state.Tab }) {
  const open = (one: state.Tab) => {
    state.tab.value = one;
    if (state.sheet.value === "peek") state.sheet.value = "half";
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    const next = tabs[(tabs.indexOf(tab) + step + tabs.length) % tabs.length]!;
    open(next);
    document.getElementById(`tab-${next}`)?.focus();
  };
  return (
    <div class="tabs" role="tablist" aria-label={t("app.desk")} onKeyDown={onKeyDown}>
      {tabs.map((one) => (
        <button key={one} id={`tab-${one}`} type="button" role="tab" aria-selected={one === tab} aria-controls="panel" tabIndex={one === tab ? 0 : -1} onClick={() => open(one)}>
          <Icon name={ICONS[one]} size={18} />
          {t(`tab.${one}`)}
        </button>
      ))}
    </div>
  );
}

function Handle() {
  const start = useRef<number | null>(null);
  const grow = (by: number) => {
    const next = SIZES.indexOf(state.sheet.value) + by;
    state.sheet.value = SIZES[Math.max(0, Math.min(SIZES.length - 1, next))]!;
  };
  const full = state.sheet.value === "full";
  return (
    <button
      type="button"
      class="handle"
      aria-label={t(full ? "sheet.shrink" : "sheet.grow")}
      onClick={() => start.current === null && grow(full ? -2 : 1)}
      onPointerDown={(event) => {
        start.current = event.clientY;
        event.currentTarget.setPointerCapture(event.pointerId);
      }}
      onPointerUp={(event) => {
        const moved = event.clientY - (start.current ?? event.clientY);
        const far = Math.abs(moved) > FAR;
        if (far) grow(moved < 0 ? 1 : -1);
        setTimeout(() => (start.current = null));
        if (!far) grow(full ? -2 : 1);
      }}
    />
  );
}
