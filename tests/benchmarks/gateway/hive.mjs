// Every request is answered for itself: none shares the fetches of another that is on its way.
import { defineConfig } from "@graphql-hive/gateway";

export const gatewayConfig = defineConfig({
  inboundInflightRequestDeduplication: false,
  transportEntries: { "*": { options: { deduplicateInflightRequests: false } } },
});
