import { CliError, ProblemError, type ReceivedProblem } from './cli-error.ts'

/** Where a field of an order stands on the command line. */
const FLAGS: Readonly<Record<string, string>> = {
  '/name': '--name',
  '/kafkaVersion': '--kafka-version',
  '/topology': '--topology',
  '/brokers/count': '--brokers',
  '/brokers/instanceType': '--instance-type',
  '/brokers/removeNodeIds': '--remove',
  '/deletion/keepDays': '--keep-days',
  '/schedule/stop': '--stop-at',
  '/schedule/start': '--start-at',
  '/maintenanceWindow/day': '--maintenance-window',
  '/maintenanceWindow/startTime': '--maintenance-window',
  '/maintenanceWindow/durationHours': '--maintenance-window',
  '/diskAutoscaling': '--disk-autoscaling',
  '/diskAutoscaling/plannedAtPercent': '--disk-autoscaling planned=',
  '/diskAutoscaling/emergencyAtPercent': '--disk-autoscaling emergency=',
  '/diskAutoscaling/limitGiB': '--disk-autoscaling limit=',
  '/throttleMiBPerSecond': '--throttle',
  '/kinds': '--kind',
  '/until': '--until',
  '/brokers/volumeGiB': '--volume-gib',
  '/availabilityZones': '--zones',
  '/role': '--role',
  '/topicPrefix': '--topic-prefix',
  '/partitions': '--partitions',
  '/replicationFactor': '--replication-factor',
}

/** What to do next, for the codes where the API's own words leave that open to a user of this program. */
const HINTS: Readonly<Record<string, string>> = {
  UNAUTHENTICATED:
    'The token is missing, expired or of another issuer: get a new one (beside a local control plane: weir token --tenant NAME).',
  DELETION_PROTECTED: 'Where it is really to go: weir clusters update CLUSTER --deletion-protection off',
  PROPOSAL_OUTDATED: 'See what is proposed now: weir clusters rebalance CLUSTER --plan',
  QUOTA_EXCEEDED: 'See the limits: weir quotas',
  NAME_TAKEN: 'See the clusters: weir clusters list',
  USER_EXISTS: 'Choose another name, or use the user with its password (weir clusters connect --password-stdin).',
  CURSOR_EXPIRED: 'Read the clusters again, then the events without --after.',
}

function violationLines({ errors = [] }: ReceivedProblem): readonly string[] {
  return errors.map(({ pointer, parameter, rule, detail }) => {
    const where = parameter ?? (pointer === '' ? 'the body' : pointer) ?? 'the request'
    const flag = pointer === undefined ? undefined : FLAGS[pointer]
    return `  ${where}${flag === undefined ? '' : ` (${flag})`} ${detail}  [${rule}]`
  })
}

function metadataHints({ metadata = {}, code }: ReceivedProblem): readonly string[] {
  const { allowedActions, conflictingOperationId } = metadata
  const hints: string[] = []
  if (Array.isArray(allowedActions)) {
    hints.push(`Allowed now: ${allowedActions.length === 0 ? 'nothing' : allowedActions.join(', ')}`)
  }
  if (typeof conflictingOperationId === 'string') {
    hints.push(`Follow it: weir operations watch ${conflictingOperationId}`)
  }
  const known = HINTS[code]
  return known === undefined ? hints : [...hints, known]
}

function problemLines(problem: ReceivedProblem): readonly string[] {
  return [
    `Error: ${problem.title} (${problem.status} ${problem.code})`,
    `  ${problem.detail}`,
    ...violationLines(problem),
    ...metadataHints(problem).map((hint) => `  ${hint}`),
    ...(problem.retryable ? ['  The same request may succeed later.'] : []),
    `  request id: ${problem.requestId}`,
  ]
}

/** Everything a person needs to know about a failure. */
export function errorText(error: unknown): string {
  if (error instanceof ProblemError) return problemLines(error.problem).join('\n')
  if (error instanceof CliError)
    return [`Error: ${error.message}`, ...error.hints.map((hint) => `  ${hint}`)].join('\n')
  return `Error: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`
}

/** The same for programs: the problem document as it was received, or one of our own with the exit code. */
export function errorJson(error: unknown, exitCode: number): string {
  if (error instanceof ProblemError) return JSON.stringify(error.problem, null, 2)
  return JSON.stringify({ exitCode, detail: error instanceof Error ? error.message : String(error) }, null, 2)
}
