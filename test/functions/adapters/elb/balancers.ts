import { type Query, Refusal } from '../ec2/query.ts'

/** A load balancer, its listeners by their ports, and until when it is there. */
export interface Balancer {
  readonly arn: string
  readonly name: string
  readonly fingerprint: string
  readonly madeAt: number
  readonly zones: number
  readonly securityGroups: readonly string[]
  readonly tags: ReadonlyMap<string, string>
  readonly listeners: Map<number, { readonly targetGroupArn: string; readonly fingerprint: string }>
  readonly attributes: Map<string, string>
  deletedAt: number | undefined
}

/** A target group with its targets. */
export interface Group {
  readonly arn: string
  readonly name: string
  readonly fingerprint: string
  readonly tags: ReadonlyMap<string, string>
  readonly targets: Set<string>
  readonly attributes: Map<string, string>
}

/** How long things take, in milliseconds. */
export interface Pace {
  readonly visibleAfter: number
  readonly activeAfter: number
  readonly goneAfter: number
}

/** What an answer says: texts, lists and members by their names. */
export type Part = string | number | undefined | readonly Part[] | { readonly [name: string]: Part }

/** What there is from the beginning, and what the account may have. */
export interface BalancersParts {
  readonly now: () => number
  readonly pace: Pace
  /** The zones of the subnets that there are. */
  readonly subnets: ReadonlyMap<string, string>
  readonly securityGroups: readonly string[]
  readonly vpcId: string
  readonly isHealthy: (address: string) => boolean
}

const MOST_LISTENERS = 50
const PAGE_SIZE = 2

