import { EC2ServiceException } from '@aws-sdk/client-ec2'
import { DomainError } from '../../../shared/errors/domain-error.ts'

/** The code that EC2 refused a call with, such as `IncorrectState`; nothing for any other failure. */
export function refusalCode(thrown: unknown): string | undefined {
  return thrown instanceof EC2ServiceException ? thrown.name : undefined
}

/** There is none of it at the moment; there may be later, or in another subnet. */
const NO_CAPACITY = [
  'InsufficientInstanceCapacity',
  'InsufficientCapacity',
  'InsufficientHostCapacity',
  'InsufficientReservedInstanceCapacity',
  'InsufficientVolumeCapacity',
  'InsufficientFreeAddressesInSubnet',
  'InsufficientAddressCapacity',
]

/** The account may not have more of it until somebody asks AWS for more. */
const ACCOUNT_LIMIT = [
  'InstanceLimitExceeded',
  'VcpuLimitExceeded',
  'VolumeLimitExceeded',
  'MaxIOPSLimitExceeded',
  'NetworkInterfaceLimitExceeded',
  'ResourceLimitExceeded',
  'SecurityGroupLimitExceeded',
  'SecurityGroupsPerInterfaceLimitExceeded',
  'RulesPerSecurityGroupLimitExceeded',
]

/** What still slows us down after the SDK has waited and tried again. */
const THROTTLED = ['RequestLimitExceeded', 'Throttling', 'ThrottlingException', 'EC2ThrottledException']

/** It exists and cannot be seen yet, or what is on its way has not arrived. */
const NOT_YET = [
  'InvalidInstanceID.NotFound',
  'InvalidVolume.NotFound',
  'InvalidNetworkInterfaceID.NotFound',
  'InvalidNetworkInterface.InUse',
  'IdempotentParameterMismatch',
  'IncorrectState',
  'IncorrectInstanceState',
  'IncorrectModificationState',
  'VolumeInUse',
  'InvalidGroup.NotFound',
  'InvalidSecurityGroupID.NotFound',
]

/** A thing that is asked for by its id is not there: it is gone, or it was made a moment ago. */
export function isNotFound(thrown: unknown): boolean {
  return /^Invalid(InstanceID|Volume|NetworkInterfaceID|Group|SecurityGroupID)\.NotFound$/.test(
    refusalCode(thrown) ?? '',
  )
}

/** No more addresses, or machines, or volumes: another place may have some. */
export function isNoCapacity(thrown: unknown): boolean {
  return NO_CAPACITY.includes(refusalCode(thrown) ?? '')
}

/** What a call failed with, in the words of the catalogue; AWS's own words go into the log and to nobody else. */
export function fleetFailure(thrown: unknown): DomainError {
  if (thrown instanceof DomainError) return thrown
  const code = refusalCode(thrown) ?? ''
  const context = { cause: thrown }
  if (NO_CAPACITY.includes(code)) {
    return new DomainError('NO_CAPACITY', 'The zone has no more machines, volumes or addresses to give now.', context)
  }
  if (ACCOUNT_LIMIT.includes(code)) {
    const detail = 'A limit of the account that the deployment runs in is reached; its operators have to raise it.'
    return new DomainError('NO_CAPACITY', detail, context)
  }
  if (THROTTLED.includes(code)) return new DomainError('NOT_YET', 'Too many calls at once; it is tried again.', context)
  if (NOT_YET.includes(code)) {
    return new DomainError('NOT_YET', 'What was made or changed a moment ago cannot be used yet.', context)
  }
  if (code === 'InvalidVolume.ZoneMismatch') {
    return new DomainError('VOLUME_FAILED', 'The volume is in another zone than the machine.', context)
  }
  return new DomainError('INTERNAL', 'A call for a host failed; the reason is in the log.', context)
}
