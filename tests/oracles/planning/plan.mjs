// Plans every operation of every supergraph that it reads from standard input.
import { readFileSync } from "node:fs";
import { composeServices } from "@apollo/composition";
import { Supergraph, operationFromDocument } from "@apollo/federation-internals";
import { QueryPlanner, prettyFormatQueryPlan } from "@apollo/query-planner";
import { parse } from "graphql";

const inner = (node) =>
  ({
    Flatten: () => [node.node],
    Sequence: () => node.nodes,
    Parallel: () => node.nodes,
    Condition: () => [node.ifClause, node.elseClause].filter(Boolean),
  })[node.kind]();

const sum = (numbers) => numbers.reduce((total, number) => total + number, 0);

function fetches(node) {
  if (!node) return 0;
  return node.kind === "Fetch" ? 1 : sum(inner(node).map(fetches));
}

function depth(node) {
  if (!node) return 0;
  if (node.kind === "Fetch") return 1;
  const depths = inner(node).map(depth);
  return node.kind === "Sequence" ? sum(depths) : Math.max(0, ...depths);
}

function planned(planner, schema, query) {
  try {
    const plan = planner.buildQueryPlan(operationFromDocument(schema, parse(query)));
    return { fetches: fetches(plan.node), depth: depth(plan.node), plan: prettyFormatQueryPlan(plan) };
  } catch (error) {
    return { error: String(error) };
  }
}

function answer({ subgraphs, queries }) {
  const composed = composeServices(subgraphs.map(({ name, sdl }) => ({ name, url: "", typeDefs: parse(sdl) })));
  if (composed.errors?.length) return { errors: composed.errors.map(String) };
  const supergraph = Supergraph.build(composed.supergraphSdl, { supportedFeatures: null });
  const planner = new QueryPlanner(supergraph);
  return { plans: queries.map((query) => planned(planner, supergraph.apiSchema(), query)) };
}

process.stdout.write(JSON.stringify(JSON.parse(readFileSync(0, "utf8")).map(answer)));
