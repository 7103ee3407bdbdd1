import { nextOf, parseDefinition, type Scope } from './asl-states.ts'

type State = Parameters<typeof nextOf>[0]

/** How the service counts: entering and leaving a state, and for each call what was scheduled, started and came of it. */
const EVENTS = { execution: 2, state: 2, call: 3, token: 1, map: 2, item: 2 } as const

/**
 * The most events that the history of an execution has when no call is made twice: every state of the definition is entered,
 * those in a loop over the nodes once for each node, and what chooses the next one twice for each (to change it, and to verify
 * that) and once more when nothing is left. A definition goes through fewer of them, never through more. `atMost` tells of states
 * that are entered no more often than that, however many nodes there are.
 */
export function historyBound(
  definition: unknown,
  nodes: number,
  atMost: Readonly<Record<string, number>> = {},
): number {
  const { States } = parseDefinition(definition)
  const visits = (name: string, state: State): number => {
    const known = atMost[name]
    if (known !== undefined) return known
    if (!comesBack(States, name)) return 1
    const isOfNode = JSON.stringify(state.Arguments?.Payload ?? {}).includes('$node.nodeId')
    return isOfNode ? nodes : 2 * nodes + 1
  }
  return Object.entries(States).reduce<number>(
    (sum, [name, state]) => sum + eventsOf(state, nodes) * visits(name, state),
    EVENTS.execution,
  )
}

function eventsOf(state: State, nodes: number): number {
  if (state.Type === 'Task') {
    return EVENTS.state + EVENTS.call + (state.Resource?.endsWith('.waitForTaskToken') ? EVENTS.token : 0)
  }
  if (!state.ItemProcessor) return EVENTS.state
  const inside = Object.values(state.ItemProcessor.States).reduce<number>(
    (sum, inner) => sum + eventsOf(inner, nodes),
    0,
  )
  return EVENTS.state + EVENTS.map + nodes * (EVENTS.item + inside)
}

/** Whether a state can be come to from what follows it; what catches a failure leads on like anything else. */
function comesBack(states: Scope['States'], from: string): boolean {
  const seen = new Set<string>()
  const following = (name: string): readonly string[] => {
    const state = states[name]
    return state ? nextOf(state) : []
  }
  for (let open = following(from); open.length > 0; ) {
    if (open.includes(from)) return true
    for (const name of open) seen.add(name)
    open = [...new Set(open.flatMap(following))].filter((name) => !seen.has(name) || name === from)
  }
  return false
}
