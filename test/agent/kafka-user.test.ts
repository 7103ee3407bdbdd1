import { describe, expect, it } from 'vitest'
import { commandAs, findKafkaUser } from '../../agent/kafka-user.ts'
import { runOrFail } from '../../agent/run-command.ts'
import { withoutRoot } from './without-root.ts'

const isRoot = process.geteuid?.() === 0

it('leaves a command alone where Kafka has no user of its own', () => {
  expect(commandAs(undefined, ['java', 'kafka.Kafka'])).toEqual(['java', 'kafka.Kafka'])
})

it('runs Kafka neither as root nor as somebody who is not there', async () => {
  await expect(findKafkaUser('root')).rejects.toThrow('Kafka shall not run as root, which has the rights of root')
  await expect(findKafkaUser('nobody-of-this-name')).rejects.toThrow(/no such user/u)
})

it('takes root to be somebody else', async () => {
  await expect(withoutRoot(() => findKafkaUser('nobody'))).rejects.toThrow(
    'only an agent that runs as root can run Kafka as nobody',
  )
})

describe.runIf(isRoot)('a command that root runs as the user', () => {
  it('has its identity and nothing else: no groups, no capabilities, no way to more', async () => {
    const user = await findKafkaUser('nobody')
    expect(user.uid).not.toBe(0)
    const status = await runOrFail(...commandAs(user, ['cat', '/proc/self/status']))
    expect(status).toMatch(new RegExp(`^Uid:(\\t${user.uid}){4}$`, 'mu'))
    expect(status).toMatch(new RegExp(`^Gid:(\\t${user.gid}){4}$`, 'mu'))
    expect(status).toMatch(/^Groups:\s*$/mu)
    expect(status).toMatch(/^NoNewPrivs:\t1$/mu)
    const capabilities = [...status.matchAll(/^Cap(?:Inh|Prm|Eff|Bnd|Amb):\t(\w+)$/gmu)].map(([, set]) => set)
    expect(capabilities).toEqual(Array.from({ length: 5 }, () => '0000000000000000'))
  })
})
