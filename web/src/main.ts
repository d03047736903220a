/** The map of the page at /: what the caller may see of the region, and the latest plan on it. */
import {
  AttributionControl,
  type GeoJSONSource,
  LngLatBounds,
  Map,
  type MapGeoJSONFeature,
  NavigationControl,
  type PointLike,
  ScaleControl,
  setWorkerUrl,
  type StyleSpecification,
  type VectorTileSource,
} from "maplibre-gl";

import type { Geometry } from "geojson";

import { ask, OGC, Refusal } from "./asking";
import { DARK, grounded } from "./base";
import { offerCopies } from "./copying";
import { askFeature, hideDetails, showDetails, type Whole } from "./details";
import { find, make, tell } from "./elements";
import { type Group, groupsOf, hideUnshown, listLayers, type Told } from "./layers";
import { BASE, newestRuns, showPlans } from "./plan";
import { offerSession } from "./session";
import { LANGUAGE, MAP_WORDS, say } from "./words";

declare const WORKER_FILE: string;

const REACH_PX = 6;
const LONG_ATTRIBUTION = 120;
const TOO_MANY = 429;
const PICKED = "picked";
/** What the map shows when it opens: where the region's own places are. */
const HOME = ["parks", "terminals", "network_links", "plan_flows"];
const WORLD = new LngLatBounds([102, 8, 110, 24]);

async function start(): Promise<void> {
  offerSession();
  offerCopies();
  keepPlace();
  tell(say("loading"));
  const style = await ask<StyleSpecification>(`${OGC}/map-style?lang=${LANGUAGE}`);
  const runs = document.body.dataset["plans"] === "yes" ? await newestRuns() : [];
  const drawn = grounded(style);
  const telling = (style.metadata ?? {}) as Telling;
  const groups = groupsOf(drawn, telling["hinterland:layers"] ?? {});
  const base = runs.find((run) => run.scenario_id === BASE)?.run_id ?? "";
  const first: Choice = { run: runs[0]?.run_id ?? "", base };
  const map = makeMap(ofRun(hideUnshown(drawn, groups), first));
  const page = new Page(map, groups, first);
  listLayers(map, groups, Object.values(telling["hinterland:missing"] ?? {}));
  tell(groups.length === 0 ? say("noLayers") : "");
  if (document.body.dataset["plans"] === "yes") {
    await showPlans(runs, (run) => page.run(run), (collection, feature) => void page.pick(collection, feature));
  }
}

/** What the service tells in the style: of each layer its title and legend, and of those that are missing why. */
interface Telling {
  "hinterland:layers"?: Record<string, Told>;
  "hinterland:missing"?: Record<string, string>;
}

const OF_RUNS = ["plan_flows", "plan_capacities", "plan_differences"];

/** The plan on the map, and the base case that it is compared with. */
interface Choice {
  run: string;
  base: string;
}

/** The id of a collection with what stands on the map: of plans the chosen one, of differences those from the base. */
function idOf(name: string, { run, base }: Choice): string {
  if (run === "" || !OF_RUNS.includes(name)) return name;
  if (name !== "plan_differences") return `${name}.${run}`;
  return base === "" || base === run ? name : `${name}.${base}.${run}`;
}

function tilesOf(collection: string): string {
  return `${location.origin}${OGC}/collections/${collection}/tiles/WebMercatorQuad/{z}/{y}/{x}?lang=${LANGUAGE}`;
}

/** The style with the layers of one plan, named by its id: the tiles of another have other addresses. */
function ofRun(style: StyleSpecification, choice: Choice): StyleSpecification {
  const sources = { ...style.sources };
  for (const name of OF_RUNS) {
    const source = sources[name];
    if (source?.type === "vector") {
      sources[name] = { ...source, tiles: [tilesOf(idOf(name, choice))] };
    }
  }
  return { ...style, sources };
}

