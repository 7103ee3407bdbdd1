import { readEnvironment } from '../../../shared/deployment/environment.ts'
import { awsPorts } from '../aws-ports.ts'
import { changesHandler } from '../changes.ts'

/** What the stream of the table invokes. */
export const handler = changesHandler(await awsPorts(readEnvironment('changes', process.env)))
