import type { Exit, OperatingSystem, ProcessIdentity } from '../../agent/process/operating-system.ts'

/** An operating system in memory: its processes do nothing but live until the test, or a signal, ends them. */
export interface SimulatedOs extends OperatingSystem {
  /** The commands of all launches, oldest first. */
  readonly launches: readonly (readonly string[])[]
  readonly signals: readonly string[]
  living(): readonly ProcessIdentity[]
  /** Ends the youngest process. */
  end(exit: Exit): void
  /** A process that somebody else has started. */
  spawnForeign(command: readonly string[]): ProcessIdentity
}

/** Starts with no process at all. A process that gets SIGTERM ends like a JVM does; `ignoresTerm` makes it deaf. */
export function createSimulatedOs({ ignoresTerm = false } = {}): SimulatedOs {
  const launches: (readonly string[])[] = []
  const signals: string[] = []
  const processes = new Map<
    number,
    { identity: ProcessIdentity; command: readonly string[]; end: (exit: Exit) => void }
  >()
  let lastId = 100

  function spawn(command: readonly string[], end: (exit: Exit) => void): ProcessIdentity {
    const identity = { processId: ++lastId, startTicks: lastId * 10 }
    processes.set(identity.processId, { identity, command, end })
    return identity
  }
  function finish(processId: number, exit: Exit): void {
    const found = processes.get(processId)
    processes.delete(processId)
    found?.end(exit)
  }

  return {
    launches,
    signals,
    async launch(command) {
      launches.push(command)
      const { promise: ended, resolve } = Promise.withResolvers<Exit>()
      return { identity: spawn(command, resolve), ended }
    },
    isAlive: ({ processId, startTicks }) => processes.get(processId)?.identity.startTicks === startTicks,
    find: (wanted) =>
      [...processes.values()].find(({ command }) => wanted.every((argument) => command.includes(argument)))?.identity,
    signal({ processId }, signal) {
      signals.push(signal)
      if (signal === 'SIGKILL') finish(processId, { code: null, signal })
      if (signal === 'SIGTERM' && !ignoresTerm) finish(processId, { code: 143, signal: null })
    },
    living: () => [...processes.values()].map(({ identity }) => identity),
    end(exit) {
      const youngest = Math.max(...processes.keys())
      finish(youngest, exit)
    },
    spawnForeign: (command) => spawn(command, () => undefined),
  }
}
