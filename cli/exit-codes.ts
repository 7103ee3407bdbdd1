/** What the process says when it ends; scripts depend on the numbers, so they never change their meaning. */
export const EXIT = {
  ok: 0,
  operationFailed: 1,
  usage: 2,
  refused: 3,
  unavailable: 4,
  timeout: 5,
  /** EX_SOFTWARE of sysexits.h: the fault is ours or this machine's. */
  internal: 70,
  /** 128 + SIGINT, as shells have it. */
  interrupted: 130,
} as const

/** One of the numbers above. */
export type ExitCode = (typeof EXIT)[keyof typeof EXIT]

const MEANINGS: Readonly<Record<keyof typeof EXIT, string>> = {
  ok: 'done',
  operationFailed: 'the operation ended, but not as it was asked to',
  usage: 'the command line or an input file is wrong; nothing was sent',
  refused: 'the API refused the request (4xx)',
  unavailable: 'the API cannot be reached or failed (5xx)',
  timeout: 'the wait is over; the operation goes on',
  internal: 'unexpected failure of this program or this machine',
  interrupted: 'interrupted with Ctrl-C; an operation that was started goes on',
}

/** The list for the end of the help text. */
export function exitCodesText(): string {
  const rows = (Object.keys(EXIT) as (keyof typeof EXIT)[]).map(
    (name) => `  ${String(EXIT[name]).padStart(3)}  ${MEANINGS[name]}`,
  )
  return ['Exit codes:', ...rows].join('\n')
}
