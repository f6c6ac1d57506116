// Reads examples as JSON, composes each and asks its questions through the other gateway.
import { readFileSync } from 'node:fs';
import { ApolloGateway, RemoteGraphQLDataSource } from '@apollo/gateway';
import { composeServices } from '@apollo/composition';
import { ApolloServer } from '@apollo/server';
import { parse } from 'graphql';

const logger = { debug() {}, info() {}, warn() {}, error() {} };

async function answered({ subgraphs, questions }) {
  const composed = composeServices(
    subgraphs.map(({ name, sdl, url }) => ({ name, url, typeDefs: parse(sdl) })),
  );
  if (composed.errors) {
    return { refused: composed.errors.map((error) => error.message) };
  }
  const gateway = new ApolloGateway({
    supergraphSdl: composed.supergraphSdl,
    logger,
    buildService: ({ url }) => new RemoteGraphQLDataSource({ url }),
  });
  const server = new ApolloServer({ gateway, logger, introspection: true });
  await server.start();
  const answers = [];
  for (const question of questions) {
    const { body } = await server.executeOperation(question);
    answers.push(body.singleResult.data ?? null);
  }
  await server.stop();
  return { answers };
}

const results = [];
for (const example of JSON.parse(readFileSync(0, 'utf8'))) {
  try {
    results.push(await answered(example));
  } catch (error) {
    results.push({ refused: [String(error)] });
  }
}
console.log(JSON.stringify(results));
