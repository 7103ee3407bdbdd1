import { readEnvironment } from '../../../shared/deployment/environment.ts'
import { apiHandler } from '../api.ts'
import { tenantPorts } from '../tenant-ports.ts'

const environment = readEnvironment('api', process.env)
const portsOf = tenantPorts(environment)
const ports = await portsOf(undefined)

/** What API Gateway invokes for the routes of the tenant API. */
export const handler = apiHandler(ports, portsOf, ports.log)
