import { connect, createServer } from 'node:net'

// Run in the network of a machine: hands what is said to an address and port there on to a socket in the file system, which has no network.
const [, , ...given] = process.argv
for (let at = 0; at + 2 < given.length; at += 3) {
  const [address = '', port, socketFile = ''] = given.slice(at)
  createServer((here) => {
    const there = connect(socketFile)
    for (const [from, to] of [
      [here, there],
      [there, here],
    ] as const) {
      from.pipe(to)
      from.on('error', () => to.destroy())
    }
  }).listen(Number(port), address)
}
