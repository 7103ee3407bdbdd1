import { InvalidArgumentError } from 'commander'
import { wholeNumber } from './cluster-order.ts'

/** Which brokers go, as an option of changes to fewer of them. */
export const REMOVE_FLAG = [
  '--remove <nodeId>',
  'with fewer brokers: one that goes, in place of the newest; may be repeated',
  (text: string, before: readonly number[] = []): readonly number[] => [...before, wholeNumber(text)],
] as const

/** Whether a cluster is protected against its deletion, as an option of changes. */
export const PROTECTION_FLAG = [
  '--deletion-protection <on|off>',
  'whether it is refused to delete the cluster',
  (text: string): boolean => {
    if (text !== 'on' && text !== 'off') throw new InvalidArgumentError('It must be on or off.')
    return text === 'on'
  },
] as const
