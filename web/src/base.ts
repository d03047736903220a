/** What lies under the layers: sea and land, drawn without any service from elsewhere. */
import type { ExpressionSpecification, LayerSpecification, StyleSpecification } from "maplibre-gl";

declare const LAND_FILE: string;

export const LAND = "land";
export const DARK = window.matchMedia("(prefers-color-scheme: dark)");

interface Ground {
  sea: string;
  land: string;
  coast: string;
  ink: string;
  halo: string;
}

const LIGHT_GROUND: Ground = { sea: "#dce6e8", land: "#f7f5ef", coast: "#b9c8c9", ink: "#22302a", halo: "#ffffff" };
/** Colours of layers are made for a light ground; at night it is dimmed, not black, so that all of them stay apart. */
const DIM_GROUND: Ground = { sea: "#8d9da1", land: "#b9bbb3", coast: "#7d8c8f", ink: "#101512", halo: "#d3d5cd" };

export function ground(): Ground {
  return DARK.matches ? DIM_GROUND : LIGHT_GROUND;
}

/** The style of the service, on sea and land. */
export function grounded(style: StyleSpecification): StyleSpecification {
  const colours = ground();
  const under: LayerSpecification[] = [
    { id: "sea", type: "background", paint: { "background-color": colours.sea } },
    { id: LAND, type: "fill", source: LAND, paint: { "fill-color": colours.land } },
    {
      id: "coast",
      type: "line",
      source: LAND,
      paint: { "line-color": colours.coast, "line-width": ["interpolate", ["linear"], ["zoom"], 4, 0.4, 10, 1] },
    },
  ];
  return {
    ...style,
    sources: {
      [LAND]: { type: "geojson", data: `/static/${LAND_FILE}`, maxzoom: 8, tolerance: 0.5, attribution: "Natural Earth" },
      ...style.sources,
    },
    layers: [...under, ...style.layers.filter((layer) => layer.type !== "background").flatMap(apart).map(inked)],
  };
}

/** The network stands back behind the flows on it, and so do services, which are drawn straight from end to end. */
function apart(layer: LayerSpecification): LayerSpecification[] {
  if (layer.type !== "line") return [layer];
  if (layer.source === "network_links") return [{ ...layer, paint: { ...layer.paint, "line-opacity": 0.55 } }];
  if (layer.source !== "plan_flows") return [layer];
  const isService: ExpressionSpecification = ["==", ["get", "row_table"], "services"];
  const own = layer.filter as ExpressionSpecification | undefined;
  const also = (condition: ExpressionSpecification): ExpressionSpecification =>
    own === undefined ? condition : ["all", own, condition];
  return [
    {
      ...layer,
      id: `${layer.id}-services`,
      filter: also(isService),
      layout: { ...layer.layout, "line-cap": "butt" },
      paint: { ...layer.paint, "line-opacity": 0.45, "line-dasharray": [2, 1.2] },
    },
    { ...layer, filter: also(["!", isService]), paint: { ...layer.paint, "line-opacity": 0.88 } },
  ];
}

/** Words of a layer in the ink of the ground they stand on. */
function inked(layer: LayerSpecification): LayerSpecification {
  if (layer.type !== "symbol") return layer;
  const colours = ground();
  return { ...layer, paint: { ...layer.paint, "text-color": colours.ink, "text-halo-color": colours.halo } };
}
