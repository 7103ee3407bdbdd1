import { stepsHandler } from '../functions/lambda/steps.ts'
import type { Ports } from '../shared/ports/ports.ts'
import type { Json } from '../shared/ports/store.ts'
import { functionPlaceholder, toAsl } from '../workflows/render.ts'
import { stepGroups } from '../workflows/step-groups.ts'
import { WORKFLOWS } from '../workflows/workflows.ts'
import { createEngine, type Engine } from './asl/engine.ts'
import type { Journal } from './asl/journal.ts'

/**
 * The definitions as they are deployed, with the functions' names in the place of their ARNs: the very text that Step
 * Functions gets runs here.
 */
export function localDefinitions(): Readonly<Record<string, Json>> {
  return Object.fromEntries(
    Object.entries(WORKFLOWS).map(([name, workflow]) => {
      let text = JSON.stringify(toAsl(workflow))
      for (const group of stepGroups()) text = text.replaceAll(functionPlaceholder(group.name), group.name)
      return [name, JSON.parse(text)]
    }),
  )
}

/** The engine of the local mode: each step function is a call in this process with the ports of the local mode. */
export function localEngine(ports: Ports, journal: Journal): Engine {
  const handle = stepsHandler(ports)
  const groups = new Set(stepGroups().map(({ name }) => name))
  return createEngine({
    definitions: localDefinitions(),
    journal,
    clock: ports.clock,
    invoke: (functionName, payload) => {
      if (!groups.has(functionName)) throw new TypeError(`no function is named ${functionName}`)
      return handle(payload)
    },
    onFault: (execution, fault) => ports.log.error('an execution cannot go on', { execution }, fault),
  })
}
