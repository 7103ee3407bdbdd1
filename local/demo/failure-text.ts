import { FetchError } from '../../agent/kafka/fetch.ts'
import { MissingProgramError } from '../../agent/kafka/preflight.ts'
import { errorText } from '../../cli/problem-text.ts'
import { PortTaken } from '../control-plane.ts'
import { SettingError } from '../settings.ts'
import { HomeRefused } from './home.ts'
import { LeftBehind } from './leftovers.ts'
import { MessagesDiffer } from './messages.ts'
import { DemoStopped } from './stop.ts'

/** Failures whose message says all that a person needs. */
const PLAIN = [
  FetchError,
  MissingProgramError,
  PortTaken,
  SettingError,
  LeftBehind,
  HomeRefused,
  MessagesDiffer,
  DemoStopped,
]

/** Why the demo failed, in the fewest words that help. */
export function failureText(error: unknown): string {
  if (error instanceof Error && PLAIN.some((kind) => error instanceof kind)) return error.message
  return errorText(error)
}
