/** A process that cannot be mistaken for a later one with the same number. */
export interface ProcessIdentity {
  readonly processId: number
  /** When it started, in the kernel's clock ticks since the machine started. */
  readonly startTicks: number
}

/** How a process ended; both are null when it was not this agent's own child. */
export interface Exit {
  readonly code: number | null
  readonly signal: string | null
}

/** A process that was started and, unlike an adopted one, tells how it ends. */
export interface LaunchedProcess {
  readonly identity: ProcessIdentity
  readonly ended: Promise<Exit>
}

/** Processes as the operating system knows them. */
export interface OperatingSystem {
  /** Starts a program that outlives the agent; what it prints goes to the file. Rejects when it cannot be started. */
  launch(command: readonly string[], outputFile: string): Promise<LaunchedProcess>
  isAlive(process: ProcessIdentity): boolean
  /** A living process whose command line holds all of these arguments. */
  find(argumentsOfCommand: readonly string[]): ProcessIdentity | undefined
  signal(process: ProcessIdentity, signal: 'SIGTERM' | 'SIGKILL'): void
}
