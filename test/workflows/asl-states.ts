import { z } from 'zod'

/** One state of a rendered definition with where it stands: the top level, or the Map around it. */
export interface PlacedState {
  readonly name: string
  readonly scope: string
  readonly state: z.output<typeof AslState>
}

const Catcher = z.object({ ErrorEquals: z.array(z.string()), Next: z.string() })

const AslState = z.looseObject({
  Type: z.string(),
  Next: z.string().optional(),
  End: z.boolean().optional(),
  Default: z.string().optional(),
  Choices: z.array(z.looseObject({ Next: z.string() })).optional(),
  Catch: z.array(Catcher).optional(),
  Retry: z.array(z.looseObject({ ErrorEquals: z.array(z.string()) })).optional(),
  TimeoutSeconds: z.number().optional(),
  HeartbeatSeconds: z.number().optional(),
  Resource: z.string().optional(),
  Arguments: z.looseObject({ FunctionName: z.string(), Payload: z.looseObject({ step: z.string() }) }).optional(),
  get ItemProcessor() {
    return AslScope.optional()
  },
})

const AslScope = z.looseObject({
  StartAt: z.string(),
  get States(): z.ZodRecord<z.ZodString, typeof AslState> {
    return z.record(z.string(), AslState)
  },
})

/** The part of a definition that has an order: the whole of it, or what a Map does for each item. */
export type Scope = z.output<typeof AslScope>

/** Reads a rendered definition. */
export function parseDefinition(definition: unknown): Scope {
  return AslScope.parse(definition)
}

/** Every scope of a definition with its name. */
export function scopesOf(scope: Scope, name = 'top'): readonly { readonly name: string; readonly scope: Scope }[] {
  const inner = Object.entries(scope.States).flatMap(([map, { ItemProcessor }]) =>
    ItemProcessor ? scopesOf(ItemProcessor, map) : [],
  )
  return [{ name, scope }, ...inner]
}

/** Every state of a definition, those inside Maps too. */
export function statesOf(definition: unknown): readonly PlacedState[] {
  return scopesOf(parseDefinition(definition)).flatMap(({ name: scope, scope: { States } }) =>
    Object.entries(States).map(([name, state]) => ({ name, scope, state })),
  )
}

/** The states that may come right after a state. */
export function nextOf(state: z.output<typeof AslState>): readonly string[] {
  return [
    ...(state.Next === undefined ? [] : [state.Next]),
    ...(state.Default === undefined ? [] : [state.Default]),
    ...(state.Choices ?? []).map(({ Next }) => Next),
    ...(state.Catch ?? []).map(({ Next }) => Next),
  ]
}
