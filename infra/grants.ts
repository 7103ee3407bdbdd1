import type { Table } from 'aws-cdk-lib/aws-dynamodb'
import type { EventBus } from 'aws-cdk-lib/aws-events'
import { PolicyStatement, type Role } from 'aws-cdk-lib/aws-iam'
import type { IKey } from 'aws-cdk-lib/aws-kms'
import type { StoreAccess } from '../shared/contract/route-groups.ts'
import type { DnsSettings } from '../shared/deployment/dns-settings.ts'
import type { PortName } from '../shared/ports/ports.ts'
import { acknowledge } from './acknowledge.ts'
import { grantEntries } from './entry-grants.ts'
import { type FleetResources, grantFleetChange, grantFleetList, grantFleetRemove } from './fleet-grants.ts'
import type { MachineArns } from './machine-arns.ts'
import { grantNames } from './names-grants.ts'
import { grantPrivateCa } from './private-ca-grants.ts'
import type { PublicEntryResources } from './public-entry.ts'

/** What the ports reach. */
export interface Resources {
  readonly table: Table
  readonly bus: EventBus
  readonly machines: MachineArns
  readonly authorityKey: IKey
  /** What vouches for authorities; none where they vouch for themselves. */
  readonly privateCaArn?: string
  /** None where the deployment was not told where hosts run. */
  readonly fleet?: FleetResources
  /** None where clusters get no names. */
  readonly dns?: DnsSettings
  /** None where no cluster is reached from the internet. */
  readonly publicEntry?: PublicEntryResources
}

/** How much of a port a function uses, where that makes a difference to its permissions. */
export interface PortUse {
  readonly store: StoreAccess
  /** Where only the rows of one tenant at a time are for it: the role that reaches them, in place of the table. */
  readonly tenantRole?: string
  /** Starting executions, ending them, asking what became of them, and answering for their parked tasks are four things. */
  readonly workflows: readonly ('start' | 'stop' | 'describe' | 'answer')[]
  /** To see what there is takes much less than to remove it, and that less than to make it. */
  readonly hosts: 'list' | 'remove' | 'change'
  /** All sign with authorities; one makes them. */
  readonly authorities: 'use' | 'make'
}

type Grant = (role: Role, resources: Resources, use: PortUse) => void

/** The port works with what every function has: its code, its clock and its log. */
const nothing: Grant = () => undefined

/** All that the store's reads take. */
const READ = ['dynamodb:GetItem', 'dynamodb:Query']

/** A transaction is authorised by the actions it is made of; the store has no update. */
const WRITE = ['dynamodb:PutItem', 'dynamodb:DeleteItem', 'dynamodb:ConditionCheckItem']

/** What the store does with the table, by how it is touched. */
export const STORE_ACTIONS_OF = { read: READ, write: [...READ, ...WRITE] } as const satisfies Record<
  StoreAccess,
  string[]
>

/** An authority signs with the one key of the deployment; its certificate stands in the store. */
const sign: Grant = (role, { authorityKey }) => {
  allow(role, ['kms:GetPublicKey'], [authorityKey.keyArn])
  const onlySo = { StringEquals: { 'kms:SigningAlgorithm': 'ECDSA_SHA_256' } }
  role.addToPolicy(new PolicyStatement({ actions: ['kms:Sign'], resources: [authorityKey.keyArn], conditions: onlySo }))
}

/** All that is done with the store. */
export const STORE_ACTIONS = STORE_ACTIONS_OF.write

/** What lets a parked task go on, fail or wait longer. */
const ANSWER = ['states:SendTaskSuccess', 'states:SendTaskFailure', 'states:SendTaskHeartbeat']

/**
 * What each port may do, and so what a function may do that needs it. A port without a row does not compile. No row
 * names a resource by a wildcard but three: executions, hosts and changes of the DNS, which have no ARN before they are there.
 */
export const GRANTS = {
  clock: nothing,
  ids: nothing,
  // A function's right to write its log comes with the function.
  log: nothing,
  store: (role, { table }, { store, tenantRole }) => {
    // The role's own trust says whom a session must name.
    if (tenantRole !== undefined) allow(role, ['sts:AssumeRole', 'sts:TagSession'], [tenantRole])
    else allow(role, STORE_ACTIONS_OF[store], [table.tableArn])
  },
  workflows: (role, { machines }, use) => {
    if (use.workflows.includes('start')) allow(role, ['states:StartExecution'], machines.stateMachines)
    if (use.workflows.includes('stop')) allow(role, ['states:StopExecution'], machines.executions)
    if (use.workflows.includes('describe')) allow(role, ['states:DescribeExecution'], machines.executions)
    if (use.workflows.includes('stop') || use.workflows.includes('describe')) {
      acknowledge(role, 'An execution has no ARN before it is started.', ...machines.executionFindings)
    }
    if (use.workflows.includes('answer')) allow(role, ANSWER, machines.stateMachines)
  },
  events: (role, { bus }) => allow(role, ['events:PutEvents'], [bus.eventBusArn]),
  // Clusters are reached over mTLS: the control plane makes itself a certificate of the cluster's authority.
  kafka: sign,
  hosts: (role, { fleet }, use) => {
    if (!fleet) return
    if (use.hosts === 'list') grantFleetList(role)
    else if (use.hosts === 'remove') grantFleetRemove(role, fleet)
    else grantFleetChange(role, fleet)
  },
  names: (role, { dns, publicEntry }) => {
    const zones = [dns, publicEntry?.dns].filter((zone) => zone !== undefined)
    if (zones.length > 0) grantNames(role, zones)
  },
  publicEntries: (role, { publicEntry }) => {
    if (publicEntry) grantEntries(role, publicEntry.stage)
  },
  certificates: (role, resources, use) => {
    sign(role, resources, use)
    if (use.authorities === 'make' && resources.privateCaArn) grantPrivateCa(role, resources.privateCaArn)
  },
  // It is told by the environment.
  offering: nothing,
} as const satisfies Record<PortName, Grant>

/** What a function with hosts is told of them, where there are any to have. */
export function fleetVariable({ fleet }: Resources): { readonly WEIR_FLEET?: string } {
  return fleet ? { WEIR_FLEET: fleet.variable } : {}
}

/** What a function that names clusters or lets the internet in to them is told, where there is anything to have. */
export function dnsVariables({ dns, publicEntry }: Resources): {
  readonly WEIR_DNS?: string
  readonly WEIR_PUBLIC_ENTRY?: string
} {
  return {
    ...(dns && { WEIR_DNS: JSON.stringify(dns) }),
    ...(publicEntry && { WEIR_PUBLIC_ENTRY: publicEntry.variable }),
  }
}

/** Who is to vouch for authorities, for the function that makes them. */
export function privateCaVariable({ privateCaArn }: Resources): { readonly WEIR_PRIVATE_CA_ARN?: string } {
  return privateCaArn === undefined ? {} : { WEIR_PRIVATE_CA_ARN: privateCaArn }
}

function allow(role: Role, actions: readonly string[], resources: readonly string[]): void {
  role.addToPolicy(new PolicyStatement({ actions: [...actions], resources: [...resources] }))
}
