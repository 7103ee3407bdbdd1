import type { Command } from 'commander'
import type { Plan } from '../../shared/contract/plan.ts'
import { bytesText } from '../bytes-text.ts'
import { orderBody, wholeNumber } from '../cluster-order.ts'
import { clusterIdOf, findCluster, whileOnlyStatusMoves } from '../cluster-reference.ts'
import { durationText } from '../duration.ts'
import type { Cell } from '../output.ts'
import { openSession } from '../session.ts'
import type { Terminal } from '../terminal.ts'
import { type ChangeFlags, rebalanceQuery, withChangeFlags } from './update-cluster.ts'
import { printAccepted, type WaitOptions, watchToEnd, withWaitOptions } from './wait-options.ts'

interface ExtendOptions extends WaitOptions {
  readonly volumeGib: number
}

/** `weir clusters extend`. */
export function addExtendCommand(clusters: Command, terminal: Terminal): void {
  const command = clusters
    .command('extend')
    .description('Makes the volumes of all brokers larger, broker by broker, while they serve and without a restart.')
    .argument('<cluster>', 'name or id')
    .requiredOption('--volume-gib <n>', 'the new size of each volume; it can never shrink again', wholeNumber)
  withWaitOptions(command).action(async (nameOrId: string, options: ExtendOptions, self: Command) => {
    const session = await openSession(self, terminal)
    const found = await findCluster(session.client, nameOrId)
    const { cluster } = found
    const answer = await whileOnlyStatusMoves(session.client, found, (ifMatch) =>
      session.client.call('patchCluster', {
        params: { clusterId: cluster.id },
        body: { brokers: { volumeGiB: options.volumeGib } },
        ifMatch,
      }),
    )
    if (answer.status === 200) return session.output.item(answer.body, { Volumes: `${options.volumeGib} GiB each` })
    if (options.wait !== true) return printAccepted(session, answer.body)
    await watchToEnd(session, answer.body, options.timeout)
    session.output.say(`Extended: ${cluster.name} has volumes of ${options.volumeGib} GiB.`)
  })
}

/** `weir clusters plan`. */
export function addPlanCommand(clusters: Command, terminal: Terminal): void {
  const command = clusters
    .command('plan')
    .description('Shows what a change would come to and whether it would be refused. Nothing is changed.')
  withChangeFlags(command).action(async (nameOrId: string, { rebalance, ...flags }: ChangeFlags, self: Command) => {
    const bodyAsWritten = await orderBody(flags, terminal)
    const { client, output } = await openSession(self, terminal)
    const clusterId = await clusterIdOf(client, nameOrId)
    const { body: plan } = await client.call('planChange', {
      params: { clusterId },
      query: rebalanceQuery(rebalance),
      bodyAsWritten,
    })
    output.item(plan, planFields(plan))
  })
}

/** A plan as people read it. */
export function planFields(plan: Plan): Readonly<Record<string, Cell>> {
  const lines = (texts: readonly string[]) => texts.join('\n')
  return {
    Changes: lines(plan.changes.map(({ pointer, from, to }) => `${pointer}: ${shown(from)} -> ${shown(to)}`)),
    Operation: plan.operation ?? withoutOperation(plan),
    Phases: lines(
      plan.phases.map(
        ({ kind, mode, nodes, moves }) =>
          `${kind}${mode ? ` (${mode})` : ''}${nodes.length > 0 ? ` on ${nodes.join(', ')}` : ' on no node'}${moves ? `, ${moves.partitions} partitions moved off, ${bytesText(moves.bytes)} of them copied` : ''}`,
      ),
    ),
    Restarts: plan.restarts,
    Estimate: plan.operation && `about ${durationText(plan.estimateSeconds * 1000)}`,
    ...(plan.billing && {
      'Billed before': billedText(plan.billing.before),
      'Billed after': billedText(plan.billing.after),
    }),
    Warnings: lines(plan.warnings),
    'Refused because': lines(plan.blockers.map(blockerText)),
  }
}

function withoutOperation({ changes, blockers }: Plan): string | undefined {
  if (blockers.length > 0) return undefined
  return changes.length === 0 ? 'none: nothing changes' : 'none: it takes effect at once'
}

const blockerText = ({ code, detail, pointer }: Plan['blockers'][number]) =>
  `${code}${pointer === '' ? '' : ` at ${pointer}`}: ${detail}`

const billedText = ({ machines, volumeGiB }: NonNullable<Plan['billing']>['before']) =>
  `${machines} machines, ${volumeGiB} GiB of volumes`

const shown = (value: unknown): string => (value === undefined ? 'nothing' : JSON.stringify(value))
