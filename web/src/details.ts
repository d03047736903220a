/** What is told of one feature: a link's tonnes, capacity and shadow price, and all else that is known of it. */
import type { Feature, Geometry } from "geojson";

import { ask, OGC } from "./asking";
import { find, make } from "./elements";
import { LANGUAGE, number, percent, say, unitWords } from "./words";

type Value = string | number | boolean | null;
type Properties = Record<string, Value | undefined>;
/** A feature with all that the caller may know of it. */
export type Whole = Feature<Geometry | null, Properties>;

/** One property, as the queryables of a collection describe it (JSON Schema). */
interface Described {
  title?: string;
  description?: string;
  enum?: string[];
  oneOf?: { const: string; title: string }[];
  "x-ogc-unit"?: string;
  format?: string;
}

interface Queryables {
  properties?: Record<string, Described>;
}

const kept: Record<string, Promise<Queryables>> = {};

export async function describe(collection: string): Promise<Record<string, Described>> {
  kept[collection] ??= ask<Queryables>(`${OGC}/collections/${collection}/queryables`, {
    headers: { Accept: "application/schema+json" },
  });
  try {
    return (await kept[collection]).properties ?? {};
  } catch {
    delete kept[collection];
    return {};
  }
}

/** The whole feature; what a tile holds of it may be less. */
export function askFeature(collection: string, id: string): Promise<Whole> {
  return ask<Whole>(`${OGC}/collections/${collection}/items/${encodeURIComponent(id)}`, {
    headers: { Accept: "application/geo+json" },
  });
}

export function nameOf(properties: Properties, fallback: string): string {
  const other = LANGUAGE === "vi" ? "name_en" : "name_vi";
  const found = [`name_${LANGUAGE}`, other, "name", "road", "ref"].map((field) => properties[field]);
  return found.find((name): name is string => typeof name === "string" && name !== "") ?? fallback;
}

/** Shows what is known of a feature; gives the card, closed by its button or by Escape. */
export async function showDetails(
  collection: string,
  title: string,
  feature: Whole,
  closed: () => void,
): Promise<HTMLElement> {
  const described = await describe(collection);
  const card = find<HTMLElement>("#details");
  const properties = feature.properties ?? {};
  const close = make("button", { type: "button", class: "close", "aria-label": say("close") }, "×");
  close.addEventListener("click", closed);
  const head = make("header", {}, make("div", {}, make("p", {}, title), make("h2", {}, nameOf(properties, `${feature.id ?? ""}`))), close);
  const rows = make("dl", { class: "all" });
  for (const [field, value] of Object.entries(properties)) {
    if (value === null || value === undefined || value === "") continue;
    const about = described[field];
    rows.append(make("dt", {}, about?.title ?? field), make("dd", { "data-field": field }, worded(value, about)));
  }
  const figures = collection.startsWith("plan_flows") || collection.startsWith("plan_capacities");
  const list = make("details", {}, make("summary", {}, say("all")), rows);
  list.open = !figures;
  card.replaceChildren(head, ...(figures ? [headline(properties, described)] : []), figures ? list : rows);
  card.dataset["collection"] = collection;
  card.hidden = false;
  return card;
}

export function hideDetails(): void {
  find<HTMLElement>("#details").hidden = true;
}

/** A year is no amount: no point stands in it, and no unit after it. */
const YEAR = "year";

function worded(value: Value, about: Described | undefined): string {
  if (typeof value === "boolean") return value ? "✓" : "–";
  if (typeof value === "number") {
    const unit = about?.["x-ogc-unit"];
    if (unit === YEAR) return `${value}`;
    return unit ? `${number(value)} ${unitWords(unit)}` : number(value);
  }
  return about?.oneOf?.find((word) => word.const === value)?.title ?? `${value}`;
}

/** Tonnes, capacity and shadow price of a link, a terminal or a service. */
function headline(properties: Properties, described: Record<string, Described>): HTMLElement {
  const figures = make("div", { class: "figures" });
  const add = (field: string, label: string, value: number, unit: string): void => {
    const figure = make("b", {}, number(value), " ", make("i", {}, unit));
    figures.append(make("p", { "data-figure": field }, make("span", {}, label), figure));
  };
  const at = (field: string): number | undefined => {
    const value = properties[field];
    return typeof value === "number" ? value : undefined;
  };
  const unit = unitOf(properties, described);
  const tonnes = at("t_per_day");
  if (tonnes !== undefined) add("t_per_day", say("flow"), tonnes, say("tonnes"));
  const teu = at("teu_per_day");
  if (teu !== undefined && teu > 0) add("teu_per_day", say("teu"), teu, "TEU");
  const capacity = at("capacity_per_day");
  if (capacity !== undefined) add("capacity_per_day", say("capacity"), capacity, unit);
  const load = at("utilisation");
  if (load !== undefined) {
    const meter = make("meter", { min: "0", max: "1", low: "0.8", high: "0.98", optimum: "0", value: `${Math.min(load, 1)}` });
    figures.append(make("p", { "data-figure": "utilisation" }, make("span", {}, say("load")), make("b", {}, percent(load)), meter));
  }
  if ("shadow_price" in properties && capacity !== undefined) figures.append(price(at("shadow_price"), unit, described));
  return figures;
}

function price(value: number | undefined, unit: string, described: Record<string, Described>): HTMLElement {
  const currency = (described["shadow_price"]?.["x-ogc-unit"] ?? "").split("/")[0] ?? "";
  const place = make("p", { "data-figure": "shadow_price" }, make("span", {}, say("price")));
  if (value === undefined) place.append(make("small", {}, say("noPrice")));
  else if (value === 0) place.append(make("b", {}, "0"), make("small", {}, say("free")));
  else place.append(make("b", {}, number(value), " ", make("i", {}, currency)), make("small", {}, say("priceOf", { unit })));
  return place;
}

function unitOf(properties: Properties, described: Record<string, Described>): string {
  const field = "capacity_unit" in properties ? "capacity_unit" : "unit";
  const value = properties[field];
  return typeof value === "string" ? worded(value, described[field]) : "";
}