function makeMap(style: StyleSpecification): Map {
  setWorkerUrl(`/static/${WORKER_FILE}`);
  const home = homeOf(style);
  const map = new Map({
    container: find<HTMLElement>("#map"),
    style,
    bounds: home,
    fitBoundsOptions: { padding: 40 },
    hash: true,
    attributionControl: false,
    dragRotate: false,
    pitchWithRotate: false,
    touchPitch: false,
    maxZoom: 19,
    locale: MAP_WORDS,
  });
  map.touchZoomRotate.disableRotation();
  map.keyboard.disableRotation();
  map.addControl(new NavigationControl({ showCompass: false }), "top-right");
  map.addControl({ onAdd: () => homeButton(map, home), onRemove: () => undefined }, "top-right");
  map.addControl(new ScaleControl({ maxWidth: 110 }), "bottom-left");
  map.addControl(new AttributionControl({ compact: true }), "bottom-right");
  map.getCanvas().setAttribute("aria-label", say("enter"));
  map.once("idle", foldAttribution);
  // A drawing of the graphics card is on paper only if it is drawn again in the size of the paper, just before.
  addEventListener("beforeprint", () => map.resize().redraw());
  addEventListener("afterprint", () => map.resize());
  return map;
}

/** The other language opens at the same place of the map. */
function keepPlace(): void {
  const link = find<HTMLAnchorElement>("#language");
  link.addEventListener("click", () => {
    link.hash = location.hash;
  });
}

/** Folds a long list of sources, which would hide the map; a short one, such as that of OpenStreetMap, stays open. */
function foldAttribution(): void {
  const box = find<HTMLDetailsElement>("details.maplibregl-ctrl-attrib");
  if ((box.textContent ?? "").length <= LONG_ATTRIBUTION) return;
  box.classList.remove("maplibregl-compact-show");
  box.removeAttribute("open");
}

function homeButton(map: Map, home: LngLatBounds): HTMLElement {
  const button = make("button", { type: "button", class: "home", "aria-label": say("allShown"), title: say("allShown") });
  button.addEventListener("click", () => map.fitBounds(home, { padding: 40 }));
  return make("div", { class: "maplibregl-ctrl maplibregl-ctrl-group" }, button);
}

function homeOf(style: StyleSpecification): LngLatBounds {
  for (const name of HOME) {
    const source = style.sources[name];
    if (source?.type === "vector" && source.bounds !== undefined) return new LngLatBounds(source.bounds);
  }
  return WORLD;
}

function boundsOf(geometry: Geometry): LngLatBounds {
  const bounds = new LngLatBounds();
  const extend = (places: unknown): void => {
    if (!Array.isArray(places)) return;
    if (typeof places[0] === "number") bounds.extend(places as [number, number]);
    else places.forEach(extend);
  };
  if (geometry.type !== "GeometryCollection") extend(geometry.coordinates);
  return bounds;
}

