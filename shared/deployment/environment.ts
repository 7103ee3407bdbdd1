import { z } from 'zod'
import type { PortName } from '../ports/ports.ts'
import { DnsSettings } from './dns-settings.ts'
import { FleetSettings } from './fleet-settings.ts'
import { PublicEntrySettings } from './public-entry-settings.ts'

const PORTS = {
  clock: 'clock',
  ids: 'ids',
  log: 'log',
  store: 'store',
  workflows: 'workflows',
  hosts: 'hosts',
  names: 'names',
  publicEntries: 'publicEntries',
  kafka: 'kafka',
  certificates: 'certificates',
  events: 'events',
  offering: 'offering',
} as const satisfies { readonly [N in PortName]: N }

const portNames = z
  .string()
  .transform((list) => list.split(',').filter((name) => name !== ''))
  .pipe(z.array(z.enum(PORTS)))
  .meta({ description: 'The ports that the function may use, comma-separated: those that its role has grants for' })

const base = {
  WEIR_FUNCTION: z.string().min(1).meta({ description: 'The name of the function, in every line of its log' }),
  WEIR_PORTS: portNames,
  WEIR_LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error']),
} as const

const tableName = z.string().min(3)
const stateMachineArnPrefix = z
  .string()
  .startsWith('arn:')
  .meta({ description: 'The ARN of a state machine without the name of its workflow, which comes behind it' })

const tenantRoleArn = z
  .string()
  .startsWith('arn:')
  .meta({ description: 'The role that reaches the rows of one tenant: of the one whose id its session is tagged with' })
const authorityKeyArn = z.string().min(1).meta({ description: 'The key in KMS that certificate authorities sign with' })
const privateCaArn = z
  .string()
  .startsWith('arn:')
  .optional()
  .meta({ description: 'What vouches for new authorities; absent where they vouch for themselves' })
const json = z.string().transform((text, context): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    context.addIssue('must be JSON')
    return z.NEVER
  }
})
const fleet = json
  .pipe(z.strictObject({ stage: z.string().min(1), ...FleetSettings.shape }))
  .optional()
  .meta({ description: 'Where hosts run and what they are made from; absent where there can be none' })
const dns = json
  .pipe(DnsSettings)
  .optional()
  .meta({ description: 'Where clusters get their names; absent where they get none' })

const stage = z.string().min(1).meta({ description: 'The deployment that figures are told of' })

const publicEntry = json
  .pipe(z.strictObject({ stage: z.string().min(1), ...PublicEntrySettings.shape }))
  .optional()
  .meta({ description: 'Where public entries stand and how they are called; absent where there are none' })

const publicAccess = z
  .enum(['offered', 'none'])
  .meta({ description: 'Whether clusters may be ordered that clients reach from the internet' })

/**
 * What each kind of function must be told, said once: the function checks it at its cold start, and it is the type of
 * the environment that the deployment gives it. A variable that is missing there does not compile.
 */
export const ENVIRONMENTS = {
  api: z.object({
    ...base,
    WEIR_TABLE: tableName,
    WEIR_TENANT_ROLE_ARN: tenantRoleArn,
    WEIR_AUTHORITY_KEY_ARN: authorityKeyArn,
    WEIR_PUBLIC_ACCESS: publicAccess,
  }),
  steps: z.object({
    ...base,
    WEIR_TABLE: tableName,
    WEIR_STATE_MACHINE_ARN_PREFIX: stateMachineArnPrefix,
    WEIR_AUTHORITY_KEY_ARN: authorityKeyArn,
    WEIR_FLEET: fleet,
    WEIR_PRIVATE_CA_ARN: privateCaArn,
    WEIR_DNS: dns,
    WEIR_PUBLIC_ENTRY: publicEntry,
  }),
  changes: z.object({
    ...base,
    WEIR_TABLE: tableName,
    WEIR_STATE_MACHINE_ARN_PREFIX: stateMachineArnPrefix,
    WEIR_EVENT_BUS: z.string().min(1),
  }),
  sweep: z.object({
    ...base,
    WEIR_TABLE: tableName,
    WEIR_STATE_MACHINE_ARN_PREFIX: stateMachineArnPrefix,
    WEIR_FLEET: fleet,
    WEIR_STAGE: stage,
  }),
  drift: z.object({
    ...base,
    WEIR_TABLE: tableName,
    WEIR_AUTHORITY_KEY_ARN: authorityKeyArn,
    WEIR_FLEET: fleet,
    WEIR_STAGE: stage,
  }),
  maintain: z.object({ ...base, WEIR_TABLE: tableName, WEIR_STAGE: stage }),
  orphans: z.object({ ...base, WEIR_TABLE: tableName, WEIR_FLEET: fleet, WEIR_STAGE: stage }),
  hostApi: z.object({
    ...base,
    WEIR_TABLE: tableName,
    WEIR_STATE_MACHINE_ARN_PREFIX: stateMachineArnPrefix,
    WEIR_AUTHORITY_KEY_ARN: authorityKeyArn,
    WEIR_HOST_ROLE: z.string().min(1).meta({ description: 'The name of the role that only broker hosts have' }),
  }),
  authorizer: z.object({
    ...base,
    WEIR_ISSUER: z.url(),
    WEIR_AUDIENCE: z.string().min(1),
    WEIR_JWKS_URL: z.url(),
    WEIR_STAGE: stage,
  }),
} as const satisfies Record<string, z.ZodObject>

/** A kind of function: one bundle, one environment. */
export type FunctionKind = keyof typeof ENVIRONMENTS

/** All kinds. */
export const FUNCTION_KINDS = Object.keys(ENVIRONMENTS) as readonly FunctionKind[]

/** What the deployment sets, and what the function reads. */
export type EnvironmentInput<K extends FunctionKind> = z.input<(typeof ENVIRONMENTS)[K]>
export type Environment<K extends FunctionKind> = z.output<(typeof ENVIRONMENTS)[K]>

/** Reads the environment of a function; the error names every variable that is missing or wrong. */
export function readEnvironment<K extends FunctionKind>(
  kind: K,
  variables: Readonly<Record<string, string | undefined>>,
): Environment<K>
export function readEnvironment(kind: FunctionKind, variables: Readonly<Record<string, string | undefined>>): unknown {
  const parsed = ENVIRONMENTS[kind].safeParse(variables)
  if (!parsed.success) throw new Error(`the environment of ${kind}: ${z.prettifyError(parsed.error)}`)
  return parsed.data
}
