/** The card of the plan on the map: what it is, its totals, which other plans there are, and its bottlenecks. */
import { ask, OGC, Refusal } from "./asking";
import type { Whole } from "./details";
import { nameOf } from "./details";
import { find, make } from "./elements";
import { type Both, LANGUAGE, large, moment, number, percent, say } from "./words";

interface Run {
  run_id: string;
  scenario_id: string;
  started_at: string;
}

interface Plan {
  scenario: { name?: Both; scenario_id: string };
  t_per_day: number;
  teu_per_day: number;
  demand_t_per_day: number;
  unserved_t_per_day: number;
  cost_per_day: number;
  currency: string;
  emissions_kg_co2e_per_day: number;
}

/** What happens with a feature that was picked from the list. */
type Picked = (collection: string, feature: Whole) => void;

export const BASE = "base";
const MOST_PLANS = 12;
const MOST_BOTTLENECKS = 5;

/** The newest run of each scenario, the one to be shown first: of several made at once the base case. */
export async function newestRuns(): Promise<Run[]> {
  const { items } = await ask<{ items: Run[] }>("/api/v1/runs?limit=100");
  const newest = items.filter((run, at) => items.findIndex((other) => other.scenario_id === run.scenario_id) === at);
  const first = newest.find((run) => run.scenario_id === BASE && run.started_at === newest[0]?.started_at);
  const ordered = first === undefined ? newest : [first, ...newest.filter((run) => run !== first)];
  return ordered.slice(0, MOST_PLANS);
}

/** Shows the card; calls back with the id of the run that is chosen, at first too. */
export async function showPlans(runs: Run[], chosen: (runId: string) => void, picked: Picked): Promise<void> {
  const section = find<HTMLElement>("#plan");
  const content = find<HTMLElement>("#plan .content");
  section.hidden = false;
  const first = runs[0];
  if (first === undefined) {
    content.replaceChildren(make("p", { class: "soft" }, say("noPlan")));
    return;
  }
  const select = make("select", { id: "run", "aria-label": say("plan") });
  for (const run of runs) select.append(make("option", { value: run.run_id }, run.scenario_id));
  const figures = make("div", { class: "content-of-plan" });
  select.addEventListener("change", () => {
    chosen(select.value);
    void change(figures, select.value, picked);
  });
  content.replaceChildren(select, figures);
  await Promise.all([change(figures, first.run_id, picked), nameAll(select, runs)]);
}

/** Writes the figures of another plan; until they are there, and where they cannot be had, none of the plan before. */
async function change(figures: HTMLElement, runId: string, picked: Picked): Promise<void> {
  // What comes late, when another plan has been chosen meanwhile, lands in a place that is no longer on the page.
  const place = make("div", {}, make("p", { class: "soft" }, say("loadingPlan")));
  figures.replaceChildren(place);
  try {
    await fill(place, runId, picked);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    place.replaceChildren(make("p", { class: "soft", role: "alert" }, error.message));
  }
}

/** Writes the names of the scenarios into the choice. */
async function nameAll(select: HTMLSelectElement, runs: Run[]): Promise<void> {
  await Promise.all(
    runs.map(async (run, at) => {
      const { record } = await ask<{ record: { scenario?: { name?: Both } } | null }>(`/api/v1/runs/${run.run_id}`);
      const option = select.options[at];
      if (option !== undefined) option.text = record?.scenario?.name?.[LANGUAGE] ?? run.scenario_id;
    }),
  );
}

async function fill(place: HTMLElement, runId: string, picked: Picked): Promise<void> {
  const [{ plan }, run] = await Promise.all([
    ask<{ plan: Plan }>(`/api/v1/plans/${runId}`),
    ask<Run>(`/api/v1/runs/${runId}`),
  ]);
  const rows = make("dl", { class: "totals" });
  const add = (label: string, value: string): void => {
    rows.append(make("div", {}, make("dt", {}, label), make("dd", {}, value)));
  };
  add(say("flow"), `${number(plan.t_per_day)} ${say("tonnes")}`);
  add(say("teu"), `${number(plan.teu_per_day)} TEU`);
  add(say("cost"), `${large(plan.cost_per_day)} ${plan.currency}`);
  add(say("emissions"), `${number(plan.emissions_kg_co2e_per_day / 1000)} t CO₂e`);
  if (plan.unserved_t_per_day > 0) {
    add(say("unserved"), percent(plan.unserved_t_per_day / plan.demand_t_per_day));
  }
  place.replaceChildren(rows, make("p", { class: "soft" }, say("made", { at: moment(run.started_at) })));
  place.append(...(await bottlenecks(runId, plan.currency, picked)));
}

/** What a full capacity costs a day: its shadow price times what the plan uses of it, alike in all units. */
function rent(feature: Whole): number {
  return Number(feature.properties["shadow_price"] ?? 0) * Number(feature.properties["used_per_day"] ?? 0);
}

/** Buttons of the capacities that cost the most. */
async function bottlenecks(runId: string, currency: string, picked: Picked): Promise<HTMLElement[]> {
  const answer = await ask<{ features: Whole[] }>(`${OGC}/collections/plan_capacities.${runId}/items?limit=1000`, {
    headers: { Accept: "application/geo+json" },
  }).catch(() => ({ features: [] }));
  const priced = answer.features
    .filter((feature) => rent(feature) > 0)
    .sort((one, other) => rent(other) - rent(one))
    .slice(0, MOST_BOTTLENECKS);
  if (priced.length === 0) return [];
  const list = make("ol", { class: "bottlenecks" });
  for (const feature of priced) {
    const cost = make("small", {}, `${large(rent(feature))} ${currency}`);
    const button = make("button", { type: "button" }, make("span", {}, nameOf(feature.properties, `${feature.id ?? ""}`)), cost);
    button.addEventListener("click", () => picked(`plan_capacities.${runId}`, feature));
    list.append(make("li", {}, button));
  }
  return [make("h3", {}, say("bottlenecks")), make("p", { class: "soft" }, say("rent")), list];
}
