import { Map } from "maplibre-gl";
console.log(Map);
