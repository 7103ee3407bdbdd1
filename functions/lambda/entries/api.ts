import { readEnvironment } from '../../../shared/deployment/environment.ts'
import { apiHandler } from '../api.ts'
import { awsPorts } from '../aws-ports.ts'

const ports = await awsPorts(readEnvironment('api', process.env))

/** What API Gateway invokes for the routes of the tenant API. */
export const handler = apiHandler(ports, () => ports, ports.log)
