import { createDocument, type ZodOpenApiPathsObject } from 'zod-openapi'
import { ROUTE_NAMES, ROUTES } from '../../shared/contract/routes.ts'
import { SCOPES } from '../../shared/contract/scope.ts'
import { operationOf } from './operation.ts'

const DESCRIPTION = `Order, watch and delete managed Apache Kafka clusters.

- What takes longer than a request answers 202 with an **operation**; read it with \`?wait=\` until it has ended.
- Every POST takes an \`Idempotency-Key\`; a repeat within 24 hours gets the same answer. Every PATCH and DELETE takes \`If-Match\`.
- Errors are \`application/problem+json\` (RFC 9457) with a stable \`code\`; all codes stand at \`/v1/errors\`.
- Lists are paged with opaque tokens. Another tenant's resource does not exist: 404.
- Later releases may add fields and enumeration values; they do not change or remove any within \`/v1\`.`

function paths(): ZodOpenApiPathsObject {
  const found: ZodOpenApiPathsObject = {}
  for (const name of ROUTE_NAMES) {
    const route = ROUTES[name]
    found[route.path] = { ...found[route.path], [route.method]: operationOf(route) }
  }
  return found
}

/**
 * The OpenAPI 3.1 document of the tenant API, made from the route table alone. Answers are left open for new fields,
 * while bodies of requests are closed: an unknown field there is refused.
 */
export function openApiDocument(): ReturnType<typeof createDocument> {
  return createDocument(
    {
      openapi: '3.1.0',
      info: {
        title: 'Weir',
        version: '1.0.0',
        description: DESCRIPTION,
        license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
      },
      servers: [{ url: 'http://127.0.0.1:8080', description: 'Local mode' }],
      tags: [
        { name: 'Clusters', description: 'Ordered, shown and deleted as a whole' },
        { name: 'Brokers', description: 'The Kafka nodes of a cluster' },
        { name: 'Operations', description: 'What takes longer than a request' },
        { name: 'Topics', description: 'Live, as Kafka reports them' },
        { name: 'Users', description: 'SCRAM users with a role on a topic prefix' },
        { name: 'Events', description: 'Everything that happened, in order' },
        { name: 'Reference', description: 'What can be ordered, limits, error codes, this document' },
      ],
      components: {
        securitySchemes: {
          token: {
            type: 'http',
            scheme: 'bearer',
            bearerFormat: 'JWT',
            description: `A token of the configured OIDC issuer with the claims \`tenant\` and \`scope\` (space-separated). Scopes:\n\n${Object.entries(
              SCOPES,
            )
              .map(([scope, meaning]) => `- \`${scope}\`: ${meaning}`)
              .join('\n')}`,
          },
        },
      },
      paths: paths(),
    },
    {
      override: ({ jsonSchema, io }) => {
        if (io === 'output' && jsonSchema.additionalProperties === false) delete jsonSchema.additionalProperties
        // Zod writes the bounds of safe integers and its own pattern beside a standard format: noise to a reader.
        if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum
        if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum
        if (jsonSchema.format === 'date-time' || jsonSchema.format === 'date') delete jsonSchema.pattern
      },
    },
  )
}
