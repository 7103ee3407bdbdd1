import {
  DescribeInstancesCommand,
  type Instance,
  paginateDescribeInstances,
  RunInstancesCommand,
  StartInstancesCommand,
  TerminateInstancesCommand,
} from '@aws-sdk/client-ec2'
import { INSTANCE_TYPES } from '../../../shared/catalogue/instance-types.ts'
import { DomainError } from '../../../shared/errors/domain-error.ts'
import type { HostSpec, NodeRef } from '../../../shared/ports/hosts.ts'
import { findAddresses, interfaceFor } from './addresses.ts'
import { attachVolume } from './attach-volume.ts'
import type { Ec2Parts } from './parts.ts'
import { type Patience, patience } from './patience.ts'
import { isNotFound } from './refusals.ts'
import { clientToken, filtersFor, incarnationOf, type Scope, tagsOf } from './tags.ts'

/** A machine that ends right after its start is made anew this often within one call. */
const MOST_LAUNCHES = 3

/** The machines of a node, a cluster or the deployment, also those that ended within the last hour. */
export async function findInstances({ client, stage }: Ec2Parts, scope: Scope): Promise<readonly Instance[]> {
  const found: Instance[] = []
  const pages = paginateDescribeInstances({ client }, { Filters: filtersFor(stage, 'machine', scope) })
  for await (const { Reservations = [] } of pages)
    found.push(...Reservations.flatMap(({ Instances = [] }) => Instances))
  return found
}

/** One machine by its id; tags of one that has ended may be gone before the rest of it. */
async function findInstance({ client }: Ec2Parts, instanceId: string): Promise<Instance | undefined> {
  try {
    const { Reservations = [] } = await client.send(new DescribeInstancesCommand({ InstanceIds: [instanceId] }))
    return Reservations[0]?.Instances?.[0]
  } catch (thrown) {
    if (isNotFound(thrown)) return undefined
    throw thrown
  }
}

/** A machine of the node that runs, with its address from the start and its volume attached. */
export async function ensureInstance(
  parts: Ec2Parts,
  spec: HostSpec,
  volumeId: string,
  address: string,
): Promise<string> {
  const wait = patience(parts.clock)
  const live = (await findInstances(parts, spec)).filter((instance) => !hasEnded(instance))
  const others = live.filter(({ Tags }) => incarnationOf(Tags) !== spec.incarnation)
  // Volume and address are held by one machine at a time, so one from before goes first; a newer one means that we are late.
  const older = others.filter(({ Tags }) => incarnationOf(Tags) < spec.incarnation)
  await terminate(
    parts,
    older.flatMap(({ InstanceId }) => InstanceId ?? []),
  )
  if (others.length > 0) throw new DomainError('NOT_YET', `Another machine of node ${spec.nodeId} is still there.`)
  const instanceId = live[0]?.InstanceId ?? (await launch(parts, spec, await interfaceFor(parts, spec, address)))
  await untilRunning(parts, spec, instanceId, wait)
  await attachVolume(parts, spec, { volumeId, instanceId, wait })
  return instanceId
}

/**
 * Makes the machine under a token that follows from what it is, so that a repeat finds it. EC2 remembers a token for longer than
 * the machine lives: for one that has ended, the next token follows from its id.
 */
async function launch(parts: Ec2Parts, spec: HostSpec, networkInterfaceId: string): Promise<string> {
  let after = ''
  for (let round = 0; round < MOST_LAUNCHES; round++) {
    const made = await run(parts, spec, networkInterfaceId, after)
    const instanceId = made?.InstanceId
    if (made === undefined || instanceId === undefined) throw new Error('EC2 named no machine that it made')
    if (!hasEnded((await findInstance(parts, instanceId)) ?? made)) return instanceId
    after = instanceId
  }
  throw new DomainError('NO_CAPACITY', `Machines for node ${spec.nodeId} end as soon as they are made.`)
}

