// Where the page starts: address in, effects on, application drawn.
import "@fontsource-variable/plus-jakarta-sans/wght.css";
import "./styles/index.css";
import { effect } from "@preact/signals";
import { render } from "preact";
import * as actions from "./actions/index.ts";
import { App } from "./app.tsx";
import { keepAddress, readAddress } from "./link.ts";
import * as state from "./state.ts";
import { lang, t } from "./words/index.ts";

const link = readAddress();

effect(() => {
  document.documentElement.lang = lang.value;
  document.documentElement.dataset["theme"] = state.theme.value;
  document.title = state.plan.value ? `${state.plan.value.title} · ${t("app.title")}` : t("app.title");
});
effect(() => void actions.loadAround());
effect(() => void actions.loadRasterLegend());
effect(() => void actions.loadPlace());
effect(() => {
  void lang.value;
  void actions.recheck();
});

const phone = matchMedia("(max-width: 820px)");
const follow = () => (state.narrow.value = phone.matches);
phone.addEventListener("change", follow);
follow();
if (innerWidth < 1180) state.layersOpen.value = false;

addEventListener("online", () => actions.loadPlans(link.plan));
addEventListener("offline", () => (state.online.value = false));

render(<App />, document.getElementById("app")!);
keepAddress();
void actions.loadPlans(link.plan);
