// The choice of an activity by name or KBLI, as the service finds it. A combobox; keeps the choice in the state.
import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import * as actions from "../actions/index.ts";
import * as api from "../api.ts";
import * as state from "../state.ts";
import type { Activity } from "../types.ts";
import { t } from "../words/index.ts";
import { IconButton } from "./bits.tsx";

const WAIT_MS = 160;

export function ActivityPicker() {
  const chosen = state.activity.value;
  return chosen ? <Chosen activity={chosen} /> : <Choose />;
}

function Chosen({ activity }: { activity: Activity }) {
  return (
    <div class="chosen">
      <div>
        <strong>{activity.name}</strong>
        <small>{activity.kbli?.length ? `KBLI ${activity.kbli.join(", ")}` : `ID ${activity.activity_id}`}</small>
      </div>
      <IconButton icon="close" label={t("check.activity.clear")} onClick={() => actions.chooseActivity(null)} />
    </div>
  );
}

function Choose() {
  const text = useSignal("");
  const found = useSignal<Activity[] | null>(null);
  const active = useSignal(0);
  const open = useSignal(false);
  const list = useRef<HTMLUListElement>(null);
  const plan = state.plan.value?.id;
  const q = text.value.trim();

  useEffect(() => {
    if (!plan || !q) {
      found.value = null;
      return undefined;
    }
    const stop = new AbortController();
    const timer = setTimeout(() => {
      api.activities(plan, q, stop.signal, 20).then(
        (list) => {
          found.value = list;
          active.value = 0;
          actions.say(list.length ? t("search.count", { n: list.length }) : t("search.none", { q }));
        },
        () => undefined, // typed on, or no answer: the next key asks again
      );
    }, WAIT_MS);
    return () => (clearTimeout(timer), stop.abort());
  }, [plan, q]);

  const onKeyDown = (event: KeyboardEvent) => {
    const all = found.value ?? [];
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && all.length) {
      event.preventDefault();
      active.value = (active.value + step + all.length) % all.length;
      list.current?.children[active.value]?.scrollIntoView({ block: "nearest" });
    } else if (event.key === "Enter" && shown) {
      event.preventDefault();
      const one = all[active.value];
      if (one) actions.chooseActivity(one);
    } else if (event.key === "Escape" && shown) {
      event.stopPropagation();
      open.value = false;
    }
  };
  const shown = open.value && found.value !== null;
  return (
    <div class="combo">
      <input
        class="input"
        type="text"
        role="combobox"
        aria-label={t("check.activity")}
        aria-expanded={shown}
        aria-controls="activities"
        aria-autocomplete="list"
        aria-activedescendant={shown && found.value?.length ? `activity-${active.value}` : undefined}
        placeholder={t("check.activity.hint")}
        autocomplete="off"
        spellcheck={false}
        value={text.value}
        onInput={(event) => ((text.value = event.currentTarget.value), (open.value = true))}
        onFocus={() => (open.value = true)}
        onBlur={() => (open.value = false)}
        onKeyDown={onKeyDown}
      />
      <ul id="activities" role="listbox" aria-label={t("check.activity")} class="combo-list" ref={list} hidden={!shown}>
        {(found.value ?? []).map((one, k) => (
          <li
            key={one.activity_id}
            id={`activity-${k}`}
            role="option"
            aria-selected={k === active.value}
            onPointerDown={(event) => event.preventDefault()}
            onClick={() => actions.chooseActivity(one)}
          >
            <span>{one.name}</span>
            <small>{one.kbli?.length ? `KBLI ${one.kbli.join(", ")}` : `ID ${one.activity_id}`}</small>
          </li>
        ))}
        {found.value?.length === 0 && (
          <li class="found-none" role="option" aria-selected={false} aria-disabled="true">
            {t("search.none", { q })}
          </li>
        )}
      </ul>
    </div>
  );
}
