import { expect, test } from "vitest";
import { decode, encode, type Link } from "./permalink.ts";

const full: Link = {
  plan: "kota-contoh",
  view: { zoom: 15.25, lat: 0.13011, lon: 117.4997 },
  place: [117.4997, 0.130123],
  tab: "check",
  lang: "en",
  theme: "colorblind",
  raster: "dem",
  activity: "001",
  switched: ["roads-casing", "overlay-krb_03"],
  muted: ["R-2", "K-1"],
  opacity: 0.6,
};

test("a link comes back as it was", () => expect(decode(`#${encode(full)}`)).toEqual(full));

test("a link is readable", () => {
  expect(encode({ plan: "a", view: full.view! })).toBe("plan=a&map=15.25/0.13011/117.4997");
});

test("nothing gives nothing", () => {
  expect(encode({})).toBe("");
  expect(decode("")).toEqual({});
});

test("what is not understood is left out", () => {
  expect(decode("#map=a/b/c&at=400,900&lang=fr&theme=pink&opacity=-3&switched=~~&x=1")).toEqual({});
});
