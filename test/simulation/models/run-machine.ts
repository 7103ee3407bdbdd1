import { type AgentParts, runAgent } from './agent.ts'
import { isOn, type Machine } from './machine.ts'

const BOOT_SECONDS = 8
const SLOW_BOOT_SECONDS = 240

/** What a machine needs of the simulated world. */
export interface MachineParts extends AgentParts {
  /** Takes the machine's power and memory away. */
  readonly kill: (machine: Machine) => void
}

/**
 * Runs a machine from switching on until it is off: boot, agent, Kafka, and what is wrong with it. One whose agent has a
 * memory has booted already.
 */
export async function runMachine(machine: Machine, parts: MachineParts): Promise<void> {
  const { clock, faults, kill } = parts
  const { nodeId } = machine.node
  const { signal } = machine.off
  const sleep = (seconds: number) => clock.sleep(seconds * 1000, signal)
  const slow = faults.host('bootsSlowly', nodeId)
  const death = faults.host('diesSuddenly', nodeId)
  const restart = faults.host('agentRestarts', nodeId)

  async function agents(): Promise<void> {
    if (!machine.agent) await boot()
    while ((await runAgent(machine, parts, signal)) === 'Reboots') {
      if (faults.host('neverComesBack', nodeId)) return
      machine.boots++
      machine.switchedOnAt = clock.now()
      await sleep(BOOT_SECONDS)
    }
  }
  async function boot(): Promise<void> {
    await sleep(slow ? (slow.seconds ?? SLOW_BOOT_SECONDS) : BOOT_SECONDS)
    if (restart) {
      const first = new AbortController()
      const end = () => first.abort(signal.reason)
      signal.addEventListener('abort', end, { once: true })
      const life = runAgent(machine, parts, first.signal).catch((thrown) => {
        if (!first.signal.aborted) throw thrown
      })
      await Promise.race([life, sleep(restart.seconds ?? BOOT_SECONDS)])
      first.abort(new Error('the agent was restarted'))
      await life
    }
  }
  async function end(): Promise<void> {
    if (!death) return
    await sleep(death.seconds ?? BOOT_SECONDS)
    kill(machine)
  }

  try {
    await Promise.all([end(), faults.host('neverBoots', nodeId) ? undefined : agents()])
  } catch (thrown) {
    if (isOn(machine)) throw thrown
  }
}
