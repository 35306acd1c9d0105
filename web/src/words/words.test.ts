import { expect, test } from "vitest";
import { filled, LANGS, TABLES } from "./index.ts";

const placeholders = (text: string) => [...text.matchAll(/\{\w+\}/g)].map((m) => m[0]).sort();

test("both languages have the same keys, none of them empty", () => {
  const keys = LANGS.map((lang) => Object.keys(TABLES[lang]).sort());
  expect(keys[1]).toEqual(keys[0]);
  for (const lang of LANGS) expect(Object.values(TABLES[lang]).filter((text) => !text.trim())).toEqual([]);
});

test("a text asks for the same values in both languages", () => {
  for (const [key, text] of Object.entries(TABLES.id)) {
    expect([key, placeholders(TABLES.en[key as keyof typeof TABLES.en])]).toEqual([key, placeholders(text)]);
  }
});

test("values are filled in, unknown names stay visible", () => {
  expect(filled("{n} dari {m}", { n: 3 })).toBe("3 dari {m}");
});
