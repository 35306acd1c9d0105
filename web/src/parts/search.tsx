// The search box: places, activities and coordinates in one list. A combobox as ARIA describes it.
import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import * as actions from "../actions/index.ts";
import * as api from "../api.ts";
import { parsePlace, place } from "../format.ts";
import * as state from "../state.ts";
import type { Activity, LonLat, Place } from "../types.ts";
import { lang, maybe, t } from "../words/index.ts";
import { IconButton } from "./bits.tsx";
import { Icon, type IconName } from "./icon.tsx";

interface Found {
  key: string;
  icon: IconName;
  title: string;
  about: string;
  go: () => void;
}

const WAIT_MS = 160; // between the last key and the question

export function Search() {
  const text = useSignal("");
  const found = useSignal<Found[]>([]);
  const open = useSignal(false);
  const active = useSignal(-1);
  const input = useRef<HTMLInputElement>(null);
  const q = text.value.trim();
  const plan = state.plan.value?.id;
  const language = lang.value;

  useEffect(() => {
    if (!q || !plan) {
      found.value = [];
      return undefined;
    }
    const stop = new AbortController();
    const timer = setTimeout(async () => {
      const [places, activities] = await Promise.all([
        api.places(plan, q, stop.signal).catch(() => []),
        api.activities(plan, q, stop.signal, 6).catch(() => []),
      ]);
      if (stop.signal.aborted) return;
      found.value = [...ofCoordinates(q), ...places.slice(0, 6).map(ofPlace), ...activities.slice(0, 6).map(ofActivity)];
      active.value = found.value.length ? 0 : -1;
      actions.say(found.value.length ? t("search.count", { n: found.value.length }) : t("search.none", { q }));
    }, WAIT_MS);
    return () => {
      clearTimeout(timer);
      stop.abort();
    };
  }, [q, plan, language]);

  const choose = (one: Found | undefined) => {
    if (!one) return;
    open.value = false;
    text.value = "";
    input.current?.blur();
    one.go();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && found.value.length) {
      event.preventDefault();
      open.value = true;
      active.value = (active.value + step + found.value.length) % found.value.length;
    } else if (event.key === "Enter") choose(found.value[active.value]);
    else if (event.key === "Escape") {
      event.stopPropagation();
      if (open.value && q) open.value = false;
      else text.value = "";
    }
  };
  const shown = open.value && q !== "";
  return (
    <div class="search" role="search">
      <Icon name="search" size={18} />
      <input
        ref={input}
        type="text"
        role="combobox"
        aria-label={t("search.label")}
        aria-expanded={shown}
        aria-controls="found"
        aria-autocomplete="list"
        aria-activedescendant={shown && active.value >= 0 ? `found-${active.value}` : undefined}
        placeholder={t("search.label")}
        autocomplete="off"
        spellcheck={false}
        enterkeyhint="search"
        value={text.value}
        onInput={(event) => {
          text.value = event.currentTarget.value;
          open.value = true;
        }}
        onFocus={() => (open.value = true)}
        onBlur={() => (open.value = false)}
        onKeyDown={onKeyDown}
      />
      {text.value && <IconButton icon="close" label={t("search.clear")} onClick={() => ((text.value = ""), input.current?.focus())} />}
      <ul id="found" role="listbox" aria-label={t("search.label")} class="found" hidden={!shown}>
        {found.value.map((one, k) => (
          <li
            key={one.key}
            id={`found-${k}`}
            role="option"
            aria-selected={k === active.value}
            onPointerDown={(event) => event.preventDefault()}
            onClick={() => choose(one)}
            onPointerMove={() => (active.value = k)}
          >
            <Icon name={one.icon} size={18} />
            <span class="found-title">{one.title}</span>
            <span class="found-about">{one.about}</span>
          </li>
        ))}
        {!found.value.length && (
          <li class="found-none" role="option" aria-selected={false} aria-disabled="true">
            {t("search.none", { q })}
          </li>
        )}
      </ul>
    </div>
  );
}

function ofCoordinates(q: string): Found[] {
  const at: LonLat | null = parsePlace(q);
  if (!at) return [];
  const go = () => actions.goToPoint(at);
  return [{ key: "at", icon: "pin", title: place(at[0], at[1], lang.value), about: t("search.coordinates"), go }];
}

function ofPlace(one: Place, k: number): Found {
  const about = [maybe(`kind.${one.kind}`, one.kind), one.within].filter(Boolean).join(" · ");
  return { key: `place-${one.kind}-${one.name}-${k}`, icon: "polygon", title: one.name, about, go: () => actions.goToPlace(one) };
}

function ofActivity(one: Activity): Found {
  const about = one.kbli?.length ? `KBLI ${one.kbli.join(", ")}` : t("search.activities");
  return { key: `activity-${one.activity_id}`, icon: "check", title: one.name, about, go: () => actions.checkHere(one) };
}
