// Composes every case that it reads from standard input with both composers.
import { readFileSync } from "node:fs";
import { composeServices as apollo } from "@apollo/composition";
import { Supergraph, printSchema as printApollo } from "@apollo/federation-internals";
import {
  composeServices as guild,
  transformSupergraphToPublicSchema,
} from "@theguild/federation-composition";
import { buildSchema, lexicographicSortSchema, parse, print, printSchema } from "graphql";

const sorted = (sdl) => printSchema(lexicographicSortSchema(buildSchema(sdl, { assumeValid: true })));

function attempt(compose, publicSchema) {
  try {
    const result = compose();
    const errors = (result.errors ?? []).map((error) => ({
      code: error.extensions?.code ?? "UNKNOWN",
      message: error.message,
    }));
    const hints = (result.hints ?? []).map((hint) => hint.definition?.code ?? hint.code);
    if (errors.length || !result.supergraphSdl) return { errors, hints };
    return { errors, hints, supergraph: result.supergraphSdl, api: sorted(publicSchema(result.supergraphSdl)) };
  } catch (error) {
    return { errors: [{ code: "CRASHED", message: String(error) }], hints: [] };
  }
}

const cases = JSON.parse(readFileSync(0, "utf8"));
const answers = cases.map((subgraphs) => {
  const parsed = () => subgraphs.map(({ name, url, sdl }) => ({ name, url, typeDefs: parse(sdl) }));
  return {
    apollo: attempt(
      () => apollo(parsed()),
      (sdl) => printApollo(Supergraph.build(sdl, { supportedFeatures: null, validateSupergraph: false }).apiSchema()),
    ),
    guild: attempt(
      () => guild(parsed()),
      (sdl) => print(transformSupergraphToPublicSchema(parse(sdl))),
    ),
  };
});
process.stdout.write(JSON.stringify(answers));
