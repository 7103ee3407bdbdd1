import { CfnModel, type IModel, Model, type RestApi } from 'aws-cdk-lib/aws-apigateway'
import { z } from 'zod'
import type { Route } from '../shared/contract/route.ts'
import { ROUTES, type RouteName } from '../shared/contract/routes.ts'

/** The model of a route's body in an API. */
export interface RequestModel {
  readonly resource: CfnModel
  readonly byMediaType: Readonly<Record<string, IModel>>
}

/** Gives the API the model of a route's body, which exports and generated clients take from there; nothing without a body. */
export function addRequestModel(api: RestApi, name: RouteName): RequestModel | undefined {
  const route: Route = ROUTES[name]
  const schema = requestSchema(route)
  if (!schema) return undefined
  const modelName = `${name.charAt(0).toUpperCase()}${name.slice(1)}Request`
  const resource = new CfnModel(api, modelName, {
    restApiId: api.restApiId,
    contentType: 'application/json',
    name: modelName,
    description: route.summary,
    schema,
  })
  const model = Model.fromModelName(api, `${modelName}ByName`, modelName)
  const mediaTypes = route.mergePatch ? ['application/merge-patch+json', 'application/json'] : ['application/json']
  return { resource, byMediaType: Object.fromEntries(mediaTypes.map((type) => [type, model])) }
}

/** Words of a schema that API Gateway does not take. */
const UNKNOWN_TO_GATEWAY = new Set(['example', 'examples', 'format'])

/**
 * The schema of a route's body in the part of draft 4 that API Gateway takes, with all references followed. It says the shape
 * of each field; rules between fields (`rules` of a route) are the function's alone.
 */
export function requestSchema({ body }: Pick<Route, 'body'>): Readonly<Record<string, unknown>> | undefined {
  if (!body) return undefined
  const made: unknown = JSON.parse(JSON.stringify(z.toJSONSchema(body, { target: 'draft-4', io: 'input' })))
  const { definitions = {}, $schema, ...root } = Root.parse(made)
  const follow = (node: unknown, isSchema: boolean): unknown => {
    if (Array.isArray(node)) return node.map((part) => follow(part, isSchema))
    if (typeof node !== 'object' || node === null) return node
    if (isSchema && '$ref' in node) {
      const { $ref, ...others } = node
      const named = definitions[String($ref).replace('#/definitions/', '')]
      if (named === undefined) throw new Error(`the schema refers to ${String($ref)}, which it does not define`)
      return { ...Object(follow(named, true)), ...Object(follow(others, true)) }
    }
    return Object.fromEntries(
      Object.entries(node).flatMap(([key, part]) => {
        if (isSchema && UNKNOWN_TO_GATEWAY.has(key)) return []
        // What stands below is no schema itself: its keys are names of fields.
        return [[key, follow(part, isSchema ? key !== 'properties' && key !== 'default' && key !== 'enum' : true)]]
      }),
    )
  }
  return { $schema, ...Object(follow(root, true)) }
}

const Root = z.looseObject({ $schema: z.string(), definitions: z.record(z.string(), z.unknown()).optional() })