/** A region's load balancers, as strict as the real ones. */
export function openBalancers({ now, pace, subnets, securityGroups, vpcId, isHealthy }: BalancersParts) {
  const balancers = new Map<string, Balancer>()
  const groups = new Map<string, Group>()
  let made = 0

  const settle = () => {
    for (const [arn, { deletedAt }] of balancers)
      if (deletedAt !== undefined && now() >= deletedAt + pace.goneAfter) balancers.delete(arn)
  }
  const named = (arn: string): Balancer => {
    const found = balancers.get(arn)
    if (!found || found.deletedAt !== undefined) throw new Refusal('LoadBalancerNotFound')
    return found
  }
  const group = (arn: string): Group => {
    const found = groups.get(arn)
    if (!found) throw new Refusal('TargetGroupNotFound')
    return found
  }
  const isUsed = ({ arn }: Group) =>
    [...balancers.values()].some(({ listeners }) => [...listeners.values()].some((each) => each.targetGroupArn === arn))
  const page = <T>(query: Query, all: readonly T[]) => {
    const from = Number(query.text('Marker') || 0)
    const next = from + PAGE_SIZE
    return { page: all.slice(from, next), NextMarker: next < all.length ? String(next) : undefined }
  }
  const checkName = (query: Query): string => {
    const name = query.text('Name')
    if (!/^(?!internal-)[a-zA-Z0-9]([a-zA-Z0-9-]{0,30}[a-zA-Z0-9])?$/.test(name)) throw new Refusal('ValidationError')
    return name
  }
  const tagsOf = (query: Query) =>
    new Map(query.members('Tags.member').map((at) => [query.text(`${at}Key`), query.text(`${at}Value`)] as const))
  const shownBalancer = ({ arn, name, madeAt }: Balancer): Part => ({
    LoadBalancerArn: arn,
    LoadBalancerName: name,
    DNSName: `${name}-0123456789abcdef.elb.eu-central-1.amazonaws.com`,
    CanonicalHostedZoneId: 'Z3F0SRJ5LGBH90',
    State: { Code: now() < madeAt + pace.activeAfter ? 'provisioning' : 'active' },
  })
  const shownGroup = ({ arn, name }: Group): Part => ({ TargetGroupArn: arn, TargetGroupName: name })

  function createBalancer(query: Query): Part {
    const name = checkName(query)
    const fingerprint = query.fingerprint()
    const same = [...balancers.values()].find((each) => each.name === name && each.deletedAt === undefined)
    if (same && same.fingerprint !== fingerprint) throw new Refusal('DuplicateLoadBalancerName')
    if (same) return { LoadBalancers: [shownBalancer(same)] }
    const zones = query.list('Subnets.member').map((id) => subnets.get(id))
    if (zones.includes(undefined) || zones.length === 0) throw new Refusal('SubnetNotFound')
    if (new Set(zones).size < zones.length) throw new Refusal('InvalidConfigurationRequest')
    const bears = query.list('SecurityGroups.member')
    if (bears.some((id) => !securityGroups.includes(id))) throw new Refusal('InvalidSecurityGroup')
    if (query.text('Type') !== 'network' || query.text('Scheme') !== 'internet-facing')
      throw new Refusal('InvalidScheme')
    const balancer: Balancer = {
      arn: `arn:aws:elasticloadbalancing:eu-central-1:123456789012:loadbalancer/net/${name}/${++made}`,
      name,
      fingerprint,
      madeAt: now(),
      zones: zones.length,
      securityGroups: bears,
      tags: tagsOf(query),
      listeners: new Map(),
      attributes: new Map(),
      deletedAt: undefined,
    }
    balancers.set(balancer.arn, balancer)
    return { LoadBalancers: [shownBalancer(balancer)] }
  }

  function createGroup(query: Query): Part {
    const name = checkName(query)
    const fingerprint = query.fingerprint()
    const same = [...groups.values()].find((each) => each.name === name)
    if (same && same.fingerprint !== fingerprint) throw new Refusal('DuplicateTargetGroupName')
    if (same) return { TargetGroups: [shownGroup(same)] }
    if (query.text('VpcId') !== vpcId) throw new Refusal('ValidationError')
    const arn = `arn:aws:elasticloadbalancing:eu-central-1:123456789012:targetgroup/${name}/${++made}`
    const fresh: Group = { arn, name, fingerprint, tags: tagsOf(query), targets: new Set(), attributes: new Map() }
    groups.set(arn, fresh)
    return { TargetGroups: [shownGroup(fresh)] }
  }

  function createListener(query: Query): Part {
    const balancer = named(query.text('LoadBalancerArn'))
    const port = Number(query.text('Port'))
    const fingerprint = query.fingerprint()
    const target = group(query.text('DefaultActions.member.1.TargetGroupArn'))
    const there = balancer.listeners.get(port)
    if (there && there.fingerprint !== fingerprint) throw new Refusal('DuplicateListener')
    if (!there && isUsed(target)) throw new Refusal('TargetGroupAssociationLimit')
    if (!there && balancer.listeners.size === MOST_LISTENERS) throw new Refusal('TooManyListeners')
    balancer.listeners.set(port, { targetGroupArn: target.arn, fingerprint })
    return { Listeners: [{ Port: port }] }
  }

  const setAttributes = (query: Query, attributes: Map<string, string>, known: readonly string[]): Part => {
    for (const at of query.members('Attributes.member')) {
      if (!known.includes(query.text(`${at}Key`))) throw new Refusal('InvalidConfigurationRequest')
      attributes.set(query.text(`${at}Key`), query.text(`${at}Value`))
    }
    return {}
  }

  const actions: Readonly<Record<string, (query: Query) => Part>> = {
    CreateLoadBalancer: createBalancer,
    DescribeLoadBalancers: (query) => {
      const names = query.list('Names.member')
      const seen = [...balancers.values()].filter(
        ({ name, madeAt }) => names.includes(name) && now() >= madeAt + pace.visibleAfter,
      )
      if (seen.length === 0) throw new Refusal('LoadBalancerNotFound')
      return { LoadBalancers: seen.map(shownBalancer) }
    },
    ModifyLoadBalancerAttributes: (query) =>
      setAttributes(query, named(query.text('LoadBalancerArn')).attributes, ['load_balancing.cross_zone.enabled']),
    DeleteLoadBalancer: (query) => {
      const found = balancers.get(query.text('LoadBalancerArn'))
      if (found) found.deletedAt ??= now()
      return {}
    },
    CreateTargetGroup: createGroup,
    DescribeTargetGroups: (query) => {
      const { page: some, NextMarker } = page(query, [...groups.values()])
      return { TargetGroups: some.map(shownGroup), NextMarker }
    },
    ModifyTargetGroupAttributes: (query) =>
      setAttributes(query, group(query.text('TargetGroupArn')).attributes, ['preserve_client_ip.enabled']),
    RegisterTargets: (query) => {
      const { targets } = group(query.text('TargetGroupArn'))
      for (const at of query.members('Targets.member')) {
        if (!/^\d+(\.\d+){3}$/.test(query.text(`${at}Id`))) throw new Refusal('InvalidTarget')
        targets.add(`${query.text(`${at}Id`)}:${query.text(`${at}Port`)}`)
      }
      return {}
    },
    DescribeTargetHealth: (query) => ({
      TargetHealthDescriptions: [...group(query.text('TargetGroupArn')).targets].map((target) => {
        const [Id = '', Port = ''] = target.split(':')
        return { Target: { Id, Port }, TargetHealth: { State: isHealthy(Id) ? 'healthy' : 'initial' } }
      }),
    }),
    DeleteTargetGroup: (query) => {
      const found = group(query.text('TargetGroupArn'))
      if (isUsed(found)) throw new Refusal('ResourceInUse')
      groups.delete(found.arn)
      return {}
    },
    CreateListener: createListener,
    DescribeListeners: (query) => {
      const { arn, listeners } = named(query.text('LoadBalancerArn'))
      const { page: some, NextMarker } = page(query, [...listeners])
      return {
        Listeners: some.map(([Port, { targetGroupArn: TargetGroupArn }]) => ({
          ListenerArn: `${arn.replace(':loadbalancer/', ':listener/')}/${Port}`,
          Port,
          DefaultActions: [{ Type: 'forward', TargetGroupArn }],
        })),
        NextMarker,
      }
    },
    DeleteListener: (query) => {
      const [, arn = '', port] =
        /^(.*)\/(\d+)$/.exec(query.text('ListenerArn').replace(':listener/', ':loadbalancer/')) ?? []
      if (!balancers.get(arn)?.listeners.delete(Number(port))) throw new Refusal('ListenerNotFound')
      return {}
    },
    DeregisterTargets: (query) => {
      const { targets } = group(query.text('TargetGroupArn'))
      for (const at of query.members('Targets.member'))
        targets.delete(`${query.text(`${at}Id`)}:${query.text(`${at}Port`)}`)
      return {}
    },
  }
  return { balancers, groups, settle, actions }
}