async function run(
  { client, stage, settings }: Ec2Parts,
  spec: HostSpec,
  networkInterfaceId: string,
  after: string,
): Promise<Instance | undefined> {
  const template = settings.launchTemplates[templateName(spec)]
  const command = new RunInstancesCommand({
    ClientToken: clientToken(stage, spec, 'machine', spec.incarnation, after),
    MinCount: 1,
    MaxCount: 1,
    LaunchTemplate: { LaunchTemplateId: template.id, Version: template.version },
    InstanceType: INSTANCE_TYPES[spec.instanceType].ec2InstanceType,
    NetworkInterfaces: [{ DeviceIndex: 0, NetworkInterfaceId: networkInterfaceId }],
    TagSpecifications: [
      { ResourceType: 'instance', Tags: tagsOf(stage, spec, 'machine', spec.incarnation) },
      { ResourceType: 'volume', Tags: tagsOf(stage, spec, 'root', spec.incarnation) },
    ],
  })
  return (await client.send(command)).Instances?.[0]
}

function templateName({ roles }: HostSpec): 'broker' | 'controller' | 'combined' {
  if (roles.includes('broker')) return roles.includes('controller') ? 'combined' : 'broker'
  return 'controller'
}

async function untilRunning(parts: Ec2Parts, spec: HostSpec, instanceId: string, wait: Patience): Promise<void> {
  await wait.until(`The machine of node ${spec.nodeId} is not running yet.`, async () => {
    const seen = await findInstance(parts, instanceId)
    if (seen === undefined) return undefined
    if (hasEnded(seen)) throw endedAtOnce(spec, seen)
    const state = seen.State?.Name
    if (state === 'stopped') await parts.client.send(new StartInstancesCommand({ InstanceIds: [instanceId] }))
    return state === 'running' ? true : undefined
  })
}

/** A fault of AWS may be over soon; one of ours, such as a template that cannot be started, is not. */
function endedAtOnce({ nodeId }: HostSpec, { StateReason }: Instance): DomainError {
  const cause = StateReason
  if (StateReason?.Code?.startsWith('Client.') && StateReason.Code !== 'Client.UserInitiatedShutdown') {
    return new DomainError('HOST_FAILED', `The machine of node ${nodeId} cannot be started.`, { cause })
  }
  return new DomainError('NO_CAPACITY', `The machine of node ${nodeId} ended before it ran.`, { cause })
}

/**
 * Until no machine of the node exists (none up to an incarnation, where one is given), and so nothing of it writes to its volume
 * or answers at its address.
 */
export async function removeInstance(parts: Ec2Parts, node: NodeRef, upToIncarnation?: number): Promise<void> {
  const wait = patience(parts.clock)
  const isMeant = ({ State, Tags }: Instance) =>
    State?.Name !== 'terminated' && (upToIncarnation === undefined || incarnationOf(Tags) <= upToIncarnation)
  await wait.until(`The machine of node ${node.nodeId} has not ended yet.`, async () => {
    const left = (await findInstances(parts, node)).filter(isMeant)
    // A machine made a moment ago may not be found yet, but it holds the node's address from its first moment.
    const { known, hidden } = await addressHolders(parts, node)
    // Which one a hidden machine is, its tags will tell: where not every one is meant, they are waited for.
    const all = [...left, ...known.filter(isMeant)].filter((instance) => !hasEnded(instance))
    const ids = [...all.flatMap(({ InstanceId }) => InstanceId ?? []), ...(upToIncarnation === undefined ? hidden : [])]
    await terminate(parts, [...new Set(ids)])
    return left.length === 0 && hidden.length === 0 && !known.some(isMeant) ? true : undefined
  })
}

/** The machines that hold the node's address: those that can be seen, and the ids of those that cannot be seen yet. */
async function addressHolders(
  parts: Ec2Parts,
  node: NodeRef,
): Promise<{ readonly known: readonly Instance[]; readonly hidden: readonly string[] }> {
  const attached = (await findAddresses(parts, node)).flatMap(({ Attachment }) => Attachment?.InstanceId ?? [])
  const machines = await Promise.all(attached.map((id) => findInstance(parts, id)))
  return {
    known: machines.flatMap((machine) => machine ?? []),
    hidden: attached.filter((_, index) => machines[index] === undefined),
  }
}

async function terminate({ client }: Ec2Parts, instanceIds: readonly string[]): Promise<void> {
  if (instanceIds.length === 0) return
  try {
    await client.send(new TerminateInstancesCommand({ InstanceIds: [...instanceIds] }))
  } catch (thrown) {
    if (!isNotFound(thrown)) throw thrown
  }
}

function hasEnded({ State }: Instance): boolean {
  return State?.Name === 'terminated' || State?.Name === 'shutting-down'
}
