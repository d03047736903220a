/** The switches of the layers, each with its legend. */
import type { LayerSpecification, Map, StyleSpecification } from "maplibre-gl";

import { OGC } from "./asking";
import { LAND } from "./base";
import { draw, find, make } from "./elements";
import { say } from "./words";

export interface Entry {
  label: string;
  colour: string;
  geometry: "point" | "line" | "polygon";
  size_px: number;
}

/** All that draws one collection. */
export interface Group {
  id: string;
  title: string;
  layers: string[];
  legend: Entry[];
  isShown: boolean;
}

/** What the style of the service tells of each collection it draws. */
export interface Told {
  title: string;
  shown: boolean;
  legend: Entry[];
}

/** Listed first; the others follow as they are drawn, those on top first. */
const ORDER = ["plan_flows", "plan_capacities", "plan_differences", "closures", "parks", "terminals", "facilities", "zones"];
const STORED = "hinterland.layers";

export function collectionOf(layer: LayerSpecification): string {
  return "source" in layer && typeof layer.source === "string" ? layer.source : "";
}

/** The layers of a style by the collection they draw, those on top first. */
export function groupsOf(style: StyleSpecification, told: Record<string, Told>): Group[] {
  const groups: Record<string, Group> = {};
  const chosen = chosenBefore();
  for (const layer of style.layers) {
    const id = collectionOf(layer);
    if (id === "" || id === LAND) continue;
    groups[id] ??= {
      id,
      title: told[id]?.title ?? id,
      layers: [],
      legend: told[id]?.legend ?? [],
      isShown: chosen[id] ?? told[id]?.shown ?? true,
    };
    groups[id].layers.push(layer.id);
  }
  const found = Object.values(groups).reverse().sort((one, other) => place(one) - place(other));
  return found;
}

function place(group: Group): number {
  const at = ORDER.indexOf(group.id);
  return at < 0 ? ORDER.length : at;
}

export function show(map: Map, group: Group, isShown: boolean): void {
  group.isShown = isShown;
  for (const layer of group.layers) map.setLayoutProperty(layer, "visibility", isShown ? "visible" : "none");
}

/** Hides in a style what is not shown, so that nothing of it is asked for, and shows what is. */
export function hideUnshown(style: StyleSpecification, groups: Group[]): StyleSpecification {
  const hidden = new Set(groups.filter((group) => !group.isShown).flatMap((group) => group.layers));
  const layers = style.layers.map((layer) =>
    layer.type === "background"
      ? layer
      : ({ ...layer, layout: { ...layer.layout, visibility: hidden.has(layer.id) ? "none" : "visible" } } as LayerSpecification),
  );
  return { ...style, layers };
}

/** Lists the layers, and after them why others are missing. */
export function listLayers(map: Map, groups: Group[], missing: string[]): void {
  const list = find<HTMLUListElement>("#layers ul");
  const reasons = missing.map((reason) => make("li", { class: "missing" }, reason));
  list.replaceChildren(...groups.map((group) => item(map, group, groups)), ...reasons);
  find<HTMLElement>("#layers").hidden = groups.length + missing.length === 0;
}

function item(map: Map, group: Group, groups: Group[]): HTMLLIElement {
  const box = make("input", { type: "checkbox", role: "switch", "data-layer": group.id });
  box.checked = group.isShown;
  const legend = make("ul", { class: "legend" }, ...group.legend.map(line));
  legend.hidden = !group.isShown || group.legend.length < 1;
  box.addEventListener("change", () => {
    show(map, group, box.checked);
    legend.hidden = !box.checked || group.legend.length < 1;
    remember(groups);
  });
  const about = `${say("browse")}: ${group.title}`;
  const link = make("a", { href: `${OGC}/collections/${group.id}`, title: about, "aria-label": about }, arrow());
  return make("li", {}, make("div", { class: "row" }, make("label", {}, box, make("span", {}, group.title)), link), legend);
}

function arrow(): SVGSVGElement {
  const path = draw("path", { d: "M12 4v11M7 10.5l5 5 5-5M5 20h14" });
  return draw("svg", { viewBox: "0 0 24 24", class: "icon", "aria-hidden": "true" }, path);
}

function line(entry: Entry): HTMLLIElement {
  return make("li", {}, sample(entry), entry.label);
}

function sample(entry: Entry): SVGSVGElement {
  const size = Math.min(Math.max(entry.size_px, 1.5), 14);
  const picture = draw("svg", { viewBox: "0 0 26 16", class: "sample", "aria-hidden": "true" });
  if (entry.geometry === "line") {
    picture.append(
      draw("path", { d: "M2 8H24", stroke: entry.colour, "stroke-width": `${size}`, "stroke-linecap": "round" }),
    );
  } else if (entry.geometry === "point") {
    picture.append(draw("circle", { cx: "13", cy: "8", r: `${Math.max(size / 2, 3)}`, fill: entry.colour, class: "dot" }));
  } else {
    picture.append(
      draw("rect", { x: "3", y: "2", width: "20", height: "12", rx: "2", fill: entry.colour, "fill-opacity": "0.4", stroke: entry.colour }),
    );
  }
  return picture;
}

function chosenBefore(): Record<string, boolean> {
  try {
    const found: unknown = JSON.parse(localStorage.getItem(STORED) ?? "{}");
    return typeof found === "object" && found !== null ? (found as Record<string, boolean>) : {};
  } catch {
    return {};
  }
}

function remember(groups: Group[]): void {
  try {
    localStorage.setItem(STORED, JSON.stringify(Object.fromEntries(groups.map((group) => [group.id, group.isShown]))));
  } catch {
    // A browser that keeps nothing shows the usual layers next time.
  }
}
