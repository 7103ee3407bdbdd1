import { flushCompileCache } from 'node:module'
import { PortTaken, startControlPlane } from './control-plane.ts'
import { SettingError, settingsFrom } from './settings.ts'

/**
 * `npm start`: the control plane alone, until Ctrl-C or SIGTERM, which also switch the hosts off (their data stays, and the
 * next start switches them on again). `WEIR_KEEP_HOSTS=1` leaves them serving; so does `kill -9`.
 */
async function main(): Promise<void> {
  const settings = settingsFrom(process.env)
  const controlPlane = await startControlPlane(settings)
  process.stdout.write(
    `Weir is ready at ${controlPlane.url} (state in ${settings.home}, log in ${settings.home}/weir.log)\n`,
  )
  // At the end may be too late: it may be killed.
  flushCompileCache()
  let stopping = false
  const stop = () => {
    if (stopping) return
    stopping = true
    const powerOffHosts = process.env.WEIR_KEEP_HOSTS !== '1'
    process.stdout.write(
      powerOffHosts ? 'Stopping Weir and its hosts …\n' : 'Stopping Weir; its hosts keep serving …\n',
    )
    controlPlane.close({ powerOffHosts }).then(
      () => process.exit(0),
      (thrown) => fail(thrown),
    )
  }
  // A terminal that was closed takes no more output; that must not end this process before its hosts are off.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined)
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, stop)
}

function fail(thrown: unknown): never {
  const known = thrown instanceof PortTaken || thrown instanceof SettingError
  process.stderr.write(`${known ? thrown.message : thrown instanceof Error ? thrown.stack : String(thrown)}\n`)
  process.exit(1)
}

main().catch(fail)
