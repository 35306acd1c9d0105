import { expect, test } from "vitest";
import { matches } from "./match.ts";

test("every word typed is somewhere in the text", () => {
  expect(matches("toko ECER", "Perdagangan eceran, toko kelontong 47111")).toBe(true);
  expect(matches("toko pabrik", "Perdagangan eceran, toko")).toBe(false);
  expect(matches("", "apa saja")).toBe(true);
  expect(matches("cafe", "Café")).toBe(true);
});
