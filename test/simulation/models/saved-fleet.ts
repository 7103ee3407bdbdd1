import type { NodeRef } from '../../../shared/ports/hosts.ts'
import type { SavedMachine } from './machine.ts'
import type { Existence } from './resource-history.ts'

/** Something that a node has, with the name that the cloud gave it. */
export interface Owned {
  readonly node: NodeRef
  readonly id: string
}

/** A volume with its size and what tenants' records take of it. */
export interface Volume extends Owned {
  readonly sizeGiB: number
  readonly usedGiB: number
}

/** A security group with what it lets in, and why. */
export interface Group {
  readonly inbound: Map<string, string>
}

/** A cloud at a moment. */
export interface SavedFleet {
  readonly addresses: ReadonlyMap<string, Owned>
  readonly volumes: ReadonlyMap<string, Volume>
  readonly groups: ReadonlyMap<string, Group>
  readonly machines: readonly SavedMachine[]
  /** The machine that each client token made. */
  readonly usedTokens: ReadonlyMap<string, string>
  readonly incarnations: ReadonlyMap<string, number>
  readonly history: readonly Existence[]
  /** How many things were made, for their names. */
  readonly made: number
}

/** A cloud in which there has been nothing yet. */
export const NO_FLEET: SavedFleet = {
  addresses: new Map(),
  volumes: new Map(),
  groups: new Map(),
  machines: [],
  usedTokens: new Map(),
  incarnations: new Map(),
  history: [],
  made: 0,
}
