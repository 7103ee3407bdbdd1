import { type Command, Option } from 'commander'
import type { PlanBalance, RebalanceProposal } from '../../shared/contract/rebalance.ts'
import { BALANCE_KINDS, type BalanceKind } from '../../shared/planner/rebalance/plan-rebalance.ts'
import { bytesText } from '../bytes-text.ts'
import { CliError, UsageError } from '../cli-error.ts'
import { wholeNumber } from '../cluster-order.ts'
import { clusterIdOf } from '../cluster-reference.ts'
import { durationText } from '../duration.ts'
import { EXIT } from '../exit-codes.ts'
import type { Cell } from '../output.ts'
import { openSession, type Session } from '../session.ts'
import type { Terminal } from '../terminal.ts'
import { printAccepted, type WaitOptions, watchToEnd, withWaitOptions } from './wait-options.ts'

interface RebalanceOptions extends WaitOptions {
  readonly plan?: boolean
  readonly proposal?: string
  readonly throttle?: number
  readonly kind?: readonly BalanceKind[]
  readonly yes?: boolean
}

/** `weir clusters rebalance`. */
export function addRebalanceCommand(clusters: Command, terminal: Terminal): void {
  const command = clusters
    .command('rebalance')
    .description(
      'Moves replicas and preferred leaders so that every broker has its fair share of disk, replicas and leaders, under a throttle, while all brokers serve. Shows what it would do first, and asks.',
    )
    .argument('<cluster>', 'name or id')
    .option('--plan', 'show what is proposed, or the proposal of --proposal, and move nothing')
    .option('--proposal <id>', 'approve this proposal of before: exactly its moves are made')
    .option('--throttle <MiB/s>', 'the most that each broker gives and takes of moved replicas', wholeNumber)
    .addOption(new Option('--kind <kinds...>', 'what is brought into balance (default: all)').choices(BALANCE_KINDS))
    .option('-y, --yes', 'do not ask; required where nobody can answer')
  withWaitOptions(command).action(async (nameOrId: string, options: RebalanceOptions, self: Command) => {
    const session = await openSession(self, terminal)
    const clusterId = await clusterIdOf(session.client, nameOrId)
    const { client, output } = session
    const { proposal: known, plan } = options
    if (known !== undefined && plan === true) {
      const { body } = await client.call('getRebalanceProposal', { params: { clusterId, proposalId: known } })
      return output.item(body, proposalFields(body))
    }
    const proposalId = known ?? (await proposed(session, clusterId, options))
    if (proposalId === undefined) return
    // What is said besides a proposal of before is for the API to refuse: it was made with its own.
    const body = { proposalId, ...(known !== undefined && wishOf(options)) }
    const answer = await client.call('rebalanceCluster', { params: { clusterId }, body })
    if (answer.status === 200) return output.item(answer.body, proposalFields(answer.body))
    if (options.wait !== true) return printAccepted(session, answer.body)
    await watchToEnd(session, answer.body, options.timeout)
    output.say('Rebalanced.')
  })
}

const wishOf = ({ throttle, kind }: RebalanceOptions) => ({
  ...(throttle !== undefined && { throttleMiBPerSecond: throttle }),
  ...(kind !== undefined && { kinds: [...kind] }),
})

/** The proposal to approve; none where there is nothing to do, or where only the plan is wanted. */
async function proposed(session: Session, clusterId: string, options: RebalanceOptions): Promise<string | undefined> {
  const { client, output, terminal } = session
  const { plan, yes } = options
  const params = { clusterId }
  const { body: proposal } = await client.call('createRebalanceProposal', { params, body: wishOf(options) })
  if (plan === true || proposal.moves === 0 || output.format === 'table') {
    if (output.format === 'json' && plan !== true && proposal.moves > 0) return proposal.id
    output.item(proposal, proposalFields(proposal))
  }
  if (plan === true || proposal.moves === 0) return undefined
  if (yes === true) return proposal.id
  if (!terminal.interactive) throw new UsageError('Nobody is there to approve the moves: say --yes.')
  const said = await terminal.ask('Move these replicas? (yes/no) ')
  if (said.trim() !== 'yes') throw new CliError(EXIT.usage, 'Not approved; nothing was moved.')
  return proposal.id
}

/** A proposal as people read it. */
export function proposalFields(proposal: RebalanceProposal): Readonly<Record<string, Cell>> {
  const { moves, copies, bytes, throttleMiBPerSecond, estimateSeconds } = proposal
  return {
    Proposal: `${proposal.id}, until ${proposal.expiresAt}`,
    Moves: moves === 0 ? 'none: there is nothing to do' : `${moves} partitions, ${copies} of them copied`,
    Copied: bytesText(bytes),
    Throttle: `${throttleMiBPerSecond} MiB/s for each broker`,
    Estimate: moves === 0 ? undefined : `at least ${durationText(estimateSeconds * 1000)}`,
    Before: balanceLines(proposal.before),
    After: balanceLines(proposal.after),
    'Without a place': proposal.stuck.join('\n'),
    Warnings: proposal.warnings.join('\n'),
  }
}

function balanceLines({ brokers, zones }: PlanBalance): string {
  const line = (name: string, { diskBytes, replicas, leaders }: Omit<PlanBalance['zones'][number], 'zone'>) =>
    `${name.padEnd(12)} ${bytesText(diskBytes).padStart(9)}  ${String(replicas).padStart(6)} replicas  ${String(leaders).padStart(6)} leaders`
  return [
    ...brokers.map((broker) => line(`broker ${broker.nodeId}`, broker)),
    ...(zones.length > 1 && zones.length < brokers.length ? zones.map((zone) => line(zone.zone, zone)) : []),
  ].join('\n')
}
