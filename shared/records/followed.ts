import { ID_PREFIXES } from './ids.ts'
import { sorts } from './keys.ts'

/**
 * How the sort keys begin of the rows whose changes something follows from: events to publish and operations to start.
 * Hosts report every few seconds; the deployed stream lets none but these rows wake a function.
 */
export const FOLLOWED_SORT_PREFIXES: readonly string[] = [sorts.event, `${ID_PREFIXES.operation}_`]
