import { readEnvironment } from '../../../shared/deployment/environment.ts'
import { awsPorts } from '../aws-ports.ts'
import { stepsHandler } from '../steps.ts'

/** What the Tasks of the state machines invoke. */
export const handler = stepsHandler(await awsPorts(readEnvironment('steps', process.env)))
