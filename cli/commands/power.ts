import type { Command } from 'commander'
import { clusterIdOf } from '../cluster-reference.ts'
import { openSession } from '../session.ts'
import type { Terminal } from '../terminal.ts'
import { planFields } from './change-cluster.ts'
import { printAccepted, type WaitOptions, watchToEnd, withWaitOptions } from './wait-options.ts'

interface PowerOptions extends WaitOptions {
  readonly validateOnly?: boolean
}

const COMMANDS = {
  stop: {
    route: 'stopCluster',
    description:
      'Stops a cluster: its machines are given back and no compute is billed; data, addresses, names and users are kept. Clients lose it until it is started again.',
    done: 'Stopped',
  },
  start: {
    route: 'startCluster',
    description: 'Starts a stopped cluster again: the same data under the same names.',
    done: 'Started',
  },
  restore: {
    route: 'restoreCluster',
    description: 'Brings a deleted cluster back that is kept; see them: weir clusters list --deleted.',
    done: 'Restored',
  },
} as const

/** `weir clusters stop`, `start` and `restore`. */
export function addPowerCommands(clusters: Command, terminal: Terminal): void {
  for (const [name, { route, description, done }] of Object.entries(COMMANDS)) {
    const command = clusters
      .command(name)
      .description(description)
      .argument('<cluster>', 'name or id')
      .option('--validate-only', 'show the plan with what is billed meanwhile, and write nothing')
    withWaitOptions(command).action(async (nameOrId: string, options: PowerOptions, self: Command) => {
      const session = await openSession(self, terminal)
      const params = { clusterId: await clusterIdOf(session.client, nameOrId) }
      const query = { validateOnly: options.validateOnly === true ? 'true' : 'false' } as const
      const answer = await session.client.call(route, { params, query })
      if (answer.status === 200) return session.output.item(answer.body, planFields(answer.body))
      if (options.wait !== true) return printAccepted(session, answer.body)
      for (const warning of answer.body.warnings) session.output.say(`Note: ${warning}`)
      await watchToEnd(session, answer.body, options.timeout)
      session.output.say(`${done}: ${nameOrId}.`)
    })
  }
}
