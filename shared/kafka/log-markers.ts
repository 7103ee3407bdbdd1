/** What a Kafka process does, as far as its log tells; the names are those of the host report. */
export type LoggedState = 'Starting' | 'Recovering' | 'Running' | 'Stopping'

/** What one line of a Kafka log tells about the process. */
export type LogSignal =
  | { readonly kind: 'state'; readonly state: LoggedState }
  | { readonly kind: 'recovery'; readonly remainingLogs: number }

interface StateMarker {
  readonly pattern: RegExp
  readonly state: LoggedState
}

/**
 * The lines that mark a change of state; the words are the same on 3.7, 3.9 and 4.x (the logger in brackets behind them is
 * not). Kafka loads and recovers its logs before it calls itself caught up, so its own "Transitioning from STARTING to
 * RECOVERY" comes after every log is whole and marks nothing here.
 */
export const stateMarkers: readonly StateMarker[] = [
  { pattern: /\[ControllerServer id=\d+\] Starting controller/u, state: 'Starting' },
  { pattern: /\[BrokerServer id=\d+\] Transition from SHUTDOWN to STARTING/u, state: 'Starting' },
  { pattern: /Recovering \d+ logs from .* since no clean shutdown file was found/u, state: 'Recovering' },
  { pattern: /Loaded \d+ logs in \d+ms/u, state: 'Starting' },
  // All roles are up, and a broker is unfenced: it is in service. Kafka's BrokerState 3.
  { pattern: /\[KafkaRaftServer nodeId=\d+\] Kafka Server started/u, state: 'Running' },
  { pattern: /Terminating process due to signal SIG(?:TERM|INT)/u, state: 'Stopping' },
  { pattern: /\[(?:Broker|Controller)Server id=\d+\] shutting down/u, state: 'Stopping' },
]

// `(3/40 completed in /data)`: said for every log of a directory once it is loaded, recovered where that was needed.
const loadedLog = /Completed load of .* \((\d+)\/(\d+) completed in /u

/** Reads one line of a Kafka log; undefined for the many lines that say nothing about the state. */
export function readLogLine(line: string): LogSignal | undefined {
  const loaded = loadedLog.exec(line)
  if (loaded !== null) return { kind: 'recovery', remainingLogs: Number(loaded[2]) - Number(loaded[1]) }
  const marker = stateMarkers.find(({ pattern }) => pattern.test(line))
  return marker === undefined ? undefined : { kind: 'state', state: marker.state }
}
