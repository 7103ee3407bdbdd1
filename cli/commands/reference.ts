import type { Command } from 'commander'
import { renderTable } from '../output.ts'
import { openSession } from '../session.ts'
import type { Terminal } from '../terminal.ts'

/** How the support of a release stands, in a column that is empty where nothing is to be said. */
const SUPPORT_TEXT = { Supported: '', EndsSoon: 'ends soon', Ended: 'has ended' } as const

/** `weir catalog`, `weir quotas`, `weir errors`. */
export function addReferenceCommands(program: Command, terminal: Terminal): void {
  program
    .command('catalog')
    .description('Shows what can be ordered.')
    .action(async (_options, command: Command) => {
      const { client, output } = await openSession(command, terminal)
      const { body } = await client.call('getCatalog')
      if (output.format === 'json') return output.item(body, {})
      const versions = body.kafkaVersions.map((row) => [
        row.version,
        row.recommended ? 'recommended' : '',
        row.supportedFrom,
        row.supportedUntil,
        SUPPORT_TEXT[row.support],
      ])
      output.say(renderTable(['KAFKA', '', 'FROM', 'UNTIL', 'SUPPORT'], versions))
      const types = body.instanceTypes.map((row) => [
        row.name,
        row.vCpu,
        `${row.memoryGiB} GiB`,
        `${row.volumeGiB.min} to ${row.volumeGiB.max} GiB`,
      ])
      output.say(`\n${renderTable(['INSTANCE TYPE', 'VCPU', 'MEMORY', 'VOLUME'], types)}`)
      const topologies = body.topologies.map((row) => [row.name, row.controllers, row.description])
      output.say(`\n${renderTable(['TOPOLOGY', 'CONTROLLERS', ''], topologies)}`)
      output.say(`\nZones: ${body.availabilityZones.join(', ')}`)
    })
  program
    .command('quotas')
    .description('Shows what the tenant may have and has.')
    .action(async (_options, command: Command) => {
      const { client, output } = await openSession(command, terminal)
      const { body } = await client.call('getQuotas')
      if (output.format === 'json') return output.item(body, {})
      const rows = Object.entries(body).map(([name, { limit, used, available }]) => [name, limit, used, available])
      output.say(renderTable(['QUOTA', 'LIMIT', 'USED', 'AVAILABLE'], rows))
    })
  program
    .command('errors')
    .description('Explains the error codes of the API. No token is needed.')
    .argument('[code]', 'only this one')
    .action(async (code: string | undefined, _options, command: Command) => {
      const { client, output } = await openSession(command, terminal, 'public')
      if (code !== undefined) {
        const { body } = await client.call('getError', { params: { code } })
        return output.item(body, {
          Code: body.code,
          Status: body.status,
          Meaning: body.title,
          Retryable: body.retryable,
        })
      }
      const { body } = await client.call('listErrors')
      output.list(body.items, {
        CODE: (row) => row.code,
        STATUS: ({ status }) => status,
        RETRYABLE: ({ retryable }) => (retryable ? 'yes' : 'no'),
        MEANING: ({ title }) => title,
      })
    })
}
