// The bar on top: whose plan this is, the search, language and appearance.
import * as actions from "../actions/index.ts";
import * as state from "../state.ts";
import type { Lang, Theme } from "../types.ts";
import { lang, LANGS, t, type Word } from "../words/index.ts";
import { Icon, Mark } from "./icon.tsx";
import { Search } from "./search.tsx";

const THEMES: readonly Theme[] = ["light", "dark", "colorblind"];

export function TopBar() {
  return (
    <header class="topbar">
      <a class="skip" href="#desk">
        {t("app.skip")}
      </a>
      <div class="brand">
        <Mark />
        <PlanTitle />
      </div>
      <Search />
      <div class="preferences">
        <label class="chooser" title={t("app.theme")}>
          <Icon name="sun" size={18} />
          <select aria-label={t("app.theme")} value={state.theme.value} onChange={(e) => (state.theme.value = e.currentTarget.value as Theme)}>
            {THEMES.map((theme) => (
              <option key={theme} value={theme}>
                {t(`theme.${theme}` as Word)}
              </option>
            ))}
          </select>
        </label>
        <div class="languages" role="group" aria-label={t("app.language")}>
          {LANGS.map((one) => (
            <LangButton key={one} one={one} />
          ))}
        </div>
      </div>
    </header>
  );
}

function LangButton({ one }: { one: Lang }) {
  return (
    <button type="button" lang={one} aria-pressed={lang.value === one} aria-label={`${one.toUpperCase()} ${one === "id" ? "Bahasa Indonesia" : "English"}`} onClick={() => (lang.value = one)}>
      {one.toUpperCase()}
    </button>
  );
}

function PlanTitle() {
  const all = state.plans.value.kind === "ready" ? state.plans.value.value : [];
  const plan = state.plan.value;
  const title = plan?.title ?? t("app.title");
  return (
    <div class="brand-text">
      <h1>
        {all.length > 1 ? (
          <label class="plan-chooser">
            <span class="unseen">{t("plan.choose")}</span>
            <select value={plan?.id ?? ""} onChange={(e) => actions.choosePlan(e.currentTarget.value)}>
              {all.map((one) => (
                <option key={one.id} value={one.id}>
                  {one.title}
                </option>
              ))}
            </select>
            <Icon name="chevron" size={16} />
          </label>
        ) : (
          title
        )}
      </h1>
      <p>{plan?.regulation || t("app.subtitle")}</p>
    </div>
  );
}
