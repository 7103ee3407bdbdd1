import {
  CreateListenerCommand,
  CreateTargetGroupCommand,
  DeleteListenerCommand,
  DeleteTargetGroupCommand,
  DeregisterTargetsCommand,
  DescribeTargetHealthCommand,
  type Listener,
  ModifyTargetGroupAttributesCommand,
  paginateDescribeListeners,
  paginateDescribeTargetGroups,
  RegisterTargetsCommand,
  type TargetGroup,
} from '@aws-sdk/client-elastic-load-balancing-v2'
import { listenerPorts } from '../../../shared/kafka/listeners.ts'
import { PUBLIC_BOOTSTRAP_PORT, publicPort } from '../../../shared/network/public-access.ts'
import type { ClusterRef } from '../../../shared/ports/hosts.ts'
import type { EntryBroker } from '../../../shared/ports/public-entries.ts'
import { type ElbParts, entryName, entryTags } from './parts.ts'
import { isNotFound, refusalCode } from './refusals.ts'

/** A port of an entry and the brokers that it leads to. */
interface Door {
  readonly name: string
  readonly port: number
  readonly addresses: readonly string[]
}

/** All doors of an entry: one that leads to all brokers but those aside, and one for each. */
function doorsOf(cluster: ClusterRef, brokers: readonly EntryBroker[]): readonly Door[] {
  const name = (what: string | number) => `${entryName(cluster)}-${what}`
  const forAll = brokers.filter(({ aside }) => aside !== true)
  return [
    { name: name('all'), port: PUBLIC_BOOTSTRAP_PORT, addresses: forAll.map(({ address }) => address) },
    ...brokers.map(({ nodeId, address }) => ({ name: name(nodeId), port: publicPort(nodeId), addresses: [address] })),
  ]
}

/** The target groups of a cluster, by their names: without a load balancer nothing else leads to them. */
export async function findTargetGroups({ client }: ElbParts, cluster: ClusterRef): Promise<readonly TargetGroup[]> {
  const found: TargetGroup[] = []
  for await (const { TargetGroups = [] } of paginateDescribeTargetGroups({ client }, {})) found.push(...TargetGroups)
  return found.filter(({ TargetGroupName }) => TargetGroupName?.startsWith(`${entryName(cluster)}-`))
}

/**
 * Exactly these doors are there. The listener of one is made last, so that a door that has one needs no further look, but for
 * whom the door of all leads to.
 */
export async function ensureDoors(
  parts: ElbParts,
  cluster: ClusterRef,
  loadBalancerArn: string | undefined,
  brokers: readonly EntryBroker[],
): Promise<void> {
  const open: Listener[] = []
  const pages = paginateDescribeListeners({ client: parts.client }, { LoadBalancerArn: loadBalancerArn })
  for await (const { Listeners = [] } of pages) open.push(...Listeners)
  const doors = doorsOf(cluster, brokers)
  for (const door of doors) {
    const listener = open.find(({ Port }) => Port === door.port)
    if (!listener) await openDoor(parts, cluster, loadBalancerArn, door)
    else if (door.port === PUBLIC_BOOTSTRAP_PORT) await leadTo(parts, listener, door.addresses)
  }
  for (const listener of open.filter(({ Port }) => !doors.some(({ port }) => port === Port)))
    await closeDoor(parts, listener)
  const names = new Set<string | undefined>(doors.map(({ name }) => name))
  for (const group of await findTargetGroups(parts, cluster))
    if (!names.has(group.TargetGroupName)) await removeTargetGroup(parts, group)
}

