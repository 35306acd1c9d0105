import { expect, test } from "vitest";
import { casesOf } from "./limits.ts";
import type { Limit } from "./types.ts";

const limit = (key: string, when: Limit["when"] = null): Limit => ({ key, label: key, value: 1, unit: "", when });

test("limits of one case stand together, in the order of the plan", () => {
  const small = { lot_min_m2: null, lot_max_m2: 100 };
  const cases = casesOf([limit("kdb", small), limit("kdb", { lot_min_m2: 100, lot_max_m2: 250 }), limit("klb", small)], "id");
  expect(cases.map((c) => [c.name, c.limits.map((l) => l.key)])).toEqual([
    ["Kaveling < 100 m²", ["kdb", "klb"]],
    ["Kaveling 100–250 m²", ["kdb"]],
  ]);
});

test("a case is told in words of both languages", () => {
  const when = { road_class: "lokal", lot_min_m2: 1500, alternative: 2 };
  expect(casesOf([limit("kdb", when)], "id")[0]!.name).toBe("Kaveling ≥ 1.500 m², Jalan lokal, alternatif 2");
  expect(casesOf([limit("kdb", when)], "en")[0]!.name).toBe("Lot ≥ 1,500 m², Local road, alternative 2");
});

test("what holds always has no name", () => {
  expect(casesOf([limit("kdb"), limit("klb", {})], "id").map((c) => c.name)).toEqual([""]);
});
