import type { AddressInfo } from 'node:net'
import { createServer } from 'node:net'
import { expect, it } from 'vitest'
import { freePort } from '../../../local/demo/free-port.ts'

it('prefers the usual port and gives way when it is taken', async () => {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  expect(await freePort(port)).toBe(0)
  await new Promise((resolve) => server.close(resolve))
  expect(await freePort(port)).toBe(port)
})