async function leadTo({ client }: ElbParts, { DefaultActions }: Listener, addresses: readonly string[]): Promise<void> {
  const TargetGroupArn = DefaultActions?.[0]?.TargetGroupArn
  const { TargetHealthDescriptions = [] } = await client.send(new DescribeTargetHealthCommand({ TargetGroupArn }))
  // One that is let go is still told of while its connections end.
  const led = TargetHealthDescriptions.flatMap(({ Target, TargetHealth }) =>
    Target?.Id === undefined || TargetHealth?.State === 'draining' ? [] : [Target.Id],
  )
  const asTargets = (ids: readonly string[]) => ids.map((Id) => ({ Id, Port: listenerPorts.PUBLIC }))
  const added = asTargets(addresses.filter((address) => !led.includes(address)))
  const over = asTargets(led.filter((address) => !addresses.includes(address)))
  if (added.length > 0) await client.send(new RegisterTargetsCommand({ TargetGroupArn, Targets: added }))
  if (over.length > 0) await client.send(new DeregisterTargetsCommand({ TargetGroupArn, Targets: over }))
}

async function closeDoor({ client }: ElbParts, { ListenerArn }: Listener): Promise<void> {
  try {
    await client.send(new DeleteListenerCommand({ ListenerArn }))
  } catch (thrown) {
    if (!isNotFound(thrown)) throw thrown
  }
}

async function openDoor(
  { client, stage, settings }: ElbParts,
  cluster: ClusterRef,
  LoadBalancerArn: string | undefined,
  { name, port, addresses }: Door,
): Promise<void> {
  const Tags = entryTags(stage, cluster)
  const { TargetGroups } = await client.send(
    new CreateTargetGroupCommand({
      Name: name,
      TargetType: 'ip',
      Protocol: 'TCP',
      Port: listenerPorts.PUBLIC,
      VpcId: settings.vpcId,
      IpAddressType: 'ipv4',
      HealthCheckProtocol: 'TCP',
      HealthCheckIntervalSeconds: 10,
      HealthyThresholdCount: 2,
      UnhealthyThresholdCount: 2,
      Tags,
    }),
  )
  const TargetGroupArn = TargetGroups?.[0]?.TargetGroupArn
  await client.send(
    new ModifyTargetGroupAttributesCommand({
      TargetGroupArn,
      // Kafka's log and its limits are about clients, and not about the load balancer.
      Attributes: [{ Key: 'preserve_client_ip.enabled', Value: 'true' }],
    }),
  )
  const Targets = addresses.map((Id) => ({ Id, Port: listenerPorts.PUBLIC }))
  await client.send(new RegisterTargetsCommand({ TargetGroupArn, Targets }))
  try {
    await client.send(
      new CreateListenerCommand({
        LoadBalancerArn,
        Protocol: 'TCP',
        Port: port,
        DefaultActions: [{ Type: 'forward', TargetGroupArn }],
        Tags,
      }),
    )
  } catch (thrown) {
    // Another caller has made it since the look.
    if (refusalCode(thrown) !== 'DuplicateListener') throw thrown
  }
}

/** The addresses that some door does not find well. */
export async function unhealthyTargets(
  { client }: ElbParts,
  groups: readonly TargetGroup[],
): Promise<readonly string[]> {
  const unwell = new Set<string>()
  for (const { TargetGroupArn } of groups) {
    const { TargetHealthDescriptions = [] } = await client.send(new DescribeTargetHealthCommand({ TargetGroupArn }))
    for (const { Target, TargetHealth } of TargetHealthDescriptions) {
      const isWell = TargetHealth?.State === 'healthy' || TargetHealth?.State === 'draining'
      if (!isWell && Target?.Id !== undefined) unwell.add(Target.Id)
    }
  }
  return [...unwell]
}

/** Removes it, if nothing holds it any more. */
export async function removeTargetGroup({ client }: ElbParts, { TargetGroupArn }: TargetGroup): Promise<void> {
  try {
    await client.send(new DeleteTargetGroupCommand({ TargetGroupArn }))
  } catch (thrown) {
    // A load balancer that goes still has a listener that leads to it.
    if (refusalCode(thrown) !== 'ResourceInUse' && !isNotFound(thrown)) throw thrown
  }
}
