import { readEnvironment } from '../../../shared/deployment/environment.ts'
import { embeddedMetrics } from '../../adapters/embedded-metrics.ts'
import { awsPorts } from '../aws-ports.ts'
import { orphansHandler } from '../orphans.ts'

const environment = readEnvironment('orphans', process.env)

/** What the schedule invokes. */
export const handler = orphansHandler(
  await awsPorts(environment),
  embeddedMetrics({ stage: environment.WEIR_STAGE, now: Date.now }),
)
