import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { createLastLines } from '../../../agent/process/last-lines.ts'

let folder: string
let output: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'weir-lines-'))
  output = join(folder, 'kafka.out')
})
afterEach(() => rm(folder, { recursive: true }))

const info = (index: number): string => `[2026-11-21T22:33:54.079Z] INFO shutting down part ${index} (kafka.Part)`

it('still tells why Kafka ended after it has said a lot on its way out', async () => {
  const lines = createLastLines(output)
  lines.add([
    '[2026-11-21T22:33:54.000Z] ERROR [BrokerServer id=1] Fatal error during startup. (kafka.server.BrokerServer)',
    'org.apache.kafka.common.KafkaException: Socket server failed to bind',
    '\tat kafka.network.Acceptor.openServerSocket(SocketServer.scala:742)',
    'Caused by: java.net.BindException: Address already in use',
    '\t... 21 more',
    ...Array.from({ length: 100 }, (_, index) => info(index)),
  ])
  const failures = [
    '[2026-11-21T22:33:54.000Z] ERROR [BrokerServer id=1] Fatal error during startup. (kafka.server.BrokerServer)',
    'org.apache.kafka.common.KafkaException: Socket server failed to bind',
    'Caused by: java.net.BindException: Address already in use',
  ]
  expect(await lines.failures()).toEqual(failures)
  const all = await lines.read()
  expect(all.slice(0, 3)).toEqual(failures)
  expect(all.at(-1)).toBe(info(99))
  expect(all.length).toBeLessThanOrEqual(50)
})

it('tells what the JVM printed when it never came to a log', async () => {
  await writeFile(output, "Unrecognized VM option 'Foo'\nError: Could not create the Java Virtual Machine.\n")
  const lines = createLastLines(output)
  expect(await lines.failures()).toEqual([
    "Unrecognized VM option 'Foo'",
    'Error: Could not create the Java Virtual Machine.',
  ])
})

it('hands out no secrets and no endless lines', async () => {
  const lines = createLastLines(output)
  lines.add([`[t] WARN password=hunter2 ${'x'.repeat(5000)}`])
  const [line = ''] = await lines.read()
  expect(line).toContain('password=[redacted]')
  expect(line.length).toBeLessThanOrEqual(2000)
})
