import { z } from 'zod'
import { MAY_GROW } from './primitives.ts'

/** How a node is restarted. */
export const RESTART_MODES = ['process', 'host'] as const

/** The same in a contract. */
export const RestartModeName = z.enum(RESTART_MODES).meta({
  id: 'RestartMode',
  description: `\`process\` stops and starts Kafka; \`host\` stops Kafka and reboots the machine. ${MAY_GROW}`,
})
export type RestartMode = z.output<typeof RestartModeName>

/** What a caller may say of a restart; nothing is a plain one. */
export const Restart = z
  .strictObject({ mode: RestartModeName.default('process') })
  .prefault({})
  .meta({ id: 'Restart' })
