import { join } from 'node:path'
import { clientCommands, writeClientFiles } from '../../cli/connect/write-client-files.ts'
import { workStage } from '../../cli/progress/show-work.ts'
import { processTerminal } from '../../cli/terminal.ts'
import { awaitAccess } from './await-access.ts'
import { assertGone, createDemoCluster, createDemoUser, deleteDemoCluster, type Scene } from './cluster.ts'
import { consoleToolCommands } from './console-tools.ts'
import { failureText } from './failure-text.ts'
import { type DemoHome, openHome } from './home.ts'
import { consumeMessages, produceMessages } from './messages.ts'
import { type DemoOptions, demoOptions } from './options.ts'
import { prepareKafka } from './prepare-kafka.ts'
import { DemoStopped, stopSignal, unlessStopped, whenStopped, withLimit } from './stop.ts'
import { DEMO_TENANT, startWeir, stopWeir } from './weir.ts'

const TOPIC = 'demo'
const MESSAGES = 10_000

/**
 * `npm run demo`: from nothing to a Kafka cluster that is ordered through the API, brought up by the workflows and the
 * hosts' agents, used by a client, and (with `--exit`) deleted without a trace.
 */
async function main(options: DemoOptions): Promise<void> {
  const stop = stopSignal()
  const signal = withLimit(stop, options.timeoutMinutes)
  const terminal = processTerminal(signal)
  const stage = workStage(terminal, { live: terminal.redraws })

  const jarsFolder = await prepareKafka(stage, options.kafkaVersion, signal)
  const home = await stage('Make a home for this demo', () => openHome(options.home))
  try {
    const weir = await stage('Start Weir', () => unlessStopped(signal, startWeir(home.path, signal)))
    try {
      const scene: Scene = { weir, terminal, stage }
      signal.throwIfAborted()
      const clusterId = await createDemoCluster(scene, options)
      const clientFolder = join(home.path, 'client')
      const access = await useCluster(scene, clusterId, clientFolder, signal)
      terminal.out(`\n${clientCommands(access, clientFolder, TOPIC)}`)
      terminal.out(consoleToolCommands(options.kafkaVersion, jarsFolder, access, clientFolder, TOPIC))
      terminal.out(`\nWeir's own command line, in another shell:`)
      terminal.out(`  export WEIR_URL=${weir.controlPlane.url} WEIR_HOME=${home.path} WEIR_TENANT=${DEMO_TENANT}`)
      terminal.out('  npm run weir -- clusters list\n')
      if (options.exit) {
        await deleteDemoCluster(scene, clusterId)
        await stage('Check that nothing is left', () => assertGone(scene, clusterId, home.path))
      } else {
        terminal.out('Everything works. The cluster stays up until Ctrl-C, which removes it.')
        await whenStopped(stop)
      }
    } finally {
      await stage('Stop Weir', () => stopWeir(weir))
    }
  } catch (error) {
    await endHome(home, !(error instanceof DemoStopped))
    throw error
  }
  await endHome(home, false)
  terminal.out('Done: everything held, and nothing is left.')

  function endHome(ended: DemoHome, keepFiles: boolean): Promise<void> {
    return stage(keepFiles ? `Switch the hosts off; logs stay in ${ended.path}` : 'Remove what is left', () =>
      ended.end({ keepFiles }),
    )
  }
}

/** A topic, a user, and 10,000 messages there and back; gives what the user's clients need. */
async function useCluster(scene: Scene, clusterId: string, clientFolder: string, signal: AbortSignal) {
  const { stage, weir } = scene
  await stage(`Create the topic "${TOPIC}"`, () =>
    weir.client.call('createTopic', { params: { clusterId }, body: { name: TOPIC, partitions: 6 } }),
  )
  const access = await stage('Create a user and write its client files', async () => {
    const created = await createDemoUser(scene, clusterId)
    await writeClientFiles(created, clientFolder)
    await unlessStopped(signal, awaitAccess(created, TOPIC))
    return created
  })
  for (const [title, work] of [
    [`Produce ${MESSAGES} messages with acks=all over TLS and SCRAM`, produceMessages],
    ['Consume them and check that each came exactly once', consumeMessages],
  ] as const) {
    await stage(title, async (display) => {
      const startedAt = performance.now()
      const onProgress = (done: number) =>
        done % 2_500 === 0 && display.lines([{ key: 'count', text: `${done} of ${MESSAGES}` }])
      await unlessStopped(signal, work({ access, topic: TOPIC, count: MESSAGES, onProgress }))
      const seconds = (performance.now() - startedAt) / 1000
      const rate = Math.round(MESSAGES / seconds)
      display.lines([{ key: 'count', text: `${MESSAGES} in ${seconds.toFixed(1)} s: ${rate} a second` }])
    })
  }
  return access
}

const options = demoOptions(process.argv.slice(2))
if ('exitCode' in options) process.exit(options.exitCode)
main(options).then(
  () => process.exit(0),
  (error) => {
    process.stderr.write(`${failureText(error)}\n`)
    process.exit(error instanceof DemoStopped ? error.exitCode : 1)
  },
)
