#!/usr/bin/env node
import { EXIT } from './exit-codes.ts'
import { run } from './run.ts'
import { processTerminal } from './terminal.ts'

/** `weir`, the command line. The first Ctrl-C ends what is going on in an orderly way, the second at once. */
const interruption = new AbortController()
process.on('SIGINT', () => {
  if (interruption.signal.aborted) process.exit(EXIT.interrupted)
  interruption.abort()
})
// Whoever reads our output may have seen enough, as `head` does.
process.stdout.on('error', (error: NodeJS.ErrnoException) =>
  process.exit(error.code === 'EPIPE' ? EXIT.ok : EXIT.internal),
)

process.exitCode = await run(process.argv.slice(2), processTerminal(interruption.signal))
