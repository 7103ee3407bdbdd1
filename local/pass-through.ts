import { once } from 'node:events'
import { connect, createServer, type Server, type Socket } from 'node:net'

/** Where connections go on to. */
export interface Target {
  readonly host: string
  readonly port: number
}

/** A port that is being listened on. */
export interface PassThrough {
  close(): Promise<void>
}

/** As long as a load balancer tries one target before it takes the next. */
const CONNECT_MILLISECONDS = 2000

/**
 * Passes TCP connections through as they are, each to one of the targets: the next one in turn that takes it. A connection that no
 * target takes is closed; one that ends on one side ends on the other.
 */
export async function passThrough(at: Target, targets: readonly Target[]): Promise<PassThrough> {
  const open = new Set<Socket>()
  let turn = 0
  const server: Server = createServer({ allowHalfOpen: true, pauseOnConnect: true }, (client) => {
    keep(client)
    const first = turn++
    const inTurn = targets.map((_, index) => targets[(first + index) % targets.length])
    passOn(
      client,
      inTurn.filter((target) => target !== undefined),
    ).catch(() => client.destroy())
  })

  function keep(socket: Socket): void {
    open.add(socket)
    socket.on('close', () => open.delete(socket))
    // What happened is told by the end of the other side.
    socket.on('error', () => undefined)
  }

  async function passOn(client: Socket, [target, ...others]: readonly Target[]): Promise<void> {
    if (!target) return void client.destroy()
    const broker = connect({ ...target, allowHalfOpen: true, timeout: CONNECT_MILLISECONDS })
    keep(broker)
    try {
      await Promise.race([
        once(broker, 'connect'),
        once(broker, 'timeout').then(() => Promise.reject(new Error('late'))),
      ])
    } catch {
      broker.destroy()
      return passOn(client, others)
    }
    broker.setTimeout(0)
    for (const [from, to] of [
      [client, broker],
      [broker, client],
    ] as const) {
      from.pipe(to)
      from.on('close', () => to.destroy())
    }
    client.resume()
  }

  server.listen(at.port, at.host)
  await once(server, 'listening')
  return {
    async close() {
      server.close()
      for (const socket of open) socket.destroy()
      if (server.listening) await once(server, 'close')
    },
  }
}
