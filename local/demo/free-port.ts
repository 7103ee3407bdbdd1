import { createServer } from 'node:net'

/** The port that is preferred if nothing listens there, else 0, which takes any that is free. */
export function freePort(preferred: number): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(0))
    server.listen(preferred, '127.0.0.1', () => server.close(() => resolve(preferred)))
  })
}