/** The map with what was picked on it. */
class Page {
  constructor(
    private readonly map: Map,
    private readonly groups: Group[],
    private choice: Choice,
  ) {
    map.on("load", () => this.prepare());
    map.on("click", (event) => void this.touch([event.point.x, event.point.y]));
    map.on("mousemove", (event) => {
      map.getCanvas().style.cursor = this.at([event.point.x, event.point.y]) === undefined ? "" : "pointer";
    });
    map.getCanvas().addEventListener("keydown", (event) => {
      if (event.key === "Enter") void this.touch(this.middle(), true);
    });
    document.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && document.querySelector("dialog[open]") === null) this.drop();
    });
    map.on("error", ({ error }) => this.trouble(error));
    map.on("idle", () => document.body.setAttribute("data-map", "idle"));
    map.on("movestart", () => document.body.setAttribute("data-map", "moving"));
    DARK.addEventListener("change", () => location.reload());
  }

  /** Shows another plan: its flows and capacities come from the collections that its id names. */
  run(runId: string): void {
    this.choice = { ...this.choice, run: runId };
    this.drop();
    for (const name of OF_RUNS) {
      this.map.getSource<VectorTileSource>(name)?.setTiles([tilesOf(idOf(name, this.choice))]);
    }
  }

  private prepare(): void {
    const { map } = this;
    map.addSource(PICKED, { type: "geojson", data: { type: "FeatureCollection", features: [] } });
    const colour = "#ff9d00";
    map.addLayer({
      id: "picked-line",
      type: "line",
      source: PICKED,
      layout: { "line-cap": "round", "line-join": "round" },
      paint: { "line-color": colour, "line-width": 12, "line-opacity": 0.5 },
    });
    map.addLayer({
      id: "picked-point",
      type: "circle",
      source: PICKED,
      filter: ["==", ["geometry-type"], "Point"],
      paint: {
        "circle-radius": 12,
        "circle-color": colour,
        "circle-opacity": 0.3,
        "circle-stroke-color": colour,
        "circle-stroke-width": 2.5,
      },
    });
  }

  private middle(): [number, number] {
    const { clientWidth, clientHeight } = this.map.getCanvas();
    return [clientWidth / 2, clientHeight / 2];
  }

  /** The feature drawn at a place: points before lines before areas, and those drawn last before others. */
  private at([x, y]: [number, number]): MapGeoJSONFeature | undefined {
    const layers = this.groups.filter((group) => group.isShown).flatMap((group) => group.layers);
    const there = layers.filter((layer) => this.map.getLayer(layer) !== undefined);
    const around: [PointLike, PointLike] = [
      [x - REACH_PX, y - REACH_PX],
      [x + REACH_PX, y + REACH_PX],
    ];
    const found = there.length === 0 ? [] : this.map.queryRenderedFeatures(around, { layers: there });
    const order = ["circle", "symbol", "line", "fill"];
    return found.sort((one, other) => order.indexOf(one.layer.type) - order.indexOf(other.layer.type))[0];
  }

  private async touch(place: [number, number], isByKey = false): Promise<void> {
    const found = this.at(place);
    if (found === undefined) {
      this.drop();
      if (isByKey) tell(say("nothingThere"));
      return;
    }
    const collection = idOf(found.source, this.choice);
    const id = found.properties["id"] ?? found.id;
    try {
      // What has changed since its tile was made is told as the tile has it.
      const drawn: Whole = { type: "Feature", id: `${id}`, geometry: found.geometry, properties: found.properties };
      const whole = await askFeature(collection, `${id}`).catch((error: unknown) => {
        if (error instanceof Refusal && error.status === 404) return drawn;
        throw error;
      });
      await this.pick(collection, whole, isByKey);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      tell(error.message);
    }
  }

  /** Shows a feature in full and marks it on the map. */
  async pick(collection: string, feature: Whole, isMoved = true): Promise<void> {
    tell("");
    const name = collection.split(".")[0] ?? collection;
    const title = this.groups.find((group) => group.id === name)?.title ?? name;
    const card = await showDetails(collection, title, feature, () => this.drop());
    const { geometry } = feature;
    if (geometry === null) return;
    this.mark(feature);
    if (isMoved) card.querySelector<HTMLButtonElement>("button.close")?.focus({ preventScroll: true });
    this.uncover(card, geometry, isMoved);
  }

  /** Moves the map where the card would hide what it tells of. */
  private uncover(card: HTMLElement, geometry: Geometry, isMoved: boolean): void {
    const bounds = boundsOf(geometry);
    const isPoint = geometry.type === "Point";
    const at = this.map.project(bounds.getCenter());
    const { offsetLeft: left, offsetTop: top, offsetWidth: width, offsetHeight: height } = card;
    const { clientWidth, clientHeight } = this.map.getCanvas();
    const isHidden = at.x > left && at.x < left + width && at.y > top && at.y < top + height;
    const isOut = at.x < 0 || at.y < 0 || at.x > clientWidth || at.y > clientHeight;
    if (!isMoved && !isHidden && !isOut) return;
    const isNarrow = width > clientWidth / 2;
    const offset: [number, number] = isNarrow ? [0, -Math.min(height, clientHeight * 0.7) / 2] : [(left + width) / 2, 0];
    const zoom = this.map.getZoom();
    this.map.easeTo({ center: bounds.getCenter(), offset, zoom: isMoved && isPoint ? Math.max(zoom, 11) : zoom });
  }

  private mark(feature: Whole | null): void {
    const source = this.map.getSource<GeoJSONSource>(PICKED);
    const features = feature?.geometry ? [{ type: "Feature" as const, geometry: feature.geometry, properties: {} }] : [];
    source?.setData({ type: "FeatureCollection", features });
  }

  private drop(): void {
    if (!find<HTMLElement>("#details").hidden && find("#details").contains(document.activeElement)) {
      this.map.getCanvas().focus({ preventScroll: true });
    }
    hideDetails();
    tell("");
    this.mark(null);
  }

  private trouble(error: { name?: string; message: string; status?: number }): void {
    if (error.name === "AbortError") return;
    if (error.status === undefined) tell(error.message);
    else tell(say(error.status === TOO_MANY ? "tooMany" : "someTiles"));
  }
}

function refused(error: unknown): void {
  tell(error instanceof Refusal ? error.message : say("noMap"));
  console.error(error);
}

start().catch(refused);
