import { readEnvironment } from '../../../shared/deployment/environment.ts'
import { embeddedMetrics } from '../../adapters/embedded-metrics.ts'
import { awsPorts } from '../aws-ports.ts'
import { driftHandler } from '../drift.ts'

const environment = readEnvironment('drift', process.env)

/** What the schedule invokes. */
export const handler = driftHandler(
  await awsPorts(environment),
  embeddedMetrics({ stage: environment.WEIR_STAGE, now: Date.now }),
)
